package state

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"

	"zerortc/config"
)

func TestFolder(t *testing.T) {
	all := map[string]string{"STATE_DIRECTORY": "/var/lib/zerortc", "XDG_STATE_HOME": "/xdg", "HOME": "/home/alice"}
	without := func(names ...string) map[string]string {
		some := map[string]string{}
		for name, value := range all {
			some[name] = value
		}
		for _, name := range names {
			delete(some, name)
		}
		return some
	}
	for _, row := range []struct {
		name, asked string
		env         map[string]string
		want        string
	}{
		{"asked", "/asked", all, "/asked"},
		{"systemd", "", all, "/var/lib/zerortc"},
		{"systemd with several", "", map[string]string{"STATE_DIRECTORY": "/a:/b"}, "/a"},
		{"XDG", "", without("STATE_DIRECTORY"), "/xdg/zerortc"},
		{"relative XDG", "", map[string]string{"XDG_STATE_HOME": "xdg", "HOME": "/h"}, "/h/.local/state/zerortc"},
		{"home", "", without("STATE_DIRECTORY", "XDG_STATE_HOME"), "/home/alice/.local/state/zerortc"},
		{"none", "", nil, ""},
	} {
		if got := Folder(row.asked, func(name string) string { return row.env[name] }); got != row.want {
			t.Errorf("%s: got %q, want %q", row.name, got, row.want)
		}
	}
}

func TestSecretIsMadeOnceAndKept(t *testing.T) {
	folder := filepath.Join(t.TempDir(), "a", "b")
	first, err := TURNSecrets(folder)
	if err != nil {
		t.Fatal(err)
	}
	second, err := TURNSecrets(folder)
	if err != nil || !slices.Equal(first, second) {
		t.Fatalf("the second is another (%v)", err)
	}
	if len(first) != 1 || len(first[0].Reveal()) != 2*secretBytes {
		t.Errorf("%d secrets, the first of %d characters", len(first), len(first[0].Reveal()))
	}
	wantMode(t, folder, 0o700)
	wantMode(t, filepath.Join(folder, SecretFile), 0o600)
	wantOnlySecret(t, folder)

	other, err := TURNSecrets(t.TempDir())
	if err != nil || slices.Equal(other, first) {
		t.Errorf("two folders share a secret (%v)", err)
	}
}

// Each kind of secret has a file of its own, and reading makes none.
func TestInviteSecret(t *testing.T) {
	folder := filepath.Join(t.TempDir(), "state")
	if _, err := ReadInviteSecrets(folder); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("read before it is there: %v", err)
	}
	if _, err := os.Stat(folder); err == nil {
		t.Error("reading made the folder")
	}
	made, err := InviteSecrets(folder)
	if err != nil {
		t.Fatal(err)
	}
	if read, err := ReadInviteSecrets(folder); err != nil || !slices.Equal(read, made) {
		t.Errorf("the one that is read is another (%v)", err)
	}
	if ofTURN, err := TURNSecrets(folder); err != nil || slices.Equal(ofTURN, made) {
		t.Errorf("two kinds share a secret (%v)", err)
	}
	path := filepath.Join(folder, InviteSecretFile)
	wantMode(t, path, 0o600)
	if err := os.WriteFile(path, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	for _, use := range []func(string) ([]config.Secret, error){InviteSecrets, ReadInviteSecrets} {
		if _, err := use(folder); err == nil || !strings.HasPrefix(err.Error(), "the invite secret in "+path+" is damaged") {
			t.Errorf("damaged: %v", err)
		}
	}
}

func TestManyAtOnceAgree(t *testing.T) {
	folder := filepath.Join(t.TempDir(), "state")
	secrets := make([][]config.Secret, 16)
	var all sync.WaitGroup
	for i := range secrets {
		all.Go(func() {
			secret, err := TURNSecrets(folder)
			if err != nil {
				t.Error(err)
			}
			secrets[i] = secret
		})
	}
	all.Wait()
	for _, secret := range secrets {
		if !slices.Equal(secret, secrets[0]) {
			t.Fatal("they do not agree")
		}
	}
	wantOnlySecret(t, folder)
}

func TestDamagedSecretIsNotReplaced(t *testing.T) {
	good := NewSecret() + "\n"
	for name, content := range map[string]string{
		"empty":     "",
		"newline":   "\n",
		"short":     good[:30] + "\n",
		"cut off":   good[:len(good)-1],
		"long":      good[:64] + good,
		"a gap":     good + "\n" + good,
		"half":      good + good[:30],
		"not hex":   strings.Repeat("x", 64) + "\n",
		"null data": strings.Repeat("\x00", 65),
	} {
		t.Run(name, func(t *testing.T) {
			folder := t.TempDir()
			path := filepath.Join(folder, SecretFile)
			if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
				t.Fatal(err)
			}
			_, err := TURNSecrets(folder)
			if err == nil || !strings.Contains(err.Error(), path+" is damaged") || !strings.Contains(err.Error(), "restore it, or remove it") {
				t.Errorf("got %v", err)
			}
			if len(content) > 8 && strings.Contains(err.Error(), content[:8]) {
				t.Error("shows the secret")
			}
			if after, _ := os.ReadFile(path); string(after) != content {
				t.Error("the file was changed")
			}
		})
	}
}

// A file where a folder should be fails for root too, whom modes do not stop.
func TestFolderThatCannotBe(t *testing.T) {
	file := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := TURNSecrets(file); err == nil || !strings.Contains(err.Error(), file) {
		t.Errorf("got %v", err)
	}
	if _, err := TURNSecrets(filepath.Join(file, "below")); err == nil || !strings.Contains(err.Error(), file) {
		t.Errorf("got %v", err)
	}
}

func wantMode(t *testing.T, path string, want os.FileMode) {
	t.Helper()
	info, err := os.Stat(path)
	if err != nil {
		t.Fatal(err)
	}
	if got := info.Mode().Perm(); got != want {
		t.Errorf("%s has mode %o, want %o", path, got, want)
	}
}

// wantOnlySecret finds drafts that were left behind.
func wantOnlySecret(t *testing.T, folder string) {
	t.Helper()
	entries, err := os.ReadDir(folder)
	if err != nil {
		t.Fatal(err)
	}
	if len(entries) != 1 || entries[0].Name() != SecretFile {
		t.Errorf("folder holds %v", entries)
	}
}
