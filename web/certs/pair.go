package certs

import (
	"bytes"
	"crypto"
	"crypto/tls"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"
)

// parsePair reads a certificate chain and its key, and says what is wrong in the
// words of the two settings.
func parsePair(chain, private []byte) (*tls.Certificate, error) {
	certificates, err := parseChain(chain)
	if err != nil {
		return nil, err
	}
	key, err := parseKey(private)
	if err != nil {
		return nil, err
	}
	if at := slices.IndexFunc(certificates, func(c *x509.Certificate) bool { return belong(c, key) }); at > 0 {
		return nil, fmt.Errorf("tls.cert has its certificates in the wrong order: number %d is the one of tls.key and has to be the first, then those that sign it", at+1)
	} else if at < 0 {
		return nil, fmt.Errorf("tls.key does not belong to the certificate in tls.cert (%s)", subject(certificates[0]))
	}
	pair := &tls.Certificate{PrivateKey: key, Leaf: certificates[0]}
	for _, c := range certificates {
		pair.Certificate = append(pair.Certificate, c.Raw)
	}
	return pair, nil
}

// parseChain reads all certificates of a PEM file.
func parseChain(content []byte) (chain []*x509.Certificate, err error) {
	var block *pem.Block
	for rest := content; ; {
		if block, rest = pem.Decode(rest); block == nil {
			break
		}
		if block.Type != certificateBlock {
			continue // a key may stand in the same file
		}
		c, err := x509.ParseCertificate(block.Bytes)
		if err != nil {
			return nil, fmt.Errorf("tls.cert: certificate number %d cannot be read: %w", len(chain)+1, err)
		}
		chain = append(chain, c)
	}
	if len(chain) == 0 {
		return nil, errors.New("tls.cert holds no certificate; it has to be PEM text with a line -----BEGIN CERTIFICATE-----")
	}
	return chain, nil
}

// parseKey reads the first private key of a PEM file.
func parseKey(content []byte) (crypto.PrivateKey, error) {
	var block *pem.Block
	for rest := content; ; {
		if block, rest = pem.Decode(rest); block == nil {
			return nil, errors.New("tls.key holds no private key; it has to be PEM text with a line -----BEGIN PRIVATE KEY-----")
		}
		if !strings.HasSuffix(block.Type, keyBlock) {
			continue
		}
		if block.Type == "ENCRYPTED PRIVATE KEY" || strings.Contains(block.Headers["Proc-Type"], "ENCRYPTED") {
			return nil, errors.New("tls.key is locked with a passphrase, which nobody types in here; write it without one: openssl pkey -in locked.key -out plain.key")
		}
		return parseKeyBlock(block)
	}
}

func parseKeyBlock(block *pem.Block) (key crypto.PrivateKey, err error) {
	switch block.Type {
	case "RSA PRIVATE KEY":
		key, err = x509.ParsePKCS1PrivateKey(block.Bytes)
	case "EC PRIVATE KEY":
		key, err = x509.ParseECPrivateKey(block.Bytes)
	default:
		key, err = x509.ParsePKCS8PrivateKey(block.Bytes)
	}
	if err != nil {
		return nil, fmt.Errorf("tls.key cannot be read: %w", err)
	}
	if _, ok := key.(crypto.Signer); !ok {
		return nil, fmt.Errorf("tls.key is a %T, which cannot sign", key)
	}
	return key, nil
}

// belong tells whether key is the private half of the certificate's.
func belong(c *x509.Certificate, key crypto.PrivateKey) bool {
	public, ok := key.(crypto.Signer).Public().(interface{ Equal(crypto.PublicKey) bool })
	return ok && public.Equal(c.PublicKey)
}

// doubts are what people will stumble over though the pair can be served.
func doubts(pair *tls.Certificate, now time.Time) (all []string) {
	c := pair.Leaf
	if len(c.DNSNames)+len(c.IPAddresses) == 0 {
		all = append(all, "the certificate names no host as subjectAltName, and browsers read nothing else")
	}
	if c.PublicKeyAlgorithm == x509.Ed25519 {
		all = append(all, "the certificate has an Ed25519 key, which no browser takes yet")
	}
	if now.Before(c.NotBefore) {
		all = append(all, fmt.Sprintf("the certificate is valid from %s on, and the clock says %s", day(c.NotBefore), day(now)))
	}
	if expired(pair, now) {
		all = append(all, fmt.Sprintf("the certificate ended on %s, and the clock says %s", day(c.NotAfter), day(now)))
	}
	if len(pair.Certificate) > 1 && !isOrdered(pair.Certificate) {
		all = append(all, "tls.cert has its certificates in the wrong order: each has to be signed by the one after it; some clients will not find the way")
	}
	return all
}

func expired(pair *tls.Certificate, now time.Time) bool { return now.After(pair.Leaf.NotAfter) }

// isOrdered compares names, as RFC 5280 section 6.1 chains them.
func isOrdered(chain [][]byte) bool {
	for i := range chain[:len(chain)-1] {
		one, err1 := x509.ParseCertificate(chain[i])
		next, err2 := x509.ParseCertificate(chain[i+1])
		if err1 != nil || err2 != nil || !bytes.Equal(one.RawIssuer, next.RawSubject) {
			return false
		}
	}
	return true
}

func subject(c *x509.Certificate) string {
	if len(c.DNSNames) > 0 {
		return "for " + c.DNSNames[0]
	}
	return "of " + c.Subject.String()
}
