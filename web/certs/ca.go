package certs

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/sha256"
	"crypto/x509"
	"crypto/x509/pkix"
	"errors"
	"fmt"
	"time"
)

// CA is a certificate authority for one LAN. It is immutable.
type CA struct {
	cert *x509.Certificate
	key  *ecdsa.PrivateKey
	may  Permitted // read back from the certificate
}

const (
	caYears = 10
	// backdate is for devices whose clocks are behind ours.
	backdate = time.Hour
	// shownHost keeps the CA's name below the 64 characters of RFC 5280 appendix
	// A.1 (ub-common-name).
	shownHost = 40
)

// earliest is before this program was written: a machine that believes in an
// earlier day has lost its clock, and a CA of such a day might have ended long ago.
var earliest = time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)

// NewCA makes a CA on the machine called host, for what permittedFor lists, and
// keeps it nowhere.
func NewCA(host string, extra Permitted, now time.Time) (*CA, error) {
	if now.Before(earliest) {
		return nil, fmt.Errorf("making a local CA: the clock of this machine says %s; set it, a CA of that day would have ended for everybody else", day(now))
	}
	may, err := permittedFor(host, extra)
	if err != nil {
		return nil, fmt.Errorf("making a local CA: %w", err)
	}
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return nil, fmt.Errorf("making a local CA: %w", err)
	}
	template := caTemplate(caName(host, key), may, now)
	der, err := x509.CreateCertificate(rand.Reader, template, template, key.Public(), key)
	if err != nil {
		return nil, fmt.Errorf("making a local CA: %w", err)
	}
	return newCA(der, key)
}

// caTemplate has constraints that are critical: a verifier that does not know them
// has to refuse the CA (RFC 5280 section 4.2). The extended key usage keeps the CA
// from speaking for mail and programs, which name constraints say nothing of.
func caTemplate(name string, may Permitted, now time.Time) *x509.Certificate {
	return &x509.Certificate{
		Subject:               pkix.Name{Organization: []string{organization}, CommonName: name},
		NotBefore:             now.Add(-backdate),
		NotAfter:              now.AddDate(caYears, 0, 0),
		KeyUsage:              x509.KeyUsageCertSign | x509.KeyUsageCRLSign,
		ExtKeyUsage:           []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth},
		BasicConstraintsValid: true,
		IsCA:                  true,
		MaxPathLenZero:        true,

		PermittedDNSDomainsCritical: true, // all of them: it is one extension
		PermittedDNSDomains:         may.Names,
		PermittedIPRanges:           may.ipNets(),
	}
}

const organization = "zerortc"

// caName tells the CAs of two machines, and two of one machine, apart in the list
// of a phone. iOS hides a CA without a common name.
func caName(host string, key *ecdsa.PrivateKey) string {
	name := "this machine"
	if names := ownNames(host); len(names) > 0 {
		name = names[0][:min(len(names[0]), shownHost)]
	}
	point, err := key.PublicKey.Bytes()
	if err != nil {
		return "zerortc CA " + name // a key of no curve we make
	}
	mark := sha256.Sum256(point)
	return fmt.Sprintf("zerortc CA %s %X", name, mark[:2])
}

// newCA takes a certificate and a key that belong together and can sign.
func newCA(der []byte, key *ecdsa.PrivateKey) (*CA, error) {
	cert, err := x509.ParseCertificate(der)
	if err != nil {
		return nil, err
	}
	switch {
	case !key.PublicKey.Equal(cert.PublicKey):
		return nil, errors.New("the key does not belong to the certificate")
	case !cert.BasicConstraintsValid || !cert.IsCA || cert.KeyUsage&x509.KeyUsageCertSign == 0:
		return nil, errors.New("the certificate is not that of a CA")
	case !cert.PermittedDNSDomainsCritical || len(cert.PermittedIPRanges) == 0 || len(cert.PermittedDNSDomains) == 0:
		return nil, errors.New("the certificate is not constrained to names and networks")
	}
	if err := cert.CheckSignatureFrom(cert); err != nil {
		return nil, err
	}
	may := Permitted{cert.PermittedDNSDomains, prefixesOf(cert.PermittedIPRanges)}
	return &CA{cert, key, may}, nil
}

// Name is the CA's name, as devices list it.
func (ca *CA) Name() string { return ca.cert.Subject.CommonName }

// NotAfter is when the CA ends.
func (ca *CA) NotAfter() time.Time { return ca.cert.NotAfter }

// May is what the CA may speak for.
func (ca *CA) May() Permitted { return ca.may }

func day(t time.Time) string { return t.Format(time.DateOnly) }
