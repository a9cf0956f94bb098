package loadtest

import (
	"context"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"net"
	"runtime/debug"
	"slices"
	"sync"
	"sync/atomic"
	"time"
)

// run is a load test under way.
type run struct {
	options Options
	targets []target
	members []*member
	begun   time.Time

	writeBuffers sync.Pool

	connect, join, answer, relay *latency
	sent, delivered              atomic.Int64 // frames that somebody reads
	givenUp                      atomic.Int64 // stalled members that the server let go
	errors                       *tally

	phase   atomic.Value       // string
	samples map[string]*sample // by the phase that they end
}

// Run puts the load on and returns the figures. When the context ends they are
// those so far. An error says that there are none.
func Run(ctx context.Context, options Options) (*Report, error) {
	if err := options.check(); err != nil {
		return nil, err
	}
	if options.Progress == nil {
		options.Progress = io.Discard
	}
	r := &run{
		options: options, begun: time.Now(),
		connect: newLatency(), join: newLatency(), answer: newLatency(), relay: newLatency(),
		errors: newTally(), samples: map[string]*sample{},
	}
	for _, text := range options.Targets {
		found, err := resolve(ctx, text, options.AnyTarget, net.DefaultResolver.LookupNetIP)
		if err != nil {
			return nil, err
		}
		if options.Spread > 0 && !(found.addr.Addr().Is4() && found.addr.Addr().IsLoopback()) {
			return nil, Impossible{fmt.Errorf("--spread is for targets on this machine, at 127.0.0.1; %q is at %v", text, found.addr.Addr())}
		}
		r.targets = append(r.targets, found)
	}
	r.seatPlan()
	// Members are many and their garbage is little; collecting it costs the server
	// its processor, and shows as latency that is none.
	defer debug.SetGCPercent(debug.SetGCPercent(800))
	if err := r.sample("before"); err != nil {
		return nil, err
	}
	return r.phases(ctx)
}

// seatPlan makes the members, who are not connected yet.
func (r *run) seatPlan() {
	name := fmt.Sprintf("%08x", rand.Uint32())
	for i := range r.options.Rooms {
		room := roomName(name, i)
		first := r.newMember(i, seat{room, "a", "b"})
		second := r.newMember(i, seat{room, "b", "a"})
		first.peer, second.peer = second, first
		first.expected, second.expected = second.letter, first.letter
		// Spread over the rooms, not the first ones.
		second.deaf = i*r.options.Stalled/r.options.Rooms != (i+1)*r.options.Stalled/r.options.Rooms
	}
}

func (r *run) newMember(room int, s seat) *member {
	m := &member{
		run: r, n: len(r.members), seat: s, target: r.targets[room%len(r.targets)],
		seated: make(chan struct{}), letter: newLetter(s, r.options.Size),
	}
	r.members = append(r.members, m)
	return m
}

// phases goes through them in order, as far as the context lasts.
func (r *run) phases(ctx context.Context) (*Report, error) {
	// Members outlive the context for as long as the figures are taken.
	staying, dismiss := context.WithCancel(context.WithoutCancel(ctx))
	var living sync.WaitGroup
	defer living.Wait()
	defer dismiss()
	defer r.report()()

	r.phase.Store("arrive")
	r.arrive(ctx, staying, &living)
	if ctx.Err() == nil && r.ready() == 0 {
		return nil, fmt.Errorf("no room was filled: %w", r.complaint())
	}
	r.phase.Store("idle")
	err := r.sample("joined")
	wait(ctx, time.Now().Add(r.options.Idle))
	err = errors.Join(err, r.sample("idle"))
	if r.options.Rate > 0 {
		err = errors.Join(err, r.converse(ctx))
	}
	if err != nil {
		return nil, err
	}
	return r.figures(ctx.Err() != nil), nil
}

