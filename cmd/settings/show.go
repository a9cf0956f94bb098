package settings

import (
	"fmt"
	"io"
	"regexp"
	"strconv"
	"strings"

	"zerortc/config"
)

// Show writes settings as YAML that the server would read again, but for what is
// masked. With sources each line tells where its value comes from; what is unset is
// a comment.
func Show(w io.Writer, values []config.Value, sources bool) error {
	var text strings.Builder
	section := ""
	for _, v := range values {
		if v.Setting.NotInFile {
			continue
		}
		in, name, inSection := strings.Cut(v.Setting.Path, ".")
		if !inSection {
			in, name = "", v.Setting.Path
		}
		if in != section && in != "" {
			fmt.Fprintf(&text, "%s:\n", in)
		}
		section = in
		show(&text, strings.Repeat("  ", min(len(in), 1)), name, v, sources)
	}
	_, err := io.WriteString(w, text.String())
	return err
}

func show(text *strings.Builder, indent, name string, v config.Value, sources bool) {
	note := func(origin string) string {
		if !sources {
			return ""
		}
		return "  # " + origin
	}
	switch {
	case len(v.Texts) == 0:
		fmt.Fprintf(text, "%s#%s:%s\n", indent, name, note("unset"))
	case !v.Setting.Repeatable:
		fmt.Fprintf(text, "%s%s: %s%s\n", indent, name, scalar(v.Texts[0]), note(v.Origins[0]))
	default:
		fmt.Fprintf(text, "%s%s:\n", indent, name)
		for i, t := range v.Texts {
			fmt.Fprintf(text, "%s- %s%s\n", indent, scalar(t), note(v.Origins[i]))
		}
	}
}

// plainScalar needs no quotes in YAML whatever follows.
var plainScalar = regexp.MustCompile(`^[A-Za-z0-9/.][A-Za-z0-9/._%:+-]*$`)

func scalar(text string) string {
	if plainScalar.MatchString(text) && !strings.HasSuffix(text, ":") && !strings.EqualFold(text, "null") {
		return text
	}
	return strconv.Quote(text)
}
