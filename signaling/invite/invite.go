// Package invite makes and checks invites: texts that let whoever holds one into
// one room for a while. They travel in links, so that an operator can send them.
//
// An invite is a JSON Web Token (RFC 7519) signed with HMAC-SHA256 (RFC 7518
// section 3.2) under a secret of the server's. Sign makes one, Check is its other
// half; both are pure functions of the secrets, what they are given, and the clock.
// Any program that has the secret can make invites: Claims is what has to be in
// them.
//
// A Book never changes once made and holds no lock.
package invite

import (
	"crypto/rand"
	"errors"
	"time"

	"github.com/golang-jwt/jwt/v5"

	"zerortc/config"
)

// What stands in each invite, so that no token made for something else under the
// same secret passes for one (RFC 8725 section 3.12).
const (
	Issuer   = "zerortc"
	Audience = "zerortc-room"
)

// Leeway is how far the clocks of two machines may be apart.
const Leeway = 30 * time.Second

// maxToken is more than an invite with the longest names takes. Nothing longer is
// decoded.
const maxToken = 4096

// Why an invite does not let somebody in. Only ErrInvalid is ever said of one that this
// server, or who shares its secret, did not sign.
var (
	ErrMissing     = errors.New("an invite is needed")
	ErrInvalid     = errors.New("this is no invite of this server")
	ErrNotYet      = errors.New("the invite does not hold yet")
	ErrExpired     = errors.New("the invite has ended")
	ErrOtherRoom   = errors.New("the invite is for another room")
	ErrOtherPerson = errors.New("the invite is for somebody else")
)

// Claims is what an invite says. Of the registered claims (RFC 7519 section 4.1)
// iss, aud, nbf and exp must be there; jti tells two invites apart.
type Claims struct {
	jwt.RegisteredClaims
	Room string `json:"room"`          // the roomId it opens, a string
	UID  string `json:"uid,omitempty"` // the only uid it lets in; empty: any
}

// Invite is what an invite is made of.
type Invite struct {
	Room  string
	UID   string // empty: for whoever has it
	From  time.Time
	Until time.Time
}

// Book is the secrets that sign invites.
type Book struct {
	first []byte
	keys  jwt.VerificationKeySet
}

// New makes a book; the first secret signs, all are accepted. An empty secret opens
// nothing. Without secrets nothing is accepted, and Sign must not be called.
func New(secrets []config.Secret) *Book {
	b := &Book{}
	for _, s := range secrets {
		if s.Reveal() != "" {
			b.keys.Keys = append(b.keys.Keys, []byte(s.Reveal()))
		}
	}
	if len(b.keys.Keys) > 0 {
		b.first = b.keys.Keys[0].([]byte)
	}
	return b
}

// Sign makes the text of an invite.
func (b *Book) Sign(i Invite) (string, error) {
	return jwt.NewWithClaims(jwt.SigningMethodHS256, Claims{
		RegisteredClaims: jwt.RegisteredClaims{
			Issuer:    Issuer,
			Audience:  jwt.ClaimStrings{Audience},
			NotBefore: jwt.NewNumericDate(i.From),
			ExpiresAt: jwt.NewNumericDate(i.Until),
			ID:        rand.Text(),
		},
		Room: i.Room,
		UID:  i.UID,
	}).SignedString(b.first)
}

// Check tells why a token does not let uid into room now; nil: it does.
func (b *Book) Check(token, room, uid string, now time.Time) error {
	switch {
	case token == "":
		return ErrMissing
	case len(token) > maxToken || len(b.keys.Keys) == 0:
		return ErrInvalid
	}
	claims, err := b.read(token, now)
	switch {
	case errors.Is(err, jwt.ErrTokenExpired):
		return ErrExpired
	case errors.Is(err, jwt.ErrTokenNotValidYet):
		return ErrNotYet
	case err != nil:
		return ErrInvalid
	case claims.Room != room || room == "":
		return ErrOtherRoom
	case claims.UID != "" && claims.UID != uid:
		return ErrOtherPerson
	}
	return nil
}

// read verifies a token. The signature comes before all else that could be told of
// it, and the one method there is comes before the signature: neither "none" nor a
// public key taken for a secret gets through (RFC 8725 section 3.1). No critical
// extension is known here, so none is accepted (RFC 7515 section 4.1.11).
func (b *Book) read(token string, now time.Time) (Claims, error) {
	parser := jwt.NewParser(
		jwt.WithValidMethods([]string{jwt.SigningMethodHS256.Alg()}),
		jwt.WithIssuer(Issuer), jwt.WithAudience(Audience),
		jwt.WithExpirationRequired(), jwt.WithNotBeforeRequired(),
		jwt.WithLeeway(Leeway), jwt.WithTimeFunc(func() time.Time { return now }),
		jwt.WithStrictDecoding(),
	)
	var claims Claims
	_, err := parser.ParseWithClaims(token, &claims, func(t *jwt.Token) (any, error) {
		if _, critical := t.Header["crit"]; critical {
			return nil, ErrInvalid
		}
		return b.keys, nil
	})
	return claims, err
}
