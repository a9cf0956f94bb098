//go:build linux && (amd64 || arm64)

package main

import (
	"fmt"
	"net"
	"net/netip"
	"os"
	"os/exec"
	"path/filepath"

	"zerortc/turnserver/bench/load"
)

// coturnSettings are Debian's coturn with nothing switched on that costs: no
// limits, no log, no database, and its own choice of threads.
const coturnSettings = `listening-ip=127.0.0.1
relay-ip=127.0.0.1
listening-port=%d
tls-listening-port=%d
min-port=49152
max-port=65535
lt-cred-mech
user=%s:%s
realm=%s
allow-loopback-peers
user-quota=0
total-quota=0
max-bps=0
bps-capacity=0
no-cli
no-dtls
no-rfc5780
no-stdout-log
log-file=/dev/null
simple-log
userdb=%[6]s/turndb
pidfile=%[6]s/pid
cert=%[6]s/cert.pem
pkey=%[6]s/key.pem
`

// coturn starts coturn's turnserver.
func coturn(program string) maker {
	return func(folder string) (recipe, error) {
		plain, secure, err := freePorts()
		if err != nil {
			return recipe{}, err
		}
		if err := writeCertificate(folder); err != nil {
			return recipe{}, err
		}
		file := filepath.Join(folder, "turnserver.conf")
		text := fmt.Appendf(nil, coturnSettings, plain.Port(), secure.Port(), username, password, realm, folder)
		if err := os.WriteFile(file, text, 0o600); err != nil {
			return recipe{}, err
		}
		return recipe{cmd: exec.Command(program, "-c", file), at: load.Server{Address: plain.String(), TLS: secure.String()}}, nil
	}
}

// freePorts finds two ports of loopback that nobody has, below those of relays.
func freePorts() (plain, secure netip.AddrPort, err error) {
	var ports []netip.AddrPort
	for port := uint16(20000 + os.Getpid()%8000); port < 32000 && len(ports) < 2; port++ {
		at := netip.AddrPortFrom(netip.AddrFrom4([4]byte{127, 0, 0, 1}), port)
		tcp, err := net.ListenTCP("tcp4", net.TCPAddrFromAddrPort(at))
		if err != nil {
			continue
		}
		udp, err := net.ListenUDP("udp4", net.UDPAddrFromAddrPort(at))
		if err == nil {
			ports = append(ports, at)
			_ = udp.Close()
		}
		_ = tcp.Close()
	}
	if len(ports) < 2 {
		return plain, secure, fmt.Errorf("there are no two free ports on loopback")
	}
	return ports[0], ports[1], nil
}
