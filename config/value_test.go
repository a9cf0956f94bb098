package config

import (
	"fmt"
	"log/slog"
	"strings"
	"testing"
	"time"
)

// parsed is the outcome of a parser as the tables below write it: the value, or
// what is wrong behind an exclamation mark.
func parsed[T any](value T, err error) string {
	if err != nil {
		return "! " + err.Error()
	}
	return fmt.Sprint(value)
}

type valueRow struct{ text, want string }

func checkValues[T any](t *testing.T, parse func(string) (T, error), rows []valueRow) {
	t.Helper()
	for _, row := range rows {
		got := parsed(parse(row.text))
		if got != row.want && !(strings.HasPrefix(row.want, "! ") && strings.HasPrefix(got, row.want)) {
			t.Errorf("%s: got %s, want %s", row.text, got, row.want)
		}
	}
}

func TestListen(t *testing.T) {
	checkValues(t, parseListen, []valueRow{
		{":9001", ":9001"},
		{":0", ":0"},
		{"0.0.0.0:80", "0.0.0.0:80"},
		{"192.0.2.7:09001", "192.0.2.7:9001"},
		{"[::]:3478", "[::]:3478"},
		{"[2001:DB8:0::7]:3478", "[2001:db8::7]:3478"},
		{"[fe80::1%eth0]:3478", "[fe80::1%eth0]:3478"},
		{"localhost:9001", "127.0.0.1:9001"}, // no lookup
		{"9001", `! "9001" is not HOST:PORT; write it as :9001`},
		{"::1:9001", `! "::1:9001" is not HOST:PORT`},
		{"*:9001", `! "*:9001" does not begin with an address of this machine`},
		{"example.org:9001", `! "example.org:9001" does not begin with an address`},
		{"http://:9001", `! "http://:9001" is not HOST:PORT`},
		{":http", `! ":http" does not end in a port number`},
		{":", `! ":" does not end in a port number`},
		{":-1", `! ":-1" does not end in a port number`},
		{":65536", `! ":65536" names a port above 65535`},
	})
}

func TestPortRange(t *testing.T) {
	checkValues(t, parsePortRange, []valueRow{
		{"49152-65535", "{49152 65535}"},
		{"1-1", "{1 1}"},
		{"50000", `! "50000" is not a range of ports; write it as 49152-65535`},
		{"a-b", `! "a-b" is not a range of ports`},
		{"1-2-3", `! "1-2-3" is not a range of ports`},
		{"-1", `! "-1" is not a range of ports`},
		{"0-9", `! "0-9" leaves the ports 1 to 65535`},
		{"1-65536", `! "1-65536" leaves the ports 1 to 65535`},
		{"9-1", `! "9-1" ends before it begins`},
	})
}

func TestPublicIP(t *testing.T) {
	checkValues(t, parsePublicIP, []valueRow{
		{"198.51.100.7", "{invalid IP 198.51.100.7 }"},
		{"::ffff:198.51.100.7", "{invalid IP 198.51.100.7 }"},
		{"2001:db8::7", "{invalid IP 2001:db8::7 }"},
		{"127.0.0.1", "{invalid IP 127.0.0.1 }"}, // with a warning
		{"192.168.1.2=198.51.100.7", "{192.168.1.2 198.51.100.7 }"},
		{"dns:home.example.org", "{invalid IP invalid IP home.example.org}"},
		{"192.168.1.2=dns:home.example.org", "{192.168.1.2 invalid IP home.example.org}"},
		{"0.0.0.0", `! "0.0.0.0" is no address that anybody could send to; give the address`},
		{"::", `! "::" is no address`},
		{"::ffff:0.0.0.0", `! "::ffff:0.0.0.0" is no address`},
		{"224.0.0.1", `! "224.0.0.1" is no address`},
		{"255.255.255.255", `! "255.255.255.255" is no address`},
		{"example.org", `! "example.org" is not an IP address`},
		{"198.51.100.7:3478", `! "198.51.100.7:3478" is not an IP address`},
		{"[2001:db8::7]", `! "[2001:db8::7]" is not an IP address`},
		{"fe80::1%eth0", `! "fe80::1%eth0" is not an IP address`},
		{"198.51.100.07", `! "198.51.100.07" is not an IP address`},
		{"dns:", `! "" is not a host name`},
		{"dns:a b", `! "a b" is not a host name`},
		{"=198.51.100.7", `! "" is not an IP address`},
		{"192.168.1.2=", `! "" is not an IP address`},
		{"192.168.1.2=2001:db8::7", `! "192.168.1.2=2001:db8::7" maps IPv4 to IPv6`},
	})
}

