//go:build page

package e2e

import (
	"strings"
	"testing"
)

// looks are the screens, themes and languages in which somebody should look at the page that tests.
var looks = []struct {
	name     string
	query    string
	settings []setting
}{
	{"desktop-light-en", "lang=en", []setting{desktop}},
	{"desktop-dark-zh", "lang=zh-CN", []setting{desktop, dark}},
	{"phone-light-zh", "lang=zh-CN", []setting{phone}},
	{"phone-dark-en", "lang=en", []setting{phone, dark}},
}

// TestTestPagePictures leaves pictures of the page for people to look at, and holds
// that nothing is wider than the screen.
func TestTestPagePictures(t *testing.T) {
	unwell := withList(`list.iceServers[1].urls = list.iceServers[1].urls.filter((url) => /tcp/.test(url));
		list.iceServers[1].urls.push('turn:127.0.0.1:` + deadPort(t) + `?transport=udp', 'turns:127.0.0.1:' + list.iceServers[0].urls[0].split(':')[2] + '?transport=tcp');`)
	for _, look := range looks {
		t.Run(look.name, func(t *testing.T) {
			p := newScene(t, shared).openTest(shared.page, "?"+look.query, append(look.settings, unwell)...)
			p.photographLook("1-before")
			p.click("start")
			p.waitFor("document.getElementById('check-turn-tls').dataset.verdict === 'running' && document.getElementById('preview').videoWidth > 0")
			p.photographLook("2-running")
			p.readReport()
			evaluate[bool](p, "document.querySelector('details').open = true")
			p.photographLook("3-done")
		})
	}
}

// photographLook saves all of the page and holds that it fits the screen.
func (p *page) photographLook(state string) {
	p.t.Helper()
	if evaluate[bool](p, "document.documentElement.scrollWidth > innerWidth") {
		p.fatalf("the page is wider than the screen")
	}
	p.photographWhole("test-" + strings.TrimPrefix(p.t.Name(), "TestTestPagePictures/") + "-" + state)
}
