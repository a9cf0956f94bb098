package e2e

import (
	"bytes"
	"sync"
)

// lines collects text from several goroutines, for failure messages.
type lines struct {
	mu   sync.Mutex
	text bytes.Buffer
}

func (l *lines) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.Write(p)
}

// String is the last 8 KiB: what came before a failure tells most.
func (l *lines) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	text := l.text.Bytes()
	return string(text[max(0, len(text)-8<<10):])
}
