package gate

import (
	"encoding/binary"
	"time"

	"github.com/pion/stun"
)

// RFC 8656 section 3.2 and 7.2: ten minutes unless asked for more, an hour at
// the most. A shorter wish is raised, so that no client can make us open and
// close sockets without end.
const (
	defaultLifetime = 10 * time.Minute
	maxLifetime     = time.Hour
)

// lifetime is the lifetime to grant.
func (r *request) lifetime() (time.Duration, error) {
	value, ok, err := r.value(stun.AttrLifetime, 4)
	if err != nil || !ok {
		return defaultLifetime, err
	}
	asked := time.Duration(binary.BigEndian.Uint32(value)) * time.Second
	return max(defaultLifetime, min(asked, maxLifetime)), nil
}

// asksForEnd tells a LIFETIME of zero, which ends an allocation when refreshed.
func (r *request) asksForEnd() bool {
	value, ok, err := r.value(stun.AttrLifetime, 4)
	return err == nil && ok && binary.BigEndian.Uint32(value) == 0
}

type lifetimeAttribute time.Duration

// AddTo implements stun.Setter.
func (l lifetimeAttribute) AddTo(m *stun.Message) error {
	m.Add(stun.AttrLifetime, binary.BigEndian.AppendUint32(nil, uint32(time.Duration(l)/time.Second)))
	return nil
}
