package certs

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"fmt"
	"net"
	"net/netip"
	"slices"
	"time"
)

const (
	// leafLife is as long as public CAs may go, and inside the 825 days that Apple
	// grants to others.
	leafLife = 397 * 24 * time.Hour
	// renewBefore leaves time to find out why there is no new one.
	renewBefore = 60 * 24 * time.Hour
)

// leaf is a certificate of ours and what it is for. It is immutable.
type leaf struct {
	identity
	cert *tls.Certificate
}

// issue makes a certificate for id. It stays within the life of the CA, wherever
// the clock may be: one that was set back gets a certificate of the CA's first days,
// and a CA that has ended one of its last, which is good for nobody but those who
// click warnings away. A server that is not there would be worse.
func (ca *CA) issue(id identity, now time.Time) (*leaf, error) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return nil, fmt.Errorf("issuing a certificate: %w", err)
	}
	der, err := x509.CreateCertificate(rand.Reader, ca.leafTemplate(id, now), ca.cert, key.Public(), ca.key)
	if err != nil {
		return nil, fmt.Errorf("issuing a certificate: %w", err)
	}
	return newLeaf(&tls.Certificate{Certificate: [][]byte{der}, PrivateKey: key})
}

func (ca *CA) leafTemplate(id identity, now time.Time) *x509.Certificate {
	from := later(earlier(now.Add(-backdate), ca.cert.NotAfter.Add(-renewBefore)), ca.cert.NotBefore)
	template := &x509.Certificate{
		Subject:               pkix.Name{Organization: []string{organization}, OrganizationalUnit: []string{ca.Name()}},
		NotBefore:             from,
		NotAfter:              earlier(from.Add(leafLife-time.Second), ca.cert.NotAfter), // its last second is valid
		KeyUsage:              x509.KeyUsageDigitalSignature,
		ExtKeyUsage:           []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth},
		BasicConstraintsValid: true,
		DNSNames:              id.names,
	}
	for _, addr := range id.addrs {
		template.IPAddresses = append(template.IPAddresses, net.IP(addr.AsSlice()))
	}
	return template
}

// newLeaf reads back from the certificate what it is for.
func newLeaf(cert *tls.Certificate) (*leaf, error) {
	parsed, err := x509.ParseCertificate(cert.Certificate[0])
	if err != nil {
		return nil, fmt.Errorf("reading a certificate: %w", err)
	}
	cert.Leaf = parsed
	id := identity{names: slices.Sorted(slices.Values(parsed.DNSNames))}
	for _, ip := range parsed.IPAddresses {
		if addr, ok := netip.AddrFromSlice(ip); ok {
			id.addrs = append(id.addrs, addr.Unmap())
		}
	}
	slices.SortFunc(id.addrs, netip.Addr.Compare)
	return &leaf{id, cert}, nil
}

// Why there has to be another certificate.
const (
	fresh       = ""
	first       = "there was none"
	moved       = "names or addresses changed"
	nearEnd     = "the last one is near its end"
	notYetValid = "the clock was set back"
)

// due tells why old, which may be nil, has to make way for a certificate for id.
// One that ends, or begins, with the CA cannot be bettered.
func (ca *CA) due(old *leaf, id identity, now time.Time) string {
	switch {
	case old == nil:
		return first
	case !old.equal(id):
		return moved
	case now.Before(old.cert.Leaf.NotBefore) && old.cert.Leaf.NotBefore.After(ca.cert.NotBefore):
		return notYetValid
	case now.After(old.cert.Leaf.NotAfter.Add(-renewBefore)) && old.cert.Leaf.NotAfter.Before(ca.cert.NotAfter):
		return nearEnd
	}
	return fresh
}

func later(a, b time.Time) time.Time {
	if a.After(b) {
		return a
	}
	return b
}

func earlier(a, b time.Time) time.Time {
	if a.Before(b) {
		return a
	}
	return b
}
