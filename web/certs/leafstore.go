package certs

import (
	"crypto/tls"
	"crypto/x509"
	"encoding/pem"
	"fmt"
	"os"
	"path/filepath"
)

// LeafFile is the name of the server certificate's file in the state folder. It is
// kept for people who clicked through the warning of their browser: it remembers
// the very certificate, and would ask again after each restart.
const LeafFile = "local-leaf.pem"

// load is the certificate kept in folder, nil if there is none of this CA. Whatever
// is wrong with the file, a new one costs nothing.
func (ca *CA) load(folder string) *leaf {
	content, err := os.ReadFile(filepath.Join(folder, LeafFile))
	if err != nil {
		return nil
	}
	cert, err := tls.X509KeyPair(content, content)
	if err != nil {
		return nil
	}
	kept, err := newLeaf(&cert)
	if err != nil || kept.cert.Leaf.CheckSignatureFrom(ca.cert) != nil {
		return nil
	}
	return kept
}

// keep writes l to folder.
func (l *leaf) keep(folder string) error {
	key, err := x509.MarshalPKCS8PrivateKey(l.cert.PrivateKey)
	if err != nil {
		return fmt.Errorf("keeping the certificate: %w", err)
	}
	content := append(
		pem.EncodeToMemory(&pem.Block{Type: certificateBlock, Bytes: l.cert.Certificate[0]}),
		pem.EncodeToMemory(&pem.Block{Type: keyBlock, Bytes: key})...)
	if err := replace(filepath.Join(folder, LeafFile), content); err != nil {
		return fmt.Errorf("keeping the certificate: %w", err)
	}
	return nil
}
