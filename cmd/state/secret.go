package state

import (
	"crypto/rand"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"zerortc/config"
)

// SecretFile is the name of the TURN secret's file in the state folder.
const SecretFile = "turn-secret"

const secretBytes = 32

// TURNSecret is the secret kept in folder. A file that is there and holds
// anything else is an error: a new secret would end every credential handed out,
// and nobody would know why.
func TURNSecret(folder string) (config.Secret, error) {
	path := filepath.Join(folder, SecretFile)
	content, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		if err = createSecret(folder, path); err == nil {
			content, err = os.ReadFile(path)
		}
	}
	if err != nil {
		return config.Secret{}, fmt.Errorf("keeping a TURN secret: %w; name a folder that this user can write to with --state-dir", err)
	}
	return parseSecret(path, string(content))
}

// NewSecret is a random secret, as text that fits anywhere.
func NewSecret() string {
	random := make([]byte, secretBytes)
	rand.Read(random) // never fails, and fills it
	return hex.EncodeToString(random)
}

// parseSecret takes exactly what createSecret wrote. The line's end shows that
// nothing is missing.
func parseSecret(path, content string) (config.Secret, error) {
	text, ended := strings.CutSuffix(content, "\n")
	random, err := hex.DecodeString(text)
	if err != nil || !ended || len(random) != secretBytes {
		return config.Secret{}, fmt.Errorf(
			"the TURN secret in %s is damaged: it has to be a line of %d hexadecimal digits; restore it, or remove it for a new one (which ends the credentials handed out)",
			path, 2*secretBytes)
	}
	return config.NewSecret(text), nil
}

// createSecret writes a new secret under a name of its own and then links it to
// path: whoever reads sees all of it or nothing, and of several processes the
// first one wins.
func createSecret(folder, path string) error {
	if err := os.MkdirAll(folder, 0o700); err != nil {
		return err
	}
	draft, err := os.CreateTemp(folder, SecretFile+".*") // mode 0600
	if err != nil {
		return err
	}
	defer os.Remove(draft.Name())
	_, err = draft.WriteString(NewSecret() + "\n")
	if err := errors.Join(err, draft.Sync(), draft.Close()); err != nil {
		return err
	}
	if err := os.Link(draft.Name(), path); err != nil && !errors.Is(err, fs.ErrExist) {
		return err
	}
	return nil
}
