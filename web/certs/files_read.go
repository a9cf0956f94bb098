package certs

import (
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"os/user"
	"strconv"
	"time"
)

const fileLimit = 1 << 20

// read has the pair, or says which file is at fault.
func (f *Files) read() (*tls.Certificate, error) {
	chain, err := readBounded("tls.cert", f.cert)
	if err != nil {
		return nil, err
	}
	private, err := readBounded("tls.key", f.key)
	if err != nil {
		return nil, err
	}
	pair, err := parsePair(chain, private)
	if err != nil {
		return nil, fmt.Errorf("reading %s and %s: %w", f.cert, f.key, err)
	}
	return pair, nil
}

// stamp tells whether files are the same as before.
type stamp struct {
	certTime, keyTime time.Time
	certSize, keySize int64
}

// stamp is zero for a file that cannot be looked at; reading it tells why.
func (f *Files) stamp() (s stamp) {
	if info, err := os.Stat(f.cert); err == nil {
		s.certTime, s.certSize = info.ModTime(), info.Size()
	}
	if info, err := os.Stat(f.key); err == nil {
		s.keyTime, s.keySize = info.ModTime(), info.Size()
	}
	return s
}

// readBounded reads a whole file of a sane size.
func readBounded(setting, path string) ([]byte, error) {
	file, err := os.Open(path)
	if err != nil {
		return nil, unreadable(setting, err)
	}
	defer file.Close()
	content, err := io.ReadAll(io.LimitReader(file, fileLimit))
	if err != nil {
		return nil, unreadable(setting, err)
	}
	return content, nil
}

// unreadable names the user who could not read: a service seldom runs as the one
// who wrote the file.
func unreadable(setting string, err error) error {
	remedy := "name another file"
	switch {
	case errors.Is(err, fs.ErrPermission):
		remedy = "let that user read the file and enter the folders above it"
	case errors.Is(err, fs.ErrNotExist):
		remedy = "make it, or name another file"
	}
	return fmt.Errorf("%s cannot be read by user %s: %w; %s", setting, userName(), err, remedy)
}

func userName() string {
	if u, err := user.Current(); err == nil {
		return u.Username
	}
	return strconv.Itoa(os.Getuid())
}
