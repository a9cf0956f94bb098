package config

import (
	"log/slog"
	"net/netip"
	"reflect"
	"strings"
	"testing"
	"testing/fstest"
	"time"
)

func TestDefaults(t *testing.T) {
	got, warnings := mustLoad(t, Sources{})
	want := Config{
		HTTP: HTTP{Listen: []string{":9001"}},
		TURN: TURN{Listen: []string{":3478"}, Realm: "zerortc", RelayPorts: PortRange{49152, 65535},
			PeersMode: PeersLAN, MaxAllocations: Portion{Percent: 90}, MaxAllocationsPerAddress: 1000,
			MaxPermissions: 256, MaxChannels: 256, MaxUnauthenticated: 100},
		ICE: ICE{TTL: time.Hour},
		TLS: TLS{Mode: TLSAuto},
		Rooms: Rooms{Capacity: 2, Resume: 30 * time.Second, MaxSockets: 10_000, MaxSocketsPerAddress: 4000,
			MaxJoinsPerAddress: 200, MaxRoomsPerAddress: 2000, Access: AccessOpen},
		Start: Start{Banner: Auto, QR: Auto},
		Drain: Drain{Timeout: 5 * time.Second},
		Log:   Log{Level: slog.LevelInfo, Format: LogAuto},
	}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("got  %+v\nwant %+v", got, want)
	}
	wantLines(t, warnings)
}

func TestPrecedence(t *testing.T) {
	file := "turn:\n  realm: of-file\n  listen: [\":1\", \":2\"]\n"
	env := []string{"ZERORTC_CONFIG=z.yaml", "ZERORTC_TURN_REALM=of-env", "ZERORTC_TURN_LISTEN=:3,:4"}
	flags := map[string][]string{"turn.realm": {"of-flag"}, "turn.listen": {":5"}}
	open := disk(map[string]string{"z.yaml": file})

	for _, row := range []struct {
		name       string
		src        Sources
		wantRealm  string
		wantListen []string
	}{
		{"built in", Sources{}, "zerortc", []string{":3478"}},
		{"file", Sources{Environ: env[:1], Open: open}, "of-file", []string{":1", ":2"}},
		{"environment", Sources{Environ: env, Open: open}, "of-env", []string{":3", ":4"}},
		{"flag", Sources{Environ: env, Open: open, Flags: flags}, "of-flag", []string{":5"}},
	} {
		t.Run(row.name, func(t *testing.T) {
			cfg, _ := mustLoad(t, row.src)
			if cfg.TURN.Realm != row.wantRealm || !reflect.DeepEqual(cfg.TURN.Listen, row.wantListen) {
				t.Errorf("got %s %v", cfg.TURN.Realm, cfg.TURN.Listen)
			}
		})
	}
}

func TestFlagNamesTheFileBeforeTheEnvironment(t *testing.T) {
	cfg, _ := mustLoad(t, Sources{
		Environ: []string{"ZERORTC_CONFIG=missing.yaml"},
		Flags:   map[string][]string{"config": {"z.yaml"}},
		Open:    disk(map[string]string{"z.yaml": "turn: {realm: x}"}),
	})
	if cfg.TURN.Realm != "x" || cfg.File != "z.yaml" {
		t.Errorf("got %+v", cfg)
	}
}

// Values that a higher source replaces are checked all the same: they would
// bite on the day that source is gone.
func TestAllFaultsOfAllSourcesAtOnce(t *testing.T) {
	got := loadFaults(t, Sources{
		Flags: map[string][]string{
			"turn.relay-ports": {"10-5"},
			"log.level":        {"info", "warn"},
			"turn.users-file":  {"nowhere.txt"},
		},
		Environ: []string{"ZERORTC_CONFIG=z.yaml", "ZERORTC_TURN_RELAY_PORTS=abc", "ZERORTC_HTTP_LISTEN=:1,9001"},
		Open:    disk(map[string]string{"z.yaml": "turn:\n  reallm: x\n  public-ip: 0.0.0.0\nice:\n  ttl: 0\n"}),
		User:    "tester",
	})
	wantLines(t, got,
		`z.yaml:2:3: "turn.reallm" is no setting; did you mean turn.realm?`,
		`z.yaml:3:14: turn.public-ip: "0.0.0.0" is no address that anybody could send to; give the address`,
		`z.yaml:5:8: ice.ttl: "0" is not between a second and a year; write it as`,
		`ZERORTC_HTTP_LISTEN: "9001" is not HOST:PORT; write it as :9001`,
		`ZERORTC_TURN_RELAY_PORTS: "abc" is not a range of ports; write it as 49152-65535`,
		`--turn-relay-ports: "10-5" ends before it begins; write it as`,
		`--log-level: is given more than once; keep one`,
		`turn.users-file nowhere.txt: cannot be read by user tester: file does not exist; make it`,
	)
}

