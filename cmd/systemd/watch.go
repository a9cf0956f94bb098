package systemd

import (
	"context"
	"fmt"
	"log/slog"
	"time"
)

// Program is what the manager wants to know of us.
type Program struct {
	// Answers tells whether clients are answered, asking as they do. It is called
	// once, before Ready.
	Answers func(context.Context) error
	// Alive tells whether the work goes on. It must end with its context.
	Alive func(context.Context) error
	// Status is a line for people.
	Status func() string
}

const (
	answerWithin = 20 * time.Second
	statusEvery  = 5 * time.Second
)

// Serve tells the manager that we are ready once we are, then feeds its watchdog
// as long as we are alive and keeps the status fresh, until the context ends. A
// program that clients get no answer from is an error: there is no use in it.
func (m *Manager) Serve(ctx context.Context, p Program, log *slog.Logger) error {
	if !m.Listens() {
		<-ctx.Done()
		return nil
	}
	if err := within(ctx, answerWithin, p.Answers); err != nil {
		if ctx.Err() != nil {
			return nil
		}
		return fmt.Errorf("listening, but not answering: %w", err)
	}
	told := func(err error) {
		if err != nil {
			log.Warn("service manager", "err", err)
		}
	}
	told(m.Ready(p.Status()))

	status := time.NewTicker(statusEvery)
	defer status.Stop()
	var feed <-chan time.Time
	if m.watchdog > 0 { // often enough for one failure to be made good in time
		ticker := time.NewTicker(max(m.watchdog/3, time.Millisecond))
		defer ticker.Stop()
		feed = ticker.C
	}
	for {
		select {
		case <-ctx.Done():
			told(m.Stopping(0, "stopping"))
			return nil
		case <-status.C:
			told(m.Status(p.Status()))
		case <-feed:
			if err := within(ctx, m.watchdog/4, p.Alive); err == nil {
				told(m.send("WATCHDOG=1"))
			} else if ctx.Err() == nil {
				log.Error("not alive; the watchdog is not fed", "err", err)
			}
		}
	}
}

func within(ctx context.Context, patience time.Duration, ask func(context.Context) error) error {
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	return ask(ctx)
}
