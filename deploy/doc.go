// Package deploy holds what is shipped beside the program: example settings, the
// unit of systemd, the container image, and the documents. There is no code to
// it but tests, which use all of that as an operator would, with the program as
// the Dockerfile builds it, and the example settings, for the program to print.
//
// Below it, release makes what is given away, from packages among others, and
// machine holds the tests of the Debian package on a booted Debian.
package deploy
