package manual

import (
	"fmt"
	"strings"

	"github.com/urfave/cli/v2"

	"zerortc/config"
)

// Chapter is a part of the page that the command line does not tell.
type Chapter struct {
	Title string
	Rows  [][2]string // what, and what about it; without what, a paragraph
}

// Page is the manual page, zerortc(8), in the macros of man(7). Flags that are
// settings are told once, in a chapter of their own. It bears no date: made twice
// it is the same.
func Page(app *cli.App, byDefault, version string, settings []config.Setting, more ...Chapter) string {
	root := tree(app, byDefault)
	var p page
	p.line(`.TH %s 8 "" "%s %s" "System administration"`, strings.ToUpper(root.name), root.name, escaped(version))
	p.line(".SH NAME")
	p.line(`%s \- %s`, root.name, escaped(root.usage))
	p.line(".SH SYNOPSIS")
	for line := range strings.Lines(root.synopsis) {
		synopsis, _, _ := strings.Cut(strings.TrimSpace(line), "   ") // a remark
		p.line(".B %s", escaped(synopsis))
		p.line(".br")
	}
	isSetting := map[string]bool{}
	for _, s := range settings {
		isSetting[s.Flag()] = true
	}
	p.line(".SH COMMANDS")
	for _, c := range root.children {
		c.each(func(c command) { p.command(c, isSetting) })
	}
	p.settings(settings)
	for _, chapter := range more {
		p.line(".SH %s", strings.ToUpper(escaped(chapter.Title)))
		for _, row := range chapter.Rows {
			p.row(row[0], row[1])
		}
	}
	return p.String()
}

type page struct{ strings.Builder }

func (p *page) line(format string, args ...any) { fmt.Fprintf(p, format+"\n", args...) }

// row is a paragraph behind a word that hangs out.
func (p *page) row(what, about string) {
	if what == "" {
		p.line(".PP")
	} else {
		p.line(".TP\n.B %s", escaped(what))
	}
	p.line("%s", escaped(about))
}

func (p *page) command(c command, isSetting map[string]bool) {
	p.line(".SS %s", escaped(c.synopsis))
	p.line("%s", escaped(sentence(c.usage)))
	if c.about != "" {
		p.line(".PP\n%s", escaped(strings.TrimSpace(c.about)))
	}
	settings := 0
	for _, f := range c.flags {
		if isSetting[f.names[0]] {
			settings++
		}
	}
	all := settings == len(isSetting)
	for _, f := range c.flags {
		if all && isSetting[f.names[0]] || f.names[0] == helpFlag.names[0] {
			continue
		}
		about := f.usage
		if f.byDef != "" && f.value != "" {
			about += " (default: " + strings.Trim(f.byDef, `"`) + ")"
		}
		p.row(strings.TrimSpace(f.dashed()[0]+" "+f.value), about)
	}
	if all {
		p.line(".PP\nIt takes the settings below as flags.")
	}
}

// settings are told by their three names.
func (p *page) settings(all []config.Setting) {
	p.line(".SH SETTINGS")
	p.line("%s", escaped("A setting stands in the YAML file that --config names, each section with its names under it, "+
		"or in the environment, or on the command line; the later of these wins. "+
		"A list is a list in the file, has commas in the environment, and is a flag given several times."))
	for _, s := range all {
		usage := strings.ReplaceAll(s.Usage, "`", "")
		if s.Repeatable {
			usage += " (a list)"
		}
		if s.Default != "" {
			usage += " (default: " + s.Default + ")"
		}
		name := s.Path
		if s.NotInFile {
			name = "--" + s.Flag()
		}
		p.row(name, fmt.Sprintf("%s. --%s, %s", usage, s.Flag(), s.Env()))
	}
}

// sentence begins with a capital letter and ends with a point.
func sentence(text string) string {
	if text == "" {
		return ""
	}
	return strings.ToUpper(text[:1]) + text[1:] + "."
}

// escaped is a text that means itself: dashes are dashes, and no line is taken for
// a request.
func escaped(text string) string {
	text = strings.NewReplacer(`\`, `\e`, "-", `\-`).Replace(text)
	lines := strings.Split(text, "\n")
	for i, line := range lines {
		if strings.HasPrefix(line, ".") || strings.HasPrefix(line, "'") {
			lines[i] = `\&` + line
		}
	}
	return strings.Join(lines, "\n")
}
