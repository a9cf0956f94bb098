package admin

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"syscall"
	"time"
)

// ErrNoServer says that no server answers at the sockets that were tried.
var ErrNoServer = errors.New("no running server was found")

// Client asks a running server.
type Client struct{ http http.Client }

// Dial finds a server that listens on one of the sockets, the first that does.
func Dial(ctx context.Context, paths ...string) (*Client, error) {
	var tried []string
	for _, path := range paths {
		var d net.Dialer
		conn, err := d.DialContext(ctx, "unix", path)
		if err == nil {
			_ = conn.Close()
			return newClient(path), nil
		}
		if errors.Is(err, fs.ErrPermission) {
			return nil, fmt.Errorf("the control socket %s belongs to another user; run this as that user, or as root: %w", path, fs.ErrPermission)
		}
		tried = append(tried, path+": "+plain(err))
	}
	return nil, fmt.Errorf("%w (%s)", ErrNoServer, strings.Join(tried, "; "))
}

// plain says why a socket cannot be opened, without what everybody knows.
func plain(err error) string {
	var number syscall.Errno
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return "is not there"
	case errors.Is(err, syscall.ECONNREFUSED):
		return "nobody listens"
	case errors.As(err, &number):
		return number.Error()
	}
	return err.Error()
}

func newClient(path string) *Client {
	return &Client{http.Client{Transport: &http.Transport{
		DisableKeepAlives: true,
		DialContext: func(ctx context.Context, _, _ string) (net.Conn, error) {
			var d net.Dialer
			return d.DialContext(ctx, "unix", path)
		},
	}}}
}

// Status asks how the server is doing.
func (c *Client) Status(ctx context.Context) (s Status, err error) {
	return s, c.call(ctx, "GET", pathStatus, nil, &s)
}

// Sessions lists the allocations, the oldest first.
func (c *Client) Sessions(ctx context.Context) (all []Session, err error) {
	return all, c.call(ctx, "GET", pathSessions, nil, &all)
}

// Reports lists what pages told of their calls, the newest first.
func (c *Client) Reports(ctx context.Context) (all []Report, err error) {
	return all, c.call(ctx, "GET", pathReports, nil, &all)
}

// Kick ends an allocation.
func (c *Client) Kick(ctx context.Context, id uint64) error {
	return c.call(ctx, "DELETE", pathSessions+"/"+strconv.FormatUint(id, 10), nil, nil)
}

// CloseRoom sends away all who are in a room.
func (c *Client) CloseRoom(ctx context.Context, name string) error {
	return c.call(ctx, "DELETE", pathRooms+"?name="+url.QueryEscape(name), nil, nil)
}

// Drain has the server end when its calls have, or after within at the latest; a
// negative one is that of its settings.
func (c *Client) Drain(ctx context.Context, within time.Duration) (d Draining, err error) {
	query := ""
	if within >= 0 {
		query = "?within=" + within.String()
	}
	return d, c.call(ctx, "POST", pathDrain+query, nil, &d)
}

// SetLevel has the server log from a level up, until it reads its settings again.
func (c *Client) SetLevel(ctx context.Context, level string) error {
	return c.call(ctx, "POST", pathLogLevel+"?level="+url.QueryEscape(level), nil, nil)
}

// Reload has the server read its settings again.
func (c *Client) Reload(ctx context.Context) (r Reloaded, err error) {
	return r, c.call(ctx, "POST", pathReload, nil, &r)
}

// Secrets lists the TURN secrets, the one that signs first.
func (c *Client) Secrets(ctx context.Context) (all []Secret, err error) {
	return all, c.call(ctx, "GET", pathSecrets, nil, &all)
}

// RotateSecret has the server sign with a new TURN secret from now on.
func (c *Client) RotateSecret(ctx context.Context) (all []Secret, err error) {
	return all, c.call(ctx, "POST", pathSecrets, nil, &all)
}

// RetireSecret has the server accept a TURN secret no more.
func (c *Client) RetireSecret(ctx context.Context, id string) (all []Secret, err error) {
	return all, c.call(ctx, "DELETE", pathSecrets+"?id="+url.QueryEscape(id), nil, &all)
}

// Mint asks for credentials like those of the ICE endpoint.
func (c *Client) Mint(ctx context.Context, wish Wish) (made Credentials, err error) {
	return made, c.call(ctx, "POST", pathCredentials, wish, &made)
}

func (c *Client) call(ctx context.Context, method, path string, body, into any) error {
	var sent io.Reader
	if body != nil {
		encoded, err := json.Marshal(body)
		if err != nil {
			return fmt.Errorf("asking the server: %w", err)
		}
		sent = bytes.NewReader(encoded)
	}
	request, err := http.NewRequestWithContext(ctx, method, "http://zerortc"+path, sent)
	if err != nil {
		return fmt.Errorf("asking the server: %w", err)
	}
	response, err := c.http.Do(request)
	if err != nil {
		return fmt.Errorf("asking the server: %w", err)
	}
	defer response.Body.Close()
	if response.StatusCode != http.StatusOK {
		return refusal(response)
	}
	if into == nil {
		return nil
	}
	if err := json.NewDecoder(response.Body).Decode(into); err != nil {
		return fmt.Errorf("reading the server's answer: %w", err)
	}
	return nil
}

// refusal is why the server did not do what it was asked for, in its words.
func refusal(response *http.Response) error {
	var why failure
	if json.NewDecoder(response.Body).Decode(&why) != nil || why.Error == "" {
		return fmt.Errorf("the server answers %s; it may be of another version", response.Status)
	}
	return errors.New(why.Error)
}
