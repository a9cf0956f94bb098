package main

import (
	"encoding/json"
	"strings"
	"testing"
	"time"

	"zerortc/cmd/admin"
)

// An entry without URLs, on which browsers throw, is in no answer of /api/ice, and so not
// in what the command prints either.
func TestCredentialsHaveNoEmptyEntry(t *testing.T) {
	made := admin.Credentials{
		TURN: []string{"turn:192.0.2.7:3478"}, Username: "1:anna", Credential: "x", TTL: 90, Expires: time.Unix(1767225600, 0),
	}
	const rest = `"iceTransportPolicy":"all","ttl":90,"expiresAt":"2026-01-01T00:00:00Z","lifetimeDuration":"90s"}`
	for _, want := range []string{
		`{"iceServers":[{"urls":["turn:192.0.2.7:3478"],"username":"1:anna","credential":"x"}],` + rest,
		`{"iceServers":[],` + rest,
	} {
		var out strings.Builder
		if err := json.NewEncoder(&out).Encode(iceConfig(made)); err != nil || strings.TrimSpace(out.String()) != want {
			t.Errorf("%v, got %s\nwant %s", err, out.String(), want)
		}
		made.TURN = nil
	}
}
