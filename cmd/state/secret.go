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

// TURNSecrets are the secrets of TURN users kept in folder, one made if there are
// none. The first signs, all are accepted; Rotate and Retire change them. A file
// that is there and holds anything else is an error: a new secret would end every
// credential handed out, and nobody would know why.
func TURNSecrets(folder string) ([]config.Secret, error) { return forTURN.keep(folder) }

// ReadTURNSecrets are the same where there are some already. If there are none the
// error wraps fs.ErrNotExist.
func ReadTURNSecrets(folder string) ([]config.Secret, error) { return forTURN.read(folder) }

// InviteSecrets are the secrets of invites kept in folder, in the same way.
func InviteSecrets(folder string) ([]config.Secret, error) { return forInvites.keep(folder) }

// ReadInviteSecrets are the same where there are some already. If there are none the
// error wraps fs.ErrNotExist.
func ReadInviteSecrets(folder string) ([]config.Secret, error) { return forInvites.read(folder) }

func (k kind) keep(folder string) ([]config.Secret, error) {
	secrets, err := k.read(folder)
	if errors.Is(err, fs.ErrNotExist) {
		if err = k.create(folder); err == nil {
			secrets, err = k.read(folder)
		}
	}
	var damaged damage
	if err != nil && !errors.As(err, &damaged) {
		err = fmt.Errorf("keeping a %s: %w; name a folder that this user can write to with --state-dir", k.name, err)
	}
	return secrets, err
}

func (k kind) read(folder string) ([]config.Secret, error) {
	path := filepath.Join(folder, k.file)
	content, err := os.ReadFile(path)
	if err != nil {
		return nil, err
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

// parse takes exactly what create and Rotate wrote. The end of the last line shows
// that nothing is missing.
func (k kind) parse(path, content string) (secrets []config.Secret, err error) {
	for line := range strings.Lines(content) {
		text, ended := strings.CutSuffix(line, "\n")
		random, err := hex.DecodeString(text)
		if err != nil || !ended || len(random) != secretBytes {
			return nil, k.damaged(path)
		}
		secrets = append(secrets, config.NewSecret(text))
	}
	if len(secrets) == 0 {
		return nil, k.damaged(path)
	}
	return secrets, nil
}

func (k kind) damaged(path string) error {
	return damage(fmt.Sprintf(
		"the %s in %s is damaged: it has to be a line of %d hexadecimal digits, or several; restore it, or remove it for a new one (which ends %s)",
		k.name, path, 2*secretBytes, k.ends))
}

// create writes a new secret under a name of its own and then links it to its
// place: whoever reads sees all of it or nothing, and of several processes the
// first one wins.
func (k kind) create(folder string) error {
	if err := os.MkdirAll(folder, 0o700); err != nil {
		return err
	}
	draft, err := k.draft(folder, config.NewSecret(NewSecret()))
	if err != nil {
		return err
	}
	defer os.Remove(draft)
	if err := os.Link(draft, filepath.Join(folder, k.file)); err != nil && !errors.Is(err, fs.ErrExist) {
		return err
	}
	return nil
}

// draft is a file beside the real one that holds the secrets.
func (k kind) draft(folder string, secrets ...config.Secret) (name string, err error) {
	draft, err := os.CreateTemp(folder, k.file+".*") // mode 0600
	if err != nil {
		return "", err
	}
	for _, s := range secrets {
		if _, err = draft.WriteString(s.Reveal() + "\n"); err != nil {
			break
		}
	}
	if err := errors.Join(err, draft.Sync(), draft.Close()); err != nil {
		os.Remove(draft.Name())
		return "", err
	}
	return draft.Name(), nil
}
