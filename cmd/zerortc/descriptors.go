package main

import (
	"fmt"
	"log/slog"

	"zerortc/config"
)

// otherFiles are the descriptors of everything but rooms and relays: listeners,
// requests for the page, connections of which nothing is known yet.
const otherFiles = 1024

// warnOfDescriptors tells at the start whether the process may open fewer files
// than its settings promise. Go has raised the soft limit to the hard one by
// itself; only the operator can raise that.
func warnOfDescriptors(cfg config.Config, limit uint64, log *slog.Logger) {
	if needed := descriptorsNeeded(cfg); limit > 0 && limit < needed {
		log.Warn("descriptor limit is low", "limit", limit, "needed", needed, "sockets", cfg.Rooms.MaxSockets, "relays", relaysOf(cfg.TURN),
			"remedy", fmt.Sprintf("LimitNOFILE=%d in the unit, ulimit -Hn %d before the start, or lower rooms.max-sockets and turn.max-allocations", needed, needed))
	}
}

// descriptorsNeeded is what all sockets and relays that the settings allow take.
func descriptorsNeeded(cfg config.Config) uint64 {
	return uint64(cfg.Rooms.MaxSockets + relaysOf(cfg.TURN) + otherFiles)
}

// relaysOf is how many relays there can be: a socket each.
func relaysOf(cfg config.TURN) int {
	ports := cfg.RelayPorts.Count()
	if most := cfg.MaxAllocations.Of(ports); most > 0 {
		return min(most, ports)
	}
	return ports
}
