package certs

import (
	"crypto/tls"
	"crypto/x509"
	"time"
)

// Validity is the time that a certificate is good for.
type Validity struct {
	Name                string // "server", "authority", or the domain it is for
	NotBefore, NotAfter time.Time
}

// Holds tells whether the certificate is good now.
func (v Validity) Holds(now time.Time) bool { return now.After(v.NotBefore) && now.Before(v.NotAfter) }

// Validities are those of the certificates in use, at any time. One that is still
// being obtained holds never: its times are zero.
func Validities(source Source) []Validity {
	switch s := source.(type) {
	case *Files:
		return []Validity{validity("server", s.current.Load().Leaf)}
	case *Local:
		return []Validity{validity("server", s.current.Load().cert.Leaf), validity("authority", s.ca.cert)}
	case *ACME:
		return s.validities()
	default:
		return nil
	}
}

func (a *ACME) validities() (all []Validity) {
	for _, domain := range a.domains {
		v := Validity{Name: domain}
		if cert, err := a.Certificate(&tls.ClientHelloInfo{ServerName: domain}); err == nil && cert.Leaf != nil {
			v = validity(domain, cert.Leaf)
		}
		all = append(all, v)
	}
	return all
}

func validity(name string, cert *x509.Certificate) Validity {
	return Validity{name, cert.NotBefore, cert.NotAfter}
}
