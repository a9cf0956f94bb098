package state

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"os"
	"path/filepath"
	"slices"

	"zerortc/config"
)

// mostSecrets bounds the work of checking a credential, which is tried on each.
const mostSecrets = 8

// SecretID names a secret without telling it. The secrets of this package are
// random and long: nothing can be tried on a digest of theirs.
func SecretID(s config.Secret) string {
	sum := sha256.Sum256([]byte("zerortc secret " + s.Reveal()))
	return hex.EncodeToString(sum[:4])
}

// Rotate puts a new TURN secret before those in folder: it signs from now on, and
// they are still accepted.
func Rotate(folder string) ([]config.Secret, error) {
	secrets, err := TURNSecrets(folder)
	if err != nil {
		return nil, err
	}
	if len(secrets) >= mostSecrets {
		return nil, fmt.Errorf("there are %d TURN secrets already; retire some before", len(secrets))
	}
	return forTURN.replace(folder, append([]config.Secret{config.NewSecret(NewSecret())}, secrets...))
}

// Retire takes the TURN secret of that id out of folder. The one that signs stays.
func Retire(folder, id string) ([]config.Secret, error) {
	secrets, err := TURNSecrets(folder)
	if err != nil {
		return nil, err
	}
	switch at := slices.IndexFunc(secrets, func(s config.Secret) bool { return SecretID(s) == id }); at {
	case -1:
		return nil, fmt.Errorf("there is no TURN secret %q", id)
	case 0:
		return nil, fmt.Errorf("TURN secret %s is the one that signs; rotate first", id)
	default:
		return forTURN.replace(folder, slices.Delete(secrets, at, at+1))
	}
}

// replace puts a whole new file in the place of the old one.
func (k kind) replace(folder string, secrets []config.Secret) ([]config.Secret, error) {
	draft, err := k.draft(folder, secrets...)
	if err == nil {
		err = os.Rename(draft, filepath.Join(folder, k.file))
	}
	if err != nil {
		return nil, fmt.Errorf("changing the %s: %w", k.name, err)
	}
	return secrets, nil
}
