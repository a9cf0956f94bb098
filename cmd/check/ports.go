package check

import (
	"errors"
	"fmt"
	"net"
	"slices"
	"syscall"

	"zerortc/cmd/finding"
)

// ports tries each listener of the settings.
func (s Start) ports() (list finding.List) {
	for _, address := range s.Config.HTTP.Listen {
		list = append(list, s.port("http-tcp", "http.listen", "tcp", address))
	}
	for _, address := range s.Config.TURN.Listen {
		list = append(list, s.port("turn-udp", "turn.listen", "udp", address))
		if !slices.Contains(s.Config.TURN.SharedTCP, address) {
			list = append(list, s.port("turn-tcp", "turn.listen", "tcp", address))
		}
	}
	return list
}

func (s Start) port(check, setting, network, address string) finding.Finding {
	err := try(network, address)
	what := fmt.Sprintf("%s %s", network, address)
	switch {
	case err == nil:
		return finding.Good(check, "%s is free", what)
	case errors.Is(err, syscall.EADDRINUSE) && s.Running != nil && s.Running(address):
		return finding.Good(check, "%s is held by the server that runs", what)
	case errors.Is(err, syscall.EADDRINUSE):
		return finding.Bad(check, what+" is taken by another program", "stop that program, or name another port in "+setting)
	case errors.Is(err, syscall.EACCES):
		return finding.Bad(check, what+" needs a right that this user has not", "take a port above 1023, let systemd open it, or give the service CAP_NET_BIND_SERVICE")
	case errors.Is(err, syscall.EADDRNOTAVAIL):
		return finding.Bad(check, what+" is no address of this machine", "name one that it has, or none, in "+setting)
	}
	return finding.Bad(check, fmt.Sprintf("%s: %v", what, err), "change "+setting)
}

// try opens a port and closes it.
func try(network, address string) error {
	if network == "udp" {
		conn, err := net.ListenPacket(network, address)
		if err == nil {
			err = conn.Close()
		}
		return err
	}
	listener, err := net.Listen(network, address)
	if err == nil {
		err = listener.Close()
	}
	return err
}

// tries is how many relay ports are tried. The rest is like them.
const tries = 16

// relays tries some of the relay ports, from one end to the other.
func (s Start) relays() finding.Finding {
	ports := s.Config.TURN.RelayPorts
	count := ports.Count()
	tried, free := min(tries, count), 0
	for i := range tried {
		at := int(ports.Min) + i*(count-1)/max(1, tried-1)
		if try("udp", fmt.Sprintf(":%d", at)) == nil {
			free++
		}
	}
	what := fmt.Sprintf("turn.relay-ports %d-%d: %d of %d that were tried are free", ports.Min, ports.Max, free, tried)
	switch {
	case free == 0:
		return finding.Bad("relay-ports", what, "name another range in turn.relay-ports")
	case free < tried && s.Running == nil:
		return finding.Worth("relay-ports", what, "other programs are in the range; a range of its own serves better")
	}
	return finding.Good("relay-ports", "%s", what)
}
