package e2e

import (
	"encoding/json"
	"strings"
	"time"
)

// The tests named page_* are of the page that most people use, at / and /room/NAME.
// It keeps its connections to itself, so a script that runs before it makes them
// known the way the example client does, notes what must never happen, and lets a
// test cut the signaling socket. Pictures are small: two processors encode and decode
// all of them.
const watchFromOutside = `{
  const connections = window.connections = [];
  window.RTCPeerConnection = class extends RTCPeerConnection {
    constructor(...parts) { super(...parts); connections.push(this); }
  };
  window.session = { get call() {
    const pc = connections.filter((c) => c.connectionState !== 'closed').at(-1);
    return pc ? { pc } : null;
  } };
  const sockets = window.sockets = [];
  const heard = window.heard = []; // the server's frames, by cmd
  window.WebSocket = class extends WebSocket {
    constructor(...parts) {
      super(...parts);
      sockets.push(this);
      this.addEventListener('message', ({ data }) => heard.push(JSON.parse(data).cmd));
      if (window.cut) this.close();
    }
  };
  const { mediaDevices } = navigator;
  const getUserMedia = mediaDevices?.getUserMedia.bind(mediaDevices);
  if (mediaDevices) mediaDevices.getUserMedia = ({ audio, video }) =>
    getUserMedia({ audio, video: video && { ...video, width: 320, height: 240 } });
  const offences = window.offences = [];
  addEventListener('securitypolicyviolation', (e) => offences.push('policy: ' + e.violatedDirective + ' ' + e.blockedURI));
  for (const name of ['alert', 'confirm', 'prompt']) window[name] = (words) => { offences.push(name + ': ' + words); };
}`

// setting changes a tab before the page is loaded into it.
type setting func(*page)

// openPage shows the page at path, such as "room/x?policy=relay", to a person.
func (s *scene) openPage(name, path string, settings ...setting) *page {
	s.t.Helper()
	p := s.open(name, "about:blank")
	p.before(watchFromOutside)
	for _, set := range settings {
		set(p)
	}
	p.openAt(s.server.page + path)
	return p
}

func (p *page) openAt(url string) {
	p.t.Helper()
	p.goTo(url)
	p.waitFor("Boolean(document.getElementById('join')?.textContent)") // the words are there, so the page lives
}

// light is a person who likes light screens, as most tests take for granted.
func light(p *page) {
	p.t.Helper()
	p.must(p.tab.prefer("prefers-color-scheme", "light"))
}

// dark is a person who likes dark screens.
func dark(p *page) {
	p.t.Helper()
	p.must(p.tab.prefer("prefers-color-scheme", "dark"))
}

func phone(p *page) {
	p.t.Helper()
	p.must(p.tab.resize(390, 844, true))
}

func desktop(p *page) {
	p.t.Helper()
	p.resize(1280, 800)
}

// pageCall brings two people into the room at path with the page.
func (s *scene) pageCall(path string, settings ...setting) (anna, ben *page) {
	s.t.Helper()
	anna = s.openPage("anna", path, settings...)
	anna.click("join")
	anna.waitState("Waiting for the other person")
	ben = s.openPage("ben", path)
	ben.click("join")
	mustBeInACall(anna, ben)
	return anna, ben
}

// waitNotice waits until the card with this name shows, whatever its words.
func (p *page) waitNotice(name string) {
	p.t.Helper()
	p.waitFor("document.querySelector('#notice:not([hidden])')?.dataset.notice === '" + name + "'")
}

func (p *page) pressAction(name string) {
	p.t.Helper()
	p.clickOn("#notice [data-action=" + name + "]")
}

// mustBehave fails if the page broke its own policy, opened a dialog or complained.
func (p *page) mustBehave() {
	p.t.Helper()
	if offences := evaluate[[]string](p, "offences"); len(offences) > 0 {
		p.fatalf("%s", strings.Join(offences, "\n"))
	}
	p.mustNotComplain()
}

// mustStay watches for a while that an expression stays true. Only for what must not
// happen: there is no event to wait for then.
func (p *page) mustStay(expression string, long time.Duration) {
	p.t.Helper()
	for end := time.Now().Add(long); time.Now().Before(end); {
		if !evaluate[bool](p, expression) {
			p.fatalf("no longer: %s", expression)
		}
		time.Sleep(100 * time.Millisecond)
	}
}

// quote is text as JavaScript spells it.
func quote(text string) string {
	quoted, err := json.Marshal(text)
	if err != nil {
		panic(err) // a string always has a spelling
	}
	return string(quoted)
}

// mustRead waits until the element has exactly this text.
func (p *page) mustRead(id, text string) {
	p.t.Helper()
	p.waitFor("document.getElementById(" + quote(id) + ").textContent === " + quote(text))
}
