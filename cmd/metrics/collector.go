package metrics

import "github.com/prometheus/client_golang/prometheus"

// collector makes metrics out of the rows of the table.
type collector struct {
	sources Sources
	rows    []described
}

type described struct {
	row
	desc *prometheus.Desc
}

func newCollector(s Sources) *collector {
	c := &collector{sources: s}
	for _, r := range table() {
		c.rows = append(c.rows, described{r, prometheus.NewDesc(r.Name, r.Help, r.Labels, nil)})
	}
	return c
}

// Describe implements prometheus.Collector.
func (c *collector) Describe(out chan<- *prometheus.Desc) {
	for _, r := range c.rows {
		out <- r.desc
	}
}

// Collect implements prometheus.Collector.
func (c *collector) Collect(out chan<- prometheus.Metric) {
	now := look(c.sources)
	for _, r := range c.rows {
		r.read(now, func(value float64, labels ...string) {
			out <- prometheus.MustNewConstMetric(r.desc, r.valueType(), value, labels...)
		})
	}
}

func (r described) valueType() prometheus.ValueType {
	if r.Kind == "counter" {
		return prometheus.CounterValue
	}
	return prometheus.GaugeValue
}
