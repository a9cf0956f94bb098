package main

import (
	"errors"
	"fmt"
	"io"
	"strings"
	"syscall"

	"github.com/urfave/cli/v2"

	"zerortc/cmd/admin"
	"zerortc/cmd/finding"
	"zerortc/config"
)

// Exit codes are a contract with service managers. Those above 64 are of
// sysexits.h, whose names systemd shows.
const (
	exitOK          = 0
	exitFailed      = 1  // failed while running
	exitUsage       = 2  // the command line is wrong
	exitFaults      = 3  // a command that looks for faults found some
	exitUnavailable = 69 // EX_UNAVAILABLE: a port is taken, or no server runs
	exitSettings    = 78 // EX_CONFIG
)

// usageError is a wrong command line.
type usageError struct{ error }

// settingsError is a setting that turns out wrong when it is used, such as the name of
// a file that cannot be read. Starting again would not help.
type settingsError struct{ error }

func (e settingsError) Unwrap() error { return e.error }

func usagef(format string, args ...any) error {
	return usageError{fmt.Errorf(format, args...)}
}

func exitCode(err error) int {
	var (
		usage    usageError
		ofCLI    cli.ExitCoder // the library's own: help for a command that is none
		settings config.Faults
		inUse    settingsError
		found    finding.Found
	)
	switch {
	case err == nil:
		return exitOK
	case errors.As(err, &usage), errors.As(err, &ofCLI):
		return exitUsage
	case errors.As(err, &settings), errors.As(err, &inUse):
		return exitSettings
	case errors.As(err, &found):
		return exitFaults
	case errors.Is(err, syscall.EADDRINUSE), errors.Is(err, admin.ErrNoServer):
		return exitUnavailable
	}
	return exitFailed
}

// report writes an error, each line of it on a line that names the program.
func report(w io.Writer, err error) {
	if err == nil {
		return
	}
	for line := range strings.SplitSeq(err.Error(), "\n") {
		fmt.Fprintf(w, "zerortc: %s\n", line)
	}
}

// withRemedy adds to an error of listening what the operator can do about it.
func withRemedy(err error, flag string) error {
	switch {
	case errors.Is(err, syscall.EADDRINUSE):
		return fmt.Errorf("%w; stop the program that has the port, or take another with --%s", err, flag)
	case errors.Is(err, syscall.EACCES):
		return fmt.Errorf("%w; ports below 1024 need CAP_NET_BIND_SERVICE, or take a higher one with --%s", err, flag)
	case errors.Is(err, syscall.EADDRNOTAVAIL):
		return fmt.Errorf("%w; give an address of this machine, or none, with --%s", err, flag)
	}
	return err
}
