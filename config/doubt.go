package config

import (
	"fmt"
	"net"
	"net/netip"
)

// Doubts are warnings about values that are accepted, but seldom meant.

func doubtUser(text string) string {
	if text != "lqf:123456" {
		return ""
	}
	return "user lqf has the password of the classic example, which everybody knows; choose another before others can reach this server"
}

// doubtSecret knows that everybody gets credentials to try guesses on.
func doubtSecret(text string) string {
	const short = 16
	if len(text) >= short {
		return ""
	}
	return fmt.Sprintf("a secret of less than %d characters can be guessed by whoever got a credential; use a longer, random one", short)
}

// doubtInviteSecret wants of a key for HS256 what RFC 7518 section 3.2 asks for.
// Whoever holds an invite can try guesses on it.
func doubtInviteSecret(text string) string {
	const short = 32
	if len(text) >= short {
		return ""
	}
	return fmt.Sprintf("a secret of less than %d characters can be guessed by whoever got an invite; use a longer, random one", short)
}

// doubtLoopback speaks of what works in a trial on one machine only.
func doubtLoopback(text string) string {
	host, _, err := net.SplitHostPort(text)
	if err != nil {
		host = text
	}
	addr, err := netip.ParseAddr(host)
	if host != "localhost" && (err != nil || !addr.Unmap().IsLoopback()) {
		return ""
	}
	return text + " serves clients on this machine only; give an address of the network for others"
}
