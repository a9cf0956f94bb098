package certs

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
)

// createOnce writes a file (0600) that must not be there twice: of several
// processes the first one wins, and whoever reads sees all of it or nothing.
func createOnce(path string, content []byte) error {
	draft, err := writeDraft(path, content)
	if err != nil {
		return err
	}
	defer os.Remove(draft)
	if err := os.Link(draft, path); err != nil && !errors.Is(err, fs.ErrExist) {
		return err
	}
	return nil
}

// replace writes a file (0600) over the one that may be there. Whoever reads sees
// all of the old or all of the new one.
func replace(path string, content []byte) error {
	draft, err := writeDraft(path, content)
	if err != nil {
		return err
	}
	err = os.Rename(draft, path)
	if err != nil {
		os.Remove(draft)
	}
	return err
}

// writeDraft writes content under a name of its own beside path, in a folder that
// it makes if it is missing.
func writeDraft(path string, content []byte) (string, error) {
	folder, name := filepath.Dir(path), filepath.Base(path)
	if err := os.MkdirAll(folder, 0o700); err != nil {
		return "", err
	}
	draft, err := os.CreateTemp(folder, name+".*") // mode 0600
	if err != nil {
		return "", err
	}
	_, err = draft.Write(content)
	if err := errors.Join(err, draft.Sync(), draft.Close()); err != nil {
		os.Remove(draft.Name())
		return "", err
	}
	return draft.Name(), nil
}
