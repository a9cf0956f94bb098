package certs

import (
	"bytes"
	"crypto"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"slices"
	"strings"
	"testing"
	"time"
)

// chain is a public CA's work as an operator has it: the server's certificate, the
// one that signed it, and the key.
type chain struct {
	leaf, middle, key []byte // PEM
	root              *x509.Certificate
}

func testChain(t testing.TB, private crypto.Signer, change func(*x509.Certificate)) chain {
	t.Helper()
	rootKey, middleKey := newKey(t), newKey(t)
	authority := func(name string) *x509.Certificate {
		return &x509.Certificate{
			Subject: pkix.Name{CommonName: name}, NotBefore: today.AddDate(-1, 0, 0), NotAfter: today.AddDate(9, 0, 0),
			IsCA: true, BasicConstraintsValid: true, KeyUsage: x509.KeyUsageCertSign,
		}
	}
	root, _ := sign(t, authority("root"), nil, rootKey.Public(), rootKey)
	middle, middleDER := sign(t, authority("middle"), root, middleKey.Public(), rootKey)
	template := &x509.Certificate{DNSNames: []string{"call.example.org"}, NotBefore: today.Add(-time.Hour), NotAfter: today.AddDate(0, 0, 90)}
	if change != nil {
		change(template)
	}
	_, leafDER := sign(t, template, middle, private.Public(), middleKey)
	return chain{
		leaf: block(certificateBlock, leafDER), middle: block(certificateBlock, middleDER),
		key: block(keyBlock, must(x509.MarshalPKCS8PrivateKey(private))(t)), root: root,
	}
}

func newKey(t testing.TB) *ecdsa.PrivateKey {
	t.Helper()
	return must(ecdsa.GenerateKey(elliptic.P256(), rand.Reader))(t)
}

// sign makes a certificate; one without a parent signs itself.
func sign(t testing.TB, template, parent *x509.Certificate, public crypto.PublicKey, by crypto.Signer) (*x509.Certificate, []byte) {
	t.Helper()
	if parent == nil {
		parent = template
	}
	der := must(x509.CreateCertificate(rand.Reader, template, parent, public, by))(t)
	return must(x509.ParseCertificate(der))(t), der
}

func block(kind string, der []byte) []byte {
	return pem.EncodeToMemory(&pem.Block{Type: kind, Bytes: der})
}

func join(parts ...[]byte) []byte { return bytes.Join(parts, nil) }

func TestPairsThatAreTaken(t *testing.T) {
	ec := newKey(t)
	rsaKey := must(rsa.GenerateKey(rand.Reader, 2048))(t)
	ecChain, rsaChain := testChain(t, ec, nil), testChain(t, rsaKey, nil)
	for name, row := range map[string]struct{ chain, key []byte }{
		"usual":                {join(ecChain.leaf, ecChain.middle), ecChain.key},
		"alone":                {ecChain.leaf, ecChain.key},
		"RSA":                  {join(rsaChain.leaf, rsaChain.middle), rsaChain.key},
		"PKCS #1":              {rsaChain.leaf, block("RSA PRIVATE KEY", x509.MarshalPKCS1PrivateKey(rsaKey))},
		"SEC 1":                {ecChain.leaf, block("EC PRIVATE KEY", must(x509.MarshalECPrivateKey(ec))(t))},
		"parameters before":    {ecChain.leaf, join(block("EC PARAMETERS", []byte{6, 8}), ecChain.key)},
		"all in one file":      {join(ecChain.key, ecChain.leaf, ecChain.middle), join(ecChain.key, ecChain.leaf, ecChain.middle)},
		"text before and CRLF": {join([]byte("Subject: x\r\n"), bytes.ReplaceAll(ecChain.leaf, []byte("\n"), []byte("\r\n"))), ecChain.key},
	} {
		pair, err := parsePair(row.chain, row.key)
		if err != nil {
			t.Errorf("%s: %v", name, err)
		} else if told := doubts(pair, today); len(told) > 0 || pair.Leaf.DNSNames[0] != "call.example.org" {
			t.Errorf("%s: doubts %q", name, told)
		}
	}
}

