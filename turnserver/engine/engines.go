package engine

import (
	"log/slog"
	"net"
	"sync/atomic"
	"time"
)

// Engines are the engines of a server. One takes one message after the other, so that
// several are for several processors; which of them has an allocation does not matter
// to anybody.
type Engines struct {
	all  []*Engine
	last atomic.Uint32 // who got an allocation
}

// NewEngines starts so many.
func NewEngines(count int, log *slog.Logger) (*Engines, error) {
	es := &Engines{}
	for range count {
		e, err := New(log)
		if err != nil {
			es.Close()
			return nil, err
		}
		es.all = append(es.all, e)
	}
	return es, nil
}

// Allocate opens an allocation, as [Engine.Allocate] does, with each in turn.
func (es *Engines) Allocate(relay net.PacketConn, lifetime time.Duration, sink func([]byte)) (*Allocation, error) {
	e := es.all[int(es.last.Add(1)%uint32(len(es.all)))]
	return e.Allocate(relay, lifetime, sink)
}

// Close ends every allocation of theirs, as [Engine.Close] does.
func (es *Engines) Close() {
	for _, e := range es.all {
		e.Close()
	}
}
