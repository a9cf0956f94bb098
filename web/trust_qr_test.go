package web

import (
	"crypto/tls"
	"encoding/xml"
	"fmt"
	"net/http/httptest"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"rsc.io/qr"
)

func TestTrustAddress(t *testing.T) {
	for _, c := range []struct {
		host  string
		byTLS bool
		want  string
	}{
		{"192.0.2.7:9001", false, "http://192.0.2.7:9001/trust"},
		{"192.0.2.7:9001", true, "http://192.0.2.7:9001/trust"},
		{"[fd00::2]:9001", false, "http://[fd00::2]:9001/trust"},
		{"box.lan", false, "http://box.lan/trust"},
		{"box.lan", true, "http://box.lan:443/trust"},
		{"[fd00::2]", true, "http://[fd00::2]:443/trust"},
		{"", false, ""},
		{"x y", false, ""},
		{"[fe80::1%eth0]:9001", false, ""},
		{`"><script>`, false, ""},
	} {
		r := httptest.NewRequest("GET", "/trust/qr.svg", nil)
		r.Host = c.host
		if c.byTLS {
			r.TLS = &tls.ConnectionState{}
		}
		if got, ok := trustAddress(r); got != c.want || ok != (c.want != "") {
			t.Errorf("%q, by TLS %v: %q, want %q", c.host, c.byTLS, got, c.want)
		}
	}
}

// The drawing is the code, dot by dot, with room around it.
func TestTrustQR(t *testing.T) {
	h, _ := trusted(t)
	w := ask(h, "GET", "/trust/qr.svg")
	code, err := qr.Encode("http://192.0.2.7:9001/trust", qr.M)
	if err != nil {
		t.Fatal(err)
	}
	size := code.Size + 2*quietZone
	drawn := readDrawing(t, w.Body.String(), size)
	for y := range size {
		for x := range size {
			if drawn[y][x] != code.Black(x-quietZone, y-quietZone) {
				t.Fatalf("the dot %d, %d is %v", x, y, drawn[y][x])
			}
		}
	}
	if w.Header().Get("Cache-Control") != "no-store" {
		t.Error("it may be kept for another host")
	}
}

// readDrawing is which dots of an SVG of this size are dark.
func readDrawing(t *testing.T, text string, size int) [][]bool {
	t.Helper()
	var svg struct {
		ViewBox string `xml:"viewBox,attr"`
		Paths   []struct {
			Fill string `xml:"fill,attr"`
			D    string `xml:"d,attr"`
		} `xml:"path"`
	}
	if err := xml.Unmarshal([]byte(text), &svg); err != nil {
		t.Fatal(err)
	}
	ground := fmt.Sprintf("M0 0h%dv%dH0z", size, size)
	if svg.ViewBox != fmt.Sprintf("0 0 %d %d", size, size) || len(svg.Paths) != 2 || svg.Paths[0].Fill != "#fff" || svg.Paths[0].D != ground {
		t.Fatalf("%.200s", text)
	}
	dots := make([][]bool, size)
	for y := range dots {
		dots[y] = make([]bool, size)
	}
	strokes := svg.Paths[1].D
	for _, m := range regexp.MustCompile(`M(\d+) (\d+)h(\d+)v1h-(\d+)z`).FindAllStringSubmatch(strokes, -1) {
		strokes = strings.Replace(strokes, m[0], "", 1)
		x, _ := strconv.Atoi(m[1])
		y, _ := strconv.Atoi(m[2])
		length, _ := strconv.Atoi(m[3])
		if m[3] != m[4] {
			t.Errorf("%s is no bar", m[0])
		}
		for i := range length {
			dots[y][x+i] = true
		}
	}
	if strokes != "" {
		t.Errorf("strokes of another kind: %s", strokes)
	}
	return dots
}

func TestTrustQRWithoutAHost(t *testing.T) {
	r := httptest.NewRequest("GET", "/trust/qr.svg", nil)
	for _, host := range []string{"", "x y", "<svg>"} {
		r.Host = host
		w := httptest.NewRecorder()
		trustQR(w, r)
		if w.Code != 400 || strings.Contains(w.Body.String(), "svg") {
			t.Errorf("%q: %d %s", host, w.Code, w.Body)
		}
	}
	r.Host = strings.Repeat("a.", 126) + "b:65535" // the longest there is fits
	w := httptest.NewRecorder()
	if trustQR(w, r); w.Code != 200 {
		t.Errorf("%d %s", w.Code, w.Body)
	}
}
