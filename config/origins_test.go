package config

import (
	"strings"
	"testing"
)

func TestOriginsAllowed(t *testing.T) {
	app := Origins{"https://app.example.org"}
	for _, row := range []struct {
		name         string
		origins      Origins
		origin, host string
		want         bool
	}{
		{"native client", nil, "", "192.0.2.7:9001", true},
		{"native client, list", app, "", "", true},

		{"own page", nil, "http://192.0.2.7:9001", "192.0.2.7:9001", true},
		{"own page behind a proxy", nil, "https://rtc.example.org", "rtc.example.org:9001", true},
		{"own page on another port", nil, "http://192.0.2.7:8080", "192.0.2.7:9001", true},
		{"own page, capitals", nil, "http://RTC.Example.ORG", "rtc.example.org", true},
		{"own page, dot at the end", nil, "http://rtc.example.org.:1", "rtc.example.org", true},
		{"own page, dot in Host", nil, "http://rtc.example.org", "rtc.example.org.", true},
		{"own page, IPv6", nil, "http://[2001:db8::7]:9001", "[2001:db8::7]:9001", true},
		{"own page, IPv6 spelled otherwise", nil, "http://[2001:db8::7]", "[2001:DB8:0:0::7]:9001", true},
		{"own page, mapped address", nil, "http://192.0.2.7", "[::ffff:192.0.2.7]:9001", true},
		{"own page, underscore", nil, "http://nas_1", "nas_1:9001", true},
		{"own page stays allowed with a list", app, "http://192.0.2.7:9001", "192.0.2.7:9001", true},

		{"localhost is 127.0.0.1", nil, "http://localhost:3000", "127.0.0.1:9001", true},
		{"127.0.0.1 is localhost", nil, "http://127.0.0.1", "localhost:9001", true},
		{"all of 127/8", nil, "http://127.8.9.10", "127.0.0.1", true},
		{"::1 is localhost", nil, "http://[::1]:3000", "localhost:9001", true},
		{"app.localhost", nil, "http://app.localhost", "[::1]:9001", true},
		{"LOCALHOST.", nil, "http://LOCALHOST.", "127.0.0.1", true},
		{"mapped loopback", nil, "http://[::ffff:7f00:1]", "localhost", true},
		{"notlocalhost", nil, "http://notlocalhost", "localhost", false},
		{"localhost.evil.example", nil, "http://localhost.evil.example", "localhost", false},
		{"localhost against the LAN address", nil, "http://localhost:9001", "192.0.2.7:9001", false},

		{"foreign page", nil, "https://evil.example", "192.0.2.7:9001", false},
		{"sub-domain", nil, "https://a.example.org", "example.org", false},
		{"parent domain", nil, "https://example.org", "a.example.org", false},
		{"suffix", nil, "https://evilexample.org", "example.org", false},
		{"other address", nil, "http://192.0.2.70", "192.0.2.7", false},
		{"no Host", nil, "http://192.0.2.7", "", false},
		{"bad Host", nil, "http://192.0.2.7", "192.0.2.7/x", false},
		{"bare IPv6 in Host", nil, "http://[::2]", "::2", false},
		{"app, not a page", nil, "capacitor://localhost", "localhost:9001", false},

		{"listed", app, "https://app.example.org", "192.0.2.7:9001", true},
		{"listed, default port written", app, "https://app.example.org:443", "192.0.2.7", true},
		{"listed with default port", Origins{"http://a.example:80"}, "http://a.example", "x", true},
		{"listed, capitals", Origins{"HTTPS://App.Example.org"}, "https://app.example.org", "x", true},
		{"listed, other scheme", app, "http://app.example.org", "192.0.2.7", false},
		{"listed, other port", app, "https://app.example.org:8443", "192.0.2.7", false},
		{"listed, sub-domain", app, "https://x.app.example.org", "192.0.2.7", false},
		{"listed app", Origins{"capacitor://localhost"}, "capacitor://localhost", "192.0.2.7", true},
		{"second in the list", Origins{"null", "https://b.example"}, "https://b.example", "x", true},
		{"nonsense in the list", Origins{"app.example.org"}, "https://app.example.org", "x", false},

		{"opaque", nil, "null", "192.0.2.7", false},
		{"opaque, other list", app, "null", "192.0.2.7", false},
		{"opaque, listed", Origins{"null"}, "null", "192.0.2.7", true},
		{"opaque host", nil, "null", "null", false},
		{"file page of an old web view", Origins{"null"}, "file://", "192.0.2.7", true},
		{"file page, not listed", nil, "file://", "192.0.2.7", false},

		{"every", Origins{"*"}, "https://evil.example", "192.0.2.7", true},
		{"every, opaque", Origins{"*"}, "null", "192.0.2.7", true},
		{"every, malformed", Origins{"*"}, "evil.example", "192.0.2.7", false},
	} {
		t.Run(row.name, func(t *testing.T) {
			if got := row.origins.Allowed(row.origin, row.host); got != row.want {
				t.Errorf("%v allow %q at %q: %v", row.origins, row.origin, row.host, got)
			}
		})
	}
}

