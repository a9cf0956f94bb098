package probe

import (
	"errors"
	"fmt"

	"github.com/pion/stun"
)

// Error is an error response of the server.
type Error struct {
	Method stun.Method
	Code   int
	Reason string
}

// Error implements error. The reason phrase comes from the network and is quoted.
func (e Error) Error() string {
	return fmt.Sprintf("probe: %s refused: %d %q", e.Method, e.Code, e.Reason)
}

// Code is the STUN error code in err, or zero when the server did not refuse.
func Code(err error) int {
	var e Error
	if errors.As(err, &e) {
		return e.Code
	}
	return 0
}

// What a call can end with besides Error, a context's error and the errors of
// the connection.
var (
	ErrTimeout   = errors.New("probe: no answer")
	ErrMalformed = errors.New("probe: malformed message from the server")
	ErrIntegrity = errors.New("probe: the server's signature")
	ErrRealm     = errors.New("probe: the server has another realm")
)
