// Command compare measures the server beside the bare forwarder, in one run:
// make bench-signaling. Both get the same load one after the other, in turns that
// change (ABBA), each time as a fresh process. A machine that does other things
// meanwhile makes every figure larger but hardly changes their ratio, so it is the
// ratios of neighbours that are told, with their spread.
package main

import (
	"context"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"time"

	"zerortc/signaling/loadtest"
)

// bench is what the command line asks for.
type bench struct {
	zerortc, bare string // programs
	rounds        int
	duration      time.Duration
}

func main() {
	var b bench
	flag.StringVar(&b.zerortc, "zerortc", "bin/zerortc", "the server")
	flag.StringVar(&b.bare, "bare", "bin/bare", "the bare forwarder")
	flag.IntVar(&b.rounds, "rounds", 4, "how many pairs of runs for each case")
	flag.DurationVar(&b.duration, "duration", 10*time.Second, "how long frames are counted in a run")
	only := flag.String("only", "", "the case to run, if not all")
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	if err := b.all(ctx, *only); err != nil {
		fmt.Fprintln(os.Stderr, "compare:", err)
		os.Exit(1)
	}
}

// aCase is a load for ours, and one for what it is compared with.
type aCase struct {
	name         string
	ours, theirs side
	figures      []figure
}

// side is a program under a load.
type side struct {
	name    string
	bare    bool
	options loadtest.Options
}

// cases are those of PERFORMANCE.md.
func (b bench) cases() []aCase {
	load := func(rooms, stalled int, rate float64, size int) loadtest.Options {
		return loadtest.Options{
			Dialect: loadtest.Classic, Spread: 20, Rooms: rooms, JoinRate: 1000, Stalled: stalled,
			Rate: rate, Size: size, Idle: 3 * time.Second, Warmup: 2 * time.Second, Duration: b.duration,
		}
	}
	beside := func(rooms int) aCase {
		return aCase{
			fmt.Sprintf("%d-rooms", rooms),
			side{"zerortc", false, load(rooms, 0, 4000, 800)}, side{"bare", true, load(rooms, 0, 4000, 800)},
			[]figure{cpu, cpuNet, cpuJoin, memory, p50, p99, answer99, join99},
		}
	}
	// Of 400 members one in four does not read. As many frames are sent as where
	// all do, and large ones, so that they are found out within the time.
	stalled := aCase{
		"stalled",
		side{"100 do not read", false, load(200, 100, 2000, 4000)}, side{"all 400 read", false, load(200, 0, 2000, 4000)},
		[]figure{p50, p99},
	}
	return []aCase{beside(200), beside(5000), stalled}
}

func (b bench) all(ctx context.Context, only string) error {
	for _, c := range b.cases() {
		if only != "" && only != c.name {
			continue
		}
		if err := b.one(ctx, c); err != nil {
			return fmt.Errorf("%s: %w", c.name, err)
		}
	}
	return nil
}

// one runs a case: A B, B A, A B …
func (b bench) one(ctx context.Context, c aCase) error {
	fmt.Printf("\n%s: %s beside %s; %.0f frames of %d bytes a second\n", c.name, c.ours.name, c.theirs.name, c.ours.options.Rate, c.ours.options.Size)
	var ours, theirs []*loadtest.Report
	for round := range b.rounds {
		first, second := c.ours, c.theirs
		if round%2 == 1 {
			first, second = second, first
		}
		a, err := b.run(ctx, first)
		if err != nil {
			return err
		}
		z, err := b.run(ctx, second)
		if err != nil {
			return err
		}
		if round%2 == 1 {
			a, z = z, a
		}
		ours, theirs = append(ours, a), append(theirs, z)
	}
	return table(os.Stdout, c, ours, theirs)
}

// run measures one side as a fresh process.
func (b bench) run(ctx context.Context, s side) (*loadtest.Report, error) {
	server, err := b.start(s.bare)
	if err != nil {
		return nil, err
	}
	defer server.stop()
	s.options.Targets, s.options.PIDs = []string{server.url}, []int{server.pid()}
	report, err := loadtest.Run(ctx, s.options)
	switch {
	case err != nil:
		return nil, err
	case report.Interrupted:
		return nil, context.Canceled
	}
	fmt.Printf("  %-16s %5.1f µs a frame  p99 %6.2f ms  join p99 %6.2f ms, connect and join %6.2f ms  %5.1f KiB a member  %d errors\n",
		s.name, cpu.of(report), p99.of(report), answer99.of(report), join99.of(report), memory.of(report), report.Failed())
	for name, count := range report.Errors {
		fmt.Printf("      %d× %s\n", count, name)
	}
	if report.Stalled > 0 {
		fmt.Printf("      %d of %d stalled members were given up\n", report.GivenUp, report.Stalled)
	}
	return report, nil
}
