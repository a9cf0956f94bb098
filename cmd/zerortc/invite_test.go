package main

import (
	"path/filepath"
	"strings"
	"testing"
	"time"

	"zerortc/cmd/lan"
	"zerortc/cmd/state"
	"zerortc/config"
	"zerortc/signaling/invite"
)

const inviteSecret = "0123456789abcdef0123456789abcdef"

// Each link leads to the server and holds an invite under the server's secret.
func TestInviteLink(t *testing.T) {
	own := lan.Addresses()[0].String()
	for _, row := range []struct{ args, room, uid, want string }{
		{"blue", "blue", "", "https://" + own + ":9001/room/blue#invite="},
		{"blue --for 90m", "blue", "", "https://" + own + ":9001/room/blue#invite="},
		{"--for 90m blue", "blue", "", "https://" + own + ":9001/room/blue#invite="},
		{"blue --uid anna", "blue", "anna", "https://" + own + ":9001/room/blue#invite="},
		{"Cafe\u0301/x?#% --url https://call.example.org", "Café/x?#%", "", "https://call.example.org/room/Caf%C3%A9%2Fx%3F%23%25#invite="},
		{"blue --url http://[2001:db8::7]:80/", "blue", "", "http://[2001:db8::7]:80/room/blue#invite="},
		{"blue --tls-mode off --http-listen :8080", "blue", "", "http://" + own + ":8080/room/blue#invite="},
		{"blue --http-listen 127.0.0.1:9001", "blue", "", "http://127.0.0.1:9001/room/blue#invite="},
		{"blue --http-listen 192.0.2.7:443", "blue", "", "https://192.0.2.7/room/blue#invite="},
		{"blue --http-listen [2001:db8::7]:9001", "blue", "", "https://[2001:db8::7]:9001/room/blue#invite="},
		{"blue --tls-mode acme --tls-domains call.example.org --http-listen :443", "blue", "", "https://call.example.org/room/blue#invite="},
	} {
		env := []string{"ZERORTC_ROOMS_ACCESS=invite", "ZERORTC_ROOMS_INVITE_SECRETS=" + inviteSecret}
		code, stdout, stderr := inProcess(env, append([]string{"invite"}, strings.Fields(row.args)...)...)
		token, found := strings.CutPrefix(strings.TrimSuffix(stdout, "\n"), row.want)
		if code != exitOK || !found || stderr != "" {
			t.Errorf("%s: %d, %s%s", row.args, code, stdout, stderr)
			continue
		}
		book := invite.New([]config.Secret{config.NewSecret(inviteSecret)})
		if err := book.Check(token, row.room, row.uid, time.Now()); err != nil {
			t.Errorf("%s: %v", row.args, err)
		}
		if err := book.Check(token, row.room, row.uid, time.Now().Add(25*time.Hour)); err == nil {
			t.Errorf("%s: opens for longer than a day", row.args)
		}
	}
}

func TestWrongInvite(t *testing.T) {
	for _, row := range []struct {
		args []string
		want string
	}{
		{nil, "takes one room"},
		{[]string{"blue", "red"}, "takes one room"},
		{[]string{"blue", "--for", "soon"}, "--for is not between"},
		{[]string{"blue", "--for", "59s"}, "--for is not between a minute and a year"},
		{[]string{"blue", "--for", "9000h"}, "--for is not between a minute and a year"},
		{[]string{"blue", "--url", "call.example.org"}, "--url is not the address of a server"},
		{[]string{"blue", "--url", "ftp://call.example.org"}, "--url is not the address of a server"},
		{[]string{"blue", "--url", "https://call.example.org/room/x"}, "--url is not the address of a server"},
		{[]string{"blue", "--url", "https://anna@call.example.org"}, "--url is not the address of a server"},
		{[]string{"blue", "--url", "https://call.example.org?x"}, "--url is not the address of a server"},
		{[]string{"blue", "--http-listen", ":0"}, "--url https://HOST:PORT"},
		{[]string{".."}, "the room's name cannot be one"},
		{[]string{" "}, "the room's name cannot be one"},
		{[]string{"\xff"}, "the room's name cannot be one"},
		{[]string{strings.Repeat("x", 511)}, "the room's name cannot be one"},
		{[]string{"blue", "--uid", "\xff"}, "--uid is no name"},
		{[]string{"blue", "--forr", "1h"}, "did you mean --for?"},
	} {
		env := []string{"ZERORTC_ROOMS_INVITE_SECRETS=" + inviteSecret}
		code, stdout, stderr := inProcess(env, append([]string{"invite"}, row.args...)...)
		if code != exitUsage || stdout != "" || !strings.Contains(stderr, row.want) {
			t.Errorf("%q: %d, %s%s", row.args, code, stdout, stderr)
		}
	}
	code, _, stderr := inProcess(nil, "invite", "blue", "--rooms-access", "invitation")
	if code != exitSettings || !strings.Contains(stderr, "write open or invite") {
		t.Errorf("%d, %s", code, stderr)
	}
}

// A secret of its own would make links that look right and open nothing.
func TestInviteMakesNoSecret(t *testing.T) {
	folder := filepath.Join(t.TempDir(), "state")
	code, stdout, stderr := inProcess(nil, "invite", "blue", "--state-dir", folder)
	if code != exitFailed || stdout != "" {
		t.Errorf("%d, %s", code, stdout)
	}
	wantOneError(t, stderr, "there is no invite secret", "--state-dir")

	secrets, err := state.InviteSecrets(folder)
	if err != nil {
		t.Fatal(err)
	}
	code, stdout, stderr = inProcess(nil, "invite", "blue", "--state-dir", folder)
	_, token, _ := strings.Cut(strings.TrimSpace(stdout), "#invite=")
	if err := invite.New(secrets).Check(token, "blue", "", time.Now()); err != nil || code != exitOK {
		t.Errorf("%d, %v", code, err)
	}
	wantOneError(t, stderr, "whoever knows the room's name gets in without this link")
}
