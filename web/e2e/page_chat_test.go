//go:build page

package e2e

import (
	"strings"
	"testing"
)

// TestPageChat: what one writes all others read, and see by whom and how many they have
// not read; a link is a link, and all else is text.
func TestPageChat(t *testing.T) { inEach(t, pageChat) }

func pageChat(_ *testing.T, s *scene) {
	pages := s.talk("anna", "ben", "carl")
	anna, ben, carl := pages[0], pages[1], pages[2]
	text := `<b onclick="alert(1)">see</b> (https://a.example/x_(y)), javascript:alert(1)`
	anna.say(text)
	for _, p := range []*page{ben, carl} {
		p.waitText(text)
		p.mustRead("announce", "Person 1 writes: "+text)
		p.waitFor("document.getElementById('unread').textContent.startsWith('1 ')")
		if got := evaluate[string](p, `[...document.querySelectorAll('#chat-log .text a')].map((a) => [a.href, a.textContent, a.target, a.rel].join(' ')).join()`); got !=
			"https://a.example/x_(y) https://a.example/x_(y) _blank noopener noreferrer" {
			p.fatalf("the link is %s", got)
		}
	}
	anna.waitLines(".fates li", "") // both have it
	ben.openChat()
	ben.waitFor("document.getElementById('unread').hidden")
	ben.say("Hello 👋 你好")
	anna.waitText("Hello 👋 你好")
	carl.waitText("Hello 👋 你好")
	carl.waitLines(".who b", "")
	anna.waitLines(".who b", "You | Person 1")
	ben.press(keyEscape)
	ben.waitFor("document.getElementById('chat').hidden && document.activeElement.id === 'chat-open'")
	ben.press("c")
	ben.waitFor("document.activeElement.id === 'chat-text'")
	anna.photograph()
	for _, p := range pages {
		mustHoldNoMarkup(p)
		p.mustBehave()
	}
}

// TestPageChatWriting: Enter sends, but not while an input method uses it, nor with
// Shift; what is too long is not sent, and says so; with nobody there nothing is sent.
func TestPageChatWriting(t *testing.T) { inEach(t, pageChatWriting) }

func pageChatWriting(_ *testing.T, s *scene) {
	s.server = startPrivate(s.t, "--rooms-capacity", "3")
	anna := s.openPage("anna", "room/talk", talker)
	anna.click("join")
	anna.waitState("Waiting for the other person")
	anna.openChat()
	anna.press("Anybody?")
	anna.click("chat-send")
	anna.mustRead("chat-fault", "Nobody else is here to read it.")
	anna.waitFor("document.getElementById('chat-text').value === 'Anybody?'")

	ben := s.openPage("ben", "room/talk", talker)
	ben.click("join")
	anna.waitReady(1)
	ben.waitReady(1)
	const key = `document.getElementById('chat-text').dispatchEvent(new KeyboardEvent('keydown', { key: 'Enter', bubbles: true, cancelable: true, `
	for _, composing := range []string{"isComposing: true", "keyCode: 229", "shiftKey: true"} {
		if !evaluate[bool](anna, key+composing+" }))") { // false is what sending returns
			anna.fatalf("Enter sends with %s", composing)
		}
	}
	long := strings.Repeat("漢", 4001)
	const write = `((text) => { const field = document.getElementById('chat-text'); field.value = text; field.dispatchEvent(new Event('input')); return true; })`
	evaluate[bool](anna, write+"("+quote(long)+")")
	anna.mustRead("chat-fault", "This is too long. A message has 4000 characters at most.")
	anna.mustRead("chat-count", "4001 / 4000")
	anna.click("chat-send")
	anna.waitFor("document.getElementById('chat-text').ariaInvalid === 'true' && texts('.text').length === 0")
	evaluate[bool](anna, write+"("+quote(long[len("漢"):])+")")
	anna.mustRead("chat-fault", "")
	anna.click("chat-send")
	ben.waitText(long[len("漢"):])
}

// TestPageChatClassic: whoever writes to a client without chat is told so.
func TestPageChatClassic(t *testing.T) { inEach(t, pageChatClassic) }

func pageChatClassic(_ *testing.T, s *scene) {
	anna := s.openPage("anna", s.room("classic"), talker)
	anna.click("join")
	s.openExample("ben", "room=classic-"+s.engine.name).waitState("You are in a call.")
	anna.waitState("You are in a call.")
	anna.openChat()
	anna.mustRead("chat-deaf", "Nobody can read this: the app of the others has no chat.")
	anna.press("Hello")
	anna.click("chat-send")
	anna.mustRead("chat-fault", "It was not sent: the app of the others has no chat.")
	anna.run("choose(makeFile('a.txt', 3))")
	anna.mustRead("chat-fault", "Nobody is here who can receive a file.")
	anna.waitFor("texts('li').length === 0")
	anna.mustBehave()
}

// TestPageChatUnreached: those who have not got a message are named: whoever has a
// client without chat, and whoever left before it came.
func TestPageChatUnreached(t *testing.T) { inEach(t, pageChatUnreached) }

