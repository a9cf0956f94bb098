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

// The secrets kept in the state folder, each in a file of its own.
const (
	SecretFile       = "turn-secret"
	InviteSecretFile = "invite-secret"
)

const secretBytes = 32

// kind is what a secret is for, in the operator's words.
type kind struct{ file, name, ends string }

var (
	forTURN    = kind{SecretFile, "TURN secret", "the credentials handed out"}
	forInvites = kind{InviteSecretFile, "invite secret", "the invites handed out"}
)

// TURNSecret is the secret of TURN users kept in folder, made if it is missing. A
// file that is there and holds anything else is an error: a new secret would end
// every credential handed out, and nobody would know why.
func TURNSecret(folder string) (config.Secret, error) { return forTURN.keep(folder) }

// InviteSecret is the secret of invites kept in folder, in the same way.
func InviteSecret(folder string) (config.Secret, error) { return forInvites.keep(folder) }

// ReadInviteSecret is the same where there is one already. If there is none the
// error wraps fs.ErrNotExist.
func ReadInviteSecret(folder string) (config.Secret, error) { return forInvites.read(folder) }

func (k kind) keep(folder string) (config.Secret, error) {
	secret, err := k.read(folder)
	if errors.Is(err, fs.ErrNotExist) {
		if err = k.create(folder); err == nil {
			secret, err = k.read(folder)
		}
	}
	var damaged damage
	if err != nil && !errors.As(err, &damaged) {
		err = fmt.Errorf("keeping a %s: %w; name a folder that this user can write to with --state-dir", k.name, err)
	}
	return secret, err
}

func (k kind) read(folder string) (config.Secret, error) {
	path := filepath.Join(folder, k.file)
	content, err := os.ReadFile(path)
	if err != nil {
		return config.Secret{}, err
	}
	return k.parse(path, string(content))
}

// NewSecret is a random secret, as text that fits anywhere.
func NewSecret() string {
	random := make([]byte, secretBytes)
	rand.Read(random) // never fails, and fills it
	return hex.EncodeToString(random)
}

// damage is what is wrong with a file that is there.
type damage string

func (d damage) Error() string { return string(d) }

// parse takes exactly what create wrote. The line's end shows that nothing is
// missing.
func (k kind) parse(path, content string) (config.Secret, error) {
	text, ended := strings.CutSuffix(content, "\n")
	random, err := hex.DecodeString(text)
	if err != nil || !ended || len(random) != secretBytes {
		return config.Secret{}, damage(fmt.Sprintf(
			"the %s in %s is damaged: it has to be a line of %d hexadecimal digits; restore it, or remove it for a new one (which ends %s)",
			k.name, path, 2*secretBytes, k.ends))
	}
	return config.NewSecret(text), nil
}

// create writes a new secret under a name of its own and then links it to its
// place: whoever reads sees all of it or nothing, and of several processes the
// first one wins.
func (k kind) create(folder string) error {
	if err := os.MkdirAll(folder, 0o700); err != nil {
		return err
	}
	draft, err := os.CreateTemp(folder, k.file+".*") // mode 0600
	if err != nil {
		return err
	}
	defer os.Remove(draft.Name())
	_, err = draft.WriteString(NewSecret() + "\n")
	if err := errors.Join(err, draft.Sync(), draft.Close()); err != nil {
		return err
	}
	if err := os.Link(draft.Name(), filepath.Join(folder, k.file)); err != nil && !errors.Is(err, fs.ErrExist) {
		return err
	}
	return nil
}
