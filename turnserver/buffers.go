package turnserver

import "fmt"

// tellBuffers logs once how much may wait in the sockets of clients.
func (s *Server) tellBuffers() {
	if len(s.udp) == 0 {
		return
	}
	asked, given := s.udp[0].Room()
	if given == 0 {
		return
	}
	s.log.Info("receive buffer of UDP sockets", buffers(asked, given)...)
}

// buffers is what there is to tell. Who may not force the size (SO_RCVBUFFORCE wants
// CAP_NET_ADMIN) gets what the system's limit allows, which for a few calls will do.
func buffers(asked, given int) (facts []any) {
	facts = []any{"asked-kib", asked >> 10, "given-kib", given >> 10}
	if given >= asked {
		return facts
	}
	return append(facts, "means", "bursts of many calls at once may get lost",
		"remedy", fmt.Sprintf("sysctl -w net.core.rmem_max=%d net.core.wmem_max=%[1]d, and the same in /etc/sysctl.d", asked))
}
