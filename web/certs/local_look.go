package certs

import (
	"fmt"
	"slices"
	"time"
)

// look compares the certificate with the machine and the clock, and issues another
// one if they ask for it. The caller holds mu.
func (l *Local) look(now time.Time) error {
	l.looked = now
	id, leftOut := l.ca.may.identify(l.machine())
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
		"remedy", "remove "+CAFile+" for a new CA, which every device then has to trust anew")
}

// complain logs what has not been told just before. about tells complaints apart.
func (l *Local) complain(message, about string, facts ...any) {
	if l.last != about {
		l.last = about
		l.log.Warn(message, facts...)
	}
}
