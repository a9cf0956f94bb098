package e2e

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"time"

	"github.com/chromedp/chromedp"
)

// insecureHost is a name for loopback that browsers do not take for loopback: a
// page from there is what a page from another machine is.
const insecureHost = "lan.test"

// chromium is a running browser.
type chromium struct {
	ctx  context.Context
	shut func()
}

// startChromium runs Chromium with a camera that draws a moving picture and a
// microphone that beeps, unless more options say otherwise.
func startChromium(dir string, more ...chromedp.ExecAllocatorOption) (*chromium, error) {
	path, err := exec.LookPath("chromium")
	if err != nil {
		return nil, fmt.Errorf("%w: apt-get install chromium", err)
	}
	profile := filepath.Join(dir, "profile")
	output := &lines{}
	options := append(chromedp.DefaultExecAllocatorOptions[:],
		chromedp.ExecPath(path),
		chromedp.UserDataDir(profile),
		chromedp.CombinedOutput(output),
		chromedp.DisableGPU,
		chromedp.Flag("disable-quic", true),
		chromedp.Flag("disable-component-update", true),
		chromedp.Flag("use-fake-device-for-media-stream", true),
		chromedp.Flag("use-fake-ui-for-media-stream", true),
		// Without it a machine that has nothing but loopback gathers no candidates.
		chromedp.Flag("allow-loopback-in-peer-connection", true),
		chromedp.Flag("host-resolver-rules", "MAP "+insecureHost+" 127.0.0.1"),
	)
	if os.Geteuid() == 0 {
		options = append(options, chromedp.NoSandbox) // Chromium refuses to sandbox root
	}
	options = append(options, more...)
	allocator, closeAllocator := chromedp.NewExecAllocator(context.Background(), options...)
	ctx, closeContext := chromedp.NewContext(allocator)
	c := &chromium{ctx, func() { closeContext(); closeAllocator() }}
	if err := startWithin(ctx, stepDeadline); err != nil {
		c.close()
		return nil, fmt.Errorf("starting chromium: %w; it said:\n%s", err, output)
	}
	return c, nil
}

func (c *chromium) close() { c.shut() }

func startChromiumIn(dir string, w world) (browser, error) {
	var options []chromedp.ExecAllocatorOption
	if w.asks {
		options = append(options, chromedp.Flag("use-fake-ui-for-media-stream", false))
	}
	if w.noCamera {
		options = append(options, chromedp.Flag("use-fake-device-for-media-stream", "device-count=0"))
	}
	if w.cameras > 0 {
		options = append(options, chromedp.Flag("use-fake-device-for-media-stream", fmt.Sprintf("device-count=%d", w.cameras)))
	}
	if w.trusts {
		options = append(options, chromedp.Flag("ignore-certificate-errors", true))
	}
	if w.host != "" {
		path := filepath.Join(dir, "chromium-there")
		script := fmt.Sprintf("#!/bin/sh\nexec ip netns exec %s chromium \"$@\"\n", w.host)
		if err := os.WriteFile(path, []byte(script), 0o700); err != nil {
			return nil, err
		}
		options = append(options, chromedp.ExecPath(path))
	}
	return startChromium(dir, options...)
}

// startWithin has a deadline without binding the browser's life to it, as a
// context with a timeout would.
func startWithin(ctx context.Context, limit time.Duration) error {
	started := make(chan error, 1)
	go func() { started <- chromedp.Do(ctx) }()
	select {
	case err := <-started:
		return err
	case <-time.After(limit):
		return errors.New("no answer")
	}
}
