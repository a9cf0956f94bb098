package settings

import (
	"encoding/json"
	"io"
	"strings"

	"zerortc/config"
)

// schema is a part of a JSON Schema, of what editors understand of it.
type schema map[string]any

// WriteSchema writes a JSON Schema (draft 07, the one that editors of YAML know best)
// of the settings file.
func WriteSchema(w io.Writer) error {
	whole := object()
	whole["$schema"] = "http://json-schema.org/draft-07/schema#"
	whole["title"] = "Settings of zerortc"
	properties := whole["properties"].(schema)
	for _, s := range config.Settings() {
		if s.NotInFile {
			continue
		}
		section, name, inSection := strings.Cut(s.Path, ".")
		switch {
		case !inSection:
			properties[s.Path] = setting(s)
			continue
		case properties[section] == nil:
			properties[section] = object()
		}
		properties[section].(schema)["properties"].(schema)[name] = setting(s)
	}
	out := json.NewEncoder(w)
	out.SetIndent("", "  ")
	out.SetEscapeHTML(false)
	return out.Encode(whole)
}

// object may be null too: a section whose every line is commented out is.
func object() schema {
	return schema{"type": []string{"object", "null"}, "additionalProperties": false, "properties": schema{}}
}

// setting is a value, or a list of them if it may be one.
func setting(s config.Setting) schema {
	one := value(s)
	if s.Repeatable {
		one = schema{"anyOf": []schema{one, {"type": "array", "items": one, "minItems": 1}}}
	}
	one["description"] = describe(s)
	if s.Default != "" {
		one["default"] = s.Default
	}
	return one
}

func value(s config.Setting) schema {
	switch s.Kind() {
	case config.Word:
		return schema{"enum": s.Words()}
	case config.Number:
		return schema{"type": "integer", "minimum": 0}
	case config.Size:
		return schema{"type": []string{"integer", "string"}, "pattern": "^[0-9]+%?$"}
	case config.Duration:
		return schema{"type": []string{"integer", "string"}, "pattern": "^[0-9]"}
	default: // a realm may well be 1234
		return schema{"type": []string{"string", "number"}}
	}
}

func describe(s config.Setting) string {
	text := strings.ReplaceAll(s.Usage, "`", "") + "."
	if s.Live {
		return text + " Takes effect on reload."
	}
	return text + " Needs a restart."
}
