//go:build linux && (amd64 || arm64)

package main

import (
	"fmt"
	"html"
	"math"
	"strings"
)

// Measures of the chart, in pixels.
const (
	labels   = 330 // the column of the names
	plot     = 420 // from ratio 0 to the largest
	row      = 22
	top      = 64
	right    = 110 // for the numbers
	chartEnd = 34
)

// style follows the reader's light or dark mode.
const style = `<style>
text{font:12px system-ui,sans-serif;fill:#1f2328}.title{font-size:15px;font-weight:600}.quiet{fill:#59636e}
.bar{fill:#2da44e}.over{fill:#bf8700}.line{stroke:#1f2328}.grid{stroke:#d1d9e0}
@media (prefers-color-scheme:dark){text{fill:#f0f6fc}.quiet{fill:#9198a1}.bar{fill:#3fb950}.over{fill:#d29922}.line{stroke:#f0f6fc}.grid{stroke:#3d444d}}
</style>
`

// chart draws for each scenario the ratio of CPU a packet, ours ÷ coturn: a bar
// for the median, a whisker for the extremes, and a line where both are equal.
func chart(r report) string {
	most := 1.0
	for _, o := range r.Outcomes {
		most = max(most, cpu.ratio(o.counted()).To)
	}
	most = math.Ceil(most*2) / 2 // the scale ends at a half
	at := func(ratio float64) float64 { return labels + ratio/most*plot }
	height := top + row*len(r.Outcomes) + chartEnd
	var b strings.Builder
	fmt.Fprintf(&b, `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 %d %d" role="img" aria-label="CPU of the server a relayed packet, zerortc ÷ coturn">`+"\n", labels+plot+right, height)
	b.WriteString(style)
	fmt.Fprintf(&b, `<text class="title" x="8" y="22">CPU of the server a relayed packet, zerortc ÷ coturn: shorter is better</text>`+"\n")
	fmt.Fprintf(&b, `<text class="quiet" x="8" y="42">%s</text>`+"\n", html.EscapeString(r.Machine.String()))
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
	fmt.Fprintf(b, `<text x="8" y="%.1f">%s</text>`+"\n", middle+4, html.EscapeString(o.Shape.String()))
	pairs := o.counted()
	if len(pairs) == 0 {
		fmt.Fprintf(b, `<text class="quiet" x="%.1f" y="%.1f">the load was not reached</text>`+"\n", at(0)+6, middle+4)
		return
	}
	ratio, class := cpu.ratio(pairs), "bar"
	if ratio.Median > 1 {
		class = "over"
	}
	fmt.Fprintf(b, `<rect class="%s" x="%.1f" y="%.1f" width="%.1f" height="12" rx="2"/>`+"\n", class, at(0), middle-6, at(ratio.Median)-at(0))
	fmt.Fprintf(b, `<path class="line" fill="none" d="M%.1f %.1fH%.1fM%.1f %.1fv8M%.1f %.1fv8"/>`+"\n",
		at(ratio.From), middle, at(ratio.To), at(ratio.From), middle-4, at(ratio.To), middle-4)
	fmt.Fprintf(b, `<text x="%d" y="%.1f">%.2f</text>`+"\n", labels+plot+12, middle+4, ratio.Median)
}
