package main

import (
	"bufio"
	"fmt"
	"io"
	"os"
	"os/exec"
	"regexp"
	"time"
)

// server is a program under test.
type server struct {
	cmd    *exec.Cmd
	url    string
	folder string // of its state
}

// start runs a program on a free port and waits until it says where.
func (b bench) start(bare bool) (*server, error) {
	folder, err := os.MkdirTemp("", "compare")
	if err != nil {
		return nil, err
	}
	s := &server{folder: folder, cmd: exec.Command(b.bare)}
	if !bare {
		s.cmd = exec.Command(b.zerortc, "serve", "--http-listen", "127.0.0.1:0", "--turn-listen", "127.0.0.1:0", "--state-dir", folder)
	}
	out, err := s.cmd.StdoutPipe()
	s.cmd.Stderr = s.cmd.Stdout // the banner is on the one or, if nobody watches, on the other
	if err == nil {
		err = s.cmd.Start()
	}
	if err != nil {
		os.RemoveAll(folder)
		return nil, err
	}
	found := make(chan string, 1)
	go func() {
		defer close(found)
		for lines := bufio.NewScanner(out); lines.Scan(); {
			if url := urlIn(lines.Text()); url != "" {
				found <- url
				break
			}
		}
		_, _ = io.Copy(io.Discard, out)
	}()
	select {
	case s.url = <-found:
	case <-time.After(10 * time.Second):
	}
	if s.url == "" {
		s.stop()
		return nil, fmt.Errorf("%s does not say where it is", s.cmd.Path)
	}
	return s, nil
}

var wsURL = regexp.MustCompile(`ws://\S+`)

// urlIn is the URL of the signaling socket, without TLS, if the line has it.
func urlIn(line string) string { return wsURL.FindString(line) }

func (s *server) pid() int { return s.cmd.Process.Pid }

func (s *server) stop() {
	_ = s.cmd.Process.Kill() // nothing to be saved
	_ = s.cmd.Wait()
	_ = os.RemoveAll(s.folder)
}
