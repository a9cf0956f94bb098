package doctor

import (
	"crypto/x509"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"zerortc/cmd/finding"
)

// examine runs all checks of a visit, and holds it to the time it may take.
func examine(t *testing.T, v *visit) finding.List {
	t.Helper()
	begin := time.Now()
	defer v.close()
	list := runAll(t.Context(), v.checks())
	if took := time.Since(begin); took > 15*time.Second {
		t.Errorf("took %v", took)
	}
	return list
}

func byName(t *testing.T, list finding.List, check string) finding.Finding {
	t.Helper()
	for _, f := range list {
		if f.Check == check {
			return f
		}
	}
	t.Fatalf("no %s in %+v", check, list)
	return finding.Finding{}
}

// A server on which nothing is wrong but what a test on loopback cannot do without:
// that relays may lead there.
func TestAllIsWell(t *testing.T) {
	t.Parallel()
	list := examine(t, newFake(t).start())
	for _, f := range list {
		if f.Verdict != finding.OK && f.Check != "peers-loopback" {
			t.Errorf("%+v", f)
		}
	}
	if len(list) != 14 {
		t.Errorf("%d findings", len(list))
	}
}

// fault is one thing spoilt, and what the doctor has to say about it.
type fault struct {
	name    string
	spoil   func(*fake)
	check   string
	verdict finding.Verdict
	what    string // words of it
	remedy  string // words of it
}

func answering(status int, body string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		w.WriteHeader(status)
		w.Write([]byte(body))
	}
}

func (row fault) test(t *testing.T) {
	t.Parallel()
	f := newFake(t)
	row.spoil(f)
	list := examine(t, f.start())
	got := byName(t, list, row.check)
	if got.Verdict != row.verdict || !strings.Contains(got.What, row.what) || !strings.Contains(got.Remedy, row.remedy) {
		t.Errorf("%+v, want %s, %q, %q", got, row.verdict, row.what, row.remedy)
	}
	for _, f := range list {
		if f.Verdict == finding.Fault && f.Remedy == "" {
			t.Errorf("no remedy: %+v", f)
		}
	}
}

func TestFaultsOfThePage(t *testing.T) {
	for _, row := range []fault{
		{"not ours", func(f *fake) { f.routes["/healthz"] = answering(404, "") }, "page", finding.Fault, "404", "every path"},
		{"a name that is none", func(f *fake) { f.host = "nowhere.invalid" }, "page", finding.Fault, "is not found", "spelling"},
		{"clock ahead", func(f *fake) {
			f.routes["/healthz"] = func(w http.ResponseWriter, _ *http.Request) {
				w.Header().Set("Date", time.Now().Add(10*time.Minute).UTC().Format(http.TimeFormat))
			}
		}, "clock", finding.Fault, "10m0s ahead of ours", "NTP"},
		{"clock behind", func(f *fake) {
			f.routes["/healthz"] = func(w http.ResponseWriter, _ *http.Request) {
				w.Header().Set("Date", time.Now().Add(-time.Hour).UTC().Format(http.TimeFormat))
			}
		}, "clock", finding.Fault, "1h0m0s behind ours", "NTP"},
		{"no clock", func(f *fake) {
			f.routes["/healthz"] = func(w http.ResponseWriter, _ *http.Request) { w.Header()["Date"] = nil }
		}, "clock", finding.Fault, "tells no time", "Date"},
		{"without TLS", func(f *fake) { f.plain = true }, "certificate", finding.Skipped, "by http", ""},
	} {
		t.Run(row.name, row.test)
	}
}

func TestFaultsOfTheCertificate(t *testing.T) {
	for _, row := range []fault{
		{"ended", func(f *fake) { f.leaf.NotAfter = time.Now().Add(-time.Minute) }, "certificate", finding.Fault, "ended on", "renew"},
		{"not begun", func(f *fake) { f.leaf.NotBefore = time.Now().Add(time.Hour) }, "certificate", finding.Fault, "begins on", "clock"},
		{"ends soon", func(f *fake) { f.leaf.NotAfter = time.Now().Add(48 * time.Hour) }, "certificate", finding.Hint, "ends on", "renewed"},
		{"another name", func(f *fake) { f.leaf = leafFor("call.example.org") }, "certificate", finding.Fault, "not for 127.0.0.1 but for call.example.org", "tls.mode"},
		{"another address", func(f *fake) { f.leaf = leafFor("192.0.2.7") }, "certificate", finding.Fault, "but for 192.0.2.7", "tls.mode"},
		{"for nobody", func(f *fake) { f.leaf = leafFor("x"); f.leaf.DNSNames = nil }, "certificate", finding.Fault, "for nobody", "tls.mode"},
		{"a CA to be trusted yet", func(f *fake) { f.trust = false }, "certificate", finding.Hint, "SHA-256 ", "/trust"},
		{"an unknown CA", func(f *fake) { f.trust = false; f.routes["/trust/zerortc-ca.pem"] = answering(404, "") }, "certificate",
			finding.Fault, "signed by an unknown authority", "certificates above its own"},
	} {
		t.Run(row.name, row.test)
	}
}

