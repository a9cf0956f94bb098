// Package deploy holds what is shipped beside the program: example settings, the
// unit of systemd, the container image, and the documents. There is no code to
// it but tests, which use all of that as an operator would, with the program as
// the Dockerfile builds it, and the example settings, for the program to print.
package deploy
