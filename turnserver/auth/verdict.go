package auth

// Verdict says what a check found.
type Verdict int

// The verdicts. Expired means that the key is right and only the time is over:
// such a user opens no allocation but goes on with the one that runs.
const (
	UnknownUser Verdict = iota
	WrongPassword
	Expired
	Accepted
)

// String gives the verdict in words for the log.
func (v Verdict) String() string {
	switch v {
	case Accepted:
		return "accepted"
	case Expired:
		return "expired"
	case WrongPassword:
		return "wrong password"
	default:
		return "unknown user"
	}
}
