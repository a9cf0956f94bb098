// Package doctor finds out why a call would fail: it does what a browser in a call
// does, one step after the other, and says of each step how it went and what to do.
//
// Two look at a server. Visit sees one from anywhere, by the address of its page
// (visit.go has the table of checks). Local sees the one of this machine: the
// settings, the limits of the system, every address it should be reached by, and
// then what Visit sees (local.go).
//
// A check is a function that returns a finding.Finding. Those that do not need one
// another run at the same time (run.go), each in its own goroutine, which ends with
// it. What a check leaves for those that need it stands in fields of visit, written
// before the check is over and read after.
//
// Everything is judged from outside, by what the wire shows; the package knows
// nothing of the server's insides.
package doctor

import (
	"crypto/x509"
	"net/url"
	"time"
)

// Patient is a server to look at.
type Patient struct {
	URL *url.URL // of its page: scheme and host
	// ServerName is the name the certificate has to be for; empty: the host of URL.
	ServerName string
	// CA is an authority that is believed beside those of the system; nil: none.
	CA *x509.Certificate
	// Room and Invite open the ICE list where credentials are only for the invited.
	Room, Invite string
}

// What is broken in every way possible is told within 15 s: Local knocks at all doors
// at once, and then visits.
const (
	checkTime = 2500 * time.Millisecond
	visitTime = 4*checkTime + time.Second
)
