package e2e

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"

	permissions "github.com/chromedp/cdproto/browser"
	protocol "github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/emulation"
	cdp "github.com/chromedp/cdproto/page"
	"github.com/chromedp/chromedp"
)

// chromiumTab is a tab with a profile of its own.
type chromiumTab struct {
	ctx  context.Context
	shut func()
}

func (c *chromium) open(console io.Writer) (tab, error) {
	ctx, cancel := chromedp.NewContext(c.ctx, chromedp.WithNewBrowserContext())
	if err := chromedp.Do(ctx); err != nil {
		cancel()
		return nil, err
	}
	read := make(chan struct{})
	go func() {
		defer close(read)
		for m, err := range chromedp.Console(ctx) {
			if err != nil {
				return
			}
			fmt.Fprintf(console, "%s (%s)\n", m, m.URL)
		}
	}()
	return &chromiumTab{ctx, func() { cancel(); <-read }}, nil
}

func (t *chromiumTab) close() { t.shut() }

// do runs steps, all of them within the deadline.
func (t *chromiumTab) do(steps ...chromedp.Action[chromedp.Void]) error {
	ctx, cancel := context.WithTimeout(t.ctx, stepDeadline)
	defer cancel()
	return chromedp.Do(ctx, steps...)
}

func (t *chromiumTab) navigate(url string) error { return t.do(chromedp.Navigate(url)) }

func (t *chromiumTab) reload() error { return t.do(chromedp.Reload()) }

func (t *chromiumTab) before(script string) error {
	return t.do(command(cdp.AddScriptToEvaluateOnNewDocument, cdp.AddScriptToEvaluateOnNewDocumentParams{Source: script}))
}

func (t *chromiumTab) evaluate(script string) (json.RawMessage, error) {
	ctx, cancel := context.WithTimeout(t.ctx, stepDeadline)
	defer cancel()
	value, err := chromedp.Run(ctx, chromedp.Evaluate[[]byte](script, chromedp.EvalAwaitPromise))
	if err == nil && value == nil {
		value = []byte("null") // of undefined
	}
	return value, err
}

func (t *chromiumTab) tap(x, y float64) error { return t.do(chromedp.MouseClickXY(x, y)) }

func (t *chromiumTab) press(keys string) error { return t.do(chromedp.KeyEvent(keys)) }

func (t *chromiumTab) resize(width, height int, phone bool) error {
	var options []chromedp.EmulateViewportOption
	if phone {
		options = append(options, chromedp.EmulateMobile)
	}
	return t.do(chromedp.EmulateViewport(int64(width), int64(height), options...))
}

func (t *chromiumTab) screenshot(whole bool) ([]byte, error) {
	ctx, cancel := context.WithTimeout(t.ctx, stepDeadline)
	defer cancel()
	if whole {
		return chromedp.Run(ctx, chromedp.FullScreenshot(100))
	}
	return chromedp.Run(ctx, chromedp.CaptureScreenshot())
}

func (t *chromiumTab) prefer(feature, value string) error {
	return t.do(command(emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{
		Features: []*emulation.MediaFeature{{Name: feature, Value: value}},
	}))
}

func (t *chromiumTab) permit(origin string, yes bool) error {
	ctx, cancel := context.WithTimeout(t.ctx, stepDeadline)
	defer cancel()
	answer := map[bool]permissions.PermissionSetting{true: permissions.PermissionSettingGranted, false: permissions.PermissionSettingDenied}[yes]
	var errs []error
	for _, device := range []string{"camera", "microphone"} {
		_, err := chromedp.CallBrowser(ctx, permissions.SetPermission, permissions.SetPermissionParams{
			Permission:       &permissions.PermissionDescriptor{Name: device},
			Setting:          answer,
			Origin:           origin,
			BrowserContextID: chromedp.FromContext(t.ctx).BrowserContextID,
		})
		errs = append(errs, err)
	}
	return errors.Join(errs...)
}

// do is for what only Chromium can do.
func (p *page) do(steps ...chromedp.Action[chromedp.Void]) {
	p.t.Helper()
	p.must(p.tab.(*chromiumTab).do(steps...))
}

// command is a step that is one command of Chromium's own protocol.
func command[P, R any](c protocol.Command[P, R], params P) chromedp.Action[chromedp.Void] {
	return chromedp.Func(func(ctx context.Context, target *chromedp.Target) error {
		_, err := protocol.Call(ctx, target, c, params)
		return err
	})
}