func TestNoCertificate(t *testing.T) {
	v := &visit{Patient: Patient{URL: &url.URL{Scheme: "https", Host: "192.0.2.7"}}}
	if got := v.certificate(t.Context()); got.Verdict != finding.Fault || !strings.Contains(got.What, "no certificate") || got.Remedy == "" {
		t.Errorf("%+v", got)
	}
}

// The CA of the state folder is believed beside those of the system.
func TestOwnCA(t *testing.T) {
	f := newFake(t)
	f.trust = false
	v := f.start()
	v.CA = f.ca.cert
	if got := byName(t, examine(t, v), "certificate"); got.Verdict != finding.OK || !strings.Contains(got.What, "state folder") {
		t.Errorf("%+v", got)
	}
	v = f.start()
	v.CA = newAuthority(t).cert
	if got := byName(t, examine(t, v), "certificate"); got.Verdict != finding.Hint {
		t.Errorf("another CA: %+v", got)
	}
}

func TestFaultsOfTheWebSocket(t *testing.T) {
	for _, row := range []fault{
		{"origin refused", func(f *fake) { f.routes["/ws"] = answering(403, "bad-origin") }, "websocket", finding.Fault, "refuses its own page", "http.origins"},
		{"a proxy that drops Upgrade", func(f *fake) { f.routes["/ws"] = answering(426, "") }, "websocket", finding.Fault, "426", "Upgrade"},
		{"a page instead", func(f *fake) { f.routes["/ws"] = answering(200, "<html>") }, "websocket", finding.Fault, "200", "Upgrade"},
		{"full", func(f *fake) { f.routes["/ws"] = answering(503, "") }, "websocket", finding.Fault, "no room", "rooms.max-sockets"},
		{"hangs up", func(f *fake) {
			f.routes["/ws"] = func(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) }
		}, "websocket", finding.Fault, "hangs up", "log"},
		{"no pong", func(f *fake) {
			f.routes["/ws"] = func(w http.ResponseWriter, r *http.Request) {
				socket, err := upgraded(w, r)
				if err == nil {
					time.AfterFunc(checkTime, func() { socket.Close() })
				}
			}
		}, "websocket", finding.Fault, "ping gets no answer", "frames"},
	} {
		t.Run(row.name, row.test)
	}
}

func TestFaultsOfTheICEList(t *testing.T) {
	list := func(body string) func(*fake) {
		return func(f *fake) { f.routes["/api/ice"] = answering(200, body) }
	}
	const user = `,"username":"u","credential":"c"`
	for _, row := range []fault{
		{"no JSON", list("<html>"), "ice", finding.Fault, "no JSON", "/api/ice"},
		{"JSON of another kind", list(`{"iceServers": 7}`), "ice", finding.Fault, "no JSON as it should be", "/api/ice"},
		{"nothing", list(`{}`), "ice", finding.Fault, "no stun: URL", "/api/ice"},
		{"no TURN", list(`{"iceServers":[{"urls":["stun:127.0.0.1:1"]}]}`), "ice", finding.Fault, "no turn: URL", "/api/ice"},
		{"no user", list(`{"iceServers":[{"urls":["stun:127.0.0.1:1","turn:127.0.0.1:1"]}]}`), "ice", finding.Fault, "no user", "/api/ice"},
		{"no URL", list(`{"iceServers":[{"urls":["http://x"]}]}`), "ice", finding.Fault, `"http://x" is no URL`, "/api/ice"},
		{"a URL of another trade", list(`{"iceServers":[{"urls":["sip:anna"]}]}`), "ice", finding.Fault, `"sip:anna" is no URL`, "/api/ice"},
		{"hangs up", func(f *fake) {
			f.routes["/api/ice"] = func(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) }
		}, "ice", finding.Fault, "hangs up", "between"},
		{"too many", list(`{"iceServers":[{"urls":["stun:127.0.0.1:1","turn:127.0.0.1:1","turn:127.0.0.1:2","turn:127.0.0.1:3","turn:127.0.0.1:4"]` + user + `}]}`),
			"ice", finding.Hint, "5 URLs", "turn.listen"},
		{"for the invited", func(f *fake) { f.routes["/api/ice"] = answering(401, "") }, "ice", finding.Fault, "invited only", "#invite="},
		{"too fast", func(f *fake) { f.routes["/api/ice"] = answering(429, "") }, "ice", finding.Fault, "too many", "second"},
		{"not passed on", func(f *fake) { f.routes["/api/ice"] = answering(502, "") }, "ice", finding.Fault, "502", "/api/"},
		{"out of a cache", func(f *fake) { f.expire = time.Now().Add(-time.Hour) }, "ice", finding.Fault, "ended at", "cache"},
	} {
		t.Run(row.name, row.test)
	}
}

