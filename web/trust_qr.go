package web

import (
	"fmt"
	"net/http"
	"strings"

	"rsc.io/qr"
)

// trustQR is the address of the trust page as a picture, for the next device to
// read off this one's screen.
func trustQR(w http.ResponseWriter, r *http.Request) {
	address, ok := trustAddress(r)
	if !ok {
		fail(w, r, http.StatusBadRequest, "bad-host", "the Host header is not a host")
		return
	}
	code, err := qr.Encode(address, qr.M)
	if err != nil { // an address longer than any that a Host header may hold
		fail(w, r, http.StatusBadRequest, "bad-host", "the Host header is too long for a QR code")
		return
	}
	w.Header().Set("Content-Type", "image/svg+xml")
	w.Header().Set("Cache-Control", "no-store") // it depends on the Host
	_, _ = fmt.Fprint(w, drawQR(code))
}

// trustAddress is where the next device finds the trust page: by plain HTTP, as it
// does not trust us yet, on the port by which the caller came.
func trustAddress(r *http.Request) (string, bool) {
	if _, _, ok := parseHost(r.Host); !ok {
		return "", false
	}
	host := r.Host
	if _, port := splitHost(host); port == "" && cameByTLS(r) {
		host = strings.TrimSuffix(host, ":") + ":443" // RFC 9110 section 4.2.2; our ports speak both
	}
	return "http://" + host + "/trust", true
}

// quietZone is the margin that readers need, in modules (ISO/IEC 18004).
const quietZone = 4

// drawQR draws the code as SVG, black on white whatever the page around it looks like.
func drawQR(code *qr.Code) string {
	size := code.Size + 2*quietZone
	return fmt.Sprintf(`<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 %d %d" shape-rendering="crispEdges">`+
		`<path fill="#fff" d="M0 0h%dv%dH0z"/><path d="%s"/></svg>`, size, size, size, size, darkModules(code))
}

// darkModules is the path of an SVG that fills them. Those of a line that touch are
// one stroke.
func darkModules(code *qr.Code) string {
	var dark strings.Builder
	for y := range code.Size {
		for x := 0; x < code.Size; x++ {
			from := x
			for code.Black(x, y) { // outside of the code it is white
				x++
			}
			if x > from {
				fmt.Fprintf(&dark, "M%d %dh%dv1h-%dz", from+quietZone, y+quietZone, x-from, x-from)
			}
		}
	}
	return dark.String()
}
