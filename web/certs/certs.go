// Package certs is where the TLS certificate of the process comes from.
//
// A Source gives one for each handshake. There are three, and each swaps its
// certificate while connections live:
//
//   - Local has a CA of its own in the state folder (ca.go, castore.go), which may
//     speak for private networks and local names only (permitted.go). It issues one
//     certificate for every address and name of the machine (leaf.go) and another
//     when those change (local.go). Devices trust it once they have the CA
//     (export.go, mobileconfig.go, install.go).
//   - Files reads a certificate and its key, and again when they change (files.go,
//     pair.go).
//   - ACME is given certificates for public names (acme.go).
//
// Certificate is called by any number of handshakes at once; it reads one atomic
// pointer and waits for nothing on the network. Serve is the one goroutine that
// looks at clocks, addresses and files; what it shares with Refresh and Reload is
// behind a lock.
package certs

import (
	"context"
	"crypto/tls"
)

// Source is where the certificate of the process comes from.
type Source interface {
	// Certificate is the one for a handshake; it fits tls.Config.GetCertificate.
	Certificate(*tls.ClientHelloInfo) (*tls.Certificate, error)
	// Covers tells whether the certificate is for host, a name or an address
	// without brackets: whether https://host can work without a warning.
	Covers(host string) bool
	// Describe is the source in a line, for people.
	Describe() string
	// Serve keeps the certificate fresh until ctx ends, and then returns nil.
	Serve(ctx context.Context) error
}
