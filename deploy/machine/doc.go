// Package machine holds tests only: the Debian package on a Debian machine, from the
// installation to the purge, with systemd in charge and callers outside. The machine
// is a root made by debootstrap and booted by systemd-nspawn, in a network of its
// own, which wants root and Linux; make test-systemd runs the tests.
package machine
