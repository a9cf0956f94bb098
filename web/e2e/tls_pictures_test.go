//go:build page

package e2e

import (
	"github.com/chromedp/cdproto/emulation"
)

// trustPictures leaves pictures for people to look at, and holds that nothing is
// wider than the screen.
func (o *onePort) trustPictures(s *scene) {
	for _, screen := range []struct {
		name string
		set  setting
	}{{"desktop", desktop}, {"phone", iPhone}} {
		p := s.openTrust(o.plain, "?lang=en", screen.set)
		p.waitFor("document.getElementById('qr').complete")
		for _, theme := range []struct {
			name string
			set  setting
		}{{"light", func(*page) {}}, {"dark", dark}} {
			theme.set(p)
			for range 2 {
				lang := evaluate[string](p, "document.documentElement.lang")
				if evaluate[bool](p, "document.documentElement.scrollWidth > innerWidth") {
					p.fatalf("the page is wider than the screen")
				}
				p.photographWhole("trust-" + screen.name + "-" + theme.name + "-" + lang)
				p.click("language")
			}
		}
	}
}

// iPhone is a phone that says it is one.
func iPhone(p *page) {
	p.t.Helper()
	phone(p)
	p.do(command(emulation.SetUserAgentOverride, emulation.SetUserAgentOverrideParams{
		UserAgent: "Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) AppleWebKit/605.1.15 Version/18.5 Mobile/15E148 Safari/604.1",
	}))
}

// photographWhole saves all of the page, below the screen's edge too.
func (p *page) photographWhole(name string) {
	p.t.Helper()
	p.must(p.save(name, true))
}
