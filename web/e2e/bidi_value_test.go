//go:build page

package e2e

import (
	"encoding/json"
	"fmt"
	"testing"
)

// plain makes JSON of what a script returned, which BiDi writes with the types of
// JavaScript: {"type":"array","value":[{"type":"number","value":7}]} is [7].
func plain(value json.RawMessage) (json.RawMessage, error) {
	var typed struct {
		Type  string
		Value json.RawMessage
	}
	if err := json.Unmarshal(value, &typed); err != nil {
		return nil, err
	}
	switch typed.Type {
	case "undefined", "null":
		return json.RawMessage("null"), nil
	case "string", "boolean", "number":
		return typed.Value, nil
	case "array":
		return plainArray(typed.Value)
	case "object":
		return plainObject(typed.Value)
	}
	return nil, fmt.Errorf("a script returned a %s, which is no JSON", typed.Type)
}

func plainArray(value json.RawMessage) (json.RawMessage, error) {
	var items []json.RawMessage
	if err := json.Unmarshal(value, &items); err != nil {
		return nil, err
	}
	for i, item := range items {
		var err error
		if items[i], err = plain(item); err != nil {
			return nil, err
		}
	}
	return json.Marshal(items)
}

// plainObject reads pairs of a name and a value.
func plainObject(value json.RawMessage) (json.RawMessage, error) {
	var pairs [][2]json.RawMessage
	if err := json.Unmarshal(value, &pairs); err != nil {
		return nil, err
	}
	object := map[string]json.RawMessage{}
	for _, pair := range pairs {
		var name string
		if err := json.Unmarshal(pair[0], &name); err != nil {
			return nil, err
		}
		var err error
		if object[name], err = plain(pair[1]); err != nil {
			return nil, err
		}
	}
	return json.Marshal(object)
}

func TestPlain(t *testing.T) {
	for value, want := range map[string]string{
		`{"type":"undefined"}`:         `null`,
		`{"type":"string","value":""}`: `""`,
		`{"type":"array","value":[{"type":"number","value":7},{"type":"null"}]}`:                              `[7,null]`,
		`{"type":"object","value":[["a",{"type":"array","value":[]}],["b",{"type":"boolean","value":true}]]}`: `{"a":[],"b":true}`,
	} {
		got, err := plain(json.RawMessage(value))
		if err != nil || string(got) != want {
			t.Errorf("%s is %s (%v), want %s", value, got, err, want)
		}
	}
	if _, err := plain(json.RawMessage(`{"type":"number","value":"NaN"}`)); err != nil {
		t.Error(err)
	}
	if got, err := plain(json.RawMessage(`{"type":"window"}`)); err == nil {
		t.Errorf("a window is %s", got)
	}
}
