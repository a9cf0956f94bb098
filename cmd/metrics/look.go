package metrics

import (
	"slices"
	"time"

	"zerortc/cmd/reports"
	"zerortc/cmd/selftest"
	"zerortc/signaling"
	"zerortc/turnserver"
	"zerortc/web"
	"zerortc/web/certs"
)

// figures are those of one moment: what all rows of one answer are made of.
type figures struct {
	sources      Sources
	at           time.Time
	notReady     []string
	signaling    signaling.Stats
	turn         turnserver.Stats
	web          web.Stats
	reports      reports.Figures
	selftest     selftest.Result
	selftests    selftest.Runs
	certificates []certs.Validity
}

func look(s Sources) *figures {
	f := &figures{
		sources: s, at: time.Now(), notReady: s.NotReady(),
		signaling: s.Signaling(), turn: s.TURN(), web: s.Web(), reports: s.Reports(), certificates: s.Certificates(),
	}
	f.selftest, f.selftests = s.SelfTest()
	return f
}

// put takes a value, with the values of the row's labels in their order.
type put func(value float64, labels ...string)

// each puts a count for every word, in order.
func each(counts map[string]uint64, put func(n float64, word string)) {
	words := make([]string, 0, len(counts))
	for word := range counts {
		words = append(words, word)
	}
	slices.Sort(words)
	for _, word := range words {
		put(float64(counts[word]), word)
	}
}

func truth(b bool) float64 {
	if b {
		return 1
	}
	return 0
}

// seconds is a time as metrics tell it; zero is no time.
func seconds(t time.Time) float64 {
	if t.IsZero() {
		return 0
	}
	return float64(t.UnixMilli()) / 1000
}
