package e2e

import (
	"context"
	"fmt"
	"strings"
	"testing"
)

// scene is one test's server, browser, and the pages open in it.
type scene struct {
	t       *testing.T
	server  *server
	browser context.Context
	pages   []*page
}

func newScene(t *testing.T, server *server) *scene {
	return &scene{t: t, server: server, browser: browser}
}

// call brings two people into the room that query names and waits until both see
// each other move.
func (s *scene) call(query string) (anna, ben *page) {
	s.t.Helper()
	anna = s.openExample("anna", query)
	anna.waitState("Waiting for the other side")
	ben = s.openExample("ben", query)
	mustBeInACall(anna, ben)
	return anna, ben
}

func mustBeInACall(pages ...*page) {
	for _, p := range pages {
		p.t.Helper()
		p.waitState("You are in a call.")
		p.mustSeeMovingVideo()
	}
}

// everythingSaid is for failure messages; it takes a picture of each page too.
func (s *scene) everythingSaid() string {
	var said strings.Builder
	for _, p := range s.pages {
		p.photograph()
		fmt.Fprintf(&said, "page %s says: %s\nits console:\n%s\n", p.name, p.state(), p.console)
	}
	fmt.Fprintf(&said, "the server's log:\n%s", s.server.log)
	return said.String()
}
