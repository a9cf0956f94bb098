package gate

import (
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"hash"
	"strings"
	"sync"
	"time"
)

const (
	nonceLife = 10 * time.Minute
	nonceTime = 4 // seconds since 1970, as many bits as fit
	nonceMAC  = 8 // of the time and the client; who guesses sees 438
	nonceSize = nonceTime + nonceMAC

	// nonceCookie says that we speak RFC 8489, and behind it, in base64, which of
	// its security features: none, so that clients use the ones that browsers have
	// (section 9.2).
	nonceCookie = "obMatJos2" + "AAAA"
)

// nonces makes and checks nonces without keeping any: a nonce is the time it
// was made at and a MAC over that and the client's transport, address and port
// (RFC 8489 section 9.2.5). One taken from another client is stale.
type nonces struct{ macs *sync.Pool } // with the key in them

func newNonces() (nonces, error) {
	key := make([]byte, sha256.Size)
	_, err := rand.Read(key)
	return nonces{&sync.Pool{New: func() any { return hmac.New(sha256.New, key) }}}, err
}

func (n nonces) make(to Tuple, now time.Time) string {
	stamp := binary.BigEndian.AppendUint32(make([]byte, 0, nonceSize), uint32(now.Unix()))
	return nonceCookie + base64.RawURLEncoding.EncodeToString(append(stamp, n.mac(stamp, to)...))
}

// validity is what a nonce is to the client that sent it.
type validity int

const (
	foreign  validity = iota // not made by us for this client
	outlived                 // made for it, and too long ago
	valid
)

// check tells what the nonce is.
func (n nonces) check(nonce string, from Tuple, now time.Time) validity {
	own, ours := strings.CutPrefix(nonce, nonceCookie)
	b, err := base64.RawURLEncoding.DecodeString(own)
	if !ours || err != nil || len(b) != nonceSize {
		return foreign
	}
	if !hmac.Equal(b[nonceTime:], n.mac(b[:nonceTime], from)) {
		return foreign
	}
	// The subtraction is right across the wrap of 32 bits in 2106, and a clock
	// that was set back makes a nonce stale.
	age := uint32(now.Unix()) - binary.BigEndian.Uint32(b)
	if time.Duration(age)*time.Second > nonceLife {
		return outlived
	}
	return valid
}

func (n nonces) mac(stamp []byte, client Tuple) []byte {
	h := n.macs.Get().(hash.Hash)
	defer n.macs.Put(h)
	h.Reset()
	h.Write(stamp)
	h.Write([]byte{byte(client.Transport)})
	address := client.Client.Addr().As16()
	h.Write(address[:])
	h.Write(binary.BigEndian.AppendUint16(nil, client.Client.Port()))
	return h.Sum(nil)[:nonceMAC]
}
