package signaling

import (
	"bytes"
	"encoding/json"
	"strings"
	"testing"
	"unicode/utf8"
)

// TestDecode lists frames and what becomes of them.
func TestDecode(t *testing.T) {
	deep := func(n int) string { return strings.Repeat("[", n) + strings.Repeat("]", n) }
	for _, c := range []struct {
		about, raw string
		want       reason
	}{
		{"a join", `{"cmd":"join","roomId":"1","uid":"a"}`, none},
		{"a join with numbers", `{"cmd":"join","roomId":0,"uid":-1.5e3}`, none},
		{"space everywhere", " {\n\"cmd\" : \"join\" ,\t\"roomId\" : 1 , \"uid\" : 2 }\r\n", none},
		{"an escaped member name", `{"\u0063md":"join","roomId":1,"uid":2}`, none},
		{"an escaped cmd", `{"cmd":"\u006aoin","roomId":1,"uid":2}`, none},
		{"members that the cmd does not call for", `{"cmd":"leave","roomId":1,"uid":2,"remoteUid":null}`, none},
		{"unknown members, twice", `{"cmd":"join","roomId":1,"uid":2,"x":1,"x":2,"UID":3,"CMD":"leave"}`, none},
		{"msg as a string", `{"cmd":"offer","roomId":1,"uid":2,"remoteUid":3,"msg":"{\"type\":\"offer\"}"}`, none},
		{"msg as an object", `{"cmd":"answer","roomId":1,"uid":2,"remoteUid":3,"msg":{"type":"answer"}}`, none},
		{"no msg at all", `{"cmd":"candidate","roomId":1,"uid":2,"remoteUid":3}`, none},
		{"brackets in a string", `{"cmd":"join","roomId":1,"uid":"\"` + strings.Repeat("[", 100) + `"}`, none},
		{"as deep as allowed", `{"cmd":"join","roomId":1,"uid":2,"msg":` + deep(63) + `}`, none},

		{"nothing", ``, badJSON},
		{"cut short", `{"cmd":"join","roomId":1,"uid":2`, badJSON},
		{"two texts", `{"cmd":"join","roomId":1,"uid":2}{}`, badJSON},
		{"a byte order mark", "\ufeff" + `{"cmd":"join","roomId":1,"uid":2}`, badJSON},
		{"not UTF-8", `{"cmd":"join","roomId":1,"uid":2,"msg":"` + "\xff" + `"}`, badJSON},
		{"half a surrogate in UTF-8", `{"cmd":"join","roomId":1,"uid":2,"msg":"` + "\xed\xa0\x80" + `"}`, badJSON},
		{"a bare line end in a string", "{\"cmd\":\"join\",\"roomId\":1,\"uid\":\"\n\"}", badJSON},
		{"much too deep", deep(20_000), tooDeep},
		{"too deep, and then broken", deep(65)[:65] + "!", tooDeep},

		{"too deep", `{"cmd":"join","roomId":1,"uid":2,"msg":` + deep(64) + `}`, tooDeep},

		{"null", `null`, badFrame},
		{"an array", `[{"cmd":"join","roomId":1,"uid":2}]`, badFrame},
		{"a string", `"join"`, badFrame},
		{"an empty object", `{}`, badFrame},
		{"cmd null", `{"cmd":null,"roomId":1,"uid":2}`, badFrame},
		{"cmd a number", `{"cmd":1,"roomId":1,"uid":2}`, badFrame},
		{"no room", `{"cmd":"join","uid":2}`, badFrame},
		{"no uid", `{"cmd":"join","roomId":1}`, badFrame},
		{"UID for uid", `{"cmd":"join","roomId":1,"UID":2}`, badFrame},
		{"no remoteUid", `{"cmd":"offer","roomId":1,"uid":2,"msg":""}`, badFrame},
		{"uid null", `{"cmd":"join","roomId":1,"uid":null}`, badFrame},
		{"room an object", `{"cmd":"join","roomId":{},"uid":2}`, badFrame},
		{"cmd twice", `{"cmd":"join","cmd":"join","roomId":1,"uid":2}`, badFrame},
		{"uid twice, once escaped", `{"cmd":"join","roomId":1,"uid":2,"\u0075id":3}`, badFrame},
		{"remoteUid twice", `{"cmd":"join","roomId":1,"uid":2,"remoteUid":3,"remoteUid":3}`, badFrame},

		{"a cmd of the server's", `{"cmd":"new-peer","remoteUid":1}`, unknownCmd},
		{"cmd in capitals", `{"cmd":"JOIN","roomId":1,"uid":2}`, unknownCmd},
		{"a cmd to come", `{"cmd":"resume","session":"x"}`, unknownCmd},

		{"a long name", `{"cmd":"join","roomId":1,"uid":"` + strings.Repeat("a", 511) + `"}`, nameTooLong},
		{"the longest name", `{"cmd":"join","roomId":1,"uid":"` + strings.Repeat("a", 510) + `"}`, none},
	} {
		if got, why := decode([]byte(c.raw), limitsFor(t), classic); why != c.want || why == none && string(got.raw) != c.raw {
			t.Errorf("%s: %q, want %q", c.about, why, c.want)
		}
	}
}

