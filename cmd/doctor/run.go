package doctor

import (
	"cmp"
	"context"
	"strings"
	"sync"

	"zerortc/cmd/finding"
)

// check is one thing to look at.
type check struct {
	name  string
	label string   // of the finding, where several checks share one; else name
	needs []string // checks that have to end well before
	any   []string // checks of which one has to end well before
	after []string // checks that have to be over before
	run   func(context.Context) finding.Finding
}

// outcome is how a check ended, once over is closed.
type outcome struct {
	over  chan struct{}
	found finding.Finding
}

func (o *outcome) well() bool {
	return o.found.Verdict == finding.OK || o.found.Verdict == finding.Hint
}

// runAll runs the checks, each as soon as those are over that it needs, and lists
// what they found in the order of the table. What follows from another fault is not
// told as one of its own.
func runAll(ctx context.Context, checks []check) finding.List {
	ctx, cancel := context.WithTimeout(ctx, visitTime)
	defer cancel()
	outcomes := map[string]*outcome{}
	for _, c := range checks {
		outcomes[c.name] = &outcome{over: make(chan struct{})}
	}
	var running sync.WaitGroup
	for _, c := range checks {
		running.Go(func() {
			o := outcomes[c.name]
			defer close(o.over)
			o.found = c.await(ctx, outcomes)
			o.found.Check = cmp.Or(c.label, c.name)
		})
	}
	running.Wait()
	var list finding.List
	for _, c := range checks {
		list = append(list, outcomes[c.name].found)
	}
	return once(list)
}

// once tells a remedy once, and refers to it where it would do for other faults too.
func once(list finding.List) finding.List {
	first := map[string]string{}
	for i, f := range list {
		if check, told := first[f.Remedy]; told {
			list[i].Remedy = "the same as for " + check
		} else if f.Remedy != "" {
			first[f.Remedy] = f.Check
		}
	}
	return list
}

// await runs the check once what it needs has ended well.
func (c check) await(ctx context.Context, outcomes map[string]*outcome) finding.Finding {
	if missing := c.missing(outcomes); missing != "" {
		return finding.Skip(c.name, "cannot be looked at without %s", missing)
	}
	ctx, cancel := context.WithTimeout(ctx, checkTime)
	defer cancel()
	return c.run(ctx)
}

// missing waits for what the check needs, and names what has not ended well.
func (c check) missing(outcomes map[string]*outcome) (missing string) {
	for _, name := range c.after {
		<-outcomes[name].over
	}
	for _, name := range c.needs {
		<-outcomes[name].over
		if missing == "" && !outcomes[name].well() {
			missing = name
		}
	}
	one := len(c.any) == 0
	for _, name := range c.any {
		<-outcomes[name].over
		one = one || outcomes[name].well()
	}
	if missing == "" && !one {
		missing = strings.Join(c.any, " or ")
	}
	return missing
}
