package main

import (
	"context"
	"fmt"
	"log/slog"

	"zerortc/cmd/doctor"
	"zerortc/config"
)

// otherFiles are the descriptors of everything but rooms and relays: listeners,
// requests for the page, connections of which nothing is known yet.
const otherFiles = 1024

// tellOfDescriptors tells at the start whether the process may open fewer files
// than its settings promise. Go has raised the soft limit to the hard one by
// itself; only the operator can raise that. Half of them is more than nearly
// anybody comes to use: then it is worth a line and no warning.
func tellOfDescriptors(cfg config.Config, limit uint64, log *slog.Logger) {
	needed := descriptorsNeeded(cfg)
	if limit == 0 || limit >= needed {
		return
	}
	level, message := slog.LevelInfo, "descriptor limit is below what the settings allow"
	if doctor.FewFiles(limit, needed) {
		level, message = slog.LevelWarn, "descriptor limit is low"
	}
	log.Log(context.Background(), level, message, "limit", limit, "needed", needed, "sockets", cfg.Rooms.MaxSockets, "relays", relaysOf(cfg.TURN),
		"remedy", fmt.Sprintf("LimitNOFILE=%d in the unit, ulimit -Hn %d before the start, or lower rooms.max-sockets and turn.max-allocations", needed, needed))
}

// descriptorsNeeded is what all sockets and relays that the settings allow take. Left
// out is what nobody comes to have beside all of those: the connections of TURN clients
// over TCP, which come where UDP does not get through, and those of thousands of pages
// being loaded at one moment.
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
