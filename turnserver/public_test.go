package turnserver

import (
	"context"
	"errors"
	"net/netip"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"zerortc/config"
)

func TestPublicAddresses(t *testing.T) {
	at := netip.MustParseAddr
	p := newPublic([]config.PublicIP{
		{External: at("203.0.113.1")},
		{Internal: at("192.168.1.2"), External: at("203.0.113.2")},
		{Internal: at("fd00::2"), External: at("2001:db8::2")},
	}, quietLog)
	p.update(context.Background())
	for local, want := range map[string]string{
		"192.168.1.2": "203.0.113.2",
		"10.0.0.2":    "203.0.113.1",
		"fd00::2":     "2001:db8::2",
		"fd00::3":     "invalid IP",
	} {
		if got := p.of(at(local)); got.String() != want {
			t.Errorf("%s is %s outside, want %s", local, got, want)
		}
	}
	if !p.has(at("203.0.113.2")) || p.has(at("203.0.113.3")) {
		t.Error("the public addresses are not known")
	}
}

// A name is followed, and keeps its address while it cannot be looked up.
func TestPublicName(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		type state struct {
			answer  string
			failure error
		}
		var now atomic.Value
		now.Store(state{answer: "203.0.113.1"})
		p := newPublic([]config.PublicIP{{Name: "home.example.org"}}, quietLog)
		p.lookup = func(_ context.Context, _, name string) ([]netip.Addr, error) {
			if name != "home.example.org" {
				t.Errorf("looked up %s", name)
			}
			s := now.Load().(state)
			return []netip.Addr{netip.MustParseAddr(s.answer), netip.MustParseAddr("2001:db8::1")}, s.failure
		}
		ctx, cancel := context.WithCancel(context.Background())
		defer cancel()
		p.update(ctx)
		go p.follow(ctx)
		for _, step := range []struct {
			answer  string
			failure error
			want    string
		}{
			{"203.0.113.1", nil, "203.0.113.1"},
			{"203.0.113.2", nil, "203.0.113.2"},
			{"203.0.113.3", errors.New("no answer"), "203.0.113.2"},
			{"203.0.113.4", nil, "203.0.113.4"},
		} {
			now.Store(state{step.answer, step.failure})
			time.Sleep(lookupEvery + time.Second)
			if got := p.of(netip.MustParseAddr("10.0.0.2")); got.String() != step.want {
				t.Errorf("after %+v: %s", step, got)
			}
		}
		if got := p.of(netip.MustParseAddr("fd00::2")); got.String() != "2001:db8::1" {
			t.Errorf("IPv6: %s", got)
		}
	})
}

// What is written down holds while a name cannot be looked up.
func TestPublicNameThatIsNotFound(t *testing.T) {
	p := newPublic([]config.PublicIP{
		{Internal: netip.MustParseAddr("10.0.0.1"), Name: "nowhere.example.org"},
		{External: netip.MustParseAddr("203.0.113.1")},
	}, quietLog)
	p.lookup = func(context.Context, string, string) ([]netip.Addr, error) { return nil, errors.New("no answer") }
	p.update(context.Background())
	if got := p.of(netip.MustParseAddr("192.168.1.2")); got.String() != "203.0.113.1" {
		t.Errorf("outside it is %s", got)
	}
}
