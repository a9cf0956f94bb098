package doctor

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"strings"
	"syscall"
	"time"

	"zerortc/cmd/finding"
)

const mostRead = 1 << 20 // of an answer; ours are far smaller

// page asks the server whether it is there.
func (v *visit) page(ctx context.Context) finding.Finding {
	begin := time.Now()
	answer, _, err := v.get(ctx, v.tls(), v.URL.JoinPath("healthz"), nil)
	if err != nil {
		what, remedy := v.unreached(err)
		return finding.Bad("", what, remedy)
	}
	took := time.Since(begin)
	v.sent, v.date = begin.Add(took/2), answer.Header.Get("Date")
	if answer.TLS != nil {
		v.chain = answer.TLS.PeerCertificates
	}
	if answer.StatusCode != http.StatusOK {
		return finding.Bad("", fmt.Sprintf("%s/healthz answers %s: that is no zerortc, or a proxy that does not find it", v.URL, answer.Status),
			"name the address and port that the start of the server tells; behind a proxy, see that it passes every path on")
	}
	return finding.Good("", "%s answers in %s", v.URL, round(took))
}

// tls believes every certificate: what stands behind the server's is what the check
// certificate is about, and all others are to go on without it. Nothing worth keeping
// from strangers may be sent by it.
func (v *visit) tls() *tls.Config {
	return &tls.Config{InsecureSkipVerify: true, ServerName: v.ServerName, MinVersion: tls.VersionTLS12}
}

// strict is for secrets: it believes whom certificate finds to be believed.
func (v *visit) strict() *tls.Config {
	roots := v.roots
	if roots == nil {
		roots, _ = x509.SystemCertPool() // nil is the same, without ours
	}
	if v.CA != nil && roots != nil {
		roots = roots.Clone()
		roots.AddCert(v.CA)
	}
	return &tls.Config{RootCAs: roots, ServerName: v.ServerName, MinVersion: tls.VersionTLS12}
}

// get fetches an answer as a whole. It follows no redirect and asks no proxy.
func (v *visit) get(ctx context.Context, trust *tls.Config, u *url.URL, header http.Header) (*http.Response, []byte, error) {
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, u.String(), nil)
	if err != nil {
		return nil, nil, err
	}
	for name, values := range header {
		request.Header[name] = values
	}
	answer, err := (&http.Client{
		Transport:     &http.Transport{TLSClientConfig: trust, DisableKeepAlives: true},
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}).Do(request)
	if err != nil {
		return nil, nil, err
	}
	defer answer.Body.Close()
	body, err := io.ReadAll(io.LimitReader(answer.Body, mostRead))
	return answer, body, err
}

// unreached is an error of connecting, in words, and what to do about it.
func (v *visit) unreached(err error) (what, remedy string) {
	var plain tls.RecordHeaderError
	var noName *net.DNSError
	switch {
	case errors.As(err, &noName):
		return fmt.Sprintf("the name %s is not found", noName.Name), "check the spelling, or name the server by its address"
	case errors.As(err, &plain), strings.Contains(err.Error(), "server gave HTTP response to HTTPS client"):
		return v.URL.Host + " speaks no TLS", "ask it by http://, or switch TLS on there (tls.mode auto, files or acme)"
	case strings.Contains(err.Error(), "malformed HTTP"):
		return v.URL.Host + " does not speak HTTP", "ask it by https://, or name the port of the page"
	}
	return notConnected(v.URL.Host, "tcp", err)
}

// notConnected is an error of the network, in words, and what to do about it.
func notConnected(hostPort, network string, err error) (what, remedy string) {
	var slow net.Error
	switch {
	case errors.Is(err, syscall.ECONNREFUSED):
		return fmt.Sprintf("nothing listens at %s over %s", hostPort, network), "start the server, or name the address and port that its start tells"
	case errors.Is(err, context.DeadlineExceeded), errors.As(err, &slow) && slow.Timeout():
		return fmt.Sprintf("no answer from %s over %s", hostPort, network),
			fmt.Sprintf("let %s through the firewalls between here and there (zerortc ports prints the lines for the server's)", spell(network, hostPort))
	case errors.Is(err, syscall.EHOSTUNREACH), errors.Is(err, syscall.ENETUNREACH):
		return fmt.Sprintf("there is no way to %s from here", hostPort), "join the network of the server; a Wi-Fi for guests may keep its clients apart"
	case errors.Is(err, syscall.ECONNRESET), errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF):
		return fmt.Sprintf("%s hangs up on us over %s", hostPort, network), "look into the log of the server, and at what stands between: a firewall or a proxy of another protocol"
	}
	return fmt.Sprintf("%s over %s: %v", hostPort, network, err), "look into the log of the server"
}

// spell is a port as firewalls name it.
func spell(network, hostPort string) string {
	_, port, err := net.SplitHostPort(hostPort)
	if err != nil {
		return network
	}
	return network + " " + port
}

// round is a time as people want to read it.
func round(d time.Duration) string {
	switch {
	case d > time.Second:
		return d.Round(100 * time.Millisecond).String()
	case d > 10*time.Millisecond:
		return d.Round(time.Millisecond).String()
	}
	return d.Round(10 * time.Microsecond).String()
}

// mostSkew is how far two clocks may be apart before credentials that end with the
// hour, and certificates that begin today, get into trouble.
const mostSkew = time.Minute

// clock compares the server's clock with ours.
func (v *visit) clock(context.Context) finding.Finding {
	theirs, err := http.ParseTime(v.date)
	if err != nil {
		return finding.Bad("", fmt.Sprintf("the server tells no time that could be read: %q", v.date), "see what stands between that drops the header Date")
	}
	// Date is in whole seconds (RFC 9110 section 5.6.7), cut off.
	skew := theirs.Add(time.Second / 2).Sub(v.sent)
	if skew.Abs() > mostSkew {
		direction := "ahead of"
		if skew < 0 {
			direction = "behind"
		}
		return finding.Bad("", fmt.Sprintf("the server's clock is %s %s ours: credentials and certificates seem to end at another time than they do", skew.Abs().Round(time.Second), direction),
			"set the clock that is wrong, by NTP (timedatectl set-ntp true)")
	}
	return finding.Good("", "the server's clock and ours agree, give or take a second")
}
