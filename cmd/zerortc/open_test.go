package main

import (
	"testing"

	"zerortc/config"
)

// There are always more connections than sockets, so that it is signaling that says
// when there are too many; and what has no limit there has none here.
func TestConnectionsFollowTheSockets(t *testing.T) {
	for sockets, want := range map[int][2]int{
		0: {0, 0}, 1: {6001, 2001}, 10_000: {16_000, 12_000}, 100_000: {106_000, 102_000},
	} {
		got := connections(config.Config{Rooms: config.Rooms{MaxSockets: sockets, MaxSocketsPerAddress: sockets}})
		if got.HTTP != want[0] || got.HTTPPerAddress != want[1] {
			t.Errorf("%d sockets: %d connections and %d of an address, want %v", sockets, got.HTTP, got.HTTPPerAddress, want)
		}
	}
}
