//go:build !linux

package mdns

import "golang.org/x/net/ipv4"

func open() (*ipv4.PacketConn, error) { return nil, ErrSystem }
