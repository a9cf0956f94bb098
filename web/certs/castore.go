package certs

import (
	"bytes"
	"crypto/ecdsa"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"time"
)

// CAFile is the name of the CA's file in the state folder. Certificate and key are
// in one file, so that they cannot be of two CAs.
const CAFile = "local-ca.pem"

// The types of PEM blocks (RFC 7468).
const (
	certificateBlock = "CERTIFICATE"
	keyBlock         = "PRIVATE KEY"
)

// OpenCA is the CA kept in folder, made for host and extra if there is none; a
// folder of "" keeps nothing. A file that holds anything else is an error: with
// another CA every device would have to trust anew, and nobody would know why.
func OpenCA(folder, host string, extra Permitted, now time.Time) (*CA, error) {
	if folder == "" {
		return NewCA(host, extra, now)
	}
	ca, err := LoadCA(folder)
	if !errors.Is(err, fs.ErrNotExist) {
		return ca, err
	}
	if ca, err = NewCA(host, extra, now); err != nil {
		return nil, err
	}
	if err := keepCA(folder, ca); err != nil {
		return nil, fmt.Errorf("keeping the local CA: %w; name a folder that this user can write to with --state-dir", err)
	}
	return LoadCA(folder) // another process may have been first
}

// LoadCA is the CA kept in folder. The error of one that was never made is
// fs.ErrNotExist.
func LoadCA(folder string) (*CA, error) {
	path := filepath.Join(folder, CAFile)
	content, err := os.ReadFile(path)
	if err != nil {
		return nil, fmt.Errorf("reading the local CA: %w", err)
	}
	info, err := os.Stat(path)
	if err != nil {
		return nil, fmt.Errorf("reading the local CA: %w", err)
	}
	if info.Mode()&0o077 != 0 && runtime.GOOS != "windows" { // which shows such bits on every file
		return nil, fmt.Errorf("the local CA in %s can be read by other users, who could sign in its name; chmod 600 it, or remove it for a new one if somebody may have copied it", path)
	}
	ca, err := parseCA(content)
	if err != nil {
		return nil, fmt.Errorf("the local CA in %s is damaged: %w; restore it, or remove it for a new one (which every device then has to trust anew)", path, err)
	}
	return ca, nil
}

func keepCA(folder string, ca *CA) error {
	key, err := x509.MarshalPKCS8PrivateKey(ca.key)
	if err != nil {
		return err
	}
	content := append(ca.PEM(), pem.EncodeToMemory(&pem.Block{Type: keyBlock, Bytes: key})...)
	return createOnce(filepath.Join(folder, CAFile), content)
}

// parseCA takes exactly what keepCA wrote.
func parseCA(content []byte) (*CA, error) {
	certificate, rest := pem.Decode(content)
	if certificate == nil || certificate.Type != certificateBlock {
		return nil, errors.New("it does not begin with a certificate")
	}
	private, rest := pem.Decode(rest)
	if private == nil || private.Type != keyBlock {
		return nil, errors.New("the key behind the certificate is missing or cut off")
	}
	if len(bytes.TrimSpace(rest)) > 0 {
		return nil, errors.New("there is something behind the key")
	}
	key, err := x509.ParsePKCS8PrivateKey(private.Bytes)
	if err != nil {
		return nil, err
	}
	ec, ok := key.(*ecdsa.PrivateKey)
	if !ok {
		return nil, fmt.Errorf("the key is a %T, not an ECDSA key", key)
	}
	return newCA(certificate.Bytes, ec)
}
