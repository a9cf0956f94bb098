package seen

import (
	"fmt"
	"reflect"
	"testing"
	"time"

	"zerortc/config"
	"zerortc/turnserver/auth"
	"zerortc/turnserver/gate"
	"zerortc/web"
)

func event(kind gate.Kind, user, refusal string) gate.Event {
	return gate.Event{Kind: kind, Session: gate.Session{User: user}, Refusal: refusal}
}

func TestView(t *testing.T) {
	now := time.Unix(1_700_000_000, 0)
	users := auth.New("zerortc", nil, []config.Secret{config.NewSecret("0123456789abcdef")})
	user, password := users.Mint("anna", now.Add(time.Hour))
	silent, silentPassword := users.Mint("ben", now.Add(time.Hour))
	b := New(users, func(user string) bool { return user == "our own" })
	for _, e := range []gate.Event{
		event(gate.Opened, user, ""), event(gate.Refreshed, user, ""), event(gate.Closed, user, ""), event(gate.Opened, user, ""),
		event(gate.Refused, user, "peer-denied"), event(gate.Refused, user, "peer-denied"), event(gate.Refused, user, "capacity"),
		event(gate.Opened, "our own", ""),
	} {
		b.Note(e)
	}
	for _, row := range []struct {
		what, user, password string
		at                   time.Time
		want                 web.View
	}{
		{"who did something", user, password, now, web.View{Credential: "accepted", Opened: 2, Refused: []string{"peer-denied", "capacity"}}},
		{"and is late", user, password, now.Add(2 * time.Hour), web.View{Credential: "expired", Opened: 2, Refused: []string{"peer-denied", "capacity"}}},
		{"who never got here", silent, silentPassword, now, web.View{Credential: "accepted", Refused: []string{}}},
		{"who guesses", user, "guess", now, web.View{Credential: "refused", Refused: []string{}}},
		{"our own", "our own", "", now, web.View{Credential: "refused", Refused: []string{}}},
	} {
		if got := b.View(row.user, row.password, row.at); !reflect.DeepEqual(got, row.want) {
			t.Errorf("%s: %+v, want %+v", row.what, got, row.want)
		}
	}
}

// However many there are, and whatever they are refused, the book does not grow.
func TestBookStaysSmall(t *testing.T) {
	b := New(auth.New("zerortc", nil, nil), func(string) bool { return false })
	b.Note(event(gate.Opened, "first", ""))
	for n := range kept {
		b.Note(event(gate.Opened, fmt.Sprint(n), ""))
		b.Note(event(gate.Refused, "0", fmt.Sprint("why ", n)))
	}
	if len(b.entries) != kept || b.recent.Len() != kept || b.entries["first"] != nil {
		t.Errorf("%d users, %d in the list", len(b.entries), b.recent.Len())
	}
	if got := b.of("0", ""); len(got.Refused) != mostRefused || got.Opened != 1 {
		t.Errorf("%+v", got)
	}
}
