//go:build page

package e2e

// talkTools is what tests of chat and files do in a page: offer files as a person would,
// look into what was saved, which is noted and not written to the disk, and speak over
// the data channel as no page does.
const talkTools = `{
  if (navigator.mediaDevices) navigator.mediaDevices.getUserMedia = async () => new MediaStream(); // pictures would only be work
  delete window.showSaveFilePicker;

  window.saved = [];
  const blobs = new Map();
  const { createObjectURL, revokeObjectURL } = URL;
  URL.createObjectURL = (blob) => { const url = createObjectURL.call(URL, blob); blobs.set(url, blob); return url; };
  URL.revokeObjectURL = (url) => { blobs.delete(url); revokeObjectURL.call(URL, url); };
  window.urls = () => blobs.size;
  const click = HTMLAnchorElement.prototype.click;
  HTMLAnchorElement.prototype.click = function () {
    if (this.download) saved.push({ name: this.download, blob: blobs.get(this.href) });
    if (!this.download || window.saves) click.call(this);
  };

  window.makeFile = (name, size) => {
    const bytes = new Uint8Array(size);
    for (let at = 0; at < size; at += 65536) crypto.getRandomValues(bytes.subarray(at, Math.min(size, at + 65536)));
    return new File([bytes], name);
  };
  window.sized = (name, size) => Object.defineProperty(new File(['x'], name), 'size', { value: size });
  window.hash = async (blob) => [...new Uint8Array(await crypto.subtle.digest('SHA-256', await blob.arrayBuffer()))].join(' ');
  window.choose = (...files) => {
    const picker = document.getElementById('file-pick');
    Object.defineProperty(picker, 'files', { value: files, configurable: true });
    picker.click = () => { if (!window.chooserStays) picker.dispatchEvent(new Event('change')); };
    document.getElementById('file-choose').click();
  };
  window.texts = (selector) => [...document.querySelectorAll('#chat-log ' + selector)].filter((e) => e.checkVisibility()).map((e) => e.textContent);

  window.channels = []; // those over which pages speak
  const { createDataChannel } = RTCPeerConnection.prototype;
  RTCPeerConnection.prototype.createDataChannel = function (...parts) {
    const channel = createDataChannel.apply(this, parts);
    if (channel.negotiated) channels.push(channel);
    return channel;
  };
  window.unsaid = null; // what matches is not said
  const { send } = RTCDataChannel.prototype;
  RTCDataChannel.prototype.send = function (data) {
    if (!(unsaid && typeof data === 'string' && unsaid.test(data))) send.call(this, data);
  };
}`

// talker is a person whose page can do all of that.
func talker(p *page) {
	p.t.Helper()
	p.before(talkTools)
}

// talk brings people into a room of three and opens the chat of the first.
func (s *scene) talk(names ...string) []*page {
	s.t.Helper()
	s.server = startPrivate(s.t, "--rooms-capacity", "3")
	for _, name := range names {
		s.openPage(name, "room/talk", talker).click("join")
	}
	for _, p := range s.pages {
		p.waitReady(len(names) - 1)
	}
	s.pages[0].openChat()
	return s.pages
}

// waitReady waits until the pages of so many others have told of themselves.
func (p *page) waitReady(others int) {
	p.t.Helper()
	p.waitState("You are in a call.")
	p.waitFor("channels.filter((c) => c.readyState === 'open').length === " + string(rune('0'+others)))
	p.waitFor("document.getElementById('tiles').dataset.people === '" + string(rune('1'+others)) + "'")
}

// openChat opens the panel; on a large screen one can write at once.
func (p *page) openChat() {
	p.t.Helper()
	p.click("chat-open")
	p.waitFor("document.activeElement.id === 'chat-text'")
}

// say writes a message and sends it.
func (p *page) say(text string) {
	p.t.Helper()
	p.typeInto("chat-text", text)
	p.waitFor("document.getElementById('chat-text').value.trim() === ''")
}

// waitText waits until the last of what was said is this.
func (p *page) waitText(text string) {
	p.t.Helper()
	p.waitFor("[...document.querySelectorAll('#chat-log .text')].at(-1)?.textContent === " + quote(text))
}

// waitLines waits until what is told of messages or files is exactly this.
func (p *page) waitLines(selector, lines string) {
	p.t.Helper()
	p.waitFor("texts(" + quote(selector) + ").join(' | ') === " + quote(lines))
}
