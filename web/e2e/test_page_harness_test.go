//go:build page

package e2e

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"
	"time"
)

// The tests named test_page_* are of the page at /test, on which people see why their
// calls fail.

// report is what the page hands out, as programs read it.
type report struct {
	Report, Server, Page, UserAgent, Language string
	Format                                    int
	Began, Ended                              time.Time
	Verdict, Summary                          string
	URLs                                      []string
	Checks                                    []struct {
		Check, Verdict, Code string
		Facts                map[string]any
	}
}

// watchTestPage notes what must never happen, and keeps what is copied.
const watchTestPage = `window.offences = [], window.copied = '', window.session = null;
  addEventListener('securitypolicyviolation', (e) => offences.push('policy: ' + e.violatedDirective + ' ' + e.blockedURI));
  addEventListener('error', (e) => offences.push('error: ' + e.message));
  addEventListener('unhandledrejection', (e) => offences.push('error: ' + e.reason));
  addEventListener('copy', () => { window.copied = getSelection().toString(); });`

// openTest shows the test page at base, which ends in a slash.
func (s *scene) openTest(base, query string, settings ...setting) *page {
	s.t.Helper()
	p := s.open("anna", "about:blank")
	p.before(watchTestPage)
	for _, set := range settings {
		set(p)
	}
	p.goTo(base + "test" + query)
	p.waitFor("document.getElementById('start')?.textContent !== ''")
	return p
}

// test presses the button and reads the report.
func (p *page) test(button string) report {
	p.t.Helper()
	p.click(button)
	return p.readReport()
}

const tested = "!document.getElementById('report').hidden && document.getElementById('start').ariaDisabled !== 'true'"

func (p *page) readReport() report {
	p.t.Helper()
	p.waitFor(tested)
	var r report
	if err := json.Unmarshal([]byte(evaluate[string](p, "document.getElementById('report-json').textContent")), &r); err != nil {
		p.fatalf("the report is no JSON: %v", err)
	}
	if offences := evaluate[[]string](p, "offences"); len(offences) > 0 {
		p.fatalf("%s", strings.Join(offences, "\n"))
	}
	return r
}

// code is what a check found.
func (r report) code(check string) string {
	for _, c := range r.Checks {
		if c.Check == check {
			return c.Code
		}
	}
	return ""
}

// anyFigures is what a loop comes to that carries something: how well it does says more
// of how busy this machine is.
const anyFigures = "ok|slow|late|lossy"

// mustSay wants a summary and codes, "check code", in the report, with | between those
// that will do, and each fault of the page with a remedy.
func (p *page) mustSay(r report, summary string, codes ...string) {
	p.t.Helper()
	if !slices.Contains(strings.Split(summary, "|"), r.Summary) {
		p.fatalf("the summary is %s, want %s: %+v", r.Summary, summary, r.Checks)
	}
	for _, want := range codes {
		check, code, _ := strings.Cut(want, " ")
		if !slices.Contains(strings.Split(code, "|"), r.code(check)) {
			p.fatalf("%s is %s, want %s: %+v", check, r.code(check), code, r.Checks)
		}
	}
	silent := evaluate[[]string](p, `[...document.querySelectorAll('li[data-verdict="fault"], li[data-verdict="hint"]')]
		.filter((row) => !row.querySelector('.remedy').textContent).map((row) => row.id)`)
	if len(silent) > 0 {
		p.fatalf("without a remedy: %v", silent)
	}
}

// intercept has the page's own requests for path answered by a script: the body of an
// async function of the real answer, read as JSON.
func intercept(path, body string) setting {
	return func(p *page) {
		p.before(`{ const real = window.fetch; window.fetch = async (url, options) => {
			if (url !== ` + quote(path) + `) return real(url, options);
			const answer = await real(url, options);
			const list = await answer.json();
			const changed = await (async (list) => { ` + body + ` })(list);
			return new Response(JSON.stringify(changed ?? list), { headers: { Date: answer.headers.get('Date') } });
		}; }`)
	}
}

// withList changes the ICE list before the page reads it.
func withList(body string) setting { return intercept("/api/ice", body) }

// deadPort is a port of loopback on which nobody listens, by UDP or TCP, and which
// browsers do not shun.
func deadPort(t *testing.T) string {
	t.Helper()
	at, _ := freePort(t)
	return at[strings.LastIndex(at, ":")+1:]
}

// paste puts text into the field for an invite and sends it.
func (p *page) paste(text string) {
	p.t.Helper()
	evaluate[bool](p, "document.getElementById('invite-link').value = "+quote(text)+", document.getElementById('invited').requestSubmit(), true")
}
