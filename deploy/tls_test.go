package deploy

import (
	"crypto/tls"
	"crypto/x509"
	"encoding/json"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// inFront are the settings that a document shows for a server behind a proxy.
func inFront(t *testing.T) (file string) {
	t.Helper()
	for _, b := range readDocument(t, "README.md").blocks {
		if b.language == "yaml" && strings.Contains(b.text, "trusted-proxies") {
			file = filepath.Join(t.TempDir(), "zerortc.yaml")
			if err := os.WriteFile(file, []byte(b.text), 0o600); err != nil {
				t.Fatal(err)
			}
			return file
		}
	}
	t.Fatal("no document shows settings for a proxy")
	return ""
}

// What callers get who come without TLS, by the settings that the documents name.
// The listener is loopback, the name they come by is not.
func TestPlainCallers(t *testing.T) {
	t.Parallel()
	for _, server := range []struct {
		name   string
		args   []string
		status map[string]int // by path
	}{
		{"defaults", nil, map[string]int{
			"/": 308, "/room/blue": 308, "/trust": 200, "/trust/zerortc-ca.crt": 200, "/trust/zerortc-ca.pem": 200,
			"/trust/zerortc-ca.mobileconfig": 200, "/api/ice": 200, "/example/": 200, "/healthz": 200, "/ws": 426,
		}},
		{"http.plain off", []string{"--http-plain", "off"}, map[string]int{
			"/": 308, "/trust": 200, "/api/ice": 308, "/example/": 308, "/healthz": 200, "/ws": 308,
		}},
		{"behind a proxy", []string{"--config", inFront(t)}, map[string]int{
			"/": 200, "/api/ice": 200, "/ws": 426, "/trust": 404,
		}},
	} {
		s := start(t, server.args...)
		for path, want := range server.status {
			if got := s.plain(t, path); got.StatusCode != want {
				t.Errorf("%s: %s answers %s, want %d", server.name, path, got.Status, want)
			} else if to := got.Header.Get("Location"); want == 308 && to != "https://call.lan:9001"+path {
				t.Errorf("%s: %s leads to %s", server.name, path, to)
			}
		}
		s.stop(t)
	}
}

// plain is the answer to who came by http://call.lan:9001.
func (s *server) plain(t *testing.T, path string) *http.Response {
	t.Helper()
	request, err := http.NewRequest(http.MethodGet, s.page(t)+path, nil)
	if err != nil {
		t.Fatal(err)
	}
	request.Host = "call.lan:9001"
	answer, err := http.DefaultTransport.RoundTrip(request)
	if err != nil {
		t.Fatal(err)
	}
	answer.Body.Close()
	return answer
}

// A device that took the authority from /trust comes by https without complaint,
// on the port of the page and on that of TURN, and is offered turns:, which a
// caller in plain is not.
func TestTrust(t *testing.T) {
	t.Parallel()
	s := start(t)
	known := x509.NewCertPool()
	if !known.AppendCertsFromPEM([]byte(s.get(t, "/trust/zerortc-ca.pem"))) {
		t.Fatal("/trust/zerortc-ca.pem is no certificate")
	}
	device := &http.Client{Transport: &http.Transport{TLSClientConfig: &tls.Config{RootCAs: known}}}
	defer device.CloseIdleConnections()
	plain := turnURLs(t, http.DefaultClient, s.page(t))
	if slices.ContainsFunc(plain, isTLS) {
		t.Errorf("in plain: %s", plain)
	}
	page, err := url.Parse(s.page(t))
	if err != nil {
		t.Fatal(err)
	}
	turn := strings.TrimSuffix(strings.TrimPrefix(plain[0], "turn:"), "?transport=udp")
	for _, host := range []string{page.Host, turn} {
		if all := turnURLs(t, device, "https://"+host); !slices.ContainsFunc(all, isTLS) {
			t.Errorf("by https://%s: %s", host, all)
		}
	}
}

func isTLS(url string) bool { return strings.HasPrefix(url, "turns:") }

// turnURLs are those of the ICE list at the server.
func turnURLs(t *testing.T, client *http.Client, server string) []string {
	t.Helper()
	answer, err := client.Get(server + "/api/ice")
	if err != nil {
		t.Fatal(err)
	}
	defer answer.Body.Close()
	var list struct{ IceServers []struct{ URLs []string } }
	if err := json.NewDecoder(answer.Body).Decode(&list); err != nil || len(list.IceServers) != 2 {
		t.Fatalf("%s: %v, %+v", server, err, list)
	}
	return list.IceServers[1].URLs
}
