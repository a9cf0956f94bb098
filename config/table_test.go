package config

import (
	"fmt"
	"maps"
	"reflect"
	"strings"
	"testing"
)

// examples has a value for each setting, other than its default.
var examples = map[string][]string{
	"http.listen":                      {":9002", "192.0.2.7:9003"},
	"http.origins":                     {"https://app.example.org", "null"},
	"turn.listen":                      {":3479", "[2001:db8::7]:3480"},
	"turn.users":                       {"alice:wonderland", "bob:builder"},
	"turn.users-file":                  {"users.txt"},
	"turn.secrets":                     {"0123456789abcdef0", "0123456789abcdef1"},
	"turn.secrets-file":                {"secrets.txt"},
	"turn.realm":                       {"example.org"},
	"turn.relay-ports":                 {"50000-50999"},
	"turn.public-ip":                   {"198.51.100.7"},
	"turn.peers-allow":                 {"10.0.0.0/8", "2001:db8::/32"},
	"turn.peers-deny":                  {"192.168.0.0/16", "172.16.0.0/12"},
	"turn.peers-mode":                  {"strict"},
	"turn.max-allocations":             {"50%"},
	"turn.max-allocations-per-user":    {"7"},
	"turn.max-allocations-per-address": {"8"},
	"turn.max-permissions":             {"9"},
	"turn.max-channels":                {"10"},
	"turn.max-bitrate":                 {"11"},
	"turn.max-bitrate-per-user":        {"12"},
	"turn.max-unauthenticated":         {"13"},
	"turn.alternate-server":            {"192.0.2.8:3478", "[2001:db8::8]:3478"},
	"drain.timeout":                    {"60s"},
	"ice.host":                         {"turn.example.org"},
	"ice.ttl":                          {"1h30m"},
	"tls.mode":                         {"off"},
	"tls.cert":                         {"cert.pem"},
	"tls.key":                          {"key.pem"},
	"tls.domains":                      {"call.example.org", "turn.example.org"},
	"tls.acme-email":                   {"admin@example.org"},
	"tls.acme-directory":               {"https://ca.example.org/acme/directory"},
	"tls.permit":                       {"corp.example.org", "203.0.113.0/24"},
	"http.trusted-proxies":             {"127.0.0.1/32", "10.0.0.0/8"},
	"http.plain":                       {"off"},
	"http.reports":                     {"off"},
	"http.mdns":                        {"off"},
	"rooms.capacity":                   {"4"},
	"rooms.max-sockets":                {"14"},
	"rooms.max-sockets-per-address":    {"15"},
	"rooms.max-joins-per-address":      {"16"},
	"rooms.max-rooms-per-address":      {"17"},
	"rooms.resume":                     {"1m"},
	"rooms.pins":                       {"on"},
	"rooms.access":                     {"invite"},
	"rooms.invite-secrets":             {"0123456789abcdef0123456789abcdef0", "0123456789abcdef0123456789abcdef1"},
	"rooms.invite-secrets-file":        {"invite-secrets.txt"},
	"state-dir":                        {"/var/lib/zerortc"},
	"banner":                           {"always"},
	"qr":                               {"never"},
	"log.level":                        {"debug"},
	"log.format":                       {"json"},
	"metrics.allow":                    {"10.1.0.0/16", "192.0.2.9/32"},
}

// exampleFiles are the files that examples name.
var exampleFiles = map[string]string{"users.txt": "carol:secret\n", "secrets.txt": "0123456789abcdef2\n",
	"invite-secrets.txt": "0123456789abcdef0123456789abcdef2\n"}

