//go:build page

package e2e

import (
	"testing"

	"github.com/chromedp/cdproto/emulation"
)

// preferring is a browser whose person reads these languages.
func preferring(languages string) setting {
	return func(p *page) {
		p.t.Helper()
		agent := evaluate[string](p, "navigator.userAgent")
		p.do(command(emulation.SetUserAgentOverride, emulation.SetUserAgentOverrideParams{UserAgent: agent, AcceptLanguage: languages}))
	}
}

// TestPageLanguage: the browser's language at first, then the one chosen, in every
// word and at once, also in a call.
func TestPageLanguage(t *testing.T) {
	p := newScene(t, shared).openPage("anna", "room/words", preferring("zh-TW,zh,en"))
	p.mustRead("join", "加入")
	p.waitFor("document.documentElement.lang === 'zh-CN' && document.title.includes('视频通话')")
	p.click("join")
	p.waitState("正在等待对方")

	p.click("language")
	p.waitState("Waiting for the other person")
	p.waitFor("document.documentElement.lang === 'en' && document.getElementById('language').lang === 'zh-CN'")
	p.waitFor("document.getElementById('controls').ariaLabel === 'Call controls'")
	p.waitFor("!/[\u4e00-\u9fff]/.test(document.body.innerText.replace('中文', ''))") // nothing is left over

	p.goTo(p.server.page)
	p.waitFor("document.getElementById('join')?.textContent === 'Join'") // remembered
	p.goTo(p.server.page + "?lang=zh")
	p.mustRead("join", "加入") // the address has the last word,
	p.click("language")
	p.waitFor("document.documentElement.lang === 'en' && location.search === ''") // until somebody chooses
}
