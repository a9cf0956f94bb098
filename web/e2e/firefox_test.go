//go:build page

package e2e

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"time"
)

// firefoxPrefs let everybody use a camera that draws and a microphone that beeps, and
// count loopback as a network. What else a test wants calm, Firefox calms by itself when
// it is driven from outside.
var firefoxPrefs = map[string]string{
	"browser.aboutwelcome.enabled":           "false",
	"browser.startup.homepage":               `"about:blank"`,
	"browser.startup.page":                   "0",
	"media.autoplay.default":                 "0",
	"media.gmp-manager.updateEnabled":        "false",
	"media.navigator.permission.disabled":    "true",
	"media.navigator.streams.fake":           "true",
	"media.peerconnection.ice.loopback":      "true",
	"network.captive-portal-service.enabled": "false",
	"network.connectivity-service.enabled":   "false",
}

// firefox is a running browser.
type firefox struct {
	bidi *bidi
	cmd  *exec.Cmd
	world
	gone chan struct{}
}

// startFirefox runs Firefox with these settings besides its usual ones.
func startFirefox(dir string, w world, prefs map[string]string) (*firefox, error) {
	profile := filepath.Join(dir, "firefox")
	if err := writePrefs(profile, firefoxPrefs, prefs); err != nil {
		return nil, err
	}
	output := &lines{}
	cmd := commandOn(w.host, "firefox-esr", "--headless", "--no-remote", "--profile", profile, "--remote-debugging-port", "0", "--remote-allow-system-access")
	cmd.Env = append(os.Environ(), "HOME="+dir, "MOZ_DISABLE_AUTO_SAFE_MODE=1")
	cmd.Stdout, cmd.Stderr = output, output
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	if err := cmd.Start(); err != nil {
		return nil, fmt.Errorf("%w: apt-get install firefox-esr", err)
	}
	f := &firefox{cmd: cmd, world: w, gone: make(chan struct{})}
	go func() {
		cmd.Wait()
		close(f.gone)
	}()
	if err := f.connect(output); err != nil {
		f.close()
		return nil, fmt.Errorf("starting firefox: %w; it said:\n%s", err, output)
	}
	return f, nil
}

func startFirefoxIn(dir string, w world) (browser, error) {
	prefs := map[string]string{}
	if w.asks {
		prefs["media.navigator.permission.disabled"] = "false"
	}
	if w.noCamera {
		prefs["media.video_loopback_dev"] = `"none of this name"`
	}
	return startFirefox(dir, w, prefs)
}

func writePrefs(profile string, sets ...map[string]string) error {
	if err := os.MkdirAll(profile, 0o700); err != nil {
		return err
	}
	var text strings.Builder
	for _, set := range sets {
		for name, value := range set {
			fmt.Fprintf(&text, "user_pref(%q, %s);\n", name, value)
		}
	}
	return os.WriteFile(filepath.Join(profile, "user.js"), []byte(text.String()), 0o600)
}

// connect waits until Firefox says where it listens.
func (f *firefox) connect(output *lines) error {
	ctx, cancel := context.WithTimeout(context.Background(), stepDeadline)
	defer cancel()
	const says = "WebDriver BiDi listening on "
	for {
		if _, after, found := strings.Cut(output.String(), says); found && strings.Contains(after, "\n") {
			url, _, _ := strings.Cut(after, "\n")
			return f.startSession(ctx, strings.TrimSpace(url))
		}
		select {
		case <-time.After(20 * time.Millisecond):
		case <-f.gone:
			return errors.New("it ended")
		case <-ctx.Done():
			return errors.New("it does not say where it listens")
		}
	}
}

func (f *firefox) startSession(ctx context.Context, url string) (err error) {
	if f.bidi, err = dialBidi(ctx, f.host, url+"/session"); err != nil {
		return err
	}
	return f.bidi.call(ctx, "session.new", facts{"capabilities": facts{"alwaysMatch": facts{"acceptInsecureCerts": f.trusts}}}, nil)
}

// close ends the browser with all its processes.
func (f *firefox) close() {
	syscall.Kill(-f.cmd.Process.Pid, syscall.SIGKILL)
	<-f.gone
}

func (f *firefox) open(console io.Writer) (tab, error) {
	ctx, cancel := context.WithTimeout(context.Background(), stepDeadline)
	defer cancel()
	var person struct{ UserContext string }
	if err := f.bidi.call(ctx, "browser.createUserContext", facts{}, &person); err != nil {
		return nil, err
	}
	var made struct{ Context string }
	// A window rather than a tab: a page behind another shows no pictures.
	err := f.bidi.call(ctx, "browsingContext.create", facts{"type": "window", "userContext": person.UserContext}, &made)
	if err != nil {
		return nil, err
	}
	err = f.bidi.call(ctx, "session.subscribe", facts{"events": []string{"log.entryAdded"}, "contexts": []string{made.Context}}, nil)
	if err != nil {
		return nil, err
	}
	f.bidi.listen(made.Context, func(e logEntry) {
		fmt.Fprintf(console, "%s: %s\n", strings.Replace(e.Level, "warn", "warning", 1), e.Text)
	})
	return &firefoxTab{bidi: f.bidi, id: made.Context, person: person.UserContext}, nil
}
