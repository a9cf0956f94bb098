package e2e

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"github.com/chromedp/chromedp"
)

// stepDeadline is how long a page may take to show what is waited for. A call is up
// in half a second; a machine busy with other tests takes longer.
const stepDeadline = 40 * time.Second

// page is a tab with a profile of its own: to the server, a person.
type page struct {
	*scene
	name    string
	ctx     context.Context
	console *lines
}

// open shows url to a person called name.
func (s *scene) open(name, url string) *page {
	s.t.Helper()
	ctx, closePage := chromedp.NewContext(s.browser, chromedp.WithNewBrowserContext())
	p := &page{scene: s, name: name, ctx: ctx, console: &lines{}}
	if err := chromedp.Do(ctx); err != nil {
		s.t.Fatalf("opening a tab: %v", err)
	}
	s.pages = append(s.pages, p)
	read := p.readConsole()
	s.t.Cleanup(func() {
		closePage()
		<-read
	})
	p.do(chromedp.EmulateViewport(900, 640), chromedp.Navigate(url))
	return p
}

// openExample shows the example page, with the words of query behind the ?.
func (s *scene) openExample(name, query string) *page {
	s.t.Helper()
	return s.open(name, s.server.page+"example/?"+query)
}

func (p *page) readConsole() (done chan struct{}) {
	messages := chromedp.Console(p.ctx)
	done = make(chan struct{})
	go func() {
		defer close(done)
		for m, err := range messages {
			if err != nil {
				return
			}
			fmt.Fprintf(p.console, "%s (%s)\n", m, m.URL)
		}
	}()
	return done
}

// do runs steps, all of them within the deadline.
func (p *page) do(steps ...chromedp.Action[chromedp.Void]) {
	p.t.Helper()
	ctx, cancel := context.WithTimeout(p.ctx, stepDeadline)
	defer cancel()
	if err := chromedp.Do(ctx, steps...); err != nil {
		p.fatalf("%v", err)
	}
}

// evaluate runs JavaScript in the page and decodes what it returns, awaited.
func evaluate[T any](p *page, expression string) T {
	p.t.Helper()
	ctx, cancel := context.WithTimeout(p.ctx, stepDeadline)
	defer cancel()
	value, err := chromedp.Run(ctx, chromedp.Evaluate[T](expression, chromedp.EvalAwaitPromise))
	if err != nil {
		p.fatalf("%s: %v", expression, err)
	}
	return value
}

// waitFor waits until the expression is true in the page.
func (p *page) waitFor(expression string) {
	p.t.Helper()
	ctx, cancel := context.WithTimeout(p.ctx, stepDeadline)
	defer cancel()
	_, err := chromedp.Run(ctx, chromedp.Poll[bool](expression,
		chromedp.WithPollingInterval(50*time.Millisecond), chromedp.WithPollingTimeout(0)))
	if err != nil {
		p.fatalf("waiting for %s: %v", expression, err)
	}
}

// waitState waits until the page says words.
func (p *page) waitState(words string) {
	p.t.Helper()
	p.waitFor("document.getElementById('state').textContent.includes(" + strconv.Quote(words) + ")")
}

// click waits for the button to be there first.
func (p *page) click(id string) {
	p.t.Helper()
	p.do(chromedp.Click(chromedp.ID(id), chromedp.NodeVisible))
}

// photograph saves what the page looks like for people to see.
func (p *page) photograph() {
	p.t.Helper()
	ctx, cancel := context.WithTimeout(p.ctx, stepDeadline)
	defer cancel()
	png, err := chromedp.Run(ctx, chromedp.CaptureScreenshot())
	if err != nil {
		p.t.Errorf("photographing %s: %v", p.name, err)
		return
	}
	name := strings.ReplaceAll(p.t.Name(), "/", "-") + "-" + p.name + ".png"
	if err := os.MkdirAll("artifacts", 0o755); err != nil {
		p.t.Error(err)
	}
	if err := os.WriteFile(filepath.Join("artifacts", name), png, 0o644); err != nil {
		p.t.Error(err)
	}
}

// fatalf fails the test and tells what all pages and the server said.
func (p *page) fatalf(format string, args ...any) {
	p.t.Helper()
	p.t.Fatalf("page %s: %s\n%s", p.name, fmt.Sprintf(format, args...), p.everythingSaid())
}

func (p *page) state() string {
	ctx, cancel := context.WithTimeout(p.ctx, 5*time.Second)
	defer cancel()
	state, err := chromedp.Run(ctx, chromedp.Evaluate[string](
		`document.getElementById('state')?.textContent + ' (at ' + location + ', connection ' + session?.call?.pc?.connectionState + ')'`))
	if err != nil {
		state = err.Error()
	}
	return state
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
