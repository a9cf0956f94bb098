package quota

import (
	"errors"
	"net/netip"
	"testing"
	"testing/synctest"
	"time"
)

func addr(s string) netip.Addr { return netip.MustParseAddr(s) }

func TestAllocations(t *testing.T) {
	type take struct {
		user, from string
		want       error
	}
	for name, c := range map[string]struct {
		limits Limits
		takes  []take
	}{
		"no limit": {Limits{}, []take{{"a", "192.0.2.1", nil}, {"a", "192.0.2.1", nil}, {"a", "192.0.2.1", nil}}},
		"in all":   {Limits{Allocations: 2}, []take{{"a", "192.0.2.1", nil}, {"b", "192.0.2.2", nil}, {"c", "192.0.2.3", ErrTotal}}},
		"of one user": {Limits{PerUser: 1}, []take{
			{"a", "192.0.2.1", nil}, {"a", "192.0.2.2", ErrUser}, {"b", "192.0.2.1", nil}}},
		"from one address": {Limits{PerAddress: 1}, []take{
			{"a", "192.0.2.1", nil}, {"b", "192.0.2.1", ErrAddress}, {"b", "192.0.2.2", nil}}},
		"a /64 is one address": {Limits{PerAddress: 1}, []take{
			{"a", "2001:db8::1", nil}, {"b", "2001:db8::ffff", ErrAddress}, {"b", "2001:db8:0:1::1", nil}}},
	} {
		q := New(c.limits)
		for i, take := range c.takes {
			if _, err := q.Take(take.user, addr(take.from)); !errors.Is(err, take.want) {
				t.Errorf("%s: %d: %v, want %v", name, i, err, take.want)
			}
		}
	}
}

func TestAShareComesBackOnce(t *testing.T) {
	q := New(Limits{PerUser: 1})
	s, err := q.Take("a", addr("192.0.2.1"))
	if err != nil {
		t.Fatal(err)
	}
	s.Release()
	s.Release()
	if q.Held() != 0 || len(q.users)+len(q.addresses) != 0 {
		t.Errorf("left: %d, %v, %v", q.Held(), q.users, q.addresses)
	}
	if _, err := q.Take("a", addr("192.0.2.1")); err != nil {
		t.Errorf("the next: %v", err)
	}
}

// passed sends packets of a kilobyte for ten seconds and returns the bytes a
// second that pass.
func passed(shares ...*Share) int {
	sum := 0
	for range 1000 {
		for _, s := range shares {
			if s.Allow(1000) {
				sum += 1000
			}
		}
		time.Sleep(10 * time.Millisecond)
	}
	return sum / 10
}

func TestBitrate(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		for name, c := range map[string]struct {
			limits   Limits
			min, max int
		}{
			"no limit":             {Limits{}, 300_000, 300_000},
			"of each allocation":   {Limits{Bitrate: 20_000}, 60_000, 80_000}, // the burst counts too
			"of the user's all":    {Limits{UserBitrate: 20_000}, 20_000, 27_000},
			"the lower of the two": {Limits{Bitrate: 90_000, UserBitrate: 20_000}, 20_000, 27_000},
		} {
			q := New(c.limits)
			var shares []*Share
			for range 3 {
				s, _ := q.Take("a", addr("192.0.2.1"))
				shares = append(shares, s)
			}
			if got := passed(shares...); got < c.min || got > c.max {
				t.Errorf("%s: %d bytes a second, want %d to %d", name, got, c.min, c.max)
			}
		}
	})
}

// A burst of video passes whole even under a low limit.
func TestBurst(t *testing.T) {
	s, _ := New(Limits{Bitrate: 1000}).Take("a", addr("192.0.2.1"))
	for i := range burst / 1000 {
		if !s.Allow(1000) {
			t.Fatalf("packet %d of a burst was dropped", i)
		}
	}
	if s.Allow(1000) {
		t.Error("the burst has no end")
	}
}

// Limits that change hold for shares that are held already: a bitrate from now on,
// a number for the next share.
func TestApply(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		q := New(Limits{})
		var shares []*Share
		for range 3 {
			s, _ := q.Take("a", addr("192.0.2.1"))
			shares = append(shares, s)
		}
		for _, c := range []struct {
			limits   Limits
			min, max int
		}{
			{Limits{Bitrate: 20_000}, 60_000, 80_000},
			{Limits{UserBitrate: 20_000}, 20_000, 27_000},
			{Limits{UserBitrate: 20_000, PerUser: 2}, 20_000, 27_000},
			{Limits{PerUser: 2}, 300_000, 300_000},
		} {
			q.Apply(c.limits)
			if got := passed(shares...); got < c.min || got > c.max {
				t.Errorf("%+v: %d bytes a second, want %d to %d", c.limits, got, c.min, c.max)
			}
		}
		if _, err := q.Take("a", addr("192.0.2.1")); err != ErrUser {
			t.Errorf("a fourth: %v", err)
		}
		shares[0].Release()
		shares[1].Release()
		if _, err := q.Take("a", addr("192.0.2.1")); err != nil {
			t.Errorf("a second: %v", err)
		}
	})
}
