package main

import (
	"errors"
	"fmt"
	"log/slog"

	"zerortc/cmd/admin"
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

// listSecrets names the secrets in use, the one that signs first.
func (r *reloader) listSecrets() ([]admin.Secret, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if own := r.running.TURN.Secrets; len(own) > 0 { // which may be short: no digest of theirs gets out
		all := make([]admin.Secret, len(own))
		for i := range all {
			all[i] = admin.Secret{ID: fmt.Sprintf("settings-%d", i+1), Signs: i == 0}
		}
		return all, nil
	}
	secrets, err := r.secrets.of(r.running.TURN)
	return named(secrets), err
}

// rotateSecret signs with a new secret from now on.
func (r *reloader) rotateSecret() ([]admin.Secret, error) {
	return r.changeSecrets("TURN secret rotated", state.Rotate)
}

// retireSecret accepts a secret no more.
func (r *reloader) retireSecret(id string) ([]admin.Secret, error) {
	return r.changeSecrets("TURN secret retired", func(folder string) ([]config.Secret, error) { return state.Retire(folder, id) })
}

// errOperatorsSecrets tells how to do by hand what we must not: the settings are the
// operator's.
var errOperatorsSecrets = errors.New("the TURN secrets stand in the settings, which are yours to change: put the new secret before the old ones in turn.secrets or turn.secrets-file, " +
	"say zerortc ctl reload, and take the old one away after ice.ttl")

func (r *reloader) changeSecrets(message string, change func(folder string) ([]config.Secret, error)) ([]admin.Secret, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	switch {
	case len(r.running.TURN.Secrets) > 0:
		return nil, errOperatorsSecrets
	case r.secrets.folder == "":
		return nil, errors.New("there is no state folder to keep a TURN secret in; name one with --state-dir")
	}
	secrets, err := change(r.secrets.folder)
	if err != nil {
		return nil, err
	}
	r.book.Replace(r.running.TURN.Users, secrets)
	r.log.Info(message, "signs", state.SecretID(secrets[0]), "accepted", len(secrets))
	return named(secrets), nil
}

func named(secrets []config.Secret) (all []admin.Secret) {
	for i, s := range secrets {
		all = append(all, admin.Secret{ID: state.SecretID(s), Signs: i == 0})
	}
	return all
}
