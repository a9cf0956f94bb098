package check

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"slices"
	"strings"
	"time"

	"zerortc/cmd/finding"
	"zerortc/config"
	"zerortc/web/certs"
)

// soon is when it is time to see to a certificate that nobody renews by itself.
const (
	soon   = 14 * 24 * time.Hour
	soonCA = 180 * 24 * time.Hour // every device has to be visited
)

func (s Start) certificate() finding.List {
	switch s.Config.TLS.Mode {
	case config.TLSFiles:
		return s.files(time.Now())
	case config.TLSAuto:
		return finding.List{s.authority(time.Now())}
	case config.TLSACME:
		return finding.List{s.acme()}
	}
	return finding.List{finding.Good("certificate", "tls.mode is off: TLS is left to a proxy in front")}
}

// files reads the certificate as the server would.
func (s Start) files(now time.Time) (list finding.List) {
	var doubts doubts
	source, err := certs.OpenFiles(s.Config.TLS.Cert, s.Config.TLS.Key, slog.New(&doubts))
	if err != nil {
		return finding.List{finding.Bad("certificate", err.Error(), "mend the files, or name others in tls.cert and tls.key")}
	}
	for _, doubt := range doubts {
		list = append(list, finding.Worth("certificate", doubt, "have it issued anew"))
	}
	cert, err := source.Certificate(nil)
	if err != nil {
		return append(list, finding.Bad("certificate", err.Error(), "name others in tls.cert and tls.key"))
	}
	names := slices.Clone(cert.Leaf.DNSNames)
	for _, ip := range cert.Leaf.IPAddresses {
		names = append(names, ip.String())
	}
	what := "for " + strings.Join(names, ", ")
	return append(list, lasting("certificate", what, cert.Leaf.NotBefore, cert.Leaf.NotAfter, now, soon, "renew it"))
}

// lasting judges what is valid from one time until another.
func lasting(check, what string, from, until, now time.Time, soon time.Duration, remedy string) finding.Finding {
	switch {
	case now.Before(from):
		return finding.Bad(check, fmt.Sprintf("%s: valid from %s on", what, day(from)), "set the clock, or wait")
	case now.After(until):
		return finding.Bad(check, fmt.Sprintf("%s: ended on %s", what, day(until)), remedy)
	case until.Sub(now) < soon:
		return finding.Worth(check, fmt.Sprintf("%s: ends on %s", what, day(until)), remedy)
	}
	return finding.Good(check, "%s until %s", what, day(until))
}

func day(t time.Time) string { return t.Format("2006-01-02") }

// authority is the CA behind the server's own certificates.
func (s Start) authority(now time.Time) finding.Finding {
	ca, err := certs.LoadCA(s.Folder)
	switch {
	case s.Folder == "" || errors.Is(err, fs.ErrNotExist):
		return finding.Good("certificate", "a local CA will be made at the first start")
	case err != nil:
		return finding.Bad("certificate", err.Error(), "restore "+certs.CAFile+", or remove it for a new CA, which every device then has to trust anew")
	}
	return lasting("certificate", fmt.Sprintf("local CA %q", ca.Name()), time.Time{}, ca.NotAfter(), now, soonCA,
		"remove "+certs.CAFile+" for a new CA, which every device then has to trust anew")
}

// acme looks at what can be seen without asking the CA.
func (s Start) acme() finding.Finding {
	folder := s.Folder
	if folder != "" {
		folder += "/acme"
	}
	_, err := certs.NewACME(certs.ACMEOptions{Domains: s.Config.TLS.Domains, Folder: folder}, slog.New(slog.DiscardHandler))
	if err != nil {
		return finding.Bad("certificate", err.Error(), "change tls.domains or state-dir")
	}
	names := strings.Join(s.Config.TLS.Domains, ", ")
	for _, address := range append(slices.Clone(s.Config.HTTP.Listen), s.Config.TURN.Listen...) {
		if strings.HasSuffix(address, ":80") || strings.HasSuffix(address, ":443") {
			return finding.Good("certificate", "by ACME for %s", names)
		}
	}
	return finding.Worth("certificate", "by ACME for "+names+", but nothing listens on port 80 or 443, where the CA asks back",
		"put :443 into http.listen, or have these ports led here")
}

// doubts keeps what a certificate's source warns of.
type doubts []string

// Enabled implements slog.Handler.
func (d *doubts) Enabled(_ context.Context, level slog.Level) bool { return level >= slog.LevelWarn }

// Handle implements slog.Handler.
func (d *doubts) Handle(_ context.Context, r slog.Record) error {
	r.Attrs(func(a slog.Attr) bool {
		if a.Key == "what" {
			*d = append(*d, a.Value.String())
		}
		return true
	})
	return nil
}

// WithAttrs implements slog.Handler.
func (d *doubts) WithAttrs([]slog.Attr) slog.Handler { return d }

// WithGroup implements slog.Handler.
func (d *doubts) WithGroup(string) slog.Handler { return d }
