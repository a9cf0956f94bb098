package static

import (
	"io/fs"
	"path"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// filesBelow is the files of a folder by name.
func filesBelow(t *testing.T, folder string) map[string]string {
	t.Helper()
	found := map[string]string{}
	err := fs.WalkDir(Files, folder, func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		content, err := Files.ReadFile(name)
		found[strings.TrimPrefix(name, folder+"/")] = string(content)
		return err
	})
	if err != nil || len(found) == 0 {
		t.Fatal(len(found), err)
	}
	return found
}

// trustWords reads a file of words: lines of 'key': 'text'.
func trustWords(t *testing.T, text string) map[string]string {
	t.Helper()
	found := map[string]string{}
	for _, line := range regexp.MustCompile(`(?m)^  '([a-z-]+)': '(.+)',$`).FindAllStringSubmatch(text, -1) {
		if found[line[1]] != "" {
			t.Errorf("%s is there twice", line[1])
		}
		found[line[1]] = line[2]
	}
	if lines := strings.Count(text, "',\n"); lines != len(found) || lines == 0 {
		t.Errorf("%d texts, %d read", lines, len(found))
	}
	return found
}

// TestTrustWords: the same keys in both languages with the same {values} behind
// each, every one of them in use and none missing.
func TestTrustWords(t *testing.T) {
	files := filesBelow(t, "trust")
	english, chinese := trustWords(t, files["words/en.js"]), trustWords(t, files["words/zh-CN.js"])
	for key, text := range english {
		values, others := placeholder.FindAllString(text, -1), placeholder.FindAllString(chinese[key], -1)
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
	everything := files["index.html"] + files["trust.js"]
	for _, verdict := range regexp.MustCompile(`(?m)^  (\w+): \{ more: `).FindAllStringSubmatch(files["trust.js"], -1) {
		everything += `'` + verdict[1] + `-title' '` + verdict[1] + `-text'` // put together there
	}
	for key := range english {
		if !strings.Contains(everything, `"`+key+`"`) && !strings.Contains(everything, `'`+key+`'`) {
			t.Errorf("nothing says %s", key)
		}
	}
}

// TestTrustPageKeepsToItself: nothing comes from elsewhere, and nothing needs what
// the policy of the server forbids.
func TestTrustPageKeepsToItself(t *testing.T) {
	for name, text := range filesBelow(t, "trust") {
		for _, word := range []string{"innerHTML", "outerHTML", "insertAdjacentHTML", "document.write", "eval(", "new Function",
			"style=", "<style", "onclick=\"", "javascript:", "@import", "url("} {
			if strings.Contains(text, word) {
				t.Errorf("%s: %s", name, word)
			}
		}
		if url := regexp.MustCompile(`(https?|wss?):?//\w[\w.]*`).FindString(text); url != "" {
			t.Errorf("%s: %s", name, url)
		}
		if lines := strings.Count(text, "\n"); lines >= 200 || path.Ext(name) == "" {
			t.Errorf("%s: %d lines", name, lines)
		}
	}
}

// TestTrustSteps: each system that the page may guess has its steps, and each file
// that a step hands out is one the server has.
func TestTrustSteps(t *testing.T) {
	files := filesBelow(t, "trust")
	guessed := regexp.MustCompile(`@typedef \{([^}]+)\} System`).FindStringSubmatch(files["system.js"])
	if guessed == nil {
		t.Fatal("system.js names no systems")
	}
	for _, m := range regexp.MustCompile(`'(\w+)'`).FindAllStringSubmatch(guessed[1], -1) {
		if !strings.Contains(files["index.html"], `data-system="`+m[1]+`"`) {
			t.Errorf("no steps for %s", m[1])
		}
	}
	for _, m := range regexp.MustCompile(`zerortc-ca\.\w+`).FindAllString(files["index.html"], -1) {
		if !slices.Contains([]string{"zerortc-ca.crt", "zerortc-ca.pem", "zerortc-ca.mobileconfig"}, m) {
			t.Errorf("index.html hands out %s", m)
		}
	}
}
