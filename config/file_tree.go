package config

import (
	"fmt"
	"strings"

	"github.com/goccy/go-yaml/ast"
)

// document takes the tree of the file: sections of settings, and settings that
// stand in none.
func (f *yamlFile) document(body ast.Node) {
	switch body.(type) {
	case nil, *ast.NullNode, *ast.CommentGroupNode:
		return
	}
	f.eachKey(body, "the file", func(name string, key, value ast.Node) {
		switch {
		case strings.Contains(name, "."):
			f.unknown(name, key)
			return
		case !f.table.hasSection(name):
			f.setting(name, key, value)
			return
		}
		// A section whose every line is commented out is null.
		if _, empty := value.(*ast.NullNode); empty {
			return
		}
		f.eachKey(value, name, func(leaf string, key, value ast.Node) {
			f.setting(name+"."+leaf, key, value)
		})
	})
}

// eachKey hands out the keys of a mapping, each once.
func (f *yamlFile) eachKey(node ast.Node, what string, do func(name string, key, value ast.Node)) {
	mapping, ok := node.(ast.MapNode)
	if !ok {
		f.fault(node, what+" has no settings but "+kind(node), "write lines of name: value under it")
		return
	}
	lines := map[string]int{}
	for pairs := mapping.MapRange(); pairs.Next(); {
		key := pairs.Key()
		name, ok := scalar(key)
		if !ok {
			f.fault(key, "a name is "+kind(key), "write the setting as name: value")
			continue
		}
		if first, twice := lines[name]; twice {
			f.fault(key, fmt.Sprintf("%s is given a second time, after line %d", shown(name), first), "keep one of the two")
			continue
		}
		if at := position(key); at != nil {
			lines[name] = at.Line
		}
		do(name, key, pairs.Value())
	}
}

// setting takes the value of a setting: a scalar, or a list of scalars. A list
// of one may be written as the one.
func (f *yamlFile) setting(path string, key, value ast.Node) {
	s, known := f.table.find(path)
	if !known || s.NotInFile {
		f.unknown(path, key)
		return
	}
	nodes := []ast.Node{value}
	list, listed := value.(*ast.SequenceNode)
	if _, single := scalar(value); s.Repeatable && !single {
		if !listed || len(list.Values) == 0 {
			f.fault(key, path+" wants a list and has "+kind(value), `write each value below it, on a line of its own that begins with "- "`)
			return
		}
		nodes = list.Values
	}
	g := given{setting: s}
	for _, node := range nodes {
		value, ok := scalar(node)
		if !ok {
			f.fault(node, path+" wants text and has "+kind(node), "write one value, in quotes if it has special characters")
			continue
		}
		g.texts = append(g.texts, text{value, f.where(position(node)) + ": " + path})
	}
	f.all = append(f.all, g)
}

func (f *yamlFile) unknown(path string, key ast.Node) {
	remedy := "zerortc serve --help lists the settings"
	var paths []string
	for _, s := range f.table {
		if section, _, _ := strings.Cut(s.Path, "."); !s.NotInFile {
			paths = append(paths, s.Path, section)
		}
	}
	switch near := Nearest(path, paths); near {
	case "":
	case path:
		section, leaf, _ := strings.Cut(path, ".")
		remedy = fmt.Sprintf("write %q under %q", leaf+":", section+":")
	default:
		remedy = "did you mean " + near + "?"
	}
	f.fault(key, shown(path)+" is no setting", remedy)
}

// scalar is the text of a value as the operator typed it: 0123 keeps its zero
// and off its letters, whatever YAML makes of them.
func scalar(node ast.Node) (string, bool) {
	switch n := node.(type) {
	case *ast.StringNode:
		return n.Value, true
	case *ast.NullNode, nil:
		return "", false
	case ast.ScalarNode:
		return n.GetToken().Value, true
	}
	return "", false
}

// kind names a node in the operator's words.
func kind(node ast.Node) string {
	switch n := node.(type) {
	case nil, *ast.NullNode:
		return "nothing"
	case ast.MapNode:
		return `name: value (quote a text that has a ":" followed by a space)`
	case *ast.SequenceNode:
		if len(n.Values) == 0 {
			return "an empty one"
		}
		return "a list"
	}
	return "a single value"
}
