package config

import (
	"io/fs"
	"testing"
	"testing/fstest"
)

// A credential is the file of its setting, unless the operator names another.
func TestCredentials(t *testing.T) {
	files := fstest.MapFS{
		"creds/turn-secrets": {Data: []byte("from-the-credential\n"), Mode: 0o400},
		"creds/tls-key":      {Data: []byte("key"), Mode: 0o400},
		"creds/log-level":    {Data: []byte("debug"), Mode: 0o400},
		"other":              {Data: []byte("from-the-other-file\n"), Mode: 0o400},
	}
	load := func(environ ...string) Config {
		t.Helper()
		cfg, _, err := Load(Sources{Environ: environ, Open: func(name string) (fs.File, error) { return files.Open(name) }})
		if err != nil {
			t.Fatal(err)
		}
		return cfg
	}
	const folder = "CREDENTIALS_DIRECTORY=creds"
	for _, row := range []struct {
		name    string
		environ []string
		secret  string
		key     string
	}{
		{"handed in", []string{folder}, "from-the-credential", "creds/tls-key"},
		{"another is named", []string{folder, "ZERORTC_TURN_SECRETS_FILE=other"}, "from-the-other-file", "creds/tls-key"},
		{"an empty folder", []string{"CREDENTIALS_DIRECTORY=nothing"}, "", ""},
		{"no folder", nil, "", ""},
	} {
		cfg := load(row.environ...)
		secret := ""
		for _, s := range cfg.TURN.Secrets {
			secret += s.Reveal()
		}
		if secret != row.secret || cfg.TLS.Key != row.key {
			t.Errorf("%s: secret %q, key %q", row.name, secret, cfg.TLS.Key)
		}
	}
}

// The names are a contract: units are written with them.
func TestCredentialNames(t *testing.T) {
	want := map[string]string{"turn.users-file": "turn-users", "turn.secrets-file": "turn-secrets", "tls.cert": "tls-cert", "tls.key": "tls-key",
		"rooms.invite-secrets-file": "rooms-invite-secrets"}
	for path, name := range want {
		if s, known := settings(Settings()).find(path); !known || !s.Credential || s.CredentialName() != name {
			t.Errorf("%s has no credential %s", path, name)
		}
	}
}
