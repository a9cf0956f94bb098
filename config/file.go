package config

import (
	"bytes"
	"fmt"
	"unicode/utf8"

	"github.com/goccy/go-yaml/ast"
	"github.com/goccy/go-yaml/lexer"
	"github.com/goccy/go-yaml/parser"
	"github.com/goccy/go-yaml/token"
)

// The bounds of a file. They are far above what settings need and low enough
// that the YAML library, whose time and memory grow with the square of some
// inputs, stays well under a second.
const (
	maxFileSize  = 64 << 10
	maxFileDepth = 3
	maxFileKeys  = 200
	maxFaults    = 20
)

// yamlFile reads one settings file. The stages stop at the first one with
// faults: bytes, tokens, tree, settings.
type yamlFile struct {
	name   string
	table  settings
	all    []given
	faults Faults
}

// parseFile gives what the text of the named file sets.
func parseFile(table settings, name string, content []byte) ([]given, Faults) {
	f := &yamlFile{name: name, table: table}
	f.parse(content)
	return f.all, f.faults.atMost(maxFaults)
}

func (f *yamlFile) parse(content []byte) {
	// Settings are outside input and the library has no promise not to panic.
	defer func() {
		if recover() != nil {
			f.all = nil
			f.fault(nil, "is not YAML that can be read", "compare it with the example settings")
		}
	}()
	content = bytes.TrimPrefix(content, []byte("\xef\xbb\xbf"))
	if f.checkBytes(content); len(f.faults) > 0 {
		return
	}
	tokens := lexer.Tokenize(string(content))
	if f.checkTokens(tokens); len(f.faults) > 0 {
		return
	}
	tree, err := parser.Parse(tokens, 0, parser.AllowDuplicateMapKey())
	if err != nil {
		f.syntaxFault(err)
		return
	}
	for _, doc := range tree.Docs {
		f.document(doc.Body)
	}
}

// checkBytes refuses what is no text, naming the line.
func (f *yamlFile) checkBytes(content []byte) {
	if len(content) > maxFileSize {
		f.fault(nil, fmt.Sprintf("is larger than %d KiB", maxFileSize>>10),
			"put users and secrets into files of their own: turn.users-file, turn.secrets-file")
		return
	}
	line := 1
	for rest := content; len(rest) > 0; {
		r, size := utf8.DecodeRune(rest)
		if r == utf8.RuneError && size == 1 || r < ' ' && r != '\n' && r != '\r' && r != '\t' || r == 0x7f {
			at := &token.Position{Line: line, Column: 1}
			f.faultAt(at, "holds bytes that are no text", "save the file as UTF-8")
			return
		}
		if r == '\n' {
			line++
		}
		rest = rest[size:]
	}
}

// syntaxFault repeats the library's message, which is a constant in all its
// cases that pass checkTokens, and never its excerpt, which may hold a secret.
func (f *yamlFile) syntaxFault(err error) {
	what := "is not YAML"
	var at *token.Position
	if e, ok := err.(interface {
		GetMessage() string
		GetToken() *token.Token
	}); ok {
		what += " here: " + e.GetMessage()
		if tk := e.GetToken(); tk != nil {
			at = tk.Position
		}
	}
	f.faultAt(at, what, "check the indentation, and put values with special characters in quotes")
}

func (f *yamlFile) fault(node ast.Node, what, remedy string) {
	f.faultAt(position(node), what, remedy)
}

func (f *yamlFile) faultAt(at *token.Position, what, remedy string) {
	f.faults = append(f.faults, Fault{Where: f.where(at), What: what, Remedy: remedy})
}

func (f *yamlFile) where(at *token.Position) string {
	if at == nil {
		return f.name
	}
	// Of an odd file the library gives odd places, such as column 0.
	return fmt.Sprintf("%s:%d:%d", f.name, max(at.Line, 1), max(at.Column, 1))
}

func position(node ast.Node) *token.Position {
	if node == nil || node.GetToken() == nil {
		return nil
	}
	return node.GetToken().Position
}