// arrive lets members in, so many a second, and returns when all that came have
// an answer, or have had the time for one.
func (r *run) arrive(ctx, staying context.Context, living *sync.WaitGroup) {
	arrivals := schedule{time.Now(), r.options.JoinRate}
	for i, m := range r.members {
		due := arrivals.at(i)
		if !wait(ctx, due) {
			return
		}
		living.Go(func() { m.arrive(staying, due) })
	}
	limit := time.Now().Add(patience)
	for !r.settled() && time.Now().Before(limit) {
		if !wait(ctx, time.Now().Add(10*time.Millisecond)) {
			return
		}
	}
	r.errors.add("no answer to the join", count(r.members, func(m *member) bool { return !m.settled() }))
}

func (r *run) settled() bool {
	return !slices.ContainsFunc(r.members, func(m *member) bool { return !m.settled() })
}

// ready is how many members can send.
func (r *run) ready() int { return count(r.members, (*member).ready) }

func count(members []*member, holds func(*member) bool) (n int) {
	for _, m := range members {
		if holds(m) {
			n++
		}
	}
	return n
}

// complaint is what went wrong, as an error.
func (r *run) complaint() error {
	if all := r.errors.all(); len(all) > 0 {
		return errors.New(errorLines(all))
	}
	return errors.New("the server did not answer")
}

// converse relays: first to warm up, then to be counted.
func (r *run) converse(ctx context.Context) error {
	talking, hush := context.WithCancel(ctx)
	defer hush()
	var talkers sync.WaitGroup
	defer talkers.Wait()
	defer hush()
	err := r.sample("warm")
	r.phase.Store("warm up")
	r.talk(talking, &talkers)
	// Who interrupts the warm-up gets its figures rather than none.
	if wait(ctx, time.Now().Add(r.options.Warmup)) {
		r.phase.Store("relay")
		r.relay.reset()
		err = errors.Join(err, r.sample("warm"))
		wait(ctx, time.Now().Add(r.options.Duration))
	}
	err = errors.Join(err, r.sample("relayed"))

	hush()
	talkers.Wait()
	r.phase.Store("drain")
	for limit := time.Now().Add(drainWithin); r.delivered.Load() < r.sent.Load() && time.Now().Before(limit); {
		time.Sleep(10 * time.Millisecond)
	}
	r.errors.add("lost frames", int(r.sent.Load()-r.delivered.Load()))
	return err
}

// drainWithin is what a frame may take that was sent at the very end.
const drainWithin = 3 * time.Second

// talkers are how many goroutines send. While one waits in a socket the others
// go on.
const talkers = 32

// talk starts the senders. The nth frame of all is due at the nth instant; they
// go around the members in an order that mixes the rooms.
func (r *run) talk(ctx context.Context, running *sync.WaitGroup) {
	all := slices.DeleteFunc(slices.Clone(r.members), func(m *member) bool { return !m.ready() || m.deaf })
	rand.Shuffle(len(all), func(i, j int) { all[i], all[j] = all[j], all[i] })
	each := min(talkers, len(all))
	frames := schedule{time.Now(), r.options.Rate}
	for first := range each {
		running.Go(func() {
			// Each has members of its own, and every so manieth instant.
			var own []*member
			for i := first; i < len(all); i += each {
				own = append(own, all[i])
			}
			for i := 0; ; i++ {
				due := frames.at(first + i*each)
				if !wait(ctx, due) {
					return
				}
				r.say(own[i%len(own)], due)
			}
		})
	}
}

// say sends a member's next frame, which was due at an instant.
func (r *run) say(m *member, due time.Time) {
	if m.ended.Load() {
		return // counted where it ended
	}
	if err := m.send(m.letter.write(due.Sub(r.begun))); err != nil {
		m.ended.Store(true)
		if cause(err) == timeout { // of all else the reader hears too, and counts
			r.errors.add("sending: "+timeout, 1)
		}
		return
	}
	if !m.peer.deaf {
		r.sent.Add(1)
	}
}
