// Package hosts holds tests only: the program on a machine with two networks and
// no way out, reached by other machines. The machines are network namespaces,
// which want root and Linux; make test-hosts runs the tests.
package hosts
