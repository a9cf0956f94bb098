package config

import (
	"bytes"
	"encoding/json"
	"fmt"
	"log/slog"
	"strings"
	"testing"
)

// A secret inside a Config stays hidden however it is printed.
func TestSecretsDoNotPrint(t *testing.T) {
	cfg := Config{TURN: TURN{
		Users:   []User{{"alice", NewSecret("hunter2")}},
		Secrets: []Secret{NewSecret("hunter2")},
	}}
	asJSON, err := json.Marshal(cfg)
	if err != nil {
		t.Fatal(err)
	}
	var log bytes.Buffer
	slog.New(slog.NewTextHandler(&log, nil)).Info("settings", "all", cfg, "one", cfg.TURN.Secrets[0])
	slog.New(slog.NewJSONHandler(&log, nil)).Info("settings", "all", cfg, "one", cfg.TURN.Secrets[0])
	for _, printed := range []string{
		fmt.Sprintf("%v %+v %#v %s %q %x", cfg, cfg, cfg, cfg.TURN.Secrets, cfg.TURN.Users[0].Password, cfg.TURN.Secrets),
		string(asJSON),
		log.String(),
	} {
		if strings.Contains(printed, "hunter2") || strings.Contains(printed, "68756e746572") {
			t.Errorf("printed: %s", printed)
		}
	}
	if cfg.TURN.Secrets[0].Reveal() != "hunter2" {
		t.Error("Reveal does not reveal")
	}
}
