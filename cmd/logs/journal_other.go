//go:build !unix

package logs

import "io"

// toJournal is false where there is no systemd.
func toJournal(io.Writer, func(string) string) bool { return false }
