package certs

import (
	"crypto/tls"

	"golang.org/x/crypto/acme"
)

// ServerConfig is how we speak TLS, with the certificates of source. TLS 1.0 and
// 1.1 are history (RFC 8996).
//
// Of HTTP only HTTP/1.1 is offered (RFC 7301): a browser that got HTTP/2 would
// want its WebSockets over it (RFC 8441), which package signaling does not speak.
// The two names of RFC 7443 are for TURN clients on the same port: who offers
// names of which we know none would be turned away. Who offers no name at all is
// welcome.
func ServerConfig(source Source) *tls.Config {
	protocols := []string{"http/1.1", "stun.turn", "stun.nat-discovery"}
	if _, ok := source.(*ACME); ok {
		protocols = append(protocols, acme.ALPNProto) // RFC 8737: the CA's own check
	}
	return &tls.Config{
		MinVersion:     tls.VersionTLS12,
		NextProtos:     protocols,
		GetCertificate: source.Certificate,
	}
}
