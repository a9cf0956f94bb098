package static

import (
	"path"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// TestTestPageWords: the same keys in both languages with the same {values} behind
// each, every one of them in use and none missing.
func TestTestPageWords(t *testing.T) {
	files := filesBelow(t, "test")
	english, chinese := trustWords(t, files["words/en.js"]), trustWords(t, files["words/zh-CN.js"])
	for key, text := range english {
		values, others := placeholder.FindAllString(text, -1), placeholder.FindAllString(chinese[key], -1)
		slices.Sort(values)
		slices.Sort(others)
		if chinese[key] == "" || !slices.Equal(values, others) {
			t.Errorf("%s: %q in English, %q in Chinese", key, text, chinese[key])
		}
	}
	if len(chinese) != len(english) {
		t.Errorf("%d words in Chinese, %d in English", len(chinese), len(english))
	}
	for _, m := range regexp.MustCompile(`data-i18n(?:-label)?="([^"]*)"`).FindAllStringSubmatch(files["index.html"], -1) {
		if english[m[1]] == "" {
			t.Errorf("index.html: there is no word %s", m[1])
		}
	}
	everything := ""
	for name, text := range files {
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

// TestTestPageKeepsToItself: nothing comes from elsewhere, nothing needs what the
// policy of the server forbids, and every file that is named is there.
func TestTestPageKeepsToItself(t *testing.T) {
	for name, text := range filesBelow(t, "test") {
		for _, word := range []string{"innerHTML", "outerHTML", "insertAdjacentHTML", "document.write", "eval(", "new Function",
			"style=", "<style", "onclick=\"", "javascript:", "@import", "url("} {
			if strings.Contains(text, word) {
				t.Errorf("%s: %s", name, word)
			}
		}
		if url := regexp.MustCompile(`(https?|wss?):?//\w[\w.]*`).FindString(text); url != "" && url != "https://HOST" {
			t.Errorf("%s: %s", name, url)
		}
		if lines := strings.Count(text, "\n"); lines >= 250 {
			t.Errorf("%s: %d lines", name, lines)
		}
		for _, m := range regexp.MustCompile(`from '([^']+)'`).FindAllStringSubmatch(text, -1) {
			mustExist(t, name, path.Join("test", path.Dir(name), m[1]))
		}
		for _, m := range regexp.MustCompile(`(?:src|href)="/((?:page|test)/[^"]+)"`).FindAllStringSubmatch(text, -1) {
			mustExist(t, name, m[1])
		}
	}
}

// TestTestPageDecidesWithoutADocument: what judges can be read, and tested, without
// the page.
func TestTestPageDecidesWithoutADocument(t *testing.T) {
	for _, name := range []string{"findings.js", "verdict.js", "judge.js", "report.js", "gather.js", "pair.js", "loop.js", "websocket.js"} {
		text := filesBelow(t, "test")[name]
		for _, word := range []string{"document.", "window.", "dom.js'", "getElementById"} {
			if text == "" || strings.Contains(text, word) {
				t.Errorf("%s: %s", name, word)
			}
		}
	}
}
