package deploy

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
	"testing"

	"zerortc/cmd/health"
	"zerortc/cmd/metrics"
)

var metricRow = regexp.MustCompile("(?m)^\\| `zerortc_.*$")

// The table of metrics is the registry's own, row by row.
func TestMetricsAreAsListed(t *testing.T) {
	var want []string
	for _, m := range metrics.Reference() {
		var labels []string
		for _, l := range m.Labels {
			labels = append(labels, "`"+l+"`")
		}
		want = append(want, fmt.Sprintf("| `%s` | %s | %s | %s |", m.Name, m.Kind, strings.Join(labels, ", "), m.Help))
	}
	got := metricRow.FindAllString(readDocument(t, "README.md").text, -1)
	if !slices.Equal(got, want) {
		t.Errorf("the document has\n%s\nand should have\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
}

// Every reason for not being ready is told.
func TestReasonsAreTold(t *testing.T) {
	text := readDocument(t, "README.md").text
	for _, reason := range health.Reasons() {
		if !strings.Contains(text, "`"+reason+"`") {
			t.Errorf("%s is not told", reason)
		}
	}
}
