package signaling

import (
	"crypto/sha256"
	"crypto/subtle"
)

// pin is what guards a room, as its hash, so that comparing takes the same time
// however long it is and wherever it differs. A room without one has the zero pin,
// and is joined by giving none.
type pin [sha256.Size]byte

func newPIN(text string) pin {
	if text == "" {
		return pin{}
	}
	return sha256.Sum256([]byte(text))
}

func (p pin) is(other pin) bool { return subtle.ConstantTimeCompare(p[:], other[:]) == 1 }
