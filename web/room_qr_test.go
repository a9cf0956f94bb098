package web

import (
	"encoding/json"
	"fmt"
	"net/http/httptest"
	"strings"
	"testing"

	"rsc.io/qr"
)

// askQR asks for the code of a link, as a page of the origin would.
func askQR(t *testing.T, origin, body string) *httptest.ResponseRecorder {
	t.Helper()
	r := httptest.NewRequest("POST", "/api/qr", strings.NewReader(body))
	r.Host = "192.0.2.7:9001"
	if origin != "" {
		r.Header.Set("Origin", origin)
	}
	return record(testHandler(t, listICE{}, quietLog()), r)
}

// The drawing is the code of the link, with room around it.
func TestRoomQR(t *testing.T) {
	const link = "https://192.0.2.7:9001/room/%E6%88%BF#invite=x.y.z"
	w := askQR(t, "https://192.0.2.7:9001", `{"link":"`+link+`"}`)
	var drawn struct {
		Size int
		Path string
	}
	if err := json.Unmarshal(w.Body.Bytes(), &drawn); err != nil || w.Code != 200 {
		t.Fatalf("%d %s: %v", w.Code, w.Body, err)
	}
	code, err := qr.Encode(link, qr.L)
	if err != nil {
		t.Fatal(err)
	}
	size := code.Size + 2*quietZone
	if drawn.Size != size {
		t.Fatalf("size %d, want %d", drawn.Size, size)
	}
	svg := fmt.Sprintf(`<svg viewBox="0 0 %d %d"><path fill="#fff" d="M0 0h%dv%dH0z"/><path d="%s"/></svg>`, size, size, size, size, drawn.Path)
	dots := readDrawing(t, svg, size)
	for y := range size {
		for x := range size {
			if dots[y][x] != code.Black(x-quietZone, y-quietZone) {
				t.Fatalf("the dot %d, %d is %v", x, y, dots[y][x])
			}
		}
	}
	if w.Header().Get("Cache-Control") != "no-store" {
		t.Error("a link with an invite in it may be kept")
	}
}

// Nothing is drawn that leads elsewhere, or that is none of ours.
func TestRoomQRRefuses(t *testing.T) {
	const ours = "https://192.0.2.7:9001"
	for _, c := range []struct {
		origin, body string
		want         int
	}{
		{ours, `{"link":"` + ours + `/room/x"}`, 200},
		{ours, `{"link":"https://elsewhere.example/room/x"}`, 400},
		{ours, `{"link":"https://192.0.2.7:9001.elsewhere.example/room/x"}`, 400},
		{ours, `{"link":"` + ours + `/trust"}`, 400},
		{ours, `{"link":"javascript:alert(1)"}`, 400},
		{ours, `{}`, 400},
		{ours, `nothing`, 400},
		{ours, `{"link":"` + ours + `/room/` + strings.Repeat("x", 3000) + `"}`, 400},
		{ours, `{"link":"` + ours + `/room/` + strings.Repeat("x", mostQRBody) + `"}`, 400},
		{"", `{"link":"/room/x"}`, 400},
		{"https://elsewhere.example", `{"link":"https://elsewhere.example/room/x"}`, 403},
	} {
		if w := askQR(t, c.origin, c.body); w.Code != c.want {
			t.Errorf("%s %.60s: %d, want %d", c.origin, c.body, w.Code, c.want)
		}
	}
	if w := ask(testHandler(t, listICE{}, quietLog()), "GET", "/api/qr"); w.Code != 405 {
		t.Errorf("GET: %d", w.Code)
	}
}
