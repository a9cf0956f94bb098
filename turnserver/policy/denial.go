package policy

import "strings"

// Rule is what counts as the reason of a denial by the operator: the rules
// themselves are many, and each has a reason of its own in the log.
const Rule = "peers-deny"

// Denial is the reason of a verdict as a word of Denials, for counting.
func Denial(v Verdict) string {
	if strings.HasPrefix(v.Reason, "turn.peers-deny ") {
		return Rule
	}
	return v.Reason
}

// Denials lists what may deny a peer.
func Denials() []string {
	return append(deniedNames(), OwnAddress, Private, Strict, Zone, Invalid, Rule)
}
