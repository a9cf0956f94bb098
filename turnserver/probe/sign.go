package probe

import (
	"context"
	"fmt"

	"github.com/pion/stun"
)

// Option changes how Do sends a request.
type Option func(*options)

type options struct {
	signed             bool
	username, password string
}

// Signed makes Do sign with the user of the Config, and take up the server's
// challenge (401) and its new nonce (438) as a client does.
func Signed() Option { return func(o *options) { o.signed = true } }

// SignedAs is Signed for another user.
func SignedAs(username, password string) Option {
	return func(o *options) { *o = options{true, username, password} }
}

// signed runs the exchange of RFC 8489 section 9.2: bare when we have no nonce
// yet, then signed, then once more when the nonce is stale.
func (c *Client) signed(ctx context.Context, m *stun.Message, o options) (*stun.Message, error) {
	if o.username == "" {
		o.username, o.password = c.cfg.Username, c.cfg.Password
	}
	if _, nonce := c.Challenge(); nonce == "" {
		res, err := c.exchange(ctx, m, nil)
		if Code(err) != 401 {
			return res, err
		}
		if err := c.challenged(res); err != nil {
			return res, err
		}
	}
	res, err := c.signedOnce(ctx, m, o)
	if Code(err) != 438 {
		return res, err
	}
	if err := c.challenged(res); err != nil {
		return res, err
	}
	return c.signedOnce(ctx, m, o)
}

func (c *Client) signedOnce(ctx context.Context, m *stun.Message, o options) (*stun.Message, error) {
	signed, key, err := c.sign(m, o.username, o.password)
	if err != nil {
		return nil, err
	}
	return c.exchange(ctx, signed, key)
}

// Sign copies the request under a new transaction id and signs the copy with
// the last challenge, for tests that go on to spoil it. There has to have been a
// challenge.
func (c *Client) Sign(m *stun.Message) (*stun.Message, error) {
	signed, _, err := c.sign(m, c.cfg.Username, c.cfg.Password)
	return signed, err
}

func (c *Client) sign(m *stun.Message, username, password string) (*stun.Message, stun.MessageIntegrity, error) {
	realm, nonce := c.Challenge()
	key := stun.NewLongTermIntegrity(username, realm, password)
	id := stun.NewTransactionID()
	setters := []stun.Setter{stun.NewTransactionIDSetter(id), m.Type}
	for _, a := range m.Attributes {
		if a.Type != stun.AttrFingerprint { // it comes last, anew
			setters = append(setters, moved(a, m.TransactionID, id))
		}
	}
	setters = append(setters, stun.NewUsername(username), stun.NewRealm(realm), stun.NewNonce(nonce), key, stun.Fingerprint)
	signed, err := stun.Build(setters...)
	if err != nil {
		return nil, nil, fmt.Errorf("probe: signing %s: %w", m.Type, err)
	}
	return signed, key, nil
}

// challenged keeps the realm and nonce of a 401 or 438 response, which must
// carry both (RFC 8489 section 9.2.4).
func (c *Client) challenged(res *stun.Message) error {
	realm, haveRealm := res.Attributes.Get(stun.AttrRealm)
	nonce, haveNonce := res.Attributes.Get(stun.AttrNonce)
	if !haveRealm || !haveNonce || len(nonce.Value) == 0 {
		return fmt.Errorf("%w: a challenge without realm and nonce", ErrMalformed)
	}
	if c.cfg.Realm != "" && c.cfg.Realm != string(realm.Value) {
		return fmt.Errorf("%w: %q", ErrRealm, realm.Value)
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	c.realm, c.nonce = string(realm.Value), string(nonce.Value)
	return nil
}
