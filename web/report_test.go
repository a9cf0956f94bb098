package web

import (
	"net/http"
	"net/http/httptest"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"zerortc/config"
)

const goodReport = `{"outcome":"connected","pair":"relay","transport":"tls","connectMs":1234,"verdict":"ok"}`

// tell posts a report as a page of this server does; a header of changes replaces one.
func tell(h http.Handler, body string, changes ...string) int {
	r := httptest.NewRequest("POST", "/api/report", strings.NewReader(body))
	r.Host = "192.0.2.7:9001"
	r.Header.Set("Origin", "http://192.0.2.7:9001")
	r.Header.Set("Content-Type", "application/json")
	for _, change := range changes {
		name, value, _ := strings.Cut(change, ": ")
		r.Header.Set(name, value)
		if value == "" {
			r.Header.Del(name)
		}
	}
	return record(h, r).Code
}

func reportHandler(t *testing.T, cfg config.HTTP) (http.Handler, *[]Report) {
	t.Helper()
	var got []Report
	h, err := newHandler(cfg, Parts{Signaling: upgradeSeen, ICE: listICE{}, Report: func(r Report) { got = append(got, r) }}, quietLog())
	if err != nil {
		t.Fatal(err)
	}
	return h, &got
}

func TestReport(t *testing.T) {
	h, got := reportHandler(t, config.HTTP{Origins: config.Origins{"*"}})
	for _, row := range []struct {
		what, body, header string
		want               int
	}{
		{"a report", goodReport, "", 204},
		{"one of a browser that says more", goodReport, "Sec-Fetch-Site: same-origin", 204},
		{"members of a later page", strings.Replace(goodReport, "{", `{"later":1,`, 1), "", 204},
		{"another outcome", strings.Replace(goodReport, "connected", "great", 1), "", 400},
		{"another pair", strings.Replace(goodReport, "relay", "10.0.0.1", 1), "", 400},
		{"another transport", strings.Replace(goodReport, "tls", "", 1), "", 400},
		{"another verdict", strings.Replace(goodReport, "ok", "v=0", 1), "", 400},
		{"a time that never was", strings.Replace(goodReport, "1234", "-1", 1), "", 400},
		{"too long a time", strings.Replace(goodReport, "1234", "9999999999999999", 1), "", 400},
		{"half a number", strings.Replace(goodReport, "1234", "1.5", 1), "", 400},
		{"no JSON", "outcome=connected", "", 400},
		{"nothing", "", "", 400},
		{"too much", goodReport[:len(goodReport)-1] + `,"x":"` + strings.Repeat("x", maxReport) + `"}`, "", 400},
		{"what a form may send", goodReport, "Content-Type: text/plain", 400},
		{"no page", goodReport, "Origin: ", 403},
		{"a page that may have ICE lists", goodReport, "Origin: https://app.example.org", 403},
		{"the opaque origin", goodReport, "Origin: null", 403},
		{"a browser that doubts", goodReport, "Sec-Fetch-Site: cross-site", 403},
	} {
		if code := tell(h, row.body, row.header); code != row.want {
			t.Errorf("%s: %d, want %d", row.what, code, row.want)
		}
	}
	want := Report{"connected", "relay", "tls", "ok", 1234 * time.Millisecond}
	if len(*got) != 3 || (*got)[0] != want {
		t.Errorf("took %+v, want three of %+v", *got, want)
	}
	if w := ask(h, "GET", "/api/report"); w.Code != 405 {
		t.Errorf("GET: %d", w.Code)
	}
}

// Who does not want reports does not get them, and the page is not told.
func TestReportsOff(t *testing.T) {
	h, got := reportHandler(t, config.HTTP{ReportsOff: true})
	if code := tell(h, goodReport); code != 204 || len(*got) != 0 {
		t.Errorf("%d, took %v", code, *got)
	}
	if code := tell(testHandler(t, listICE{}, quietLog()), goodReport); code != 204 {
		t.Errorf("where nobody takes them: %d", code)
	}
}

func TestReportsAreFew(t *testing.T) {
	h, got := reportHandler(t, config.HTTP{})
	codes := map[int]int{}
	for range 3 * reportsBurst {
		codes[tell(h, goodReport)]++
	}
	if codes[429] == 0 || len(*got) != codes[204] || codes[204] < reportsBurst {
		t.Errorf("answered %v, took %d", codes, len(*got))
	}
}

// The page knows the very words that are counted here.
func TestReportWordsAreThePages(t *testing.T) {
	for file, lists := range map[string]map[string][]string{
		"static/page/verdict.js": {"VERDICTS": ReportVerdicts()},
		"static/page/report.js":  {"OUTCOMES": ReportOutcomes(), "PAIRS": ReportPairs(), "TRANSPORTS": ReportTransports()},
	} {
		source, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		for name, want := range lists {
			list := regexp.MustCompile(`(?s)export const ` + name + ` = [^\[]*\[(.*?)\]`).FindSubmatch(source)
			if list == nil {
				t.Errorf("%s has no %s", file, name)
				continue
			}
			var words []string
			for _, m := range regexp.MustCompile(`'([a-z-]+)'`).FindAllSubmatch(list[1], -1) {
				words = append(words, string(m[1]))
			}
			if !slices.Equal(words, want) {
				t.Errorf("%s: %s is\n%v, here\n%v", file, name, words, want)
			}
		}
	}
}
