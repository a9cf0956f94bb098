//go:build linux && (amd64 || arm64)

package load

import (
	"context"
	"errors"
	"sync"
	"sync/atomic"
	"time"
)

// patience is how long packets that are under way are waited for.
const patience = 500 * time.Millisecond

// Run puts the load on for a time and waits for what is under way.
func (l *Load) Run(ctx context.Context, d time.Duration) (Result, error) {
	l.runs++
	number := total(l.shape.Rate, l.shape.Burst, d)
	s := &sender{
		pace:    pace{burst: l.shape.Burst, rate: l.shape.Rate, total: number},
		flows:   l.flows(),
		payload: l.shape.Payload,
		run:     l.runs,
		late:    newHistogram(),
	}
	t := newTally(l.runs, number)
	var stop, all atomic.Bool
	var running sync.WaitGroup
	faults := make([]error, 2)
	listen := func(i int, run func() error) { running.Go(func() { faults[i] = run() }) }
	if l.shape.Direction == Echo {
		listen(0, func() error { return echo(l.peerSockets(), &stop) })
	}
	listen(1, func() error { return l.receive(t, &stop, &all) })
	err := s.send(ctx)
	for waited := time.Duration(0); err == nil && waited < patience && !all.Load(); waited += time.Millisecond {
		time.Sleep(time.Millisecond)
	}
	stop.Store(true)
	l.interrupt()
	running.Wait()
	if err = errors.Join(err, faults[0], faults[1]); err != nil {
		return Result{}, err
	}
	return Result{
		Sent: s.sent, Delivered: t.delivered, Duplicates: t.duplicates, Alien: t.alien,
		Rate:    float64(s.sent) / max(s.elapsed, time.Microsecond).Seconds(),
		LateP99: micros(s.late, 99), LateMax: float64(s.late.Max()) / 1000,
		P50: micros(t.latency, 50), P99: micros(t.latency, 99), Max: float64(t.latency.Max()) / 1000,
	}, nil
}

// flows are those who send in this direction, one for each client.
func (l *Load) flows() []flow {
	flows := make([]flow, len(l.clients))
	for i, c := range l.clients {
		if l.shape.Direction == Down {
			to := sockaddr(c.relayed)
			flows[i] = flow{fd: l.peers[i%len(l.peers)].fd, to: &to}
			continue
		}
		flows[i] = flow{fd: c.fd, head: headOf(l.shape.Kind, l.peerOf(i), l.shape.Payload)}
		if l.shape.Transport != UDP {
			flows[i].out = func(burst []byte) error { _, err := c.conn.Write(burst); return err }
		}
	}
	return flows
}

// receive counts what arrives until it is stopped; all is set when nothing is
// missing any more.
func (l *Load) receive(t *tally, stop, all *atomic.Bool) error {
	r := &receiver{tally: t, size: l.shape.Payload, all: all}
	switch {
	case l.shape.Direction == Up:
		r.fds = l.peerSockets()
		byRelay := relays(l.clients)
		r.read = func(_ int, b *batch, i int) ([]byte, int) {
			flow, known := byRelay[b.from(i)]
			if !known {
				flow = -1
			}
			return b.data(i), flow
		}
	case l.shape.Transport != UDP:
		return l.streams(t, stop, all)
	default:
		for _, c := range l.clients {
			r.fds = append(r.fds, c.fd)
		}
		r.read = func(socket int, b *batch, i int) ([]byte, int) {
			return payloadOf(l.shape.Kind, b.data(i)), l.sender(socket)
		}
	}
	return r.run(stop)
}

// sender is the flow whose packets come to client i.
func (l *Load) sender(i int) int {
	if l.shape.Direction == Relay {
		return i ^ 1
	}
	return i
}

func (l *Load) peerSockets() (fds []int) {
	for _, p := range l.peers {
		fds = append(fds, p.fd)
	}
	return fds
}
