package main

import (
	"context"
	"encoding/json"
	"io"
	"net/http"
	"regexp"
	"strings"
	"testing"

	"zerortc/turnserver/probe"
)

// iceOf asks a running server for credentials, with an invite or without.
func iceOf(t *testing.T, base, query, token string) (status int, username, credential, turn string) {
	t.Helper()
	r, err := http.NewRequest("GET", base+"api/ice"+query, nil)
	if err != nil {
		t.Fatal(err)
	}
	if token != "" {
		r.Header.Set("Authorization", "Bearer "+token)
	}
	answer, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer answer.Body.Close()
	body, err := io.ReadAll(answer.Body)
	if err != nil {
		t.Fatal(err)
	}
	var list struct {
		ICEServers []struct {
			URLs                 []string
			Username, Credential string
		}
	}
	if err := json.Unmarshal(body, &list); err != nil {
		t.Fatalf("%v: %s", err, body)
	}
	for _, s := range list.ICEServers {
		if s.Username != "" {
			turn = strings.TrimSuffix(strings.TrimPrefix(s.URLs[0], "turn:"), "?transport=udp")
			username, credential = s.Username, s.Credential
		}
	}
	return answer.StatusCode, username, credential, turn
}

// With rooms.access invite nobody has a credential without an invite, and the one
// it gives is bound to room and person: it opens a relay under that name and no
// other, and neither the log nor the name tells the room.
func TestCredentialsAskForTheInvite(t *testing.T) {
	t.Parallel()
	args := onLoopback(t, "--rooms-access", "invite")
	server := start(t, nil, args...)
	banner := server.ready()
	base := regexp.MustCompile(`http://\S+/`).FindString(banner)

	code, link, _ := inProcess(nil, append([]string{"invite", "secret-garden", "--url", "http://127.0.0.1"}, args[1:]...)...)
	_, token, found := strings.Cut(strings.TrimSpace(link), "#invite=")
	if code != exitOK || !found {
		t.Fatalf("%d, %s", code, link)
	}
	for _, row := range []struct {
		query, token string
		want         int
	}{
		{"", "", 401}, {"?room=secret-garden&uid=anna", "", 401}, {"", token, 401},
		{"?room=other-garden&uid=anna", token, 403}, {"?room=secret-garden&uid=anna", token + "x", 403},
		{"?room=secret-garden&uid=anna", token, 200},
	} {
		status, username, _, _ := iceOf(t, base, row.query, row.token)
		if status != row.want || (username != "") != (row.want == 200) {
			t.Errorf("%s: %d %q, want %d", row.query, status, username, row.want)
		}
	}

	_, username, credential, address := iceOf(t, base, "?room=secret-garden&uid=anna", token)
	if !regexp.MustCompile(`^\d+:[A-Z2-7]{8}\.anna$`).MatchString(username) {
		t.Errorf("user name %q", username)
	}
	allocate := func(as string) error {
		client, err := probe.Dial(context.Background(), probe.Config{Network: "udp", Server: address, Username: as, Password: credential})
		if err != nil {
			t.Fatal(err)
		}
		defer client.Close()
		_, err = client.Allocate(context.Background(), probe.AllocateOptions{})
		return err
	}
	if err := allocate(username); err != nil {
		t.Errorf("the credential opens no relay: %v", err)
	}
	for _, other := range []string{strings.Replace(username, "anna", "ben", 1), strings.SplitN(username, ":", 2)[0]} {
		if err := allocate(other); err == nil {
			t.Errorf("the credential opens a relay for %q", other)
		}
	}
	log := server.stderr.String()
	if !strings.Contains(log, "user="+username) || strings.Contains(log, "secret-garden") || strings.Contains(log, token) {
		t.Errorf("the log names the wrong things:\n%s", log)
	}
}

// Without a folder to keep one in there is no secret that zerortc invite could know.
func TestInviteNeedsAPlaceForItsSecret(t *testing.T) {
	code, _, stderr := inProcess([]string{"ZERORTC_TURN_SECRETS=north-by-northwest"}, "serve", "--rooms-access", "invite")
	if code != exitFailed {
		t.Errorf("%d", code)
	}
	wantOneError(t, stderr, "rooms.access invite needs a secret", "--state-dir", "--rooms-invite-secrets-file")
}
