package web

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"
)

func TestICEAnswer(t *testing.T) {
	h := testHandler(t, listICE{}, quietLog())
	want := `{"iceServers":[{"urls":["stun:192.0.2.7:3478"]},` +
		`{"urls":["turn:192.0.2.7:3478?transport=udp","turn:192.0.2.7:3478?transport=tcp"],` +
		`"username":"1767225600:nameless","credential":"key/of+nameless="}],` +
		`"iceTransportPolicy":"all","ttl":3600,"expiresAt":"2026-01-01T00:00:00Z","lifetimeDuration":"3600s"}`
	for _, method := range []string{"GET", "POST"} {
		w := ask(h, method, "/api/ice")
		got := strings.TrimSpace(w.Body.String())
		if w.Code != 200 || got != want {
			t.Errorf("%s: %d %s\nwant %s", method, w.Code, got, want)
		}
		if cache := w.Header().Get("Cache-Control"); cache != "no-store" {
			t.Errorf("%s: Cache-Control %q", method, cache)
		}
	}
}

func TestTURNAnswer(t *testing.T) {
	h := testHandler(t, listICE{}, quietLog())
	want := `{"username":"1767225600:alice@example.org","password":"key/of+alice@example.org=","ttl":3600,` +
		`"uris":["turn:192.0.2.7:3478?transport=udp","turn:192.0.2.7:3478?transport=tcp"]}`
	for _, target := range []string{
		"/api/turn?service=turn&username=alice@example.org",
		"/api/turn?service=turn&username=alice%40example.org&key=anything",
		"/api/turn?username=alice@example.org&api=Janus",
		"/api/turn?service=turn;username=alice@example.org",
	} {
		w := ask(h, "GET", target)
		if got := strings.TrimSpace(w.Body.String()); w.Code != 200 || got != want {
			t.Errorf("%s: %d %s\nwant %s", target, w.Code, got, want)
		}
	}
}

func TestLinkHeaders(t *testing.T) {
	h := testHandler(t, listICE{}, quietLog())
	want := []string{
		`<stun:192.0.2.7:3478>; rel="ice-server"`,
		`<turn:192.0.2.7:3478?transport=udp>; rel="ice-server"; username="1767225600:bob"; credential="key/of+bob="; credential-type="password"`,
		`<turn:192.0.2.7:3478?transport=tcp>; rel="ice-server"; username="1767225600:bob"; credential="key/of+bob="; credential-type="password"`,
	}
	if got := ask(h, "GET", "/api/turn?username=bob").Header().Values("Link"); !slices.Equal(got, want) {
		t.Errorf("%q\nwant %q", got, want)
	}
	if got := ask(h, "GET", "/api/ice").Header().Values("Link"); len(got) != 3 || got[0] != want[0] {
		t.Errorf("/api/ice: %q", got)
	}
}

func TestAnswersWithoutServersHaveEmptyArrays(t *testing.T) {
	h := testHandler(t, emptyICE{}, quietLog())
	if got := ask(h, "GET", "/api/ice").Body.String(); !strings.Contains(got, `"iceServers":[]`) {
		t.Error(got)
	}
	if got := ask(h, "GET", "/api/turn").Body.String(); !strings.Contains(got, `"uris":[]`) {
		t.Error(got)
	}
}

func TestUserNameOfTURN(t *testing.T) {
	for name, ok := range map[string]bool{
		"a": true, "alice.b-c_d~e@f+g=h": true, strings.Repeat("x", 64): true,
		"": true, "a:b": false, "a b": false, "a\nb": false, "\u00e4": false, `a"b`: false, "a\\b": false,
		"a\x00": false, "<b>": false, strings.Repeat("x", 65): false,
	} {
		if got := IsUserName(name); got != ok {
			t.Errorf("%q: %v, want %v", name, got, ok)
		}
	}
}

// FuzzTURN: whatever the query, the answer is JSON, and either an error or a
// credential whose name has its one colon where the expiry ends.
func FuzzTURN(f *testing.F) {
	for _, seed := range []string{
		"service=turn&username=alice", "username=a:b", "service=stun", "username=%zz", "a;b", "username=a%0d%0aX: y",
	} {
		f.Add(seed)
	}
	h := turnHandler(listICE{}, newProofDoor(nil))
	f.Fuzz(func(t *testing.T, query string) {
		r := requestAt("192.0.2.7:9001", "192.0.2.7:9001")
		r.URL.Path, r.URL.RawQuery = "/api/turn", query
		w := record(h, r)
		var got struct {
			turnGrant
			Error *apiError
		}
		if err := json.Unmarshal(w.Body.Bytes(), &got); err != nil {
			t.Fatalf("%q: %v in %s", query, err, w.Body)
		}
		_, name, _ := strings.Cut(got.Username, ":")
		switch {
		case w.Code == 400 && got.Error != nil:
		case w.Code == 200 && IsUserName(name):
		default:
			t.Fatalf("%q: %d %s", query, w.Code, w.Body)
		}
		for _, link := range w.Header().Values("Link") {
			if strings.ContainsAny(link, "\r\n\\") {
				t.Fatalf("%q: Link %q", query, link)
			}
		}
	})
}
