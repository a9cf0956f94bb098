package auth

import (
	"crypto/hmac"
	"time"
)

// Holds judges a time-limited user with its password, as Check does with what is signed
// by it. A static user is nobody here: its password may be a word, and must not be
// guessed where nothing has to be signed.
func (b *Book) Holds(username, password string, now time.Time) Verdict {
	expiry, timed := expiryOf(username)
	l := b.list.Load()
	if _, static := l.users[username]; static || !timed || len(username) > maxUsername || len(l.secrets) == 0 {
		return UnknownUser
	}
	for _, secret := range l.secrets {
		if hmac.Equal([]byte(password64(secret, username)), []byte(password)) {
			return inTime(expiry, now)
		}
	}
	return WrongPassword
}
