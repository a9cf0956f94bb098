package check

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"zerortc/cmd/finding"
	"zerortc/cmd/state"
	"zerortc/config"
)

// state looks at the state folder, and at the secrets in it that would be used.
func (s Start) state() (list finding.List) {
	if s.Folder == "" {
		return finding.List{finding.Worth("state", "there is no state folder: secrets and certificates end with the process", "name one in state-dir")}
	}
	list = append(list, s.folder())
	if len(s.Config.TURN.Secrets) == 0 {
		list = append(list, readable("turn-secret", s.Folder, state.ReadTURNSecrets))
	}
	if s.Config.Rooms.Access == config.AccessInvite && len(s.Config.Rooms.InviteSecrets) == 0 {
		list = append(list, readable("invite-secret", s.Folder, state.ReadInviteSecrets))
	}
	return list
}

// folder asks the system whether the folder can be written to, or made.
func (s Start) folder() finding.Finding {
	info, err := os.Stat(s.Folder)
	remedy := "name a folder that this user can write to in state-dir"
	switch {
	case errors.Is(err, fs.ErrNotExist):
		above := existing(s.Folder)
		if err := writable(above); err != nil {
			return finding.Bad("state", fmt.Sprintf("%s cannot be made in %s: %v", s.Folder, above, err), remedy)
		}
		return finding.Good("state", "%s will be made", s.Folder)
	case err != nil:
		return finding.Bad("state", err.Error(), remedy)
	case !info.IsDir():
		return finding.Bad("state", s.Folder+" is no folder", remedy)
	}
	if err := writable(s.Folder); err != nil {
		return finding.Bad("state", fmt.Sprintf("%s cannot be written to: %v", s.Folder, err), remedy)
	}
	if info.Mode().Perm()&0o077 != 0 {
		return finding.Worth("state", s.Folder+" is open to other users of this machine", "chmod 700 it")
	}
	return finding.Good("state", "%s", s.Folder)
}

// existing is the folder that is there of those above a path.
func existing(path string) string {
	for above := filepath.Dir(path); ; above = filepath.Dir(above) {
		if _, err := os.Stat(above); err == nil || above == filepath.Dir(above) {
			return above
		}
	}
}

// readable reads secrets, and makes none.
func readable(check, folder string, read func(string) ([]config.Secret, error)) finding.Finding {
	secrets, err := read(folder)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return finding.Good(check, "one will be made at the first start")
	case err != nil:
		return finding.Bad(check, err.Error(), "restore the file, or remove it for a new secret")
	}
	return finding.Good(check, "%d in use", len(secrets))
}
