//go:build page

package e2e

import "testing"

// yes and no are the buttons of the first file that can be taken, declined or ended.
const (
	yes = "#chat-log button.primary:not([hidden])"
	no  = "#chat-log button.quiet:not([hidden])"
)

// unasked is whether the page may be left without a question.
const unasked = "dispatchEvent(new Event('beforeunload', { cancelable: true }))"

// TestPageFiles: a file is offered to everybody; who takes it gets all of it, byte for
// byte, who declines gets nothing, and whoever offers it sees both.
func TestPageFiles(t *testing.T) { inEach(t, pageFiles) }

func pageFiles(_ *testing.T, s *scene) {
	pages := s.talk("anna", "ben", "carl")
	anna, ben, carl := pages[0], pages[1], pages[2]
	anna.run("window.file = makeFile('../a\u202egpj.bin', 3e6 + 7); choose(file)")
	anna.waitLines(".leg", "Person 1: has not answered yet | Person 2: has not answered yet")
	for _, p := range []*page{ben, carl} {
		p.waitFor("document.getElementById('announce').textContent === 'Person 1 offers you a file: _a_gpj.bin'")
		p.openChat()
		p.waitLines(".name", "_a_gpj.bin3.0 MB")
		p.waitLines(".actions > :not([hidden])", "Accept | Decline")
	}
	ben.clickOn(yes)
	carl.clickOn(no)
	anna.waitLines(".leg", "Person 1: has received it | Person 2: declined")
	ben.waitLines(".leg", "Received.")
	carl.waitLines(".leg", "declined")
	ben.mustRead("announce", "Transferred: _a_gpj.bin")
	want := evaluate[string](anna, "hash(file)")
	if got := evaluate[string](ben, "saved.length === 1 && saved[0].name === '_a_gpj.bin' && hash(saved[0].blob)"); got != want {
		ben.fatalf("what came is not what was sent: %s", got)
	}
	if n := evaluate[int](carl, "saved.length + urls()"); n != 0 {
		carl.fatalf("what was declined was saved")
	}

	anna.run("choose(makeFile('empty.txt', 0))")
	ben.clickOn(yes)
	ben.waitFor("saved.length === 2 && saved[1].blob.size === 0")
	anna.photograph()
	ben.photograph()
	ben.run("window.chooserStays = true; choose(makeFile('late.txt', 1))")
	ben.click("chat-close")
	ben.click("leave")
	ben.waitFor("urls() === 0")
	ben.run("document.getElementById('file-pick').dispatchEvent(new Event('change'))")
	ben.waitFor("document.getElementById('chat').hidden && document.getElementById('chat-fault').textContent === ''")
	for _, p := range pages {
		p.mustBehave()
	}
}

// TestPageFilesEnd: either side can end what is under way; whoever leaves ends it too.
// Told nothing of what has come, whoever sends waits in the middle.
func TestPageFilesEnd(t *testing.T) { inEach(t, pageFilesEnd) }

func pageFilesEnd(_ *testing.T, s *scene) {
	pages := s.talk("anna", "ben")
	anna, ben := pages[0], pages[1]
	ben.run("unsaid = /file-got/")
	ben.openChat()
	anna.run("choose(makeFile('large.bin', 12e6))")
	begin := func() {
		ben.clickOn(yes)
		ben.waitFor("parseInt(texts('.leg').at(-1)) > 50")
		ben.waitFor("document.activeElement.textContent === 'Cancel'") // the button that was pressed is gone
	}
	for _, p := range pages {
		p.waitFor(unasked)
	}
	begin()
	for _, p := range pages {
		p.waitFor("!" + unasked)
	}
	ben.photograph()
	anna.clickOn(no)
	anna.waitFor(unasked)
	anna.waitLines(".leg", "The other person: cancelled")
	ben.waitLines(".leg", "cancelled")
	ben.waitFor("document.activeElement.id === 'chat-log'")

	anna.run("choose(makeFile('large.bin', 12e6))")
	begin()
	ben.clickOn(no)
	anna.waitLines(".leg", "The other person: cancelled | The other person: cancelled")
	ben.waitLines(".leg", "cancelled | cancelled")

	anna.run("choose(makeFile('large.bin', 12e6))")
	begin()
	anna.click("chat-close")
	anna.click("leave")
	// That a channel is closed is known before, or after, that somebody left.
	ben.waitFor("/^cancelled [|] cancelled [|] (left before|broken off)/.test(texts('.leg').join(' | '))")
	ben.mustRead("announce", "Not transferred: large.bin")
	ben.waitFor("saved.length + urls() === 0")
	ben.mustBehave()
}

// TestPageFilesRefused: what cannot be sent is told at once: folders, too many, too
// large for anybody or for the one who would receive it, and what has changed since.
func TestPageFilesRefused(t *testing.T) { inEach(t, pageFilesRefused) }

