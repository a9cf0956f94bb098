package certs

import (
	"fmt"
	"slices"
	"time"
)

// look compares the certificate with the machine, as it was found, and the clock, and
// issues another one if they ask for it. The caller holds mu.
func (l *Local) look(found Machine, now time.Time) error {
	l.looked = now
	id, leftOut := l.ca.may.identify(found, l.extra)
	l.tellLeftOut(leftOut)
	old := l.current.Load()
	if why := l.ca.due(old, id, now); why != fresh {
		issued, err := l.ca.issue(id, now)
		if err != nil {
			return err
		}
		l.swap(issued, why)
	}
	l.tellEnd(now)
	return nil
}

// swap is for the next handshake; connections keep the certificate they began with.
func (l *Local) swap(issued *leaf, why string) {
	l.current.Store(issued)
	l.log.Info("certificate issued", "why", why, "names", issued.names, "addresses", issued.addrs, "until", day(issued.cert.Leaf.NotAfter))
	if l.folder == "" {
		return
	}
	if err := issued.keep(l.folder); err != nil {
		l.log.Warn("certificate lasts as long as this process", "err", err)
	}
}

// newCARemedy is for what cannot be had with the CA there is.
const newCARemedy = "stop the server and remove " + CAFile + " from its state folder for a new CA, which every device then has to trust anew"

// tellFixed tells where the CA is not what the settings would make of it now. Too
// little is a certificate that leaves something out; too much is more than the
// operator wants a stolen key to be good for, and breaks nothing.
func (l *Local) tellFixed(name string) {
	if names, networks := l.extra.without(l.ca.may); len(names)+len(networks) > 0 {
		l.log.Warn("the local CA was made before it was to speak for these", "names", names, "networks", networks, "remedy", newCARemedy)
	}
	wanted, err := permittedFor(name, l.extra)
	if err != nil {
		return // the CA would not have been opened
	}
	if names, networks := l.ca.may.without(wanted); len(names)+len(networks) > 0 {
		l.log.Info("the local CA may speak for these still", "names", names, "networks", networks, "remedy", newCARemedy)
	}
}

// tellLeftOut tells what was not left out at the last look.
func (l *Local) tellLeftOut(leftOut []LeftOut) {
	for _, out := range leftOut {
		if !slices.Contains(l.leftOut, out) {
			l.log.Warn("left out of the certificate", "what", out.What, "why", out.Why)
		}
	}
	l.leftOut = leftOut
}

// tellEnd reminds of the end of the CA, once a week: to replace it is for people,
// who have to carry the new one to every device.
func (l *Local) tellEnd(now time.Time) {
	left := l.ca.NotAfter().Sub(now)
	message := "the local CA comes to its end"
	switch {
	case left > caWarning:
		l.last = ""
		return
	case left < 0:
		message = "the local CA has ended"
	}
	l.complain(message, fmt.Sprint("weeks left: ", left/week), "until", day(l.ca.NotAfter()),
		"remedy", newCARemedy)
}

// complain logs what has not been told just before. about tells complaints apart.
func (l *Local) complain(message, about string, facts ...any) {
	if l.last != about {
		l.last = about
		l.log.Warn(message, facts...)
	}
}
