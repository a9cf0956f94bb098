package config

import (
	"strings"

	"github.com/goccy/go-yaml/token"
)

// checkTokens refuses the parts of YAML that settings have no use for, before
// the parser gets to see them: aliases that multiply, nesting that eats the
// stack, tags, several documents.
func (f *yamlFile) checkTokens(tokens token.Tokens) {
	depth, keys := 0, 0
	var last *token.Token // before this one, comments aside
	for _, tk := range tokens {
		if what, remedy := unused(tk); what != "" && !isBlock(last) {
			f.faultAt(tk.Position, what, remedy)
		}
		switch tk.Type {
		case token.SequenceStartType, token.MappingStartType:
			depth++
		case token.SequenceEndType, token.MappingEndType:
			depth--
		case token.MappingValueType:
			keys++
		case token.SequenceEntryType:
			if last != nil && last.Type == tk.Type && last.Position.Line == tk.Position.Line {
				f.faultAt(tk.Position, "is a list inside a list", "write each value on a line of its own")
			}
		case token.DocumentHeaderType:
			if last != nil && len(f.faults) == 0 {
				f.faultAt(tk.Position, "begins a second document", "keep all settings in one")
			}
		}
		if depth > maxFileDepth || keys > maxFileKeys {
			f.faultAt(tk.Position, "nests too deep or has too many keys for settings", "compare it with the example settings")
		}
		if len(f.faults) > maxFaults {
			return
		}
		if tk.Type != token.CommentType {
			last = tk
		}
	}
}

// isBlock tells whether the token after tk is a block of text, already refused.
func isBlock(tk *token.Token) bool {
	return tk != nil && (tk.Type == token.LiteralType || tk.Type == token.FoldedType)
}

// unused says what is wrong with a token that has no place in settings.
func unused(tk *token.Token) (what, remedy string) {
	switch tk.Type {
	case token.AnchorType, token.AliasType, token.MergeKeyType:
		return "uses an anchor or alias of YAML", `write the value out; a lone * needs quotes: "*"`
	case token.TagType:
		return "uses a tag of YAML", "put a value that begins with ! in quotes"
	case token.DirectiveType:
		return "uses a directive of YAML", "put a value that begins with % in quotes"
	case token.MappingKeyType:
		return "uses a complex key of YAML", "write the setting as name: value"
	case token.LiteralType, token.FoldedType:
		return "uses a block of text", "write the value on one line"
	case token.DocumentEndType:
		return "ends the document", "take the line away"
	case token.InvalidType:
		// The library's message is not repeated: it may quote the line.
		return "is not YAML here", "indent with spaces, close each quote, and put values with special characters in quotes"
	}
	if tk.Type != token.CommentType && strings.Contains(strings.TrimSpace(tk.Origin), "\n") {
		// YAML would join the lines, and make one user of two.
		return "is text that runs over several lines", `write each value on one line, and "- " before each of a list`
	}
	return "", ""
}
