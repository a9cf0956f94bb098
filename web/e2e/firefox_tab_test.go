//go:build page

package e2e

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"unicode"
)

// firefoxTab is a window of Firefox and the person whose cookies it has.
type firefoxTab struct {
	bidi       *bidi
	id, person string
}

// call is a command that is about this tab.
func (t *firefoxTab) call(method string, params facts, result any) error {
	ctx, cancel := context.WithTimeout(context.Background(), stepDeadline)
	defer cancel()
	return t.bidi.call(ctx, method, params, result)
}

func (t *firefoxTab) navigate(url string) error {
	return t.call("browsingContext.navigate", facts{"context": t.id, "url": url, "wait": "complete"}, nil)
}

func (t *firefoxTab) reload() error {
	return t.call("browsingContext.reload", facts{"context": t.id, "wait": "complete"}, nil)
}

func (t *firefoxTab) before(script string) error {
	return t.call("script.addPreloadScript", facts{
		"functionDeclaration": "() => {" + script + "\n}",
		"contexts":            []string{t.id},
	}, nil)
}

func (t *firefoxTab) evaluate(script string) (json.RawMessage, error) {
	var made struct {
		Type             string
		Result           json.RawMessage
		ExceptionDetails struct{ Text string }
	}
	err := t.call("script.evaluate", facts{
		"target":         facts{"context": t.id},
		"expression":     script,
		"awaitPromise":   true,
		"userActivation": false,
	}, &made)
	if err != nil {
		return nil, err
	}
	if made.Type == "exception" {
		return nil, errors.New(made.ExceptionDetails.Text)
	}
	return plain(made.Result)
}

func (t *firefoxTab) tap(x, y float64) error {
	return t.act("pointer", "mouse",
		facts{"type": "pointerMove", "x": int(x), "y": int(y)},
		facts{"type": "pointerDown", "button": 0},
		facts{"type": "pointerUp", "button": 0})
}

// webdriverKeys are what WebDriver calls the keys that have no letter (WebDriver 17.4.2).
var webdriverKeys = strings.NewReplacer(keyTab, "\ue004", keyEnter, "\ue007", keyEscape, "\ue00c", keyBackspace, "\ue003")

func (t *firefoxTab) press(keys string) error {
	var actions []facts
	for _, key := range webdriverKeys.Replace(keys) {
		strokes := []facts{{"type": "keyDown", "value": string(key)}, {"type": "keyUp", "value": string(key)}}
		if unicode.IsUpper(key) {
			const shift = "\ue008"
			strokes = []facts{{"type": "keyDown", "value": shift}, strokes[0], strokes[1], {"type": "keyUp", "value": shift}}
		}
		actions = append(actions, strokes...)
	}
	return t.act("key", "keyboard", actions...)
}

func (t *firefoxTab) act(kind, id string, actions ...facts) error {
	return t.call("input.performActions", facts{
		"context": t.id,
		"actions": []facts{{"type": kind, "id": id, "actions": actions}},
	}, nil)
}

// resize makes no phone: Firefox has no such thing here but the size.
func (t *firefoxTab) resize(width, height int, _ bool) error {
	return t.call("browsingContext.setViewport", facts{"context": t.id, "viewport": facts{"width": width, "height": height}}, nil)
}

func (t *firefoxTab) screenshot(whole bool) ([]byte, error) {
	origin := "viewport"
	if whole {
		origin = "document"
	}
	var made struct{ Data []byte }
	err := t.call("browsingContext.captureScreenshot", facts{"context": t.id, "origin": origin}, &made)
	return made.Data, err
}

// overrides are the attributes of Firefox's own BrowsingContext that answer media queries.
var overrides = map[string]string{
	"prefers-color-scheme":   "prefersColorSchemeOverride",
	"prefers-reduced-motion": "prefersReducedMotionOverride",
}

func (t *firefoxTab) prefer(feature, value string) error {
	return t.inside(fmt.Sprintf(`if (!(%[1]q in tab)) throw new Error('firefox cannot override this');
		tab[%[1]q] = %[2]q;`, overrides[feature], value))
}

func (t *firefoxTab) permit(origin string, yes bool) error {
	return t.inside(fmt.Sprintf(`const { userContextId } = tab.originAttributes;
		const page = Services.scriptSecurityManager.createContentPrincipal(Services.io.newURI(%q), { userContextId });
		for (const device of ['camera', 'microphone']) {
			Services.perms.addFromPrincipal(page, device, %t ? Services.perms.ALLOW_ACTION : Services.perms.DENY_ACTION);
		}`, origin, yes))
}

// inside runs a script in Firefox itself, to which this tab is known as tab: for what
// BiDi has no command.
func (t *firefoxTab) inside(script string) error {
	var tree struct{ Contexts []struct{ Context string } }
	if err := t.call("browsingContext.getTree", facts{"moz:scope": "chrome", "maxDepth": 0}, &tree); err != nil {
		return err
	}
	firefox := &firefoxTab{bidi: t.bidi, id: tree.Contexts[0].Context}
	_, err := firefox.evaluate(fmt.Sprintf(`{
		const { NavigableManager } = ChromeUtils.importESModule('chrome://remote/content/shared/NavigableManager.sys.mjs');
		const tab = NavigableManager.getBrowsingContextById(%q).top;
		%s
		null
	}`, t.id, script))
	return err
}

func (t *firefoxTab) close() {
	t.call("browsingContext.close", facts{"context": t.id}, nil)
	t.call("browser.removeUserContext", facts{"userContext": t.person}, nil)
}
