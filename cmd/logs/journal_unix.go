//go:build unix

package logs

import (
	"fmt"
	"io"
	"os"
	"syscall"
)

// toJournal tells whether what is written to w goes to the journal: systemd names the
// device and the inode of the stream it made (systemd.exec(5), $JOURNAL_STREAM), and
// whoever has redirected it since has another one.
func toJournal(w io.Writer, getenv func(string) string) bool {
	file, ok := w.(*os.File)
	if !ok {
		return false
	}
	info, err := file.Stat()
	if err != nil {
		return false
	}
	stat, ok := info.Sys().(*syscall.Stat_t)
	return ok && getenv("JOURNAL_STREAM") == fmt.Sprintf("%d:%d", stat.Dev, stat.Ino)
}
