package admin

import (
	"context"
	"log/slog"
	"net"
	"net/http"
	"os"
)

// guarded lets in the user the server runs as, and root. The mode of the socket says
// the same; this holds where the mode does not, as on a file system without any.
type guarded struct {
	*net.UnixListener
	log *slog.Logger
}

// Accept implements net.Listener.
func (g guarded) Accept() (net.Conn, error) {
	for {
		conn, err := g.AcceptUnix()
		if err != nil {
			return nil, err
		}
		if uid, known := userOf(conn); !known || uid == 0 || uid == os.Geteuid() {
			return conn, nil
		} else {
			g.log.Warn("control socket refused to another user", "uid", uid)
		}
		_ = conn.Close()
	}
}

type caller struct{}

// noteCaller keeps who is at the other end.
func noteCaller(ctx context.Context, conn net.Conn) context.Context {
	if unix, ok := conn.(*net.UnixConn); ok {
		if uid, known := userOf(unix); known {
			return context.WithValue(ctx, caller{}, uid)
		}
	}
	return ctx
}

// callerOf is the user who asks; -1 if the system does not tell.
func callerOf(r *http.Request) int {
	if uid, known := r.Context().Value(caller{}).(int); known {
		return uid
	}
	return -1
}
