package admin

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"time"
)

// SocketFile is the name of the socket in its folder.
const SocketFile = "zerortc.sock"

// Folder is where a server has its socket: the run time folder that systemd made
// for it, else its state folder.
func Folder(getenv func(string) string, state string) string {
	// systemd.exec(5): several directories are separated by colons.
	if first, _, _ := strings.Cut(getenv("RUNTIME_DIRECTORY"), ":"); first != "" {
		return first
	}
	return state
}

// Why there is no socket.
var (
	ErrNoFolder = errors.New("there is no folder for the control socket")
	ErrInUse    = errors.New("another server has the control socket")
	ErrTooLong  = errors.New("the path of the control socket is longer than the system allows")
	errNoSocket = errors.New("is there and is no socket")
)

// Server serves the control socket.
type Server struct {
	listener net.Listener
	path     string
	made     fs.FileInfo
	log      *slog.Logger
}

// Listen makes the socket in folder, which is made if it is missing. What a server
// left behind that has died is replaced; a socket that somebody listens on is
// ErrInUse.
func Listen(folder string, log *slog.Logger) (*Server, error) {
	if folder == "" {
		return nil, ErrNoFolder
	}
	s := &Server{path: filepath.Join(folder, SocketFile), log: log}
	if err := s.listen(folder); err != nil {
		return nil, fmt.Errorf("listening on %s: %w", s.path, err)
	}
	return s, nil
}

// listen makes the socket in a folder of its own that nobody else can enter, and
// moves it to its place when its mode is right: at no moment can another user open
// it. The lock keeps two servers from taking the place of the same dead one.
func (s *Server) listen(folder string) error {
	if err := os.MkdirAll(folder, 0o700); err != nil {
		return err
	}
	unlock, err := lock(folder)
	if err != nil {
		return err
	}
	defer unlock()
	if err := free(s.path); err != nil {
		return err
	}
	closed, err := os.MkdirTemp(folder, ".s") // mode 0700
	if err != nil {
		return err
	}
	defer os.RemoveAll(closed)
	draft := filepath.Join(closed, "s")
	listener, err := net.ListenUnix("unix", &net.UnixAddr{Name: draft, Net: "unix"})
	if errors.Is(err, syscall.EINVAL) {
		return ErrTooLong
	}
	if err != nil {
		return err
	}
	listener.SetUnlinkOnClose(false) // it moves
	if err = os.Chmod(draft, 0o600); err == nil {
		err = os.Rename(draft, s.path)
	}
	if err == nil {
		s.made, err = os.Lstat(s.path)
	}
	if err != nil {
		_ = listener.Close()
		return err
	}
	s.listener = guarded{listener, s.log}
	return nil
}

// free tells whether the place may be taken. Nothing but a socket is ever replaced.
func free(path string) error {
	info, err := os.Lstat(path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil
	case err != nil:
		return err
	case info.Mode()&fs.ModeSocket == 0:
		return errNoSocket
	}
	conn, err := net.DialTimeout("unix", path, time.Second)
	if err == nil {
		_ = conn.Close()
	}
	if err == nil || !errors.Is(err, syscall.ECONNREFUSED) {
		return ErrInUse
	}
	return nil
}

// Close gives the socket up, where Serve is not called.
func (s *Server) Close() {
	_ = s.listener.Close()
	if now, err := os.Lstat(s.path); err == nil && os.SameFile(now, s.made) {
		_ = os.Remove(s.path)
	}
}

const (
	headersWithin = 5 * time.Second
	endsWithin    = time.Second
)

// Serve serves the routes until ctx ends. It has no limit on how long an answer
// takes: a profile takes half a minute.
func (s *Server) Serve(ctx context.Context, routes http.Handler) error {
	server := &http.Server{
		Handler: routes, ReadHeaderTimeout: headersWithin, ConnContext: noteCaller,
		ErrorLog: slog.NewLogLogger(s.log.Handler(), slog.LevelWarn),
	}
	ended := make(chan error, 1)
	go func() { ended <- server.Serve(s.listener) }()
	defer s.Close()
	select {
	case err := <-ended:
		return fmt.Errorf("serving the control socket: %w", err)
	case <-ctx.Done():
	}
	late, cancel := context.WithTimeout(context.Background(), endsWithin)
	defer cancel()
	if server.Shutdown(late) != nil {
		_ = server.Close()
	}
	<-ended
	return nil
}
