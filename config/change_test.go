package config

import (
	"log/slog"
	"reflect"
	"strings"
	"testing"
)

// A live setting takes the new value and any other keeps the old one, alone and all
// at once.
func TestChanged(t *testing.T) {
	open := disk(exampleFiles)
	running, _ := mustLoad(t, Sources{})
	all := Sources{Open: open, Flags: map[string][]string{}}
	for _, s := range Settings() {
		if s.NotInFile || s.Path == "tls.mode" {
			continue
		}
		all.Flags[s.Path] = examples[s.Path]
		read, _ := mustLoad(t, Sources{Open: open, Flags: map[string][]string{s.Path: examples[s.Path]}})
		got := Changed(running, read)
		want, named, other := running, got.Restart, got.Live
		if s.Live {
			want, named, other = read, got.Live, got.Restart
		}
		// A file brings what is in it too.
		if !strings.Contains(" "+strings.Join(named, " ")+" ", " "+s.Path+" ") || len(other) > 0 {
			t.Errorf("%s: live %v, restart %v", s.Path, got.Live, got.Restart)
		}
		if !reflect.DeepEqual(got.Config, want) {
			t.Errorf("%s: got %+v", s.Path, got.Config)
		}
	}
	read, _ := mustLoad(t, all)
	got := Changed(running, read)
	if again := Changed(got.Config, read); len(again.Live) > 0 || !reflect.DeepEqual(again.Restart, got.Restart) {
		t.Errorf("what is live was not taken, or what is not is forgotten: %v, %v", again.Live, again.Restart)
	}
	if got.Config.Log.Level != slog.LevelDebug || got.Config.TURN.Realm != running.TURN.Realm {
		t.Errorf("got %+v", got.Config)
	}
}

func TestNothingChanged(t *testing.T) {
	src := fromYAML("turn:\n  users: [\"alice:wonderland\"]\n  public-ip: [198.51.100.7]\nhttp:\n  trusted-proxies: [127.0.0.1]\n")
	running, _ := mustLoad(t, src)
	read, _ := mustLoad(t, src)
	if got := Changed(running, read); len(got.Live)+len(got.Restart) > 0 {
		t.Errorf("got %v, %v", got.Live, got.Restart)
	}
}

// Another order of secrets is another one that signs.
func TestOrderIsAChange(t *testing.T) {
	running, _ := mustLoad(t, flag("turn.secrets", "0123456789abcdef0", "0123456789abcdef1"))
	read, _ := mustLoad(t, flag("turn.secrets", "0123456789abcdef1", "0123456789abcdef0"))
	if got := Changed(running, read); !reflect.DeepEqual(got.Live, []string{"turn.secrets"}) {
		t.Errorf("got %v", got.Live)
	}
}