func TestEnvironment(t *testing.T) {
	cfg, warnings := mustLoad(t, Sources{Environ: []string{
		"ZERORTC_TURN_REALM=",               // left out by a composer
		"ZERORTC_TURN_LISTEN= :1 , [::1]:2", // spaces around commas
		"ZERORTC_TURN_REALMS=x",             // a slip
		"ZERORTC_SERVICE_HOST=10.0.0.1",     // set by Kubernetes
		"HOME=/root",
	}})
	if cfg.TURN.Realm != "zerortc" || !reflect.DeepEqual(cfg.TURN.Listen, []string{":1", "[::1]:2"}) {
		t.Errorf("got %+v", cfg.TURN)
	}
	wantLines(t, warnings,
		"ZERORTC_SERVICE_HOST is no setting and was ignored",
		"ZERORTC_TURN_REALMS is no setting and was ignored; did you mean ZERORTC_TURN_REALM?",
		"ZERORTC_TURN_LISTEN: [::1]:2 serves clients on this machine only",
	)
}

func TestSettingsFileThatCannotBeRead(t *testing.T) {
	for _, row := range []struct{ file, want string }{
		{"nowhere.yaml", "--config nowhere.yaml: cannot be read by user tester: file does not exist; make it"},
		{"folder", "--config folder: is a folder; name a file"},
		{"~/z.yaml", `--config ~/z.yaml: cannot be read by user tester`},
	} {
		src := flag("config", row.file)
		src.Open = disk(map[string]string{"folder/z.yaml": ""})
		if got := loadFaults(t, src); !strings.HasPrefix(got[0], row.want) {
			t.Errorf("%s: got %s", row.file, got)
		}
	}
}

func TestSecretFiles(t *testing.T) {
	cfg, warnings := mustLoad(t, Sources{
		Environ: []string{
			"ZERORTC_TURN_USERS=alice:wonderland", "ZERORTC_TURN_USERS_FILE=users",
			"ZERORTC_TURN_SECRETS=given-outright-and-first", "ZERORTC_TURN_SECRETS_FILE=secrets",
		},
		Open: disk(map[string]string{
			"users":   "\ufeff# name:password\r\n\r\n  bob:with:colons  \r\nlqf:123456\r\n",
			"secrets": "\n# old\n  0123456789abcdef#1  \nshort\n",
		}),
	})
	wantUsers := []User{
		{"alice", NewSecret("wonderland")}, {"bob", NewSecret("with:colons")}, {"lqf", NewSecret("123456")},
	}
	if !reflect.DeepEqual(cfg.TURN.Users, wantUsers) {
		t.Errorf("users are not alice, bob and lqf")
	}
	wantSecrets := []Secret{NewSecret("given-outright-and-first"), NewSecret("0123456789abcdef#1"), NewSecret("short")}
	if !reflect.DeepEqual(cfg.TURN.Secrets, wantSecrets) {
		t.Errorf("secrets are not as written")
	}
	wantLines(t, warnings,
		"users:4: user lqf has the password of the classic example",
		"secrets:4: a secret of less than 16 characters",
	)
}

func TestSecretFileFaults(t *testing.T) {
	for _, row := range []struct{ name, content, want string }{
		{"no colon", "alice:a\nhunter2\n", "f:2: a user has no password; write it as name:password"},
		{"no name", ":hunter2", "f:1: a user's name or password is empty"},
		{"not text", "alice:hunter2\xff", "f:1: holds bytes that are no text"},
		{"comments only", "# hunter2\n", "turn.users-file f: holds nothing"},
		{"empty", "", "turn.users-file f: holds nothing"},
		{"too large", strings.Repeat("alice:hunter2\n", 1<<17), "turn.users-file f: is larger than 1 MiB"},
		{"twice", "alice:hunter2\nalice:hunter3\n", `turn.users: user "alice" is there twice; keep one`},
	} {
		t.Run(row.name, func(t *testing.T) {
			src := flag("turn.users-file", "f")
			src.Open = disk(map[string]string{"f": row.content})
			got := loadFaults(t, src)
			wantLines(t, got, row.want)
			wantNoSecret(t, got)
		})
	}
}

