package auth

import (
	"fmt"
	"time"
)

// Verdict says what a check found.
type Verdict int

// The verdicts. Expired means that the key is right and only the time is over:
// such a user opens no allocation but goes on with the one that runs.
const (
	UnknownUser Verdict = iota
	WrongPassword
	Expired
	Accepted
)

// String gives the verdict in words for the log.
func (v Verdict) String() string {
	switch v {
	case Accepted:
		return "accepted"
	case Expired:
		return "expired"
	case WrongPassword:
		return "wrong password"
	default:
		return "unknown user"
	}
}

// Explain gives the verdict on a username in words for the log, with the time
// that has passed since a credential expired.
func Explain(v Verdict, username string, now time.Time) string {
	if expiry, ok := expiryOf(username); ok && v == Expired {
		return fmt.Sprintf("expired %v ago", now.Sub(time.Unix(expiry, 0)).Round(time.Second))
	}
	return v.String()
}
