package gate

import (
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"time"
)

const (
	nonceLife = 10 * time.Minute
	nonceTime = 4  // seconds since 1970, as many bits as fit
	nonceMAC  = 12 // of the time and the client
	nonceSize = nonceTime + nonceMAC
)

// nonces makes and checks nonces without keeping any: a nonce is the time it
// was made at and a MAC over that and the client's transport, address and port
// (RFC 8489 section 9.2.5). One taken from another client is stale.
type nonces struct{ key []byte }

func newNonces() (nonces, error) {
	key := make([]byte, sha256.Size)
	_, err := rand.Read(key)
	return nonces{key}, err
}

// make returns a nonce in hexadecimal, which cannot be mistaken for the cookie
// that RFC 8489 section 9.2 lets nonces begin with.
func (n nonces) make(to Tuple, now time.Time) string {
	stamp := binary.BigEndian.AppendUint32(make([]byte, 0, nonceSize), uint32(now.Unix()))
	return hex.EncodeToString(append(stamp, n.mac(stamp, to)...))
}

// valid tells whether the nonce was made for this client and is not stale.
func (n nonces) valid(nonce string, from Tuple, now time.Time) bool {
	b, err := hex.DecodeString(nonce)
	if err != nil || len(b) != nonceSize {
		return false
	}
	if !hmac.Equal(b[nonceTime:], n.mac(b[:nonceTime], from)) {
		return false
	}
	// The subtraction is right across the wrap of 32 bits in 2106, and a clock
	// that was set back makes a nonce stale.
	age := uint32(now.Unix()) - binary.BigEndian.Uint32(b)
	return time.Duration(age)*time.Second <= nonceLife
}

func (n nonces) mac(stamp []byte, client Tuple) []byte {
	h := hmac.New(sha256.New, n.key)
	h.Write(stamp)
	h.Write([]byte{byte(client.Transport)})
	address := client.Client.Addr().As16()
	h.Write(address[:])
	h.Write(binary.BigEndian.AppendUint16(nil, client.Client.Port()))
	return h.Sum(nil)[:nonceMAC]
}