func pageFilesRefused(_ *testing.T, s *scene) {
	pages := s.talk("anna", "ben")
	anna, ben := pages[0], pages[1]
	anna.run("choose(sized('film.mkv', 5e9))")
	anna.mustRead("chat-fault", "Too large, 4.0 GB is the most: film.mkv")
	anna.run("choose(sized('film.mkv', 4e9))")
	anna.waitLines(".leg", "The other person: too large for the browser there")
	ben.openChat()
	ben.waitLines(".leg", "It was refused: this browser takes 250 MB at most.")

	anna.run("choose(sized('gone.txt', 10))")
	ben.clickOn(yes)
	anna.waitFor("texts('.leg').at(-1) === 'The other person: the file was changed or taken away'")
	ben.waitFor("texts('.leg').at(-1) === 'the file was changed or taken away'")

	const drop = `{
	  DataTransferItem.prototype.webkitGetAsEntry = function () { return { isDirectory: this.getAsFile().name === 'folder' }; };
	  const carried = new DataTransfer();
	  for (const name of ['folder', 'file.txt']) carried.items.add(new File(['x'], name));
	  for (const type of ['dragover', 'drop']) {
	    document.body.dispatchEvent(new DragEvent(type, { dataTransfer: carried, bubbles: true, cancelable: true }));
	    if (type === 'dragover') window.dropShown = !document.getElementById('drop').hidden;
	  }
	}`
	anna.run(drop)
	anna.mustRead("chat-fault", "Folders cannot be sent. Pack them into one file first.")
	anna.waitFor("dropShown && document.getElementById('drop').hidden")
	anna.waitFor("texts('.name bdi').at(-1) === 'file.txt'")
	anna.run(`{
	  const copied = new DataTransfer();
	  copied.items.add(new File(['x'], 'pasted.png'));
	  const pasted = new Event('paste', { bubbles: true, cancelable: true }); // Firefox makes none with files
	  document.getElementById('chat-text').dispatchEvent(Object.assign(pasted, { clipboardData: copied }));
	}`)
	anna.waitFor("texts('.name bdi').at(-1) === 'pasted.png'")
	anna.run("choose(...Array.from({ length: 11 }, (_, i) => makeFile(i + '.txt', 1)))")
	anna.mustRead("chat-fault", "No more than 10 files at once. Not offered: 8.txt, 9.txt, 10.txt")
	ben.waitFor("texts('.name bdi').length === 12")
	for _, p := range pages {
		p.mustBehave()
	}
}

// TestPageFilesHostile: a file with more bytes than were announced, or one that breaks
// off, is none; a channel that nobody asked for is closed.
func TestPageFilesHostile(t *testing.T) { inEach(t, pageFilesHostile) }

func pageFilesHostile(_ *testing.T, s *scene) {
	pages := s.talk("anna", "mallory")
	anna, mallory := pages[0], pages[1]
	mallory.run(`{
	  const [channel] = channels;
	  window.offer = (id, size, data) => {
	    channel.addEventListener('message', ({ data: text }) => {
	      const { type, id: which } = JSON.parse(text);
	      if (type !== 'file-take' || which !== id) return;
	      const own = connections.at(-1).createDataChannel(id);
	      own.onopen = () => { for (const each of data) own.send(each); if (!data.length) own.close(); };
	    });
	    channel.send(JSON.stringify({ type: 'file', id, name: id, size }));
	  };
	  offer('more', 10, [new Uint8Array(9), new Uint8Array(2)]);
	  offer('less', 10, []);
	  offer('text', 10, ['0123456789']);
	  window.unasked = connections.at(-1).createDataChannel('unasked');
	}`)
	mallory.waitFor("unasked.readyState === 'closed'")
	for _, lines := range []string{
		"broken off: not all of it came through | Accept it only if you know what it is. | Accept it only if you know what it is.",
		"broken off: not all of it came through | broken off: not all of it came through | Accept it only if you know what it is.",
		"broken off: not all of it came through | broken off: not all of it came through | broken off: not all of it came through",
	} {
		anna.clickOn(yes)
		anna.waitLines(".leg", lines)
	}
	anna.waitFor("saved.length + urls() === 0")
	anna.mustBehave()
}

// TestPageFileToDisk: what is large goes into a file that the person chooses, and not
// into memory. The one here is the browser's own, where no dialog has to be answered.
func TestPageFileToDisk(t *testing.T) {
	s := newScene(t, shared)
	pages := s.talk("anna", "ben")
	anna, ben := pages[0], pages[1]
	ben.run(`window.questions = 0;
	window.showSaveFilePicker = async ({ suggestedName }) => {
	  if (window.questions++) throw new DOMException('', 'NotAllowedError'); // one at a time
	  window.chosen = await (await navigator.storage.getDirectory()).getFileHandle(suggestedName, { create: true });
	  return chosen;
	}`)
	ben.openChat()
	anna.run("window.file = makeFile('large.bin', 40e6); choose(file)")
	ben.waitFor("document.querySelector(" + quote(yes) + ")?.checkVisibility()")
	ben.run("const take = document.querySelector(" + quote(yes) + "); take.click(); take.click()")
	ben.waitLines(".leg", "Received.")
	if questions := evaluate[int](ben, "questions"); questions != 1 {
		ben.fatalf("after two clicks it was asked %d times where to", questions)
	}
	if got, want := evaluate[string](ben, "chosen.getFile().then(hash)"), evaluate[string](anna, "hash(file)"); got != want {
		ben.fatalf("what is on the disk is not what was sent: %s", got)
	}
	ben.waitFor("saved.length + urls() === 0")
	ben.run("chosen.remove()")

	ben.run("window.showSaveFilePicker = async () => { throw new DOMException('', 'AbortError'); }")
	anna.run("choose(file)")
	ben.clickOn(yes)
	ben.waitFor("texts('.leg').at(-1) === 'Accept it only if you know what it is.'") // who would rather not can think it over
	ben.mustBehave()
}
