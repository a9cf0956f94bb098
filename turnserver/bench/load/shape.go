package load

import (
	"fmt"
	"slices"
	"strings"
)

// Direction says from where to where the packets go.
type Direction string

// The directions.
const (
	Up    Direction = "up"    // client to peer
	Down  Direction = "down"  // peer to client
	Echo  Direction = "echo"  // client to peer and back
	Relay Direction = "relay" // client to client, each behind a relay of its own
)

// Kind says what carries the packets between client and server.
type Kind string

// The kinds.
const (
	Channel    Kind = "channel"
	Indication Kind = "indication"
)

// Transport is what client and server talk over. Relays are UDP.
type Transport string

// The transports.
const (
	UDP Transport = "udp"
	TCP Transport = "tcp"
	TLS Transport = "tls"
)

// Shape is a scenario.
type Shape struct {
	Direction   Direction `json:"direction"`
	Transport   Transport `json:"transport"`
	Kind        Kind      `json:"kind"`
	Allocations int       `json:"allocations"`
	Burst       int       `json:"burst"`   // packets that go out at once on one allocation
	Payload     int       `json:"payload"` // bytes of a packet
	Rate        int       `json:"rate"`    // packets a second, of all allocations together
}

// String names the shape, such as up/udp/channel/100/burst-1/1000B/20000.
func (s Shape) String() string {
	return fmt.Sprintf("%s/%s/%s/%d/burst-%d/%dB/%d", s.Direction, s.Transport, s.Kind, s.Allocations, s.Burst, s.Payload, s.Rate)
}

// Words is the shape in words, for people.
func (s Shape) Words() string {
	words := []string{string(s.Direction), strings.ToUpper(string(s.Transport)), string(s.Kind), fmt.Sprintf("%d allocations", s.Allocations)}
	if s.Burst > 1 {
		words = append(words, fmt.Sprintf("bursts of %d", s.Burst))
	}
	return strings.Join(append(words, fmt.Sprintf("%d bytes", s.Payload), fmt.Sprintf("%d/s", s.Rate)), ", ")
}

// Check tells what is wrong with the shape.
func (s Shape) Check() error {
	switch {
	case !slices.Contains([]Direction{Up, Down, Echo, Relay}, s.Direction):
		return fmt.Errorf("direction %q is none of up, down, echo and relay", s.Direction)
	case !slices.Contains([]Transport{UDP, TCP, TLS}, s.Transport):
		return fmt.Errorf("transport %q is none of udp, tcp and tls", s.Transport)
	case !slices.Contains([]Kind{Channel, Indication}, s.Kind):
		return fmt.Errorf("kind %q is neither channel nor indication", s.Kind)
	case s.Allocations < 1 || s.Direction == Relay && s.Allocations%2 != 0:
		return fmt.Errorf("%d allocations: wanted are one or more, and an even number for relay", s.Allocations)
	case s.Burst < 1 || s.Burst > maxBurst:
		return fmt.Errorf("bursts of %d: wanted are 1 to %d", s.Burst, maxBurst)
	case s.Payload < markSize || s.Payload > maxPayload || s.Payload%4 != 0:
		return fmt.Errorf("payload of %d bytes: wanted are %d to %d, a multiple of four", s.Payload, markSize, maxPayload)
	case s.Rate < 1:
		return fmt.Errorf("%d packets a second: wanted is one or more", s.Rate)
	}
	return nil
}

const (
	maxBurst   = 64
	maxPayload = 1400
)
