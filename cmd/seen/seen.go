// Package seen remembers for a while what became of TURN credentials: whether their
// holders opened relays, and what they were refused. The page asks for it when a call
// fails, since a browser cannot tell a relay that says no from one that is not reached.
//
// Only what authenticated clients did is noted, of no more users than a fixed number:
// where rooms are open, whoever opens thousands of relays pushes out what is known of
// others, whose page then says less of why a call fails. Who runs: the goroutines of the
// TURN server and of HTTP requests; one lock.
package seen

import (
	"container/list"
	"slices"
	"sync"
	"time"

	"zerortc/turnserver/auth"
	"zerortc/turnserver/gate"
	"zerortc/web"
)

const (
	kept        = 4096 // users
	mostRefused = 8    // different refusals of one
)

// Book remembers. Make one with New.
type Book struct {
	users *auth.Book
	own   func(user string) bool

	mu      sync.Mutex
	entries map[string]*list.Element // of *entry
	recent  *list.List               // of *entry, the last heard of in front
}

type entry struct {
	user    string
	opened  int
	refused []string // different words
}

// New makes an empty book about the users of another, but for our own.
func New(users *auth.Book, own func(user string) bool) *Book {
	return &Book{users: users, own: own, entries: map[string]*list.Element{}, recent: list.New()}
}

// Note takes an event; it fits turnserver.Server.Observe.
func (b *Book) Note(e gate.Event) {
	if (e.Kind != gate.Opened && e.Kind != gate.Refused) || b.own(e.Session.User) {
		return
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	known := b.entry(e.Session.User)
	switch {
	case e.Kind == gate.Opened:
		known.opened++
	case len(known.refused) < mostRefused && !slices.Contains(known.refused, e.Refusal):
		known.refused = append(known.refused, e.Refusal)
	}
}

// entry finds or makes that of a user. The caller holds the lock.
func (b *Book) entry(user string) *entry {
	if at, ok := b.entries[user]; ok {
		b.recent.MoveToFront(at)
		return at.Value.(*entry)
	}
	if b.recent.Len() >= kept {
		oldest := b.recent.Remove(b.recent.Back()).(*entry)
		delete(b.entries, oldest.user)
	}
	made := &entry{user: user}
	b.entries[user] = b.recent.PushFront(made)
	return made
}

// View implements web.Seen: who does not hold the credential learns nothing.
func (b *Book) View(username, credential string, now time.Time) web.View {
	switch b.users.Holds(username, credential, now) {
	case auth.Accepted:
		return b.of(username, web.CredentialAccepted)
	case auth.Expired:
		return b.of(username, web.CredentialExpired)
	default:
		return web.View{Credential: web.CredentialRefused, Refused: []string{}}
	}
}

func (b *Book) of(user, verdict string) web.View {
	b.mu.Lock()
	defer b.mu.Unlock()
	v := web.View{Credential: verdict, Refused: []string{}}
	if at, ok := b.entries[user]; ok {
		known := at.Value.(*entry)
		v.Opened, v.Refused = known.opened, append(v.Refused, known.refused...)
	}
	return v
}
