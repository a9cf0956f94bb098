package finding

import (
	"encoding/json"
	"io"
)

// report is what a program reads: the verdict of the whole first.
type report struct {
	OK       bool `json:"ok"`
	Faults   int  `json:"faults"`
	Findings List `json:"findings"`
}

// WriteJSON writes the list for programs.
func (l List) WriteJSON(w io.Writer) error {
	out := json.NewEncoder(w)
	out.SetIndent("", "  ")
	out.SetEscapeHTML(false)
	faults := l.Count(Fault)
	return out.Encode(report{faults == 0, faults, append(List{}, l...)})
}
