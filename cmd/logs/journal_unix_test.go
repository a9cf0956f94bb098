//go:build unix

package logs

import (
	"bytes"
	"fmt"
	"log/slog"
	"os"
	"strings"
	"syscall"
	"testing"

	"zerortc/config"
)

// journal is a file that passes for the stream of systemd.
func journal(t *testing.T) (*os.File, func(string) string) {
	t.Helper()
	file, err := os.CreateTemp(t.TempDir(), "journal")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { file.Close() })
	var stat syscall.Stat_t
	if err := syscall.Fstat(int(file.Fd()), &stat); err != nil {
		t.Fatal(err)
	}
	return file, func(name string) string {
		if name == "JOURNAL_STREAM" {
			return fmt.Sprintf("%d:%d", stat.Dev, stat.Ino)
		}
		return ""
	}
}

func content(t *testing.T, file *os.File) string {
	t.Helper()
	text, err := os.ReadFile(file.Name())
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// The journal gets priorities, and its own time.
func TestJournal(t *testing.T) {
	file, getenv := journal(t)
	level := new(slog.LevelVar)
	logger := New(file, config.LogAuto, level, getenv).With("part", "x")
	logger.Debug("unseen")
	level.Set(slog.LevelDebug)
	logger.Debug("d")
	logger.Info("i", "said", "x\n<0>forged")
	logger.WithGroup("g").Warn("w", "a", 1)
	logger.Error("e")
	want := `<7>level=DEBUG msg=d part=x
<6>level=INFO msg=i part=x said="x\n<0>forged"
<4>level=WARN msg=w part=x g.a=1
<3>level=ERROR msg=e part=x
`
	if got := content(t, file); got != want {
		t.Errorf("got\n%s", got)
	}
}

func TestFormats(t *testing.T) {
	here, getenv := journal(t)
	elsewhere, _ := journal(t)
	for _, row := range []struct {
		name, format, begins string
		file                 *os.File
		getenv               func(string) string
	}{
		{"auto, a file", config.LogAuto, `{"time":"`, elsewhere, nothing},
		{"auto, a file to which a service is redirected", config.LogAuto, `{"time":"`, elsewhere, getenv},
		{"text, a file", config.LogText, `time=`, elsewhere, nothing},
		{"json, a file", config.LogJSON, `{"time":"`, elsewhere, nothing},
		{"auto, the journal", config.LogAuto, `<6>level=`, here, getenv},
		{"text, the journal", config.LogText, `<6>level=`, here, getenv},
		{"json, the journal", config.LogJSON, `<6>{"level":"`, here, getenv},
	} {
		if err := row.file.Truncate(0); err != nil {
			t.Fatal(err)
		}
		if _, err := row.file.Seek(0, 0); err != nil {
			t.Fatal(err)
		}
		New(row.file, row.format, slog.LevelInfo, row.getenv).Info("hello")
		if got := content(t, row.file); !strings.HasPrefix(got, row.begins) || strings.Count(got, "\n") != 1 {
			t.Errorf("%s: %q", row.name, got)
		}
	}
	var buffer bytes.Buffer
	New(&buffer, config.LogAuto, slog.LevelInfo, getenv).Info("hello")
	if !strings.HasPrefix(buffer.String(), "{") {
		t.Errorf("auto, no file: %s", buffer.String())
	}
}
