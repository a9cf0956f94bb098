package loadtest_test

import (
	"testing"
	"time"

	"zerortc/signaling/loadtest"
)

// BenchmarkRelay relays b.N frames at 4,000 a second among 200 rooms, for a
// profile of the server beside its clients. PERFORMANCE.md has the command.
func BenchmarkRelay(b *testing.B) {
	const rate = 4000
	options := modest(serve(b))
	options.Rooms, options.JoinRate = 200, 1000
	options.Rate, options.Warmup, options.Duration = rate, 0, time.Duration(b.N)*time.Second/rate
	figures, err := loadtest.Run(b.Context(), options)
	if err != nil || figures.Failed() > 0 {
		b.Fatalf("%+v, %v", figures, err)
	}
	b.ReportMetric(figures.Relay.P50, "p50-ms")
	b.ReportMetric(figures.Relay.P99, "p99-ms")
}