// TestTold holds the frames of the server to the byte.
func TestTold(t *testing.T) {
	for want, got := range map[string][]byte{
		`{"cmd":"new-peer","remoteUid":"\u0061"}`: told(cmdNewPeer, mustName(t, `"\u0061"`)),
		`{"cmd":"resp-join","remoteUid":1.0}`:     told(cmdRespJoin, mustName(t, `1.0`)),
		`{"cmd":"peer-leave","remoteUid":""}`:     told(cmdPeerLeave, mustName(t, `""`)),
		`{"cmd":"room-full","roomId":-7}`:         told(cmdRoomFull, mustName(t, `-7`)),
	} {
		if payload(got) != want {
			t.Errorf("%s, want %s", got, want)
		}
	}
}

// FuzzDecode throws bytes at the decoder. encoding/json is the judge of what is
// JSON, and of what it says; the frame must be the bytes that came.
func FuzzDecode(f *testing.F) {
	f.Add([]byte(`{"cmd":"join","roomId":"1","uid":"a"}`))
	f.Add([]byte(`{"cmd":"leave","roomId":1.0,"uid":"\u0061"}`))
	f.Add([]byte(`{"cmd":"offer","roomId":1,"uid":2,"remoteUid":3,"msg":{"sdp":["v=0"]}}`))
	f.Add([]byte(`{"cmd":"join","roomId":1,"uid":2,"UID":3,"uid":4}`))
	f.Add([]byte(`[[[[{"cmd":null}]]]]`))
	f.Add([]byte(`{"cmd":"resume","session":"a","resume":"b","received":12}`))
	f.Add([]byte(`{"cmd":"ping","t":1.5}`))
	f.Fuzz(func(t *testing.T, raw []byte) {
		before := bytes.Clone(raw)
		got, why := decode(raw, limitsFor(t), classic)
		also, whyAlso := decode(raw, limitsFor(t), extended)
		if !bytes.Equal(raw, before) {
			t.Fatal("the frame was changed")
		}
		judge(t, raw, why)
		judge(t, raw, whyAlso)
		if whyAlso == none && also.t != "" && !json.Valid(pongText(also.t)) {
			t.Fatalf("a pong with %q is not JSON", also.t)
		}
		if why != none {
			return
		}
		if !bytes.Equal(got.raw, before) {
			t.Fatalf("passed on as %q", got.raw)
		}
		var want map[string]any
		if err := json.Unmarshal(raw, &want); err != nil {
			t.Fatalf("taken for a frame: %v", err)
		}
		same(t, want["cmd"], got.cmd)
		sameName(t, want["roomId"], got.room)
		sameName(t, want["uid"], got.uid)
		if got.cmd != cmdJoin && got.cmd != cmdLeave {
			sameName(t, want["remoteUid"], got.remote)
		}
		for _, frame := range [][]byte{told(cmdNewPeer, got.uid), told(cmdRoomFull, got.room), joined(got.room, 2, []member{{uid: got.uid}})} {
			if !json.Valid([]byte(payload(frame))) {
				t.Fatalf("what others are told is not JSON: %s", payload(frame))
			}
		}
	})
}

// judge holds a verdict on JSON against that of the standard library.
func judge(t *testing.T, raw []byte, why reason) {
	t.Helper()
	valid := utf8.Valid(raw) && json.Valid(raw)
	switch {
	case why == tooDeep:
		if depth(raw) <= 64 {
			t.Fatal("not that deep")
		}
	case why == badJSON && valid, why != badJSON && !valid:
		t.Fatalf("judged %q, valid: %v", why, valid)
	case valid && depth(raw) > 64:
		t.Fatalf("judged %q, and is %d deep", why, depth(raw))
	}
}

// depth is how deep objects and arrays nest in raw, if that is JSON as far as it
// matters.
func depth(raw []byte) (deepest int) {
	level, quoted := 0, false
	for i := 0; i < len(raw); i++ {
		switch c := raw[i]; {
		case c == '\\':
			i++ // whatever is escaped ends no string
		case c == '"':
			quoted = !quoted
		case quoted:
		case c == '{' || c == '[':
			level++
			deepest = max(deepest, level)
		case c == '}' || c == ']':
			level--
		}
	}
	return deepest
}

func pongText(t string) []byte { return []byte(payload(pong(t))) }

func sameName(t *testing.T, want any, got name) {
	t.Helper()
	if got.value.isNumber {
		same(t, want, got.value.number)
	} else {
		same(t, want, got.value.text)
	}
}

func same(t *testing.T, want, got any) {
	t.Helper()
	if want != got {
		t.Fatalf("read %#v, want %#v", got, want)
	}
}

func limitsFor(t *testing.T) *Limits {
	t.Helper()
	limits := DefaultLimits()
	return &limits
}
