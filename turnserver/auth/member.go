package auth

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base32"
	"strings"
)

const (
	roomDigits = 8  // 40 bits: two rooms of a server hardly ever share them
	maxPeer    = 64 // bytes of a uid that is shown as it is
)

// Member is the name that binds a time-limited user to one room and one person in
// it: ROOM.PEER, where ROOM stands for the room without telling its name, in logs or
// to the other end of a relay. Who knows a room's name may enter it; so the digest
// has a key, or names could be tried on it. A peer that is more than a plain word is
// shown by a digest too. The MAC that Mint makes of the whole name keeps it bound.
func (b *Book) Member(room, peer string) string {
	if len(peer) > maxPeer || strings.Trim(peer, plainChars) != "" {
		peer = b.digest("peer", peer)
	}
	return b.digest("room", room) + "." + peer
}

const plainChars = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-"

func (b *Book) digest(kind, text string) string {
	var key []byte
	if secrets := b.list.Load().secrets; len(secrets) > 0 {
		key = []byte(secrets[0])
	}
	mac := hmac.New(sha256.New, key)
	mac.Write([]byte(kind + "\x00" + text))
	return base32.StdEncoding.EncodeToString(mac.Sum(nil))[:roomDigits]
}
