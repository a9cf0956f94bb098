package static

import (
	"io/fs"
	"path"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// files is the page's files with this ending, by name.
func files(t *testing.T, ending string) map[string]string {
	t.Helper()
	found := map[string]string{}
	err := fs.WalkDir(Files, "page", func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || path.Ext(name) != ending {
			return err
		}
		content, err := Files.ReadFile(name)
		found[strings.TrimPrefix(name, "page/")] = string(content)
		return err
	})
	if err != nil || len(found) == 0 {
		t.Fatalf("%s: %d files, %v", ending, len(found), err)
	}
	return found
}

// words reads the files of a language's words: lines of 'key': 'text'.
func words(t *testing.T, language string) map[string]string {
	t.Helper()
	all := files(t, ".js")
	text := all["words/"+language+".js"] + all["words/talk."+language+".js"]
	found := map[string]string{}
	for _, line := range regexp.MustCompile(`(?m)^  '([a-z-]+)': '(.+)',$`).FindAllStringSubmatch(text, -1) {
		if found[line[1]] != "" {
			t.Errorf("%s: %s is there twice", language, line[1])
		}
		found[line[1]] = line[2]
	}
	if lines := strings.Count(text, "',\n"); lines != len(found) {
		t.Errorf("%s: %d texts, %d read", language, lines, len(found))
	}
	return found
}

var placeholder = regexp.MustCompile(`\{\w+\}`)

// TestWordsInBothLanguages: the same keys, and the same {values} behind each.
func TestWordsInBothLanguages(t *testing.T) {
	english, chinese := words(t, "en"), words(t, "zh-CN")
	for key, text := range english {
		other, ok := chinese[key]
		if !ok {
			t.Errorf("zh-CN lacks %s", key)
		}
		values, others := placeholder.FindAllString(text, -1), placeholder.FindAllString(other, -1)
		slices.Sort(values)
		slices.Sort(others)
		if !slices.Equal(values, others) {
			t.Errorf("%s: %v in English, %v in Chinese", key, values, others)
		}
	}
	for key := range chinese {
		if english[key] == "" {
			t.Errorf("en lacks %s", key)
		}
	}
}

// TestWordsAreThereAndUsed: every key the document names has a word, and no word is
// left over.
func TestWordsAreThereAndUsed(t *testing.T) {
	english := words(t, "en")
	html := files(t, ".html")["index.html"]
	for _, m := range regexp.MustCompile(`data-i18n(?:-label)?="([^"]*)"`).FindAllStringSubmatch(html, -1) {
		if english[m[1]] == "" {
			t.Errorf("index.html: there is no word %s", m[1])
		}
	}
	everything := html
	for name, text := range files(t, ".js") {
		if !strings.HasPrefix(name, "words/") {
			everything += text
		}
	}
	for key := range english {
		if !strings.Contains(everything, `"`+key+`"`) && !strings.Contains(everything, `'`+key+`'`) {
			t.Errorf("nothing says %s", key)
		}
	}
}

// TestPageKeepsToItself: nothing comes from elsewhere, nothing needs what the policy
// of the server forbids, and every file that is named is there.
func TestPageKeepsToItself(t *testing.T) {
	forbidden := []string{"innerHTML", "outerHTML", "insertAdjacentHTML", "document.write", "eval(", "new Function",
		"style=", "<style", "onclick=\"", "srcdoc", "setAttribute('style", "javascript:"}
	for _, ending := range []string{".js", ".html", ".css", ".svg"} {
		for name, text := range files(t, ending) {
			for _, word := range forbidden {
				if strings.Contains(text, word) {
					t.Errorf("%s: %s", name, word)
				}
			}
			for _, url := range regexp.MustCompile(`(https?|wss?):?//[\w.]+|@import|url\(`).FindAllString(text, -1) {
				if url != "http://localhost" && url != "http://www.w3.org" {
					t.Errorf("%s: %s", name, url)
				}
			}
		}
	}
	named := regexp.MustCompile(`(?:src|href)="/page/([^"]+)"`).FindAllStringSubmatch(files(t, ".html")["index.html"], -1)
	for _, m := range named {
		mustExist(t, "index.html", path.Join("page", m[1]))
	}
	for name, text := range files(t, ".js") {
		for _, m := range regexp.MustCompile(`from '([^']+)'`).FindAllStringSubmatch(text, -1) {
			mustExist(t, name, path.Join("page", path.Dir(name), m[1]))
		}
	}
}

func mustExist(t *testing.T, who, name string) {
	t.Helper()
	if _, err := fs.Stat(Files, name); err != nil {
		t.Errorf("%s names a file that is not there: %v", who, err)
	}
}

// TestPartsKnowNoDocument: what speaks to the server and to the other side can be
// used without this page.
func TestPartsKnowNoDocument(t *testing.T) {
	for _, name := range []string{"socket.js", "link.js", "call.js", "ice.js", "media.js", "state.js", "room.js", "names.js"} {
		text := files(t, ".js")[name]
		for _, word := range []string{"document.", "window.", "from './dom.js'", "getElementById"} {
			if text == "" || strings.Contains(text, word) {
				t.Errorf("%s: %s", name, word)
			}
		}
	}
}

// TestFilesAreShort: one idea per file fits in less than 300 lines.
func TestFilesAreShort(t *testing.T) {
	for _, ending := range []string{".js", ".html", ".css"} {
		for name, text := range files(t, ending) {
			if lines := strings.Count(text, "\n"); lines >= 300 {
				t.Errorf("%s: %d lines", name, lines)
			}
		}
	}
}
