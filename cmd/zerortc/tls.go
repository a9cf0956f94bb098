package main

import (
	"crypto/sha256"
	"crypto/tls"
	"fmt"
	"log/slog"
	"net/http"
	"os"
	"path/filepath"

	"zerortc/cmd/lan"
	"zerortc/config"
	"zerortc/turnserver/icelist"
	"zerortc/web/certs"
)

// openCertificates opens where the certificate of the TCP ports comes from; nil
// when TLS is off.
func openCertificates(cfg config.TLS, folder string, log *slog.Logger) (certs.Source, error) {
	switch cfg.Mode {
	case config.TLSFiles:
		files, err := certs.OpenFiles(cfg.Cert, cfg.Key, log)
		if err != nil {
			return nil, settingsError{err}
		}
		return files, nil
	case config.TLSACME:
		return certs.NewACME(certs.ACMEOptions{
			Domains: cfg.Domains, Email: cfg.ACMEEmail, Directory: cfg.ACMEDirectory,
			Folder: below(folder, acmeFolder(cfg.ACMEDirectory)),
		}, log)
	case config.TLSAuto:
		return certs.OpenLocal(folder, thisMachine, permitted(cfg.Permit), log)
	default:
		return nil, nil
	}
}

// acmeFolder is where certificates of the CA with this directory are kept, each
// CA's apart: who has tried his settings with one that nobody trusts, as one
// should, would else keep its certificate when he leaves it.
func acmeFolder(directory string) string {
	if directory == "" {
		return "acme"
	}
	mark := sha256.Sum256([]byte(directory))
	return fmt.Sprintf("acme-%x", mark[:4])
}

// permitted is what the CA is made for beside what is local.
func permitted(all []config.Permit) (p certs.Permitted) {
	for _, one := range all {
		if one.Name != "" {
			p.Names = append(p.Names, one.Name)
		} else {
			p.Prefixes = append(p.Prefixes, one.Network)
		}
	}
	return p
}

// below is a folder in another, if there is one.
func below(folder, name string) string {
	if folder == "" {
		return ""
	}
	return filepath.Join(folder, name)
}

// thisMachine is what the local certificate is for. A machine without a name
// still has addresses.
func thisMachine() certs.Machine {
	name, _ := os.Hostname()
	return certs.Machine{Name: name, Addrs: lan.Addresses()}
}

// authority is the CA that devices have to trust, nil if it is a public one.
func authority(source certs.Source) *certs.CA {
	if local, ok := source.(*certs.Local); ok {
		return local.CA()
	}
	return nil
}

// covers tells for which hosts the certificate is; nil without one.
func covers(source certs.Source) func(host string) bool {
	if source == nil {
		return nil
	}
	return source.Covers
}

// serverTLS is how the ports speak TLS; nil: not at all.
func serverTLS(source certs.Source) *tls.Config {
	if source == nil {
		return nil
	}
	return certs.ServerConfig(source)
}

// turnOverTLS decides to whom TURN over TLS is offered: where the certificate is
// for the host, to everybody if a public CA stands behind it, and to those who
// came by TLS, and so trust it, if ours does.
func turnOverTLS(source certs.Source) icelist.Secure {
	if source == nil {
		return func(string, bool) bool { return false }
	}
	ours := authority(source) != nil
	return func(host string, cameByTLS bool) bool {
		return source.Covers(host) && (cameByTLS || !ours)
	}
}

// challenge answers the requests by which an ACME server makes sure of us.
func challenge(source certs.Source) func(http.Handler) http.Handler {
	if acme, ok := source.(*certs.ACME); ok {
		return acme.HTTPHandler
	}
	return nil
}
