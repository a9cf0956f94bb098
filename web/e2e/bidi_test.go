//go:build page

package e2e

import (
	"context"
	"encoding/json"
	"fmt"
	"net"
	"sync"

	"github.com/gorilla/websocket"
)

// bidi is a connection of WebDriver BiDi (https://www.w3.org/TR/webdriver-bidi/), which
// Firefox speaks without a driver beside it: commands with an id, answers with the same
// id, and events, as JSON over a WebSocket. One goroutine reads; anybody may call.
type bidi struct {
	socket *websocket.Conn
	ended  context.Context // over when the browser is gone
	end    context.CancelCauseFunc

	mu      sync.Mutex // holds what follows, and writing
	last    int
	waiting map[int]chan<- bidiMessage
	hears   map[string]func(logEntry) // what a tab says, by its browsing context
}

type bidiMessage struct {
	ID      int             `json:"id"`
	Method  string          `json:"method"` // of an event
	Params  json.RawMessage `json:"params"`
	Result  json.RawMessage `json:"result"`
	Error   string          `json:"error"`
	Message string          `json:"message"`
}

// logEntry is a line of a page's console, or an error that nobody caught.
type logEntry struct {
	Type, Level, Text string
	Source            struct{ Context string }
}

// dialBidi is for a browser on a host, as commandOn takes it.
func dialBidi(ctx context.Context, host, url string) (*bidi, error) {
	dialer := websocket.Dialer{NetDialContext: func(ctx context.Context, network, address string) (net.Conn, error) {
		return dialOn(ctx, host, network, address)
	}}
	socket, _, err := dialer.DialContext(ctx, url, nil)
	if err != nil {
		return nil, err
	}
	b := &bidi{socket: socket, waiting: map[int]chan<- bidiMessage{}, hears: map[string]func(logEntry){}}
	b.ended, b.end = context.WithCancelCause(context.Background())
	go b.read()
	return b, nil
}

func (b *bidi) read() {
	for {
		var m bidiMessage
		if err := b.socket.ReadJSON(&m); err != nil {
			b.end(fmt.Errorf("firefox is gone: %w", err))
			return
		}
		b.mu.Lock()
		if m.Method == "log.entryAdded" {
			b.tell(m.Params)
		} else if answer := b.waiting[m.ID]; answer != nil {
			delete(b.waiting, m.ID)
			answer <- m // has room
		}
		b.mu.Unlock()
	}
}

// tell wants the lock.
func (b *bidi) tell(params json.RawMessage) {
	var entry logEntry
	if json.Unmarshal(params, &entry) != nil {
		return
	}
	if hear := b.hears[entry.Source.Context]; hear != nil {
		hear(entry)
	}
}

// listen has what the tab says told to hear, which must not block.
func (b *bidi) listen(tab string, hear func(logEntry)) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.hears[tab] = hear
}

// facts are the parameters of a command.
type facts map[string]any

// call runs a command and decodes its result into result, unless that is nil.
func (b *bidi) call(ctx context.Context, method string, params facts, result any) error {
	answer, err := b.send(method, params)
	if err != nil {
		return fmt.Errorf("%s: %w", method, err)
	}
	select {
	case m := <-answer:
		if m.Error != "" {
			return fmt.Errorf("%s: %s: %s", method, m.Error, m.Message)
		}
		if result == nil {
			return nil
		}
		return json.Unmarshal(m.Result, result)
	case <-ctx.Done():
		return fmt.Errorf("%s: %w", method, context.Cause(ctx))
	case <-b.ended.Done():
		return fmt.Errorf("%s: %w", method, context.Cause(b.ended))
	}
}

func (b *bidi) send(method string, params facts) (<-chan bidiMessage, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.last++
	answer := make(chan bidiMessage, 1)
	b.waiting[b.last] = answer
	return answer, b.socket.WriteJSON(facts{"id": b.last, "method": method, "params": params})
}
