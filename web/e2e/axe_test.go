//go:build page

package e2e

import (
	"encoding/json"
	"fmt"
	"os"
	"strings"
)

// axePath is where .ci/install-page puts axe-core, which looks for barriers in a page.
const axePath = "node_modules/axe-core/axe.min.js"

// wcag is what the pages hold themselves to: WCAG 2.2, level AA, and good practice.
const wcag = `['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice']`

// violation is a rule of axe that a page breaks, and where.
type violation struct {
	ID, Help string
	Nodes    []struct {
		Target         []any
		FailureSummary string
	}
}

func (v violation) String() string {
	var text strings.Builder
	fmt.Fprintf(&text, "%s: %s", v.ID, v.Help)
	for _, node := range v.Nodes {
		fmt.Fprintf(&text, "\n  %v: %s", node.Target, strings.ReplaceAll(node.FailureSummary, "\n", "\n    "))
	}
	return text.String()
}

// settle ends what is on its way, such as one colour to another after a change of theme.
const settle = `for (const a of document.getAnimations()) if (Number.isFinite(a.effect.getComputedTiming().endTime)) a.finish()`

// mustHaveNoBarriers has axe look at the page as it is now. The script comes from
// outside, past the page's policy, and leaves with the page.
func (p *page) mustHaveNoBarriers(state string) {
	p.t.Helper()
	axe, err := os.ReadFile(axePath)
	if err != nil {
		p.t.Fatalf("%v: run .ci/install-page", err)
	}
	p.run("if (!window.axe) {" + string(axe) + "\n}")
	p.run(settle)
	text := evaluate[string](p, `axe.run(document, { runOnly: `+wcag+`, resultTypes: ['violations'] })
		.then(({ violations }) => JSON.stringify(violations))`)
	var violations []violation
	if err := json.Unmarshal([]byte(text), &violations); err != nil {
		p.fatalf("%v in %s", err, text)
	}
	for _, v := range violations {
		p.t.Errorf("%s, %s: %s", p.t.Name(), state, v)
	}
}
