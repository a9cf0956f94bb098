package main

import (
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"zerortc/signaling/loadtest"
)

// TestForwards: it does what it is compared for.
func TestForwards(t *testing.T) {
	server := httptest.NewServer(&forwarder{rooms: map[string]map[string]*socket{}})
	defer server.Close()
	figures, err := loadtest.Run(t.Context(), loadtest.Options{
		Targets: []string{"ws" + strings.TrimPrefix(server.URL, "http")}, Dialect: loadtest.Classic,
		Rooms: 10, JoinRate: 200, Rate: 200, Size: 800, Duration: 500 * time.Millisecond,
	})
	if err != nil || figures.Failed() != 0 || figures.Delivered == 0 || figures.Members != 20 {
		t.Errorf("%+v, %v", figures, err)
	}
}
