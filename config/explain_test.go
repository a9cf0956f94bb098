package config

import (
	"fmt"
	"slices"
	"strings"
	"testing"
)

// Each value comes with the place where it stands, the highest of its sources, and
// no secret shows.
func TestExplain(t *testing.T) {
	all, _, err := Explain(Sources{
		Environ: []string{"ZERORTC_CONFIG=z.yaml", "ZERORTC_TURN_PEERS_DENY=10.0.0.0/8, 192.168.0.0/16"},
		Flags:   map[string][]string{"turn.realm": {"of-flag"}, "turn.users-file": {"users"}},
		Open: disk(map[string]string{
			"z.yaml": "turn:\n  realm: of-file\n  users:\n  - alice:hunter2\n  secrets: [hunter2-of-the-house]\nice:\n  ttl: 60\n",
			"users":  "# name:password\nbob:hunter2:and:more\n",
		}),
	})
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, v := range all {
		for i, text := range v.Texts {
			got = append(got, fmt.Sprintf("%s = %s (%s)", v.Setting.Path, text, v.Origins[i]))
		}
	}
	for _, want := range []string{
		"turn.realm = of-flag (--turn-realm)", "ice.ttl = 60 (z.yaml:7:8)", "log.level = info (default)", "http.listen = :9001 (default)",
		"turn.peers-deny = 10.0.0.0/8 (ZERORTC_TURN_PEERS_DENY)", "turn.peers-deny = 192.168.0.0/16 (ZERORTC_TURN_PEERS_DENY)",
		"turn.users = alice:*** (z.yaml:4:5)", "turn.users = bob:*** (users:2)", "turn.secrets = *** (z.yaml:5:13)", "turn.users-file = users (--turn-users-file)",
	} {
		if !slices.Contains(got, want) {
			t.Errorf("no %s in\n%s", want, strings.Join(got, "\n"))
		}
	}
	wantNoSecret(t, got)
	if len(all) != len(Settings()) {
		t.Errorf("%d settings", len(all))
	}
	if _, _, err := Explain(fromYAML("turn:\n  users: [hunter2]\n")); err == nil || strings.Contains(err.Error(), "hunter2") {
		t.Errorf("a fault: %v", err)
	}
}

// What a setting takes is learnt from how it is read: each word is taken, and no
// other.
func TestKinds(t *testing.T) {
	kinds := map[string]Kind{"turn.max-bitrate": Number, "turn.max-allocations": Size, "ice.ttl": Duration, "drain.timeout": Duration,
		"tls.mode": Word, "http.plain": Word, "rooms.pins": Word, "log.level": Word, "banner": Word, "turn.realm": Text, "turn.users": Text, "http.listen": Text}
	for _, s := range Settings() {
		if want, told := kinds[s.Path]; told && s.Kind() != want {
			t.Errorf("%s is of kind %d, want %d", s.Path, s.Kind(), want)
		}
		for _, word := range s.Words() {
			if err := s.value.add(&Config{}, word); err != nil {
				t.Errorf("%s: %v", s.Path, err)
			}
		}
		if len(s.Words()) > 0 && !slices.Contains(s.Words(), s.Default) {
			t.Errorf("%s: the default %q is none of %v", s.Path, s.Default, s.Words())
		}
	}
	s, _ := settings(Settings()).find("tls.mode")
	if !slices.Equal(s.Words(), []string{TLSAuto, TLSFiles, TLSACME, TLSOff}) {
		t.Errorf("got %v", s.Words())
	}
}
