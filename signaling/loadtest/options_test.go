package loadtest

import (
	"errors"
	"strings"
	"testing"
	"time"
)

// sound are options that can work.
func sound() Options {
	return Options{
		Targets: []string{"ws://localhost:9001/ws"}, Dialect: Classic, Rooms: 10, JoinRate: 100,
		Rate: 100, Size: 800, Duration: time.Second,
	}
}

func TestOptions(t *testing.T) {
	if o := sound(); o.check() != nil {
		t.Fatalf("sound options: %v", o.check())
	}
	for want, change := range map[string]func(*Options){
		"no target":                   func(o *Options) { o.Targets = nil },
		`"modern" is neither`:         func(o *Options) { o.Dialect = "modern" },
		"at least one room":           func(o *Options) { o.Rooms = 0 },
		"joins a second":              func(o *Options) { o.JoinRate = 0 },
		"rate cannot be -1":           func(o *Options) { o.Rate = -1 },
		"duration must be":            func(o *Options) { o.Duration = 0 },
		"10 rooms cannot have 11":     func(o *Options) { o.Stalled = 11 },
		"as small as 20 bytes":        func(o *Options) { o.Size = 20 },
		"from 255 addresses":          func(o *Options) { o.Spread = 255 },
		"--spread 3":                  func(o *Options) { o.Rooms, o.Spread = 30_000, 2 },
		"need 84 file descriptors":    func(o *Options) { o.Descriptors = 83 },
		"may have 70; raise the hard": func(o *Options) { o.Descriptors = 70 },
	} {
		o := sound()
		change(&o)
		if err := o.check(); err == nil || !strings.Contains(err.Error(), want) || !errors.As(err, new(Impossible)) {
			t.Errorf("%q is not in: %v", want, err)
		}
	}
	// All faults are told at once.
	if err := (&Options{}).check(); strings.Count(err.Error(), "\n") < 4 {
		t.Errorf("only: %v", err)
	}
}
