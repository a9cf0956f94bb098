package config

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"runtime"
	"strings"
)

// maxSecretFile is room for some ten thousand users.
const maxSecretFile = 1 << 20

// readFile reads a whole file within bounds, or says who could not.
func (l *loader) readFile(path string, limit int64) ([]byte, fs.FileMode, error) {
	file, err := l.src.Open(path)
	if err != nil {
		return nil, 0, l.unreadable(err)
	}
	defer file.Close()
	info, err := file.Stat()
	if err != nil {
		return nil, 0, l.unreadable(err)
	}
	if info.IsDir() {
		return nil, 0, bad("is a folder", "name a file")
	}
	content, err := io.ReadAll(io.LimitReader(file, limit+1))
	if err != nil {
		return nil, 0, l.unreadable(err)
	}
	return content, info.Mode(), nil
}

// unreadable names the user: a service seldom runs as the one who wrote the
// file.
func (l *loader) unreadable(err error) error {
	var path *fs.PathError
	if errors.As(err, &path) {
		err = path.Err
	}
	remedy := "let that user read it, or name another file"
	if errors.Is(err, fs.ErrNotExist) {
		remedy = "make it, or name another file"
	}
	return bad(fmt.Sprintf("cannot be read by user %s: %v", l.src.User, err), remedy)
}

// readableByAll tells whether any account of the machine can read the file.
// Windows has other means, and shows such bits on every file.
func readableByAll(mode fs.FileMode) bool {
	return mode&0o004 != 0 && runtime.GOOS != "windows"
}

func (l *loader) warnReadable(file string) {
	l.warnings = append(l.warnings, file+" holds secrets and can be read by every user of this machine; chmod 640 it")
}

// secretFiles adds what the files of users and secrets hold to what was given
// outright.
func (l *loader) secretFiles() {
	l.secretFile("turn.users", l.cfg.TURN.UsersFile)
	l.secretFile("turn.secrets", l.cfg.TURN.SecretsFile)
	l.secretFile("rooms.invite-secrets", l.cfg.Rooms.InviteSecretsFile)
}

// secretFile adds the lines of file to the setting path.
func (l *loader) secretFile(path, file string) {
	if file == "" {
		return
	}
	where := path + "-file " + file
	content, mode, err := l.readFile(file, maxSecretFile)
	if err == nil && len(content) > maxSecretFile {
		err = bad("is larger than 1 MiB", "shorten it")
	}
	if err != nil {
		l.blame(where, err)
		return
	}
	if readableByAll(mode) {
		l.warnReadable(file)
	}
	lines := secretLines(file, string(content))
	if len(lines) == 0 {
		l.blame(where, bad("holds nothing", "write its lines, or leave the setting out"))
	}
	s, _ := l.table.find(path)
	l.add(s, lines)
}

// secretLines are the lines of a file, trimmed, without blank ones and comments.
func secretLines(file, content string) (lines []text) {
	for i, line := range strings.Split(strings.TrimPrefix(content, "\ufeff"), "\n") {
		line = strings.TrimSpace(line)
		if line != "" && !strings.HasPrefix(line, "#") {
			lines = append(lines, text{line, fmt.Sprintf("%s:%d", file, i+1)})
		}
	}
	return lines
}
