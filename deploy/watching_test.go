package deploy

import (
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/goccy/go-yaml"

	"zerortc/cmd/metrics"
)

// promtool is Prometheus' own tool, of Debian's package.
func promtool(t *testing.T, args ...string) {
	t.Helper()
	cmd := exec.Command("promtool", args...)
	cmd.Dir = "prometheus"
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Errorf("promtool %s: %v\n%s", strings.Join(args, " "), err, out)
	}
}

// Prometheus takes what it is given, and the alerts fire when they should.
func TestPrometheusTakesTheFiles(t *testing.T) {
	promtool(t, "check", "config", "scrape.yml")
	promtool(t, "check", "rules", "alerts.yml")
	promtool(t, "test", "rules", "alerts.test.yml")
}

// Every alert is one of those that are tried.
func TestEveryAlertIsTried(t *testing.T) {
	tried := read(t, "prometheus/alerts.test.yml")
	for _, alert := range alerts(t) {
		if !strings.Contains(tried, `{alertname="`+alert.Alert+`"}`) {
			t.Errorf("nobody has seen %s fire", alert.Alert)
		}
		if alert.Annotations["summary"] == "" || alert.Annotations["description"] == "" || alert.Labels["severity"] == "" {
			t.Errorf("%s does not tell enough", alert.Alert)
		}
	}
}

type alert struct {
	Alert, Expr         string
	Labels, Annotations map[string]string
}

func alerts(t *testing.T) (all []alert) {
	t.Helper()
	var file struct{ Groups []struct{ Rules []alert } }
	if err := yaml.Unmarshal([]byte(read(t, "prometheus/alerts.yml")), &file); err != nil {
		t.Fatal(err)
	}
	for _, g := range file.Groups {
		all = append(all, g.Rules...)
	}
	if len(all) == 0 {
		t.Fatal("no alerts")
	}
	return all
}

// query is one expression and where it stands.
type query struct{ where, expr string }

// queries are those of the alerts and of the dashboard.
func queries(t *testing.T) (all []query) {
	t.Helper()
	for _, a := range alerts(t) {
		all = append(all, query{a.Alert, a.Expr})
	}
	var dashboard any
	if err := json.Unmarshal([]byte(read(t, "grafana/zerortc.json")), &dashboard); err != nil {
		t.Fatal(err)
	}
	before := len(all)
	collect(dashboard, "dashboard", &all)
	if len(all)-before < 30 {
		t.Fatalf("%d queries in the dashboard: this test has lost its meaning", len(all)-before)
	}
	return all
}

// collect finds every expr below a value of JSON.
func collect(value any, where string, all *[]query) {
	switch v := value.(type) {
	case map[string]any:
		if title, ok := v["title"].(string); ok {
			where = title
		}
		if expr, ok := v["expr"].(string); ok {
			*all = append(*all, query{where, strings.NewReplacer("$__rate_interval", "5m", "$instance", ".*").Replace(expr)})
		}
		for _, inside := range v {
			collect(inside, where, all)
		}
	case []any:
		for _, inside := range v {
			collect(inside, where, all)
		}
	}
}

// The queries of the dashboard are ones that Prometheus can read.
func TestQueriesAreRead(t *testing.T) {
	type rule struct {
		Record string `json:"record"`
		Expr   string `json:"expr"`
	}
	var rules []rule
	for i, q := range queries(t) {
		rules = append(rules, rule{fmt.Sprintf("query:%d", i), q.expr})
	}
	file, err := json.Marshal(map[string]any{"groups": []any{map[string]any{"name": "dashboard", "rules": rules}}}) // JSON is YAML
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), "rules.yml")
	if err := os.WriteFile(path, file, 0o644); err != nil {
		t.Fatal(err)
	}
	promtool(t, "check", "rules", path)
}

var (
	metricName = regexp.MustCompile(`\b((?:zerortc|go|process)_[a-z0-9_]+)(?:\{([^}]*)\})?`)
	labelName  = regexp.MustCompile(`([a-zA-Z_]+)\s*(?:=~|!~|!=|=)`)
	grouping   = regexp.MustCompile(`\b(?:by|on|without|ignoring)\s*\(([^)]*)\)`)
)

// Every metric that alerts and dashboard speak of is one that a server shows, with
// the labels they speak of; and every metric of ours is in the dashboard.
func TestQueriesNameWhatExists(t *testing.T) {
	t.Parallel()
	exists := shownBy(t, start(t))
	dashboard := map[string]bool{}
	for _, q := range queries(t) {
		labels := []string{"job", "instance"}
		for _, found := range metricName.FindAllStringSubmatch(q.expr, -1) {
			name, matchers := strings.TrimSuffix(found[1], "_bucket"), found[2]
			own, ok := exists[name]
			if !ok {
				t.Errorf("%s: there is no %s", q.where, name)
			}
			dashboard[name] = true
			labels = append(labels, own...)
			for _, l := range labelName.FindAllStringSubmatch(matchers, -1) {
				if !slices.Contains(append(own, "job", "instance"), l[1]) {
					t.Errorf("%s: %s has no label %s", q.where, name, l[1])
				}
			}
		}
		for _, group := range grouping.FindAllStringSubmatch(q.expr, -1) {
			for l := range strings.SplitSeq(group[1], ",") {
				if !slices.Contains(labels, strings.TrimSpace(l)) {
					t.Errorf("%s: nothing there has the label %s", q.where, l)
				}
			}
		}
	}
	for _, m := range metrics.Reference() {
		if m.Name != "zerortc_selftest_last_run_timestamp_seconds" && !dashboard[m.Name] {
			t.Errorf("nobody looks at %s", m.Name)
		}
	}
}

// shownBy are the metrics that a server shows, each with its labels.
func shownBy(t *testing.T, s *server) map[string][]string {
	t.Helper()
	exists := map[string][]string{}
	for _, m := range metrics.Reference() {
		exists[m.Name] = append(m.Labels[:len(m.Labels):len(m.Labels)], "le")
	}
	text := s.get(t, "/metrics")
	for line := range strings.Lines(text) {
		if words := strings.Fields(line); len(words) > 2 && words[1] == "TYPE" && exists[words[2]] == nil {
			exists[words[2]] = []string{}
		}
	}
	for name := range exists {
		if !strings.Contains(text, "# TYPE "+name+" ") {
			t.Errorf("%s is not shown", name)
		}
	}
	return exists
}

// Nothing in the dashboard is tied to the place where it was made.
func TestDashboardFitsEverywhere(t *testing.T) {
	text := read(t, "grafana/zerortc.json")
	for _, uid := range regexp.MustCompile(`"uid": "([^"]*)"`).FindAllStringSubmatch(text, -1) {
		if uid[1] != "${datasource}" && uid[1] != "zerortc" {
			t.Errorf("uid %s", uid[1])
		}
	}
	core := []string{"row", "stat", "timeseries", "prometheus", "datasource", "query", "value"}
	for _, kind := range regexp.MustCompile(`"type": "([^"]*)"`).FindAllStringSubmatch(text, -1) {
		if !slices.Contains(core, kind[1]) {
			t.Errorf("%s may be a plugin", kind[1])
		}
	}
	var dashboard struct {
		Panels []struct{ ID int }
	}
	if err := json.Unmarshal([]byte(text), &dashboard); err != nil {
		t.Fatal(err)
	}
	seen := map[int]bool{}
	for _, p := range dashboard.Panels {
		if seen[p.ID] {
			t.Errorf("two panels have the id %d", p.ID)
		}
		seen[p.ID] = true
	}
}