func TestFilesReadableByAll(t *testing.T) {
	folder := fstest.MapFS{
		"z.yaml":  {Data: []byte("turn: {users: [\"alice:wonderland\"]}"), Mode: 0o644},
		"users":   {Data: []byte("bob:builder"), Mode: 0o604},
		"secrets": {Data: []byte("0123456789abcdef"), Mode: 0o640},
	}
	_, warnings := mustLoad(t, Sources{Open: folder.Open, Flags: map[string][]string{
		"config": {"z.yaml"}, "turn.users-file": {"users"}, "turn.secrets-file": {"secrets"},
	}})
	wantLines(t, warnings,
		"z.yaml holds secrets and can be read by every user of this machine; chmod 640 it",
		"users holds secrets and can be read by every user of this machine; chmod 640 it")

	folder["z.yaml"].Data = []byte("turn: {realm: x}")
	_, warnings = mustLoad(t, Sources{Open: folder.Open, Flags: map[string][]string{"config": {"z.yaml"}}})
	wantLines(t, warnings) // nothing secret in it
}

func TestWarnings(t *testing.T) {
	for _, row := range []struct {
		path, value string
		want        []string
	}{
		{"turn.users", "lqf:123456", []string{
			"--turn-users: user lqf has the password of the classic example",
			"--turn-users: every user of this machine sees it in the process list; use --turn-users-file"}},
		{"turn.secrets", "north", []string{
			"--turn-secrets: a secret of less than 16 characters can be guessed",
			"--turn-secrets: every user of this machine sees it"}},
		{"rooms.invite-secrets", "0123456789abcdef0123456789abcde", []string{
			"--rooms-invite-secrets: a secret of less than 32 characters can be guessed",
			"--rooms-invite-secrets: every user of this machine sees it in the process list; use --rooms-invite-secrets-file"}},
		{"turn.public-ip", "127.0.0.1", []string{"--turn-public-ip: 127.0.0.1 serves clients on this machine only"}},
		{"turn.public-ip", "::1", []string{"--turn-public-ip: ::1 serves clients on this machine only"}},
		{"turn.listen", "localhost:3478", []string{"--turn-listen: localhost:3478 serves clients on this machine only"}},
		{"turn.listen", "127.0.0.2:3478", []string{"--turn-listen: 127.0.0.2:3478 serves clients on this machine only"}},
		{"turn.listen", "[::1]:3478", []string{"--turn-listen: [::1]:3478 serves clients on this machine only"}},
		{"turn.listen", ":3478", nil},
		{"http.listen", "127.0.0.1:9001", nil}, // behind a proxy
	} {
		src := flag(row.path, row.value)
		src.Flags["rooms.access"] = []string{"invite"}
		_, warnings := mustLoad(t, src)
		wantLines(t, warnings, row.want...)
	}
}

// A doubtful value that a higher source replaces is nobody's business.
func TestWarningsAreAboutTheValueInUse(t *testing.T) {
	src := flag("turn.public-ip", "198.51.100.7")
	src.Environ = []string{"ZERORTC_TURN_PUBLIC_IP=127.0.0.1"}
	_, warnings := mustLoad(t, src)
	wantLines(t, warnings)
	if cfg, _ := mustLoad(t, src); len(cfg.TURN.PublicIPs) != 1 || cfg.TURN.PublicIPs[0].External != netip.MustParseAddr("198.51.100.7") {
		t.Errorf("got %v", cfg.TURN.PublicIPs)
	}
}

func TestListenersWantedTwice(t *testing.T) {
	src := Sources{Flags: map[string][]string{
		"http.listen": {":1", "127.0.0.1:0", "127.0.0.1:0"}, "turn.listen": {":2", ":1", ":2", "127.0.0.1:0"},
	}}
	wantLines(t, loadFaults(t, src),
		`turn.listen: ":2" is there twice; give each listener a port of its own`)
}