// The three spellings are a contract with operators' scripts.
func TestSpellings(t *testing.T) {
	var got []string
	for _, s := range Settings() {
		got = append(got, fmt.Sprintf("%s --%s %s", s.Path, s.Flag(), s.Env()))
	}
	wantLines(t, got,
		"config --config ZERORTC_CONFIG",
		"http.listen --http-listen ZERORTC_HTTP_LISTEN",
		"http.origins --http-origins ZERORTC_HTTP_ORIGINS",
		"http.trusted-proxies --http-trusted-proxies ZERORTC_HTTP_TRUSTED_PROXIES",
		"http.plain --http-plain ZERORTC_HTTP_PLAIN",
		"http.reports --http-reports ZERORTC_HTTP_REPORTS",
		"http.mdns --http-mdns ZERORTC_HTTP_MDNS",
		"turn.listen --turn-listen ZERORTC_TURN_LISTEN",
		"turn.users --turn-users ZERORTC_TURN_USERS",
		"turn.users-file --turn-users-file ZERORTC_TURN_USERS_FILE",
		"turn.secrets --turn-secrets ZERORTC_TURN_SECRETS",
		"turn.secrets-file --turn-secrets-file ZERORTC_TURN_SECRETS_FILE",
		"turn.realm --turn-realm ZERORTC_TURN_REALM",
		"turn.relay-ports --turn-relay-ports ZERORTC_TURN_RELAY_PORTS",
		"turn.public-ip --turn-public-ip ZERORTC_TURN_PUBLIC_IP",
		"turn.peers-allow --turn-peers-allow ZERORTC_TURN_PEERS_ALLOW",
		"turn.peers-deny --turn-peers-deny ZERORTC_TURN_PEERS_DENY",
		"turn.peers-mode --turn-peers-mode ZERORTC_TURN_PEERS_MODE",
		"turn.max-allocations --turn-max-allocations ZERORTC_TURN_MAX_ALLOCATIONS",
		"turn.max-allocations-per-user --turn-max-allocations-per-user ZERORTC_TURN_MAX_ALLOCATIONS_PER_USER",
		"turn.max-allocations-per-address --turn-max-allocations-per-address ZERORTC_TURN_MAX_ALLOCATIONS_PER_ADDRESS",
		"turn.max-permissions --turn-max-permissions ZERORTC_TURN_MAX_PERMISSIONS",
		"turn.max-channels --turn-max-channels ZERORTC_TURN_MAX_CHANNELS",
		"turn.max-bitrate --turn-max-bitrate ZERORTC_TURN_MAX_BITRATE",
		"turn.max-bitrate-per-user --turn-max-bitrate-per-user ZERORTC_TURN_MAX_BITRATE_PER_USER",
		"turn.max-unauthenticated --turn-max-unauthenticated ZERORTC_TURN_MAX_UNAUTHENTICATED",
		"turn.alternate-server --turn-alternate-server ZERORTC_TURN_ALTERNATE_SERVER",
		"ice.host --ice-host ZERORTC_ICE_HOST",
		"ice.ttl --ice-ttl ZERORTC_ICE_TTL",
		"tls.mode --tls-mode ZERORTC_TLS_MODE",
		"tls.cert --tls-cert ZERORTC_TLS_CERT",
		"tls.key --tls-key ZERORTC_TLS_KEY",
		"tls.domains --tls-domains ZERORTC_TLS_DOMAINS",
		"tls.acme-email --tls-acme-email ZERORTC_TLS_ACME_EMAIL",
		"tls.acme-directory --tls-acme-directory ZERORTC_TLS_ACME_DIRECTORY",
		"tls.permit --tls-permit ZERORTC_TLS_PERMIT",
		"rooms.capacity --rooms-capacity ZERORTC_ROOMS_CAPACITY",
		"rooms.max-sockets --rooms-max-sockets ZERORTC_ROOMS_MAX_SOCKETS",
		"rooms.max-sockets-per-address --rooms-max-sockets-per-address ZERORTC_ROOMS_MAX_SOCKETS_PER_ADDRESS",
		"rooms.max-joins-per-address --rooms-max-joins-per-address ZERORTC_ROOMS_MAX_JOINS_PER_ADDRESS",
		"rooms.max-rooms-per-address --rooms-max-rooms-per-address ZERORTC_ROOMS_MAX_ROOMS_PER_ADDRESS",
		"rooms.resume --rooms-resume ZERORTC_ROOMS_RESUME",
		"rooms.pins --rooms-pins ZERORTC_ROOMS_PINS",
		"rooms.access --rooms-access ZERORTC_ROOMS_ACCESS",
		"rooms.invite-secrets --rooms-invite-secrets ZERORTC_ROOMS_INVITE_SECRETS",
		"rooms.invite-secrets-file --rooms-invite-secrets-file ZERORTC_ROOMS_INVITE_SECRETS_FILE",
		"drain.timeout --drain-timeout ZERORTC_DRAIN_TIMEOUT",
		"state-dir --state-dir ZERORTC_STATE_DIR",
		"banner --banner ZERORTC_BANNER",
		"qr --qr ZERORTC_QR",
		"metrics.allow --metrics-allow ZERORTC_METRICS_ALLOW",
		"log.level --log-level ZERORTC_LOG_LEVEL",
		"log.format --log-format ZERORTC_LOG_FORMAT",
	)
}

// A setting means the same whichever source it comes from.
func TestEachSettingFromEachSource(t *testing.T) {
	files := maps.Clone(exampleFiles)
	for _, s := range Settings() {
		if s.NotInFile {
			continue
		}
		t.Run(s.Path, func(t *testing.T) {
			values := examples[s.Path]
			if len(values) == 0 {
				t.Fatal("has no example")
			}
			files["z.yaml"] = asYAML(s, values)
			open := disk(files)
			byFile, _ := mustLoad(t, Sources{Open: open, Flags: map[string][]string{"config": {"z.yaml"}}})
			byEnv, _ := mustLoad(t, Sources{Open: open, Environ: []string{s.Env() + "=" + strings.Join(values, ", ")}})
			byFlag, _ := mustLoad(t, Sources{Open: open, Flags: map[string][]string{s.Path: values}})
			byFile.File = ""
			if !reflect.DeepEqual(byFile, byEnv) || !reflect.DeepEqual(byEnv, byFlag) {
				t.Errorf("file %+v\nenvironment %+v\nflags %+v", byFile, byEnv, byFlag)
			}
			defaults, _ := mustLoad(t, Sources{})
			if s.Path != "tls.mode" && reflect.DeepEqual(byFlag, defaults) {
				t.Error("changed nothing")
			}
		})
	}
}

// asYAML writes a setting as an operator would.
func asYAML(s Setting, values []string) string {
	section, name, inSection := strings.Cut(s.Path, ".")
	if !inSection {
		return fmt.Sprintf("%s: %q\n", s.Path, values[0])
	}
	if !s.Repeatable {
		return fmt.Sprintf("%s:\n  %s: %q\n", section, name, values[0])
	}
	yaml := fmt.Sprintf("%s:\n  %s:\n", section, name)
	for _, v := range values {
		yaml += fmt.Sprintf("    - %q\n", v)
	}
	return yaml
}

// Help and reference are printed from the rows.
func TestRowsExplainThemselves(t *testing.T) {
	for _, s := range Settings() {
		if strings.Count(s.Usage, "`") != 2 {
			t.Errorf("%s: usage has no placeholder: %s", s.Path, s.Usage)
		}
		if s.Secret && s.Default != "" {
			t.Errorf("%s: a secret has a default", s.Path)
		}
	}
}
