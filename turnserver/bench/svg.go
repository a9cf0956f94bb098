//go:build linux && (amd64 || arm64)

package main

import (
	"fmt"
	"html"
	"math"
	"strings"

	"zerortc/turnserver/bench/load"
)

// Measures of the chart, in pixels.
const (
	labels   = 260 // the column of the names
	plot     = 440 // from ratio 0 to the largest
	row      = 22
	top      = 80
	right    = 70 // for the numbers
	chartEnd = 34
)

// style follows the reader's light or dark mode, and brings paper along: what is
// around the picture may follow something else.
const style = `<style>
text{font:12px system-ui,sans-serif;fill:#1f2328}.title{font-size:15px;font-weight:600}.quiet{fill:#59636e}
.paper{fill:#fff}.bar{fill:#2da44e}.over{fill:#bf8700}.line{stroke:#1f2328}.grid{stroke:#d1d9e0}.goal{stroke:#0969da;stroke-width:2}
@media (prefers-color-scheme:dark){text{fill:#f0f6fc}.quiet{fill:#9198a1}
.paper{fill:#0d1117}.bar{fill:#3fb950}.over{fill:#d29922}.line{stroke:#f0f6fc}.grid{stroke:#3d444d}.goal{stroke:#4493f8}}
</style>
`

// usually is what labels leave out.
const usually = "Over UDP and channels, 100 allocations, 1000 bytes, 20000 packets a second one by one, if not said otherwise"

// chart draws for each scenario the ratio of CPU a packet, ours ÷ coturn: a bar
// for the median, a whisker for the extremes, a stroke for the goal, and a line where
// both are equal.
func chart(r report) string {
	most := 1.0
	for _, o := range r.Outcomes {
		most = max(most, o.CPU.To)
	}
	most = math.Ceil(most*2) / 2 // the scale ends at a half
	at := func(ratio float64) float64 { return labels + ratio/most*plot }
	height := top + row*len(r.Outcomes) + chartEnd
	var b strings.Builder
	fmt.Fprintf(&b, `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 %d %d" role="img" aria-label="CPU of the server a relayed packet, zerortc ÷ coturn">`+"\n", labels+plot+right, height)
	b.WriteString(style)
	fmt.Fprintf(&b, `<rect class="paper" width="100%%" height="100%%"/>`+"\n")
	fmt.Fprintf(&b, `<text class="title" x="8" y="22">CPU of the server a relayed packet, zerortc ÷ coturn: shorter is better</text>`+"\n")
	fmt.Fprintf(&b, `<path class="goal" d="M%d 15v14"/><text class="quiet" x="%d" y="26">goal</text>`+"\n", labels+plot+12, labels+plot+20)
	fmt.Fprintf(&b, `<text class="quiet" x="8" y="42">%s</text>`+"\n", html.EscapeString(r.Machine.String()))
	fmt.Fprintf(&b, `<text class="quiet" x="8" y="58">%s</text>`+"\n", html.EscapeString(usually))
	bottom := top + row*len(r.Outcomes)
	for tick := 0.0; tick <= most; tick += 0.5 {
		class := "grid"
		if tick == 1 {
			class = "line"
		}
		fmt.Fprintf(&b, `<line class="%s" x1="%.1f" y1="%d" x2="%.1f" y2="%d"/>`+"\n", class, at(tick), top-6, at(tick), bottom+4)
		fmt.Fprintf(&b, `<text class="quiet" text-anchor="middle" x="%.1f" y="%d">%.1f</text>`+"\n", at(tick), bottom+20, tick)
	}
	for i, o := range r.Outcomes {
		bar(&b, top+row*i, o, at)
	}
	b.WriteString("</svg>\n")
	return b.String()
}

// bar draws one scenario at a height.
func bar(b *strings.Builder, y int, o outcome, at func(float64) float64) {
	middle := float64(y) + row/2
	fmt.Fprintf(b, `<text x="8" y="%.1f">%s</text>`+"\n", middle+4, html.EscapeString(label(o.Shape)))
	if o.Uncounted != "" {
		fmt.Fprintf(b, `<text class="quiet" x="%.1f" y="%.1f">none counted</text>`+"\n", at(0)+6, middle+4)
		return
	}
	class := "bar"
	if o.CPU.Median > 1 {
		class = "over"
	}
	fmt.Fprintf(b, `<rect class="%s" x="%.1f" y="%.1f" width="%.1f" height="12" rx="2"/>`+"\n", class, at(0), middle-6, at(o.CPU.Median)-at(0))
	if o.Goal > 0 {
		fmt.Fprintf(b, `<path class="goal" d="M%.1f %.1fv16"/>`+"\n", at(o.Goal), middle-8)
	}
	fmt.Fprintf(b, `<path class="line" fill="none" d="M%.1f %.1fH%.1fM%.1f %.1fv8M%.1f %.1fv8"/>`+"\n",
		at(o.CPU.From), middle, at(o.CPU.To), at(o.CPU.From), middle-4, at(o.CPU.To), middle-4)
	fmt.Fprintf(b, `<text x="%d" y="%.1f">%.2f</text>`+"\n", labels+plot+12, middle+4, o.CPU.Median)
}

// label names a scenario by its direction and by what is not as usual.
func label(s load.Shape) string {
	usual := base(s.Direction)
	words := []string{map[load.Direction]string{
		load.Up: "client → peer", load.Down: "peer → client", load.Echo: "both ways", load.Relay: "client → client",
	}[s.Direction]}
	add := func(differs bool, word string) {
		if differs {
			words = append(words, word)
		}
	}
	add(s.Transport != usual.Transport, strings.ToUpper(string(s.Transport)))
	add(s.Kind != usual.Kind, string(s.Kind)+"s")
	add(s.Burst != usual.Burst, fmt.Sprintf("bursts of %d", s.Burst))
	add(s.Payload != usual.Payload, fmt.Sprintf("%d bytes", s.Payload))
	add(s.Allocations != usual.Allocations, fmt.Sprintf("%d allocations", s.Allocations))
	add(s.Rate != usual.Rate, fmt.Sprintf("%d a second", s.Rate))
	return strings.Join(words, ", ")
}
