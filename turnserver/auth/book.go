// Package auth knows who may use the TURN server: static users with a fixed
// password, and time-limited users whose name says when it ends and whose
// password is a MAC of that name under a secret of ours (the "TURN REST API"
// convention of draft-uberti-behave-turn-rest-00, which coturn made common).
// Both kinds stand side by side.
//
// In come user names as they were on the wire and a way to ask "is the message
// signed with this key?"; out come the key and a verdict. Any number of goroutines
// may ask a Book: what it knows never changes, and Replace puts another list in
// its place at once.
package auth

import (
	"crypto/md5"
	"crypto/rand"
	"encoding/hex"
	"io"
	"strings"
	"sync/atomic"

	"zerortc/config"
)

// Book is the list of users and secrets of one realm.
type Book struct {
	realm string
	list  atomic.Pointer[list]
}

// list is what a book knows at a time. It never changes.
type list struct {
	users   map[string][]byte // name → long-term key
	secrets []string
	nobody  []byte // stands in for the key of a user who is not in users
}

// New makes a book. Entries that would let everybody in (a user without a name
// or a password, an empty secret) open nothing. Of two users of one name the
// last one counts.
func New(realm string, users []config.User, secrets []config.Secret) *Book {
	b := &Book{realm: realm}
	b.Replace(users, secrets)
	return b
}

// Replace puts others in the place of all users and secrets. Requests from now on
// are checked against them.
func (b *Book) Replace(users []config.User, secrets []config.Secret) {
	l := &list{users: make(map[string][]byte, len(users)), nobody: randomKey()}
	for _, u := range users {
		if u.Name != "" && u.Password.Reveal() != "" {
			l.users[u.Name] = b.key(u.Name, u.Password.Reveal())
		}
	}
	for _, s := range secrets {
		if s.Reveal() != "" {
			l.secrets = append(l.secrets, s.Reveal())
		}
	}
	b.list.Store(l)
}

// key is the long-term key of a user: MD5(user:realm:password) of RFC 8489
// section 9.2.2, or what is written in place of the password, 0x and the key in
// hexadecimal, so that settings need not hold passwords. The RFC's OpaqueString preparation is left out, as browsers
// leave it out: for names and passwords in ASCII it changes nothing.
func (b *Book) key(name, password string) []byte {
	if key, ok := writtenKey(password); ok {
		return key
	}
	h := md5.New()
	io.WriteString(h, name+":"+b.realm+":"+password)
	return h.Sum(nil)
}

func writtenKey(password string) ([]byte, bool) {
	digits, written := strings.CutPrefix(password, "0x")
	key, err := hex.DecodeString(digits)
	return key, written && err == nil && len(key) == md5.Size
}

func randomKey() []byte {
	k := make([]byte, md5.Size)
	rand.Read(k) // never fails: crypto/rand ends the process rather than return weak bytes
	return k
}
