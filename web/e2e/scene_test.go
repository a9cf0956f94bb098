package e2e

import (
	"fmt"
	"strings"
	"testing"
)

// scene is one test's server, browser, and the pages open in it.
type scene struct {
	t       *testing.T
	server  *server
	engine  *engine
	browser browser
	pages   []*page
}

// newScene is in Chromium.
func newScene(t *testing.T, server *server) *scene {
	t.Helper()
	return newSceneIn(t, engines[0], server)
}

func newSceneIn(t *testing.T, e *engine, server *server) *scene {
	t.Helper()
	return &scene{t: t, server: server, engine: e, browser: e.shared(t)}
}

// in has the pages to come opened in a browser of the test's own.
func (s *scene) in(w world) *scene {
	s.t.Helper()
	s.browser = s.engine.private(s.t, w)
	return s
}

// with has the pages to come opened in the browser that tests share of another kind.
func (s *scene) with(e *engine) *scene {
	s.t.Helper()
	s.engine, s.browser = e, e.shared(s.t)
	return s
}

// room is the path of a room that no other browser's test has.
func (s *scene) room(name string) string { return "room/" + name + "-" + s.engine.name }

// inEach tells a story in each browser: a test of its own each time.
func inEach(t *testing.T, story func(t *testing.T, s *scene)) {
	t.Helper()
	for _, e := range engines {
		t.Run(e.name, func(t *testing.T) {
			story(t, newSceneIn(t, e, shared))
		})
	}
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
