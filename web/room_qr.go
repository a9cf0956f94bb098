package web

import (
	"encoding/json"
	"net/http"
	"strings"

	"rsc.io/qr"
)

const (
	mostQRBody  = 1 << 10 // bytes of a request: a link with an invite has some 200
	qrPerSecond = 1       // of one address, and apart from /api/ice: a code is long
	qrBurst     = 20
)

// roomQR draws the link to a room for the page, as the path of an SVG. The link comes
// in the body: it may hold an invite, which must not stand in an address. Whoever asks
// gets codes of links to rooms of the origin it asks from and of nothing else, so that
// nobody can have us draw the way to somewhere.
func roomQR(w http.ResponseWriter, r *http.Request) {
	var asked struct {
		Link string `json:"link"`
	}
	if err := json.NewDecoder(http.MaxBytesReader(w, r.Body, mostQRBody)).Decode(&asked); err != nil {
		fail(w, r, http.StatusBadRequest, "bad-json", "the body is not what this answers to")
		return
	}
	origin := r.Header.Get("Origin") // browsers send it with every POST
	if origin == "" || !strings.HasPrefix(asked.Link, origin+"/room/") {
		fail(w, r, http.StatusBadRequest, "bad-link", "the link does not lead to a room of the page that asks")
		return
	}
	code, err := qr.Encode(asked.Link, qr.L) // an invite is long: rather fewer modules than more repair
	if err != nil {
		fail(w, r, http.StatusBadRequest, "link-too-long", "no QR code holds so long a link")
		return
	}
	writeJSON(w, http.StatusOK, map[string]any{"size": code.Size + 2*quietZone, "path": darkModules(code)})
}