func TestPrefix(t *testing.T) {
	checkValues(t, parsePrefix, []valueRow{
		{"10.0.0.0/8", "10.0.0.0/8"},
		{"0.0.0.0/0", "0.0.0.0/0"},
		{"192.0.2.7", "192.0.2.7/32"},
		{"2001:db8::/32", "2001:db8::/32"},
		{"2001:db8::7", "2001:db8::7/128"},
		{"::ffff:10.0.0.0/104", "10.0.0.0/8"},
		{"::ffff:192.0.2.7", "192.0.2.7/32"},
		{"::/0", "::/0"},
		{"10.1.0.0/8", `! "10.1.0.0/8" has bits behind its length; write 10.0.0.0/8`},
		{"10.0.0.0-10.0.0.9", `! "10.0.0.0-10.0.0.9" is not a network; write it as 10.0.0.0/8`},
		{"10.0.0.0/33", `! "10.0.0.0/33" is not a network`},
		{"10.0.0.0/255.0.0.0", `! "10.0.0.0/255.0.0.0" is not a network`},
		{"10/8", `! "10/8" is not a network`},
		{"fe80::1%eth0", `! "fe80::1%eth0" is not a network`},
		{"all", `! "all" is not a network`},
	})
}

func TestHost(t *testing.T) {
	checkValues(t, parseHost, []valueRow{
		{"turn.example.org", "turn.example.org"},
		{"Turn.Example.org.", "turn.example.org"},
		{"nas_1", "nas_1"},
		{"192.0.2.7", "192.0.2.7"},
		{"2001:db8::7", "2001:db8::7"},
		{"[2001:db8::7]", "2001:db8::7"},
		{"turn:example.org", `! "turn:example.org" is not a host name; write a name or an address alone`},
		{"https://example.org", `! "https://example.org" is a URL`},
		{"example.org:3478", `! "example.org:3478" is not a host name`},
		{"0.0.0.0", `! "0.0.0.0" means nothing to a client`},
		{"fe80::1%eth0", `! "fe80::1%eth0" means nothing to a client`},
		{"a b", `! "a b" is not a host name`},
		{"a..b", `! "a..b" is not a host name`},
	})
}

func TestPermit(t *testing.T) {
	checkValues(t, parsePermit, []valueRow{
		{"corp.example.org", "{corp.example.org invalid Prefix}"},
		{"Fritz.Box.", "{fritz.box invalid Prefix}"},
		{"203.0.113.0/24", "{ 203.0.113.0/24}"},
		{"203.0.113.9", "{ 203.0.113.9/32}"},
		{"2001:db8::7", "{ 2001:db8::7/128}"},
		{"203.0.113.9/24", `! "203.0.113.9/24" has bits behind its length; write 203.0.113.0/24`},
		{"corp/24", `! "corp/24" is not a network`},
		{"*.example.org", `! "*.example.org" is neither a name nor a network`},
		{".example.org", `! ".example.org" is neither`},
		{"203.0.113", `! "203.0.113" is neither`},
		{"https://example.org", `! "https://example.org" is not a network`},
	})
}

func TestDirectory(t *testing.T) {
	checkValues(t, parseDirectory, []valueRow{
		{"https://ca.lan:9000/acme/acme/directory", "https://ca.lan:9000/acme/acme/directory"},
		{"http://ca.lan/directory", `! "http://ca.lan/directory" is not the URL of an ACME server; write it as https://ca.example.org`},
		{"ca.lan", `! "ca.lan" is not the URL`},
		{"https://", `! "https://" is not the URL`},
		{"https://u:p@ca.lan/", `! "https://u:p@ca.lan/" is not the URL`},
	})
}

