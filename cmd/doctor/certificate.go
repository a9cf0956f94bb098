package doctor

import (
	"context"
	"crypto/sha256"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"time"

	"zerortc/cmd/finding"
)

// soon is when the end of a certificate is worth a word. Those of ACME are renewed a
// month before, ours two.
const soon = 14 * 24 * time.Hour

// certificate judges what the server shows: its names, its time, and who stands
// behind it. Believed are the roots of this system, then the CA of the state folder.
// A CA that the server itself offers proves nothing, but tells a device that has yet
// to be led to /trust from a server that is in trouble.
func (v *visit) certificate(ctx context.Context) finding.Finding {
	if v.URL.Scheme != "https" {
		return finding.Skip("", "asked by http: there is no certificate to look at")
	}
	if len(v.chain) == 0 {
		return finding.Bad("", "the server shows no certificate", "look into the log of the server")
	}
	leaf, now := v.chain[0], time.Now()
	if what, remedy := wrongNames(leaf, v.host()); what != "" {
		return finding.Bad("", what, remedy)
	}
	if what, remedy := wrongTime(leaf, now); what != "" {
		return finding.Bad("", what, remedy)
	}
	return v.behind(ctx, leaf, now)
}

// behind judges who signed.
func (v *visit) behind(ctx context.Context, leaf *x509.Certificate, now time.Time) finding.Finding {
	until := leaf.NotAfter.Format(time.DateOnly)
	unknown := v.verify(v.roots, now)
	switch {
	case unknown == nil && leaf.NotAfter.Sub(now) < soon:
		return finding.Worth("", "the certificate ends on "+until, "see why it is not renewed: the log of the server, or of whatever renews its files")
	case unknown == nil:
		return finding.Good("", "this system trusts it for %s until %s", v.host(), until)
	case v.CA != nil && v.verify(poolOf(v.CA), now) == nil:
		return finding.Good("", "the CA of the state folder stands behind it for %s until %s; devices come to trust it at /trust", v.host(), until)
	}
	if offered := v.offered(ctx); offered != nil && v.verify(poolOf(offered), now) == nil {
		return finding.Worth("", fmt.Sprintf("this machine does not trust the server's own CA yet, SHA-256 %s", fingerprint(offered)),
			fmt.Sprintf("compare that with the line CA of the server's start; if it is the same, open http://%s/trust", v.URL.Host))
	}
	return finding.Bad("", fmt.Sprintf("nobody whom this system trusts stands behind the certificate (%s), SHA-256 %s", shortly(unknown), fingerprint(leaf)),
		"have the server send the certificates above its own too (tls.cert takes them in one file), or make this machine trust their authority")
}

// host is what the certificate has to be for.
func (v *visit) host() string {
	if v.ServerName != "" {
		return v.ServerName
	}
	return v.URL.Hostname()
}

// verify is nil if the roots stand behind the chain.
func (v *visit) verify(roots *x509.CertPool, now time.Time) error {
	between := x509.NewCertPool()
	for _, c := range v.chain[1:] {
		between.AddCert(c)
	}
	_, err := v.chain[0].Verify(x509.VerifyOptions{DNSName: bracketed(v.host()), Roots: roots, Intermediates: between, CurrentTime: now})
	return err
}

// bracketed is a host as package x509 takes it: addresses of IPv6 in brackets.
func bracketed(host string) string {
	if strings.Contains(host, ":") {
		return "[" + host + "]"
	}
	return host
}

// offered is the CA that the server leads devices to.
func (v *visit) offered(ctx context.Context) *x509.Certificate {
	answer, body, err := v.get(ctx, v.tls(), v.URL.JoinPath("trust", "zerortc-ca.pem"), nil)
	if err != nil || answer.StatusCode != http.StatusOK {
		return nil
	}
	block, _ := pem.Decode(body)
	if block == nil {
		return nil
	}
	ca, err := x509.ParseCertificate(block.Bytes)
	if err != nil {
		return nil
	}
	return ca
}

func wrongNames(leaf *x509.Certificate, host string) (what, remedy string) {
	if leaf.VerifyHostname(bracketed(host)) == nil {
		return "", ""
	}
	var names []string
	for _, ip := range leaf.IPAddresses {
		names = append(names, ip.String())
	}
	names = append(names, leaf.DNSNames...)
	if len(names) == 0 {
		names = []string{"nobody"}
	}
	return fmt.Sprintf("the certificate is not for %s but for %s", host, strings.Join(names, ", ")),
		"open the server by one of those; for another name or address put it into tls.permit before the server makes its CA, " +
			"or take a certificate by tls.mode files or acme"
}

func wrongTime(leaf *x509.Certificate, now time.Time) (what, remedy string) {
	switch {
	case now.After(leaf.NotAfter):
		return "the certificate ended on " + leaf.NotAfter.Format(time.DateOnly),
			"renew it (the server reads new files by itself), or set the clock of this machine if that is wrong"
	case now.Before(leaf.NotBefore):
		return "the certificate begins on " + leaf.NotBefore.Format(time.DateTime) + " UTC only",
			"set the clock of this machine, or that of the server: one of them is wrong"
	}
	return "", ""
}

func poolOf(ca *x509.Certificate) *x509.CertPool {
	pool := x509.NewCertPool()
	pool.AddCert(ca)
	return pool
}

// fingerprint is as the server's start and browsers show it.
func fingerprint(c *x509.Certificate) string {
	return strings.ReplaceAll(fmt.Sprintf("% X", sha256.Sum256(c.Raw)), " ", ":")
}

// shortly is why a chain does not hold, without the advice that Go appends.
func shortly(err error) string {
	var unknown x509.UnknownAuthorityError
	if errors.As(err, &unknown) {
		return "signed by an unknown authority"
	}
	return err.Error()
}
