package loadtest

import (
	"fmt"
	"io"
	"slices"
	"strings"
	"text/tabwriter"
	"time"
)

// Report is how the server fared.
type Report struct {
	Targets     []string       `json:"targets"`
	Dialect     string         `json:"dialect"`
	Rooms       int            `json:"rooms"`
	Members     int            `json:"members"` // that were seated
	Stalled     int            `json:"stalled,omitempty"`
	GivenUp     int64          `json:"stalledGivenUp,omitempty"` // by the server
	Size        int            `json:"frameBytes"`
	Interrupted bool           `json:"interrupted,omitempty"`
	Connect     Percentiles    `json:"connect"` // from the instant it was due to the open socket
	Join        Percentiles    `json:"join"`    // from the same instant to the answer
	Answer      Percentiles    `json:"answer"`  // from sending the join to the answer
	Relay       Percentiles    `json:"relay"`   // from the instant the frame was due to its arrival
	Sent        int64          `json:"sent"`    // to those who read, warm-up included
	Delivered   int64          `json:"delivered"`
	Seconds     float64        `json:"seconds"`         // that were counted
	PerSecond   float64        `json:"framesPerSecond"` // that arrived meanwhile
	Errors      map[string]int `json:"errors"`
	Processes   []Process      `json:"processes,omitempty"`
}

// Process is what a process of the server used.
type Process struct {
	PID              int     `json:"pid"`
	CPUPerFrame      float64 `json:"cpuMicrosPerFrame"`     // of the relay phase, all of it
	NetCPUPerFrame   float64 `json:"cpuMicrosPerFrameNet"`  // less what the process used while idle
	CPUPerJoin       float64 `json:"cpuMicrosPerJoin"`      // connecting included
	IdleCPU          float64 `json:"idleCPUPercent"`        // of one core, all members connected
	MemoryBefore     int64   `json:"memoryBeforeBytes"`     // resident, nobody connected
	MemoryJoined     int64   `json:"memoryJoinedBytes"`     // everybody seated
	MemoryRelayed    int64   `json:"memoryRelayedBytes"`    // after the relay phase
	MemoryPerMember  float64 `json:"memoryPerMemberBytes"`  // seated and idle
	MemoryPerRelayer float64 `json:"memoryPerRelayerBytes"` // after the relay phase
}

// sample is what was counted when a phase ended.
type sample struct {
	at        time.Time
	delivered int64
	usages    []usage // of each process
}

// sample reads the counters and the processes. A later one of the same name
// replaces the first.
func (r *run) sample(name string) error {
	s := sample{at: time.Now(), delivered: r.delivered.Load()}
	for _, pid := range r.options.PIDs {
		u, err := usageOf(pid)
		if err != nil {
			return err
		}
		s.usages = append(s.usages, u)
	}
	r.samples[name] = &s
	return nil
}

// figures makes the report.
func (r *run) figures(interrupted bool) *Report {
	out := &Report{
		Targets: r.options.Targets, Dialect: r.options.Dialect, Rooms: r.options.Rooms, Members: r.ready(),
		Stalled: r.options.Stalled, GivenUp: r.givenUp.Load(), Size: len(r.members[0].letter.frame), Interrupted: interrupted,
		Connect: r.connect.percentiles(), Join: r.join.percentiles(), Answer: r.answer.percentiles(), Relay: r.relay.percentiles(),
		Sent: r.sent.Load(), Delivered: r.delivered.Load(),
		Errors: r.errors.all(),
	}
	if warm, relayed := r.samples["warm"], r.samples["relayed"]; warm != nil && relayed != nil {
		out.Seconds = relayed.at.Sub(warm.at).Seconds()
		out.PerSecond = ratio(float64(relayed.delivered-warm.delivered), out.Seconds)
	}
	for i, pid := range r.options.PIDs {
		out.Processes = append(out.Processes, r.process(i, pid, out.Members))
	}
	return out
}