func TestEmail(t *testing.T) {
	checkValues(t, parseEmail, []valueRow{
		{"admin@example.org", "admin@example.org"},
		{"Admin <admin@example.org>", `! "Admin <admin@example.org>" is not a mail address; write it as admin@example.org`},
		{"mailto:admin@example.org", `! "mailto:admin@example.org" is not`},
		{"a@example.org,b@example.org", `! "a@example.org,b@example.org" is not`},
		{"a@example.org?bcc=b@example.org", `! "a@example.org?bcc=b@example.org" is not`},
		{"admin", `! "admin" is not`},
	})
}

func TestTTL(t *testing.T) {
	checkValues(t, parseTTL, []valueRow{
		{"3600", "1h0m0s"},
		{"3600s", "1h0m0s"},
		{"1h", "1h0m0s"},
		{"1h30m", "1h30m0s"},
		{"1", "1s"},
		{"8760h", "8760h0m0s"},
		{"1.5h", "1h30m0s"},
		{"0", `! "0" is not between a second and a year; write it as 3600, 3600s or 1h`},
		{"-1h", `! "-1h" is not between`},
		{"8761h", `! "8761h" is not between`},
		{"99999999999999999999", `! "99999999999999999999" is not a time`},
		{"1500ms", `! "1500ms" is not in whole seconds`},
		{"1d", `! "1d" is not a time`},
		{"an hour", `! "an hour" is not a time`},
	})
}

func TestUser(t *testing.T) {
	for _, row := range []struct{ text, name, password string }{
		{"lqf:123456", "lqf", "123456"},
		{"alice:pa:ss", "alice", "pa:ss"},
		{"爱丽丝:密码", "爱丽丝", "密码"},
	} {
		user, err := parseUser(row.text)
		if err != nil || user.Name != row.name || user.Password.Reveal() != row.password {
			t.Errorf("%s: %v %v", row.text, user, err)
		}
	}
	checkValues(t, parseUser, []valueRow{
		{"alice", "! a user has no password; write it as name:password"},
		{"alice:", "! a user's name or password is empty"},
		{":x", "! a user's name or password is empty"},
		{strings.Repeat("a", 509) + ":x", "! a user's name is longer than 508 bytes"},
	})
}

func TestWords(t *testing.T) {
	checkValues(t, parseWord("text", "json"), []valueRow{
		{"json", "json"},
		{"JSON", `! "JSON" is not known here; write text or json`},
	})
	checkValues(t, parseLevel, []valueRow{
		{"debug", slog.LevelDebug.String()},
		{"info", slog.LevelInfo.String()},
		{"warn", slog.LevelWarn.String()},
		{"error", slog.LevelError.String()},
		{"trace", `! "trace" is not known here; write debug or info or warn or error`},
	})
}

func TestRealmAndPath(t *testing.T) {
	checkValues(t, parseRealm, []valueRow{
		{"zerortc", "zerortc"},
		{`a"b`, `! "a\"b" cannot be a realm`},
		{strings.Repeat("r", 764), "! "},
	})
	checkValues(t, parsePath, []valueRow{
		{"/var/lib/zerortc", "/var/lib/zerortc"},
		{"a~b", "a~b"},
		{"~", `! "~" begins with ~, which only a shell understands; write the whole path`},
		{"~/x", `! "~/x" begins with ~`},
	})
}

// A value given and empty is a slip wherever it is asked for.
func TestEmptyValues(t *testing.T) {
	for _, s := range Settings() {
		if s.NotInFile {
			continue
		}
		wantLines(t, loadFaults(t, flag(s.Path, "")), "--"+s.Flag()+": has no value; give it one, or leave it out")
	}
}

func TestLongValuesAreCutShort(t *testing.T) {
	got := loadFaults(t, flag("ice.ttl", strings.Repeat("é", 1000)))
	if len(got) != 1 || len(got[0]) > 300 || !strings.Contains(got[0], "…") {
		t.Errorf("got %q", got)
	}
}

func TestTTLIsADuration(t *testing.T) {
	if cfg, _ := mustLoad(t, flag("ice.ttl", "120")); cfg.ICE.TTL != 2*time.Minute {
		t.Errorf("got %v", cfg.ICE.TTL)
	}
}
