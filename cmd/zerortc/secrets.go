package main

import (
	"log/slog"

	"zerortc/cmd/state"
	"zerortc/config"
)

// turnSecrets has the secrets of TURN users: those of the settings, else those of
// the state folder, which is not touched while there are others. Without a folder
// to keep one in a secret lasts as long as the process: a container that has no
// home still starts.
type turnSecrets struct {
	folder  string
	passing []config.Secret
}

func newTURNSecrets(folder string) *turnSecrets {
	return &turnSecrets{folder: folder, passing: []config.Secret{config.NewSecret(state.NewSecret())}}
}

func (t *turnSecrets) of(cfg config.TURN) ([]config.Secret, error) {
	switch {
	case len(cfg.Secrets) > 0:
		return cfg.Secrets, nil
	case t.folder == "":
		return t.passing, nil
	}
	return state.TURNSecrets(t.folder)
}

// tell says at the start where the secrets are kept.
func (t *turnSecrets) tell(cfg config.TURN, log *slog.Logger) {
	switch {
	case len(cfg.Secrets) > 0:
	case t.folder == "":
		log.Warn("no state folder: TURN credentials end with this process", "remedy", "--state-dir")
	default:
		log.Info("TURN secret", "folder", t.folder)
	}
}