func TestPairsThatAreRefused(t *testing.T) {
	c, other := testChain(t, newKey(t), nil), testChain(t, newKey(t), nil)
	locked := pem.EncodeToMemory(&pem.Block{Type: "RSA PRIVATE KEY", Headers: map[string]string{"Proc-Type": "4,ENCRYPTED", "DEK-Info": "x"}, Bytes: []byte{1}})
	for name, row := range map[string]struct {
		chain, key []byte
		want       string
	}{
		"no certificate":    {nil, c.key, "tls.cert holds no certificate"},
		"key as chain":      {c.key, c.key, "tls.cert holds no certificate"},
		"DER":               {[]byte{0x30, 0x82}, c.key, "PEM text"},
		"damaged":           {join(c.leaf, block(certificateBlock, []byte{1, 2})), c.key, "certificate number 2 cannot be read"},
		"no key":            {c.leaf, nil, "tls.key holds no private key"},
		"certificate twice": {c.leaf, c.leaf, "tls.key holds no private key"},
		"damaged key":       {c.leaf, block(keyBlock, []byte{1}), "tls.key cannot be read"},
		"key cut off":       {c.leaf, c.key[:100], "tls.key holds no private key"},
		"foreign key":       {c.leaf, other.key, "tls.key does not belong to the certificate in tls.cert (for call.example.org)"},
		"locked":            {c.leaf, block("ENCRYPTED PRIVATE KEY", []byte{1}), "locked with a passphrase"},
		"locked of old":     {c.leaf, locked, "locked with a passphrase"},
		"wrong order":       {join(c.middle, c.leaf), c.key, "in the wrong order: number 2 is the one of tls.key and has to be the first"},
	} {
		if _, err := parsePair(row.chain, row.key); err == nil || !strings.Contains(err.Error(), row.want) {
			t.Errorf("%s: got %v, want %q", name, err, row.want)
		}
	}
}

func TestDoubts(t *testing.T) {
	_, edwards, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	plain := testChain(t, newKey(t), nil)
	nameless := testChain(t, newKey(t), func(c *x509.Certificate) { c.DNSNames = nil; c.Subject.CommonName = "old" })
	curve := testChain(t, edwards, nil)
	for _, row := range []struct {
		name  string
		chain []byte
		key   []byte
		now   time.Time
		want  string
	}{
		{"good", join(plain.leaf, plain.middle), plain.key, today, ""},
		{"ended", plain.leaf, plain.key, today.AddDate(0, 0, 91), "ended on 2026-08-30, and the clock says 2026-08-31"},
		{"to come", plain.leaf, plain.key, today.AddDate(0, 0, -2), "valid from 2026-06-01 on, and the clock says 2026-05-30"},
		{"way in disorder", join(plain.leaf, nameless.leaf, plain.middle), plain.key, today, "wrong order"},
		{"no SAN", nameless.leaf, nameless.key, today, "no host as subjectAltName"},
		{"Ed25519", curve.leaf, curve.key, today, "Ed25519"},
	} {
		told := strings.Join(doubts(must(parsePair(row.chain, row.key))(t), row.now), "; ")
		if (row.want == "") != (told == "") || !strings.Contains(told, row.want) {
			t.Errorf("%s: got %q, want %q", row.name, told, row.want)
		}
	}
}

// FuzzParsePair: what is taken can shake hands.
func FuzzParsePair(f *testing.F) {
	c := testChain(f, newKey(f), nil)
	f.Add(join(c.leaf, c.middle), c.key)
	f.Add(join(c.middle, c.leaf), c.key)
	f.Add(c.leaf[:100], c.key[:50])
	f.Fuzz(func(t *testing.T, chain, key []byte) {
		pair, err := parsePair(chain, key)
		if err != nil {
			return
		}
		if pair.Leaf == nil || len(pair.Certificate) == 0 || !slices.Equal(pair.Leaf.Raw, pair.Certificate[0]) {
			t.Error("taken, but without a certificate")
		}
		doubts(pair, today)
	})
}