// What is no origin is refused, even where every origin is welcome.
func TestMalformedOrigins(t *testing.T) {
	for _, origin := range []string{
		"a", "a.example", "//a", "://a", "http:", "http:/a", "http://", "http:///", "http://a/", "http://a/b",
		"http://a?b", "http://a#b", "http://u@a", "http://u:p@a", "http://a:", "http://a:x", "http://a:0",
		"http://a:65536", "http://a:-1", "http://a:1:2", "http://::1", "http://[::1", "http://::1]",
		"http://[::1]x", "http://[127.0.0.1]", "http://[fe80::1%25eth0]", "http://a b", " http://a", "http://a ",
		"http://a, http://b", "http://a http://b", "1http://a", "ht tp://a", "http://a..b", "http://.",
		"http://a\x00", "http://a\n", "http://é", "http://\u212aelvin", "Null", "null ", "file:///", "*",
		"http://" + strings.Repeat("a", 254),
	} {
		for _, host := range []string{"a", "localhost", "", origin} {
			if (Origins{"*", "null", "http://a"}).Allowed(origin, host) {
				t.Errorf("%q at %q is allowed", origin, host)
			}
		}
	}
}

func TestOriginSetting(t *testing.T) {
	checkValues(t, parseOriginSetting, []valueRow{
		{"https://app.example.org", "https://app.example.org"},
		{"http://[::1]:3000", "http://[::1]:3000"},
		{"capacitor://localhost", "capacitor://localhost"},
		{"*", "*"},
		{"null", "null"},
		{"app.example.org", `! "app.example.org" is not an origin; write scheme and host alone, such as https://app.example.org`},
		{"https://app.example.org/", `! "https://app.example.org/" is not an origin`},
		{"https://*.example.org", `! "https://*.example.org" has a * inside, and only a lone * is known; write each origin out`},
	})
}

// What is allowed without a list names the host of the request; a list only
// ever adds; and spelling does not matter.
func FuzzOrigins(f *testing.F) {
	f.Add("http://192.0.2.7:9001", "192.0.2.7:9001", "https://app.example.org")
	f.Add("http://localhost", "[::1]:9001", "null")
	f.Fuzz(func(t *testing.T, origin, host, listed string) {
		own := Origins(nil).Allowed(origin, host)
		withList := Origins{listed}.Allowed(origin, host)
		if own && !withList {
			t.Error("a list took away an own page")
		}
		if withList && !own && listed != "*" && !strings.EqualFold(origin, listed) {
			a, okA := parseOrigin(origin)
			b, okB := parseOrigin(listed)
			if !okA || !okB || a != b {
				t.Error("allowed and not listed")
			}
		}
		if origin == "" || !own {
			return
		}
		page, ok := parseOrigin(origin)
		if !ok || page.host == "" {
			t.Fatal("an own page without a host")
		}
		if !Origins(nil).Allowed(strings.ToUpper(origin), strings.ToLower(host)) {
			t.Error("capitals matter")
		}
		if Origins(nil).Allowed(origin, host+".evil.example") {
			t.Error("a longer host is allowed")
		}
	})
}
