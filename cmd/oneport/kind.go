package oneport

// kind is what a connection speaks.
type kind int

const (
	unknown kind = iota
	secure
	turn
	web
)

// kindOf tells by the first byte.
//
//   - 22 is a TLS handshake record (RFC 8446 section 5.1). As the beginning of a
//     STUN message it would be a method that does not exist.
//   - 0 and 1 begin a STUN request of a known method (RFC 8489 section 5). Other
//     TURN traffic cannot come first: ChannelData wants an allocation, and that
//     belongs to the connection.
//   - An upper-case letter begins an HTTP request: RFC 9110 section 9.1 has
//     methods in other letters too, but nobody has such a method.
func kindOf(first byte) kind {
	switch {
	case first == 22:
		return secure
	case first <= 1:
		return turn
	case 'A' <= first && first <= 'Z':
		return web
	default:
		return unknown
	}
}
