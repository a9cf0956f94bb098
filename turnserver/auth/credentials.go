package auth

import (
	"crypto/hmac"
	"crypto/sha1"
	"encoding/base64"
	"strconv"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"
)

// maxUsername is the longest USERNAME in bytes: RFC 8489 section 14.3 asks for
// less than 509.
const maxUsername = 508

// Mint makes a time-limited user: the name is "expiry:name" ("expiry" alone
// when name is empty) with the expiry in seconds since 1970, the password the
// MAC of that name under the first secret. A name that does not fit is cut;
// control characters and bytes that are not UTF-8 are left out, since JSON or an
// HTTP header would change them on the way to the client. Without a secret there
// is nothing to mint and both are empty.
func (b *Book) Mint(name string, expires time.Time) (username, password string) {
	secrets := b.list.Load().secrets
	if len(secrets) == 0 {
		return "", ""
	}
	username = strconv.FormatInt(max(expires.Unix(), 0), 10)
	if name = printable(name); name != "" {
		username = cut(username+":"+name, maxUsername)
	}
	return username, password64(secrets[0], username)
}

// Check looks for the key that a message from username is signed with;
// signedWith answers for one key. The key is returned with Accepted and Expired
// and is never empty.
//
// Whoever fails has cost the same work whether the user exists or not: one
// static key is tried, then one key per secret, and only afterwards does it
// matter whether those keys counted. So the time of an answer tells no names.
func (b *Book) Check(username string, signedWith func(key []byte) bool, now time.Time) ([]byte, Verdict) {
	if len(username) > maxUsername {
		return nil, UnknownUser
	}
	l := b.list.Load()
	key, static := l.users[username]
	if !static {
		key = l.nobody
	}
	if signedWith(key) && static {
		return key, Accepted
	}
	expiry, timed := expiryOf(username)
	timed = timed && !static && len(l.secrets) > 0
	for _, secret := range l.secrets {
		key := b.key(username, password64(secret, username))
		if signedWith(key) && timed {
			return key, inTime(expiry, now)
		}
	}
	if static || timed {
		return nil, WrongPassword
	}
	return nil, UnknownUser
}

// Stands tells whether what a user opened with the key may go on. That of a
// static user ends when the user is taken away or gets another password. That of
// a time-limited user goes on when its secret is retired, as it does when its time
// is over: a call must not end because it lasts.
func (b *Book) Stands(username string, key []byte) bool {
	if now, static := b.list.Load().users[username]; static {
		return hmac.Equal(now, key)
	}
	_, timed := expiryOf(username)
	return timed
}

// password64 is base64(HMAC-SHA1(secret, username)), padded, as coturn and the
// REST draft have it.
func password64(secret, username string) string {
	mac := hmac.New(sha1.New, []byte(secret))
	mac.Write([]byte(username))
	return base64.StdEncoding.EncodeToString(mac.Sum(nil))
}

// expiryOf reads the seconds in front of "expiry[:name]". Digits only: ParseUint
// refuses signs, spaces and underscores, and 63 bits keep the comparison with
// the clock from wrapping.
func expiryOf(username string) (seconds int64, ok bool) {
	digits, _, _ := strings.Cut(username, ":")
	n, err := strconv.ParseUint(digits, 10, 63)
	return int64(n), err == nil
}

// inTime compares in seconds, as a time.Time far enough in the future wraps.
func inTime(expiry int64, now time.Time) Verdict {
	if now.Unix() >= expiry {
		return Expired
	}
	return Accepted
}

// printable leaves out what does not survive JSON and HTTP headers.
func printable(name string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsControl(r) {
			return -1
		}
		return r
	}, strings.ToValidUTF8(name, ""))
}

// cut shortens s to at most n bytes without splitting a character.
func cut(s string, n int) string {
	if len(s) <= n {
		return s
	}
	for n > 0 && !utf8.RuneStart(s[n]) {
		n--
	}
	return s[:n]
}