func pageChatUnreached(_ *testing.T, s *scene) {
	pages := s.talk("anna", "ben")
	anna, ben := pages[0], pages[1]
	s.openPage("dora", "room/talk", talker, func(p *page) { p.before("unsaid = /about/") }).click("join")
	anna.mustRead("chat-deaf", "Not everybody can read this: 1 of the others have an app without chat.")
	anna.say("one")
	ben.waitText("one")
	anna.waitLines(".fates li", "Person 2: cannot read it: no chat in that app")
	anna.run("choose(makeFile('a.txt', 3))")
	anna.waitLines(".leg", "Person 1: has not answered yet | Person 2: cannot receive files: not in that app")

	evaluate[bool](ben, "unsaid = /chat-got/, true")
	anna.say("two")
	ben.waitText("two")
	anna.waitLines(".fates li", "Person 2: cannot read it: no chat in that app | Person 1: has not received it yet | Person 2: cannot read it: no chat in that app")
	ben.click("leave")
	anna.mustRead("chat-deaf", "Nobody can read this: the app of the others has no chat.")
	anna.waitLines(".fates li", "Person 2: cannot read it: no chat in that app | Person 1: left, and did not receive it | Person 2: cannot read it: no chat in that app")
	anna.focus("chat-text")
	anna.press("three")
	anna.click("chat-send")
	anna.mustRead("chat-fault", "It was not sent: the app of the others has no chat.")
	anna.photograph()
	ben.waitFor("texts('li').length === 0") // nothing of a stay is left
	ben.mustBehave()
}

// TestPageTalkNewConnection: the old connection takes with it what was on its way. A
// message is said again over the new one, and shown once; a file broke off, and says so.
func TestPageTalkNewConnection(t *testing.T) { inEach(t, pageTalkNewConnection) }

func pageTalkNewConnection(_ *testing.T, s *scene) {
	pages := s.talk("anna", "ben")
	anna, ben := pages[0], pages[1]
	ben.openChat()
	ben.run("unsaid = /-got/")
	anna.say("once")
	anna.waitLines(".fates li", "The other person: has not received it yet")
	anna.waitFor("!" + unasked)
	ben.waitFor(unasked)
	anna.run("choose(makeFile('large.bin', 12e6))")
	ben.clickOn(yes)
	ben.waitFor("parseInt(texts('.leg')[0]) === 69") // all that is sent before something is said to be stored

	ben.run("cut = true; sockets.at(-1).close()")
	anna.waitState("The other person has lost the server.")
	ben.run("unsaid = null; cut = false; dispatchEvent(new Event('online'))")
	for _, p := range pages {
		p.waitFor("connections.length === 2 && connections[0].connectionState === 'closed'")
	}
	anna.waitLines(".fates li", "")
	ben.waitLines(".text", "once")
	anna.waitLines(".leg", "The other person: broken off: not all of it came through")
	ben.waitLines(".leg", "broken off: not all of it came through")
	ben.say("twice")
	anna.waitText("twice")
}

// TestPageChatNotice: on a phone, where the chat is a sheet over the pictures, a notice
// and the chat leave each other room.
func TestPageChatNotice(t *testing.T) {
	s := newScene(t, shared)
	anna := s.talk("anna", "ben")[0]
	for _, size := range [][2]int{{390, 844}, {360, 480}, {740, 360}} {
		anna.resize(size[0], size[1])
		anna.run(`{
		  const notice = document.getElementById('notice');
		  notice.hidden = false;
		  document.getElementById('notice-text').textContent = 'word '.repeat(300);
		}`)
		anna.waitFor(`['notice', 'chat-close', 'chat-text', 'chat-send'].every((id) => {
		  const { x, y, width, height } = document.getElementById(id).getBoundingClientRect();
		  const there = (part) => document.elementFromPoint(x + width / 2, y + height * part)?.closest('#' + id);
		  return there(.1) && there(.5) && there(.9);
		})`)
	}
}

// rubbish is what no page says; it ends with a word that shows that all of it was read.
const rubbish = `{
  const [channel] = channels;
  for (const text of ['', '{', '[]', 'null', '7', '"chat"', '{}', '{"type":"chat"}', '{"type":"chat","id":{},"text":"x"}',
    '{"type":"chat","id":"<b>","text":"x"}', '{"type":"chat","id":"n","text":["x"]}', '{"type":"chat","id":"long","text":"' + 'x'.repeat(9000) + '"}',
    '{"type":"file","id":"m","name":"x","size":-1}', '{"type":"file","id":"i","name":"x","size":1e300}', '{"type":"__proto__","id":"x"}',
    '{"type":"file-take","id":"none"}', '{"type":"file-got","id":"none","size":1}', '{"type":"file-stop","id":"none","reason":"<b>"}',
    '[' .repeat(60000), 'x'.repeat(70000)]) channel.send(text);
  channel.send(new Uint8Array(1000));
  const say = (message) => channel.send(JSON.stringify(message));
  for (let i = 0; i < 40; i++) say({ type: 'file', id: 'f' + i, name: '../..\\\\' + i + '\u202egpj.exe\u0000', size: 1 });
  for (let i = 0; i < 500; i++) say({ type: 'chat', id: 'c' + i, text: '<img src=x onerror=alert(1)>\u202e ' + i });
  for (let i = 0; i < 20; i++) connections.at(-1).createDataChannel('f' + i);
}`

// TestPageChatHostile: whatever comes over the data channel, the page shows text, and no
// more of it than somebody can read.
func TestPageChatHostile(t *testing.T) { inEach(t, pageChatHostile) }

func pageChatHostile(_ *testing.T, s *scene) {
	pages := s.talk("anna", "mallory")
	anna, mallory := pages[0], pages[1]
	mallory.run(rubbish)
	anna.waitFor("texts('.text').length >= 60")
	anna.say("still here")
	mallory.waitText("still here")
	if n := evaluate[int](anna, "document.querySelectorAll('#chat-log li').length"); n > 150 {
		anna.fatalf("%d entries", n)
	}
	if names := evaluate[[]string](anna, "texts('.name bdi')"); len(names) != 10 || names[0] != "_..__0_gpj.exe_" {
		anna.fatalf("files: %q", names)
	}
	if text := evaluate[string](anna, "texts('.text')[0]"); text != "<img src=x onerror=alert(1)> 0" {
		anna.fatalf("the first message is %q", text)
	}
	mustHoldNoMarkup(anna)
	anna.mustBehave()
}
