//go:build page

package e2e

import (
	"context"
	"crypto/sha256"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	downloads "github.com/chromedp/cdproto/browser"
	"github.com/chromedp/chromedp"
)

// TestPageFileSaved: what somebody takes lies in the folder for downloads afterwards:
// neither the policy of the page nor the browser keeps it from there.
func TestPageFileSaved(t *testing.T) { inEach(t, pageFileSaved) }

func pageFileSaved(t *testing.T, s *scene) {
	folder := t.TempDir()
	if s.engine.name == "firefox" {
		f, err := startFirefox(t.TempDir(), world{}, map[string]string{"browser.download.folderList": "2", "browser.download.dir": quote(folder)})
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(f.close)
		s.browser = f
	}
	pages := s.talk("anna", "ben")
	anna, ben := pages[0], pages[1]
	if s.engine.name == "chromium" {
		ben.must(ben.tab.(*chromiumTab).saveInto(folder))
	}
	ben.run("window.saves = true")
	anna.run("window.file = makeFile('photo.png', 300e3); choose(file)")
	ben.openChat()
	ben.clickOn(yes)
	ben.waitLines(".leg", "Received.")
	path := filepath.Join(folder, "photo.png")
	for end := time.Now().Add(stepDeadline); ; time.Sleep(50 * time.Millisecond) {
		if info, err := os.Stat(path); err == nil && info.Size() == 300e3 {
			break
		} else if time.Now().After(end) {
			ben.fatalf("it was not saved: %v, %v", info, err)
		}
	}
	content, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if got, want := strings.Trim(fmt.Sprint(sha256.Sum256(content)), "[]"), evaluate[string](anna, "hash(file)"); got != want {
		ben.fatalf("what was saved is not what was sent: %s", got)
	}
	ben.mustBehave()
}

// saveInto has the tab save files without a word.
func (t *chromiumTab) saveInto(folder string) error {
	ctx, cancel := context.WithTimeout(t.ctx, stepDeadline)
	defer cancel()
	_, err := chromedp.CallBrowser(ctx, downloads.SetDownloadBehavior, downloads.SetDownloadBehaviorParams{
		Behavior:         downloads.SetDownloadBehaviorBehaviorAllow,
		BrowserContextID: chromedp.FromContext(t.ctx).BrowserContextID,
		DownloadPath:     folder,
	})
	return err
}
