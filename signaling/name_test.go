package signaling

import (
	"encoding/json"
	"strings"
	"testing"
	"unicode/utf8"
)

// TestNamesByValue puts spellings side by side that mean the same or do not.
func TestNamesByValue(t *testing.T) {
	for _, c := range []struct {
		a, b string
		same bool
	}{
		{`"a"`, `"a"`, true},
		{`"\u0061"`, `"a"`, true},
		{`"\/"`, `"/"`, true},
		{`"\ud83d\ude00"`, `"😀"`, true},
		{`"\u00e9"`, `"é"`, true},
		{`"é"`, `"e\u0301"`, false}, // the same to the eye only: no normalization
		{`"a"`, `"A"`, false},
		{`"a"`, `"a "`, false},
		{`""`, `""`, true},
		{`"\ufffd"`, `"�"`, true},
		{`1`, `1.0`, true},
		{`1`, `1e0`, true},
		{`100`, `1E+2`, true},
		{`0`, `-0`, true},
		{`0`, `0e9999`, true},
		{`0.1`, `1e-1`, true},
		{`7`, `"7"`, false},
		{`0`, `""`, false},
		{`1`, `-1`, false},
		{`9007199254740993`, `9007199254740992`, true}, // one double, as in a browser
		{`9007199254740993`, `9007199254740994`, false},
	} {
		a, b := mustName(t, c.a), mustName(t, c.b)
		if a.is(b) != c.same || b.is(a) != c.same {
			t.Errorf("%s is %s: %v, want %v", c.a, c.b, a.is(b), c.same)
		}
		if a.raw != c.a || b.raw != c.b {
			t.Errorf("the spellings %s and %s became %s and %s", c.a, c.b, a.raw, b.raw)
		}
	}
}

// TestNamesRefused lists what is valid JSON and no name.
func TestNamesRefused(t *testing.T) {
	for raw, want := range map[string]reason{
		``:                              badFrame, // a missing member
		`null`:                          badFrame,
		`true`:                          badFrame,
		`false`:                         badFrame,
		`{}`:                            badFrame,
		`["a"]`:                         badFrame,
		`1e999`:                         badFrame, // Infinity in a browser, null when sent back
		`-1e999`:                        badFrame,
		`"\ud800"`:                      badFrame, // half a surrogate pair
		`"\ude00\ud83d"`:                badFrame, // the halves the wrong way round
		`"\ud83d\\de00"`:                badFrame,
		`"\ud83dx"`:                     badFrame,
		`"` + strings.Repeat("a", 511):  nameTooLong,
		`1` + strings.Repeat("0", 1000): nameTooLong,
	} {
		if _, why := parseName([]byte(raw), 511); why != want {
			t.Errorf("%.40s: %q, want %q", raw, why, want)
		}
	}
}

// TestNamesWithBackslashes shows that what only looks like an escape is none.
func TestNamesWithBackslashes(t *testing.T) {
	if got := mustName(t, `"\\ud800"`).value.text; got != `\ud800` {
		t.Errorf("read %q", got)
	}
}

// FuzzName compares two names with what encoding/json makes of them.
func FuzzName(f *testing.F) {
	f.Add([]byte(`"\u0061"`), []byte(`"a"`))
	f.Add([]byte(`1.0`), []byte(`1e0`))
	f.Add([]byte(`"7"`), []byte(`7`))
	f.Add([]byte(`-0`), []byte(`0`))
	f.Add([]byte(`"\ud83d\ude00"`), []byte(`"\ud83d"`))
	f.Fuzz(func(t *testing.T, rawA, rawB []byte) {
		if !bareValue(rawA) || !bareValue(rawB) {
			return // decode hands over nothing else
		}
		a, whyA := parseName(rawA, 512)
		b, whyB := parseName(rawB, 512)
		if whyA != none || whyB != none {
			return
		}
		if a.raw != string(rawA) {
			t.Fatalf("%s became %s", rawA, a.raw)
		}
		if want := generic(t, rawA) == generic(t, rawB); a.is(b) != want {
			t.Fatalf("%s is %s: %v, want %v", rawA, rawB, a.is(b), want)
		}
		respelled, err := json.Marshal(generic(t, rawA))
		if err != nil {
			t.Fatal(err)
		}
		if again, why := parseName(respelled, 10_000); why != none || !again.is(a) {
			t.Fatalf("%s respelled as %s is another name (%q)", rawA, respelled, why)
		}
	})
}

// bareValue tells whether raw is one JSON value in UTF-8 without space around it.
func bareValue(raw []byte) bool {
	var value json.RawMessage
	return utf8.Valid(raw) && json.Unmarshal(raw, &value) == nil && string(value) == strings.TrimSpace(string(raw)) && len(value) == len(raw)
}

// generic is a name as encoding/json reads it, a string or a float64.
func generic(t *testing.T, raw []byte) (value any) {
	t.Helper()
	if err := json.Unmarshal(raw, &value); err != nil {
		t.Fatalf("%s was taken for a name: %v", raw, err)
	}
	return value
}

func mustName(t *testing.T, raw string) name {
	t.Helper()
	n, why := parseName([]byte(raw), 512)
	if why != none {
		t.Fatalf("%s is no name: %s", raw, why)
	}
	return n
}
