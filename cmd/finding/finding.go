// Package finding is what a check found out, the shape that the commands share
// which look for faults: zerortc check and zerortc doctor.
//
// A Finding is one line: what was looked at, how it stands, and what to do. A List
// is printed for people (text.go) or as JSON for programs (json.go), and is an error
// when it holds a fault (Err), which the process turns into exit code 3.
package finding

import "fmt"

// Verdict is how it stands with what was looked at.
type Verdict string

// The verdicts. Only a fault makes a command fail.
const (
	OK      Verdict = "ok"
	Hint    Verdict = "hint"    // works, and is worth knowing or mending
	Fault   Verdict = "fault"   // does not work
	Skipped Verdict = "skipped" // could not be looked at, because of what What says
)

// Finding is what one check found.
type Finding struct {
	Check   string  `json:"check"` // a stable name for programs, such as turn-udp
	Verdict Verdict `json:"verdict"`
	What    string  `json:"what"`             // in the operator's words, on one line
	Remedy  string  `json:"remedy,omitempty"` // what to do; every fault has one
}

// Good is a finding that all is well.
func Good(check, format string, args ...any) Finding {
	return Finding{Check: check, Verdict: OK, What: fmt.Sprintf(format, args...)}
}

// Bad is a fault and what to do about it.
func Bad(check, what, remedy string) Finding {
	return Finding{Check: check, Verdict: Fault, What: what, Remedy: remedy}
}

// Worth is a hint and what to do about it.
func Worth(check, what, remedy string) Finding {
	return Finding{Check: check, Verdict: Hint, What: what, Remedy: remedy}
}

// Skip is what could not be looked at.
func Skip(check, format string, args ...any) Finding {
	return Finding{Check: check, Verdict: Skipped, What: fmt.Sprintf(format, args...)}
}

// List is the findings of a command, in the order in which they are read.
type List []Finding

// Count is how many of the list have the verdict.
func (l List) Count(v Verdict) (n int) {
	for _, f := range l {
		if f.Verdict == v {
			n++
		}
	}
	return n
}

// Err is nil, or an error of type Found if there are faults.
func (l List) Err() error {
	if n := l.Count(Fault); n > 0 {
		return Found(n)
	}
	return nil
}

// Found is how many faults were found, as an error.
type Found int

// Error implements error.
func (n Found) Error() string {
	if n == 1 {
		return "1 fault found"
	}
	return fmt.Sprintf("%d faults found", int(n))
}
