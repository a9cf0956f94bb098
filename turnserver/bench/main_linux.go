//go:build linux && (amd64 || arm64)

package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"os/signal"
	"runtime"
	"time"

	"golang.org/x/sys/unix"

	"zerortc/turnserver/bench/load"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, unix.SIGTERM)
	defer stop()
	if err := bench(ctx, os.Args[1:]); err != nil && !errors.Is(err, flag.ErrHelp) {
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(1)
	}
}

// bench does what the command line asks for.
func bench(ctx context.Context, args []string) error {
	o, err := parse(args)
	if err != nil {
		return err
	}
	shapes, err := o.choice.shapes(o.set())
	if err != nil {
		return err
	}
	c := contest{coturn: coturn(o.coturn), ours: zerortc(o.zerortc), pairs: o.pairs, duration: o.duration, out: os.Stdout}
	for _, program := range []string{o.coturn, o.zerortc} {
		if _, err := exec.LookPath(program); err != nil {
			return fmt.Errorf("%w; make bench installs and builds what is needed", err)
		}
	}
	// Threads that sleep in the kernel keep their processor, from Go's view.
	runtime.GOMAXPROCS(max(8, runtime.NumCPU()))
	fmt.Printf("%d scenarios, %d pairs of runs of %v each: some %v\n", len(shapes), o.pairs, o.duration,
		takes(shapes, o.pairs, o.duration).Round(10*time.Second))
	r := report{When: time.Now().UTC(), Machine: machineOf(o.coturn, o.zerortc), Duration: o.duration}
	fmt.Println(r.Machine)
	for _, shape := range shapes {
		var got outcome
		if got, err = c.scenario(ctx, shape); err != nil {
			break
		}
		r.Outcomes = append(r.Outcomes, got)
	}
	fmt.Println()
	return errors.Join(err, table(os.Stdout, r.Outcomes), r.write(o.json, o.svg)) // what there is, also after an interrupt
}

// options are the command line.
type options struct {
	coturn, zerortc string
	json, svg       string
	pairs           int
	duration        time.Duration
	quick, all      bool
	choice          choice
}

func parse(args []string) (o options, err error) {
	flags := flag.NewFlagSet("bench", flag.ContinueOnError)
	flags.StringVar(&o.coturn, "coturn", "turnserver", "coturn's `PROGRAM`")
	flags.StringVar(&o.zerortc, "zerortc", "bin/zerortc", "our `PROGRAM`")
	flags.StringVar(&o.json, "json", "", "write all figures to `FILE`")
	flags.StringVar(&o.svg, "svg", "", "draw the ratios into `FILE`")
	flags.IntVar(&o.pairs, "pairs", 3, "how many pairs of runs for each scenario")
	flags.DurationVar(&o.duration, "duration", time.Second, "how long packets are counted in a run")
	flags.BoolVar(&o.quick, "quick", false, "a first look: the four directions")
	flags.BoolVar(&o.all, "all", false, "all combinations: takes hours")
	for name, values := range map[string]*[]string{
		"direction": &o.choice.direction, "transport": &o.choice.transport, "kind": &o.choice.kind,
		"allocations": &o.choice.allocations, "burst": &o.choice.burst, "payload": &o.choice.payload, "rate": &o.choice.rate,
	} {
		flags.Func(name, "run the scenarios of the set with these `VALUES` instead, such as "+examples[name],
			func(text string) error { *values = list(text); return nil })
	}
	if err := flags.Parse(args); err != nil {
		return o, err
	}
	if flags.NArg() > 0 || o.pairs < 1 {
		return o, fmt.Errorf("there are flags only, and at least one pair")
	}
	return o, nil
}

// examples are values of the flags that choose.
var examples = map[string]string{
	"direction": "up,down,echo,relay", "transport": "udp,tcp,tls", "kind": "channel,indication",
	"allocations": "12,100,1000,5000", "burst": "1,4,20", "payload": "160,1000", "rate": "20000,60000",
}

func (o options) set() []load.Shape {
	switch {
	case o.all:
		return everything()
	case o.quick:
		return quick()
	}
	return sensible()
}