func (r *run) process(i, pid, members int) Process {
	before, joined, idle := r.samples["before"], r.samples["joined"], r.samples["idle"]
	p := Process{PID: pid, MemoryBefore: before.usages[i].memory}
	if joined == nil || idle == nil {
		return p
	}
	cpu := func(from, to *sample) float64 { return (to.usages[i].cpu - from.usages[i].cpu).Seconds() }
	idleCPU := ratio(cpu(joined, idle), idle.at.Sub(joined.at).Seconds())
	p.MemoryJoined, p.IdleCPU = idle.usages[i].memory, 100*idleCPU
	p.MemoryPerMember = ratio(float64(p.MemoryJoined-p.MemoryBefore), float64(members))
	p.CPUPerJoin = ratio(1e6*cpu(before, joined), float64(members))
	warm, relayed := r.samples["warm"], r.samples["relayed"]
	if warm == nil || relayed == nil {
		return p
	}
	frames := float64(relayed.delivered - warm.delivered)
	p.CPUPerFrame = ratio(1e6*cpu(warm, relayed), frames)
	p.NetCPUPerFrame = ratio(1e6*(cpu(warm, relayed)-idleCPU*relayed.at.Sub(warm.at).Seconds()), frames)
	p.MemoryRelayed = relayed.usages[i].memory
	p.MemoryPerRelayer = ratio(float64(p.MemoryRelayed-p.MemoryBefore), float64(members))
	return p
}

// ratio is 0 where there is nothing to divide by.
func ratio(a, b float64) float64 {
	if b == 0 {
		return 0
	}
	return a / b
}

// Failed tells how many things went wrong.
func (r *Report) Failed() (n int) {
	for _, count := range r.Errors {
		n += count
	}
	return n
}

// Print writes the report as text.
func (r *Report) Print(w io.Writer) error {
	out := tabwriter.NewWriter(w, 0, 0, 2, ' ', tabwriter.AlignRight)
	fmt.Fprintf(w, "%d members in %d rooms at %s (%s)", r.Members, r.Rooms, strings.Join(r.Targets, ", "), r.Dialect)
	if r.Interrupted {
		fmt.Fprint(w, "; interrupted: figures so far")
	}
	fmt.Fprint(w, "\n\n")
	fmt.Fprintln(out, "latency, ms\tcount\tmean\tp50\tp90\tp99\tp99.9\tmax\t")
	for _, line := range []struct {
		name string
		of   Percentiles
	}{{"connect", r.Connect}, {"connect and join", r.Join}, {"join", r.Answer}, {"relay", r.Relay}} {
		p := line.of
		fmt.Fprintf(out, "%s\t%d\t%.2f\t%.2f\t%.2f\t%.2f\t%.2f\t%.2f\t\n", line.name, p.Count, p.Mean, p.P50, p.P90, p.P99, p.P999, p.Max)
	}
	if err := out.Flush(); err != nil {
		return err
	}
	fmt.Fprintf(w, "\n%d frames of %d bytes arrived of %d sent; %.0f a second in the %.1f s that were counted\n", r.Delivered, r.Size, r.Sent, r.PerSecond, r.Seconds)
	if r.Stalled > 0 {
		fmt.Fprintf(w, "%d members did not read; the server gave up %d of them\n", r.Stalled, r.GivenUp)
	}
	for _, p := range r.Processes {
		p.print(w)
	}
	_, err := fmt.Fprintf(w, "errors: %s\n", errorLines(r.Errors))
	return err
}

func (p Process) print(w io.Writer) {
	const mega = 1 << 20
	fmt.Fprintf(w, "process %d:\n", p.PID)
	fmt.Fprintf(w, "  CPU     %.1f µs a relayed frame (%.1f without the %.1f %% of a core that idling takes), %.0f µs a join\n",
		p.CPUPerFrame, p.NetCPUPerFrame, p.IdleCPU, p.CPUPerJoin)
	fmt.Fprintf(w, "  memory  %.1f KiB a member (%.1f after relaying); %.1f MiB before, %.1f with all seated, %.1f after relaying\n",
		p.MemoryPerMember/1024, p.MemoryPerRelayer/1024,
		float64(p.MemoryBefore)/mega, float64(p.MemoryJoined)/mega, float64(p.MemoryRelayed)/mega)
}

// errorLines are the errors and how often they came.
func errorLines(errors map[string]int) string {
	if len(errors) == 0 {
		return "none"
	}
	var lines []string
	for name, count := range errors {
		lines = append(lines, fmt.Sprintf("%d× %s", count, name))
	}
	slices.Sort(lines)
	return strings.Join(lines, "; ")
}
