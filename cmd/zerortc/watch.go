package main

import (
	"context"
	"log/slog"
	"time"

	"zerortc/cmd/health"
	"zerortc/cmd/selftest"
	"zerortc/config"
	"zerortc/signaling"
	"zerortc/turnserver"
	"zerortc/turnserver/auth"
	"zerortc/web/certs"
)

// newSelfTest makes the client that this process is of its own TURN server.
func newSelfTest(cfg config.TURN, turn *turnserver.Server, book *auth.Book, log *slog.Logger) *selftest.Runner {
	tests := selftest.New(selftest.Options{Listeners: turn.Addrs(), Realm: cfg.Realm, Mint: book.Mint}, log.With("part", "selftest"))
	turn.Hush(tests.Owns)
	return tests
}

// newHealth joins what tells whether the process lives and is ready.
func newHealth(rooms *signaling.Server, turn *turnserver.Server, tests *selftest.Runner, certificates certs.Source) *health.Health {
	return health.New(
		health.Source{
			SelfTest:    func(now time.Time) health.SelfTestState { return selfTestState(tests.Last(), now) },
			Certificate: func(now time.Time) bool { return allHold(certs.Validities(certificates), now) },
		},
		health.Check{Name: "signaling", Run: rooms.Alive},
		health.Check{Name: "turn", Run: func(ctx context.Context) error { return selftest.Answers(ctx, turn.Addrs()) }},
	)
}

func selfTestState(last selftest.Result, now time.Time) health.SelfTestState {
	switch {
	case last.At.IsZero():
		return health.Untested
	case last.Good(now):
		return health.Passed
	default:
		return health.Failed
	}
}

func allHold(certificates []certs.Validity, now time.Time) bool {
	for _, c := range certificates {
		if !c.Holds(now) {
			return false
		}
	}
	return true
}