// What follows from a fault is not told as one of its own.
func TestNothingThere(t *testing.T) {
	t.Parallel()
	v := newFake(t).start()
	v.URL.Host = closedPort(t)
	list := examine(t, v)
	if got := byName(t, list, "page"); got.Verdict != finding.Fault || !strings.Contains(got.What, "nothing listens") {
		t.Errorf("%+v", got)
	}
	if list.Count(finding.Fault) != 1 || list.Count(finding.Skipped) != len(list)-1 {
		t.Errorf("%+v", list)
	}
	if got := byName(t, list, "relay"); !strings.Contains(got.What, "without turn-udp or turn-tcp or turn-tls") {
		t.Errorf("%+v", got)
	}
}

func TestSilence(t *testing.T) {
	t.Parallel()
	v := newFake(t).start()
	v.URL.Host = silent(t, "tcp")
	if got := byName(t, examine(t, v), "page"); got.Verdict != finding.Fault || !strings.Contains(got.Remedy, "firewall") {
		t.Errorf("%+v", got)
	}
}

func TestWrongScheme(t *testing.T) {
	t.Parallel()
	f := newFake(t)
	f.plain = true
	v := f.start()
	v.URL.Scheme = "https"
	if got := byName(t, examine(t, v), "page"); got.Verdict != finding.Fault || !strings.Contains(got.What, "speaks no TLS") {
		t.Errorf("%+v", got)
	}
}

func TestRemediesAreToldOnce(t *testing.T) {
	got := once(finding.List{finding.Bad("a", "x", "mend"), finding.Good("b", "y"), finding.Bad("c", "z", "mend"), finding.Good("d", "y")})
	if got[2].Remedy != "the same as for a" || got[1].Remedy+got[3].Remedy != "" {
		t.Errorf("%+v", got)
	}
}

// An invite is shown to servers that are vouched for, and to no others.
func TestInviteIsKeptFromStrangers(t *testing.T) {
	t.Parallel()
	for name, row := range map[string]struct {
		spoil func(*fake, *visit)
		shown bool
	}{
		"trusted by the system":      {func(f *fake, v *visit) {}, true},
		"by the CA of the folder":    {func(f *fake, v *visit) { v.roots, v.CA = x509.NewCertPool(), f.ca.cert }, true},
		"by nobody":                  {func(f *fake, v *visit) { v.roots = x509.NewCertPool() }, false},
		"by the CA, of another name": {func(f *fake, v *visit) { v.ServerName = "call.example.org" }, false},
	} {
		t.Run(name, func(t *testing.T) {
			f := newFake(t)
			var seen string
			f.routes["/api/ice"] = func(w http.ResponseWriter, r *http.Request) {
				seen = r.Header.Get("Authorization") + " " + r.URL.RawQuery
				f.ice(w, r)
			}
			v := f.start()
			v.Room, v.Invite = "blue sky", "golden"
			row.spoil(f, v)
			got := v.ice(t.Context())
			if row.shown && (got.Verdict != finding.OK || seen != "Bearer golden room=blue+sky&uid=doctor") {
				t.Errorf("%+v, saw %q", got, seen)
			}
			if !row.shown && (got.Verdict != finding.Fault || seen != "" || !strings.Contains(got.What, "not shown")) {
				t.Errorf("%+v, saw %q", got, seen)
			}
		})
	}
}