// An address and all addresses are not two listeners: the second would find its port
// taken, by the first.
func TestListenersWithinAnother(t *testing.T) {
	for _, row := range []struct{ http, turn, want string }{
		{"127.0.0.1:9", ":9", `turn.listen: "127.0.0.1:9" and ":9" want the same TCP port; write both alike, then pages and TURN share it, or give each a port of its own`},
		{":9", "[::1]:9", `turn.listen: ":9" and "[::1]:9" want the same TCP port`},
		{"0.0.0.0:9", "[::]:9", `turn.listen: "0.0.0.0:9" and "[::]:9" want the same TCP port`},
		{"[2001:db8::1]:9", "0.0.0.0:9", `turn.listen: "[2001:db8::1]:9" and "0.0.0.0:9" want the same TCP port`},
		{"127.0.0.1:9", "127.0.0.2:9", ""},
		{"127.0.0.1:9", ":8", ""},
		{"127.0.0.1:0", ":0", ""},
		{"[::]:9", "[::]:9", ""},
	} {
		src := Sources{Flags: map[string][]string{"http.listen": {row.http}, "turn.listen": {row.turn}}}
		var want []string
		if row.want != "" {
			want = []string{row.want}
		}
		wantLines(t, loadFaults(t, src), want...)
	}
	wantLines(t, loadFaults(t, Sources{Flags: map[string][]string{"http.listen": {":7", "127.0.0.1:7"}}}),
		`http.listen: ":7" and "127.0.0.1:7" want the same TCP port; write both alike, then pages and TURN share it, or give each a port of its own`)
}

// One port for everything: TURN takes it for UDP.
func TestSharedListener(t *testing.T) {
	cfg, _ := mustLoad(t, Sources{Flags: map[string][]string{
		"http.listen": {":9001", "127.0.0.1:0"}, "turn.listen": {":3478", ":9001", "127.0.0.1:0"},
	}})
	wantLines(t, cfg.TURN.SharedTCP, ":9001")
}

func TestTLSModesNeedWhatTheyNeed(t *testing.T) {
	wantLines(t, loadFaults(t, flag("tls.mode", "files")), "tls.mode: files needs tls.cert and tls.key; name both files")
	wantLines(t, loadFaults(t, flag("tls.mode", "acme")), "tls.mode: acme needs tls.domains; name the public names of this server")
}

// Whatever is wrong with a secret, it does not show: neither in faults nor in
// warnings, from no source.
func TestFaultsNeverShowSecrets(t *testing.T) {
	for _, row := range []struct {
		name string
		src  Sources
	}{
		{"flag without colon", flag("turn.users", "hunter2")},
		{"flag with control character", flag("turn.secrets", "hunter2\x1b")},
		{"flag with bad text", flag("turn.users", "alice:hunter2\xff")},
		{"environment", Sources{Environ: []string{"ZERORTC_TURN_USERS=alice:hunter2,hunter2"}}},
		{"long name", flag("turn.users", strings.Repeat("hunter2", 100)+":x")},
		{"mapping in the file", fromYAML("turn:\n  users:\n    - alice: hunter2\n")},
		{"mapping for the list", fromYAML("turn:\n  users:\n    alice: hunter2\n")},
		{"open quote", fromYAML("turn:\n  secrets: [\"hunter2]\n")},
		{"open bracket", fromYAML("turn:\n  secrets: [hunter2\n")},
		{"block header", fromYAML("turn:\n  secrets:\n    - |hunter2\n")},
		{"anchor", fromYAML("turn:\n  secrets:\n    - &hunter2 x\n")},
		{"alias", fromYAML("turn:\n  secrets:\n    - *hunter2\n")},
		{"tag", fromYAML("turn:\n  secrets:\n    - !hunter2\n")},
		{"directive", fromYAML("%hunter2\nturn:\n")},
		{"escape", fromYAML("turn:\n  secrets:\n    - \"hunter2\\q\"\n")},
		{"two lines", fromYAML("turn:\n  secrets:\n    - hunter2\n      hunter2\n")},
		{"outdented", fromYAML("turn:\n  users:\n    - alice:hunter2\n  hunter2\n")},
		{"at sign", fromYAML("turn:\n  secrets:\n    - @hunter2\n")},
		{"tab", fromYAML("turn:\n  secrets:\n\t- hunter2\n")},
	} {
		t.Run(row.name, func(t *testing.T) {
			got := loadFaults(t, row.src)
			if len(got) == 0 {
				t.Fatal("no fault")
			}
			wantNoSecret(t, got)
		})
	}
}

func wantNoSecret(t *testing.T, lines []string) {
	t.Helper()
	for _, line := range lines {
		if strings.Contains(line, "hunter2") {
			t.Errorf("shows the secret: %s", line)
		}
	}
}
