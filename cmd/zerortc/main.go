// Command zerortc is the whole server in one process: the page, the signaling
// socket, the ICE list and the STUN/TURN relay.
//
// main.go and app.go are the command line, serve.go puts the parts together,
// together.go runs and ends them, banner.go says where they are.
package main

import (
	"context"
	"io"
	"os"
	"os/signal"
	"syscall"
)

// process is what the system gives a process.
type process struct {
	args, environ  []string
	stdout, stderr io.Writer
}

func main() {
	ctx, release := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	context.AfterFunc(ctx, release) // the first signal ends the work, a second one the process
	os.Exit(run(ctx, process{os.Args, os.Environ(), os.Stdout, os.Stderr}))
}

// run does what the arguments ask for and gives the exit code.
func run(ctx context.Context, p process) int {
	app := newApp(p)
	err := app.RunContext(ctx, argumentBehind(app.Commands, withCommand(p.args)))
	report(p.stderr, err)
	return exitCode(err)
}
