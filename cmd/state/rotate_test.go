package state

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"zerortc/config"
)

// The new secret signs, those before it are accepted until they are retired, and
// another process that reads the file sees the same.
func TestRotateAndRetire(t *testing.T) {
	folder := t.TempDir()
	first, err := TURNSecrets(folder)
	must(t, err)
	rotated, err := Rotate(folder)
	must(t, err)
	if len(rotated) != 2 || rotated[0] == first[0] || rotated[1] != first[0] {
		t.Fatalf("of %d secrets the old one is not the second", len(rotated))
	}
	wantKept(t, folder, rotated)

	old := SecretID(first[0])
	for id, want := range map[string]string{SecretID(rotated[0]): "the one that signs", "nobody": "there is no TURN secret", "": "there is no"} {
		if _, err := Retire(folder, id); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("retiring %q: %v", id, err)
		}
	}
	wantKept(t, folder, rotated)
	left, err := Retire(folder, old)
	must(t, err)
	if !slices.Equal(left, rotated[:1]) {
		t.Errorf("%d are left", len(left))
	}
	wantKept(t, folder, left)
	wantMode(t, filepath.Join(folder, SecretFile), 0o600)
	wantOnlySecret(t, folder)
}

func TestSecretsAreNotWithoutEnd(t *testing.T) {
	folder := t.TempDir()
	for range mostSecrets - 1 {
		_, err := Rotate(folder)
		must(t, err)
	}
	if _, err := Rotate(folder); err == nil || !strings.Contains(err.Error(), "retire some") {
		t.Errorf("one more: %v", err)
	}
}

// What cannot be read is not written over, and what cannot be written is told.
func TestRotateWithoutAFile(t *testing.T) {
	folder := t.TempDir()
	must(t, os.WriteFile(filepath.Join(folder, SecretFile), []byte("hunter2\n"), 0o600))
	for _, change := range []func() ([]config.Secret, error){
		func() ([]config.Secret, error) { return Rotate(folder) },
		func() ([]config.Secret, error) { return Retire(folder, "12345678") },
	} {
		if _, err := change(); err == nil || !strings.Contains(err.Error(), "damaged") || strings.Contains(err.Error(), "hunter2") {
			t.Errorf("got %v", err)
		}
	}
}

func TestSecretID(t *testing.T) {
	a, b := config.NewSecret("north"), config.NewSecret("south")
	if SecretID(a) == SecretID(b) || SecretID(a) != SecretID(config.NewSecret("north")) || len(SecretID(a)) != 8 {
		t.Errorf("%s and %s", SecretID(a), SecretID(b))
	}
}

func wantKept(t *testing.T, folder string, want []config.Secret) {
	t.Helper()
	got, err := ReadTURNSecrets(folder)
	must(t, err)
	if !slices.Equal(got, want) {
		t.Errorf("%d secrets are kept, not the %d", len(got), len(want))
	}
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}
