package e2e

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"
)

// stepDeadline is how long a page may take to show what is waited for. A call is up
// in half a second; a machine busy with other tests takes much longer.
const stepDeadline = 90 * time.Second

// page is a tab of a browser and the person before it.
type page struct {
	*scene
	name    string
	tab     tab
	console *lines
}

// open shows url to a person called name.
func (s *scene) open(name, url string) *page {
	s.t.Helper()
	p := &page{scene: s, name: name, console: &lines{}}
	var err error
	if p.tab, err = s.browser.open(p.console); err != nil {
		s.t.Fatalf("opening a tab: %v", err)
	}
	s.pages = append(s.pages, p)
	s.t.Cleanup(p.tab.close)
	p.resize(900, 640)
	p.goTo(url)
	return p
}

// openExample shows the example page, with the words of query behind the ?.
func (s *scene) openExample(name, query string) *page {
	s.t.Helper()
	return s.open(name, s.server.page+"example/?"+query)
}

// must fails the test if a step of the tab failed.
func (p *page) must(err error) {
	p.t.Helper()
	if err != nil {
		p.fatalf("%v", err)
	}
}

func (p *page) goTo(url string) {
	p.t.Helper()
	p.must(p.tab.navigate(url))
}

func (p *page) reload() {
	p.t.Helper()
	p.must(p.tab.reload())
}

// before has a script run before those of each page loaded from now on.
func (p *page) before(script string) {
	p.t.Helper()
	p.must(p.tab.before(script))
}

func (p *page) resize(width, height int) {
	p.t.Helper()
	p.must(p.tab.resize(width, height, false))
}

// press types text, and keys such as keyTab.
func (p *page) press(keys ...string) {
	p.t.Helper()
	p.must(p.tab.press(strings.Join(keys, "")))
}

// evaluate runs JavaScript in the page and decodes what it returns, awaited.
func evaluate[T any](p *page, script string) T {
	p.t.Helper()
	var value T
	text, err := p.tab.evaluate(script)
	if err == nil {
		err = json.Unmarshal(text, &value)
	}
	if err != nil {
		p.fatalf("%s: %v", script, err)
	}
	return value
}

// run is evaluate without a value.
func (p *page) run(script string) {
	p.t.Helper()
	if _, err := p.tab.evaluate(script + ";\nnull"); err != nil {
		p.fatalf("%s: %v", script, err)
	}
}

// waitFor waits until the expression is true in the page.
func (p *page) waitFor(expression string) {
	p.t.Helper()
	_, err := p.tab.evaluate(`(async () => {
		while (!await (` + expression + `)) await new Promise((later) => setTimeout(later, 50));
	})()`)
	if err != nil {
		p.fatalf("waiting for %s: %v", expression, err)
	}
}

// waitState waits until the page says words.
func (p *page) waitState(words string) {
	p.t.Helper()
	p.waitFor("document.getElementById('state').textContent.includes(" + strconv.Quote(words) + ")")
}

// reach waits until a finger can tap the middle of the element, not what lies over it,
// and tells where that is.
const reach = `(async () => {
  for (;; await new Promise((later) => setTimeout(later, 50))) {
    const e = document.querySelector(SELECTOR);
    if (!e?.checkVisibility({ visibilityProperty: true })) continue;
    e.scrollIntoView({ block: 'nearest', inline: 'nearest' });
    const { left, top, width, height } = e.getBoundingClientRect();
    const at = [left + width / 2, top + height / 2];
    if (e.contains(document.elementFromPoint(...at))) return at;
  }
})()`

// click clicks the element with this id as soon as that is possible.
func (p *page) click(id string) {
	p.t.Helper()
	p.clickOn("#" + id)
}

// clickOn clicks what the selector of CSS names.
func (p *page) clickOn(selector string) {
	p.t.Helper()
	at := evaluate[[2]float64](p, strings.Replace(reach, "SELECTOR", quote(selector), 1))
	p.must(p.tab.tap(at[0], at[1]))
}

// focus puts the focus on the element with this id, as soon as that is possible.
func (p *page) focus(id string) {
	p.t.Helper()
	p.waitFor("(() => { document.getElementById(" + quote(id) + ").focus(); return document.activeElement.id === " + quote(id) + "; })()")
}

// typeInto puts text into a field, as somebody would, and sends it.
func (p *page) typeInto(id, text string) {
	p.t.Helper()
	p.focus(id)
	p.press(text, keyEnter)
}

// photograph saves what the page looks like for people to see.
func (p *page) photograph() {
	p.t.Helper()
	if err := p.save(strings.ReplaceAll(p.t.Name(), "/", "-")+"-"+p.name, false); err != nil {
		p.t.Errorf("photographing %s: %v", p.name, err)
	}
}

// save takes a picture for artifacts/, of all of the page if so wished.
func (p *page) save(name string, whole bool) error {
	png, err := p.tab.screenshot(whole)
	if err != nil {
		return err
	}
	if err := os.MkdirAll("artifacts", 0o755); err != nil {
		return err
	}
	return os.WriteFile(filepath.Join("artifacts", name+".png"), png, 0o644)
}

// fatalf fails the test and tells what all pages and the server said.
func (p *page) fatalf(format string, args ...any) {
	p.t.Helper()
	p.t.Fatalf("page %s: %s\n%s", p.name, fmt.Sprintf(format, args...), p.everythingSaid())
}

func (p *page) state() string {
	state, err := p.tab.evaluate("document.getElementById('state')?.textContent + ' (at ' + location + ', connection ' + session?.call?.pc?.connectionState + ')'")
	if err != nil {
		return err.Error()
	}
	return string(state)
}

// mustNotComplain fails on any error or warning in the console: the security policy
// and the example have to agree.
func (p *page) mustNotComplain() {
	p.t.Helper()
	text := p.console.String()
	for _, kind := range []string{"error:", "warning:", "exception:"} {
		if strings.Contains(text, kind) {
			p.fatalf("the console complains")
		}
	}
}
