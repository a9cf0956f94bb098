package admin

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"strconv"
	"time"
)

// Process is what the routes lead to. Its methods are called by several requests at
// a time.
type Process interface {
	Status(ctx context.Context) Status
	Sessions() []Session
	Reports() []Report
	Kick(id uint64) bool
	CloseRoom(name string) bool
	// Drain begins to end the process and tells what that waits for; a negative
	// within is the time of the settings.
	Drain(within time.Duration) Draining
	SetLevel(slog.Level)
	Reload() (Reloaded, error)
	Secrets() ([]Secret, error)
	RotateSecret() ([]Secret, error)
	RetireSecret(id string) ([]Secret, error)
	Mint(Wish) (Credentials, error)
}

// ErrNothingThere says that there is no such thing as was asked for.
var ErrNothingThere = errors.New("not there")

// The paths, which clients on this machine may use as well: curl --unix-socket.
const (
	pathStatus      = "/v1/status"
	pathSessions    = "/v1/sessions"
	pathReports     = "/v1/reports"
	pathRooms       = "/v1/rooms"
	pathDrain       = "/v1/drain"
	pathLogLevel    = "/v1/loglevel"
	pathReload      = "/v1/reload"
	pathSecrets     = "/v1/secrets"
	pathCredentials = "/v1/credentials"
)

// Routes serves what the process can do.
func Routes(p Process, log *slog.Logger) *http.ServeMux {
	mux := http.NewServeMux()
	ask := func(pattern string, f func(*http.Request) (any, error)) { mux.Handle(pattern, answer(f)) }
	tell := func(pattern string, f func(*http.Request) (any, error)) { mux.Handle(pattern, logged(log, answer(f))) }

	ask("GET "+pathStatus, func(r *http.Request) (any, error) { return p.Status(r.Context()), nil })
	ask("GET "+pathSessions, func(*http.Request) (any, error) { return append([]Session{}, p.Sessions()...), nil })
	ask("GET "+pathReports, func(*http.Request) (any, error) { return append([]Report{}, p.Reports()...), nil })
	ask("GET "+pathSecrets, func(*http.Request) (any, error) { return p.Secrets() })
	tell("DELETE "+pathSessions+"/{id}", func(r *http.Request) (any, error) { return kick(p, r.PathValue("id")) })
	tell("DELETE "+pathRooms, func(r *http.Request) (any, error) { return closeRoom(p, r.FormValue("name")) })
	tell("POST "+pathDrain, func(r *http.Request) (any, error) { return drain(p, r.FormValue("within")) })
	tell("POST "+pathLogLevel, func(r *http.Request) (any, error) { return setLevel(p, r.FormValue("level")) })
	tell("POST "+pathReload, func(*http.Request) (any, error) { return p.Reload() })
	tell("POST "+pathSecrets, func(*http.Request) (any, error) { return p.RotateSecret() })
	tell("DELETE "+pathSecrets, func(r *http.Request) (any, error) { return p.RetireSecret(r.FormValue("id")) })
	tell("POST "+pathCredentials, func(r *http.Request) (any, error) {
		var wish Wish
		if err := json.NewDecoder(r.Body).Decode(&wish); err != nil {
			return nil, fmt.Errorf("reading the wish: %w", err)
		}
		return p.Mint(wish)
	})
	return mux
}

func kick(p Process, text string) (any, error) {
	id, err := strconv.ParseUint(text, 10, 64)
	if err != nil || !p.Kick(id) {
		return nil, fmt.Errorf("session %q is %w", text, ErrNothingThere)
	}
	return struct{}{}, nil
}

func closeRoom(p Process, name string) (any, error) {
	if !p.CloseRoom(name) {
		return nil, fmt.Errorf("a room of that name is %w", ErrNothingThere)
	}
	return struct{}{}, nil
}

func drain(p Process, text string) (any, error) {
	within := time.Duration(-1)
	if text != "" {
		var err error
		if within, err = time.ParseDuration(text); err != nil || within < 0 {
			return nil, fmt.Errorf("%q is not a time; write it as 60s", text)
		}
	}
	return p.Drain(within), nil
}

func setLevel(p Process, text string) (any, error) {
	var level slog.Level
	if err := level.UnmarshalText([]byte(text)); err != nil {
		return nil, fmt.Errorf("%q is not a level; write debug, info, warn or error", text)
	}
	p.SetLevel(level)
	return struct{}{}, nil
}

// failure is how an error goes over the wire.
type failure struct {
	Error string `json:"error"`
}

// answer serves f as JSON. An error is 404 for what is not there, else 422: it is
// always about what was asked.
func answer(f func(*http.Request) (any, error)) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		r.Body = http.MaxBytesReader(w, r.Body, maxBody)
		value, err := f(r)
		status := http.StatusOK
		switch {
		case errors.Is(err, ErrNothingThere):
			status = http.StatusNotFound
		case err != nil:
			status = http.StatusUnprocessableEntity
		}
		if err != nil {
			value = failure{err.Error()}
		}
		w.Header().Set("Content-Type", "application/json")
		w.WriteHeader(status)
		_ = json.NewEncoder(w).Encode(value) // an error here is the caller gone
	})
}

const maxBody = 64 << 10

// logged notes who asked for a change, before it is made: the last one may be the
// end. What a room is called is not for the log: it is in the query, which is not told.
func logged(log *slog.Logger, next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		log.Info("told by the control socket", "what", r.Pattern, "uid", callerOf(r))
		next.ServeHTTP(w, r)
	})
}
