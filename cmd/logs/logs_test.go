package logs

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"
	"unicode"

	"zerortc/config"
)

func nothing(string) string { return "" }

// hostile are strings that somebody might like to see in our log.
var hostile = []string{
	"", " ", "a b", "a=b", `"`, `\`, `\"`, "'", "`", "\x00",
	"x\nlevel=ERROR msg=forged", "x\r\nlevel=ERROR msg=forged", "x\rmsg=forged",
	`x" level=ERROR msg="forged`, `x\" level=ERROR msg=\"forged`, `","level":"ERROR","msg":"forged`,
	"\x1b[2J\x1b[31mred", "\x1b]0;title\x07", "\u009b31m", "\x7f", "\b\b\b\bmsg=forged", "\x07",
	"a\u202etxt.exe", "\u2066abc\u2069", "\u200b", "\ufeff", "\u2028msg=forged", "\u2029", "\u0085msg=forged", "\u061c",
	"\xff\xfe", "\xc3\x28", "\xed\xa0\x80", "e\u0301", "\U000e0001", "\U0001f600", "日本語", "<3>msg=forged", "%s%n", "{{.}}",
	strings.Repeat("x", 1000),
}

// readers take a line apart into its facts.
var readers = map[string]func(string) (map[string]string, error){
	config.LogText: readText,
	config.LogJSON: func(line string) (map[string]string, error) {
		var facts map[string]string
		err := json.Unmarshal([]byte(line), &facts)
		return facts, err
	},
}

// readText reads key=value and key="value" as slog writes them.
func readText(line string) (map[string]string, error) {
	facts := map[string]string{}
	for line != "" {
		key, rest, ok := strings.Cut(line, "=")
		if !ok || strings.ContainsAny(key, ` "`) {
			return nil, fmt.Errorf("no key in %q", line)
		}
		value, _, _ := strings.Cut(rest, " ")
		if quoted, err := strconv.QuotedPrefix(rest); err == nil && rest[0] == '"' {
			value = quoted
		}
		line = strings.TrimPrefix(rest[len(value):], " ")
		if unquoted, err := strconv.Unquote(value); err == nil && value[0] == '"' {
			value = unquoted
		}
		facts[key] = value
	}
	return facts, nil
}

// One line for each record, in which nothing but ordinary characters stand, and from
// which what was logged can be read again.
func TestLinesCannotBeForged(t *testing.T) {
	for format, read := range readers {
		var log bytes.Buffer
		logger := New(&log, format, slog.LevelDebug, nothing)
		for _, s := range hostile {
			logger.Info("constant", "said", s, "err", errors.New(s), "last", "end")
		}
		lines := strings.Split(strings.TrimSuffix(log.String(), "\n"), "\n")
		if len(lines) != len(hostile) {
			t.Fatalf("%s: %d lines of %d records", format, len(lines), len(hostile))
		}
		for i, line := range lines {
			if at := strings.IndexFunc(line, func(r rune) bool { return !unicode.IsPrint(r) }); at >= 0 {
				t.Errorf("%s: %q has %q", format, line, line[at:])
			}
			facts, err := read(line)
			if err != nil {
				t.Errorf("%s: %v in %s", format, err, line)
				continue
			}
			want := hostile[i]
			if format == config.LogText && want == "\x7f" {
				want = `\u007f` // slog does not quote it
			}
			if format == config.LogJSON {
				want = strings.ToValidUTF8(want, "\ufffd") // each run of bytes; JSON has no others
			}
			same := facts["said"] == want && facts["err"] == want ||
				strings.ReplaceAll(facts["said"], "\ufffd", "") == strings.ReplaceAll(want, "\ufffd", "")
			if facts["msg"] != "constant" || facts["last"] != "end" || facts["level"] != "INFO" || !same {
				t.Errorf("%s: %q is read back from %s as %v", format, hostile[i], line, facts)
			}
		}
	}
}

// What has a text of its own has it in JSON too.
func TestJSONIsLegible(t *testing.T) {
	var log bytes.Buffer
	addr := &net.TCPAddr{IP: net.IPv4(192, 0, 2, 1), Port: 9001}
	New(&log, config.LogJSON, slog.LevelInfo, nothing).Info("x", "took", 1500*time.Millisecond, "at", addr, "all", []net.Addr{addr})
	if want := `"took":"1.5s","at":"192.0.2.1:9001","all":["192.0.2.1:9001"]}`; !strings.Contains(log.String(), want) {
		t.Errorf("got %s", log.String())
	}
}

// A line is written in one piece, or lines of two goroutines would mix.
func TestOneWriteALine(t *testing.T) {
	var writes [][]byte
	w := writer(func(p []byte) { writes = append(writes, slices.Clone(p)) })
	for _, format := range []string{config.LogText, config.LogJSON} {
		logger := slog.New(handler(prefixed{"<6>", w}, format == config.LogText, &slog.HandlerOptions{}))
		logger.Info("hello", "said", "\u202e")
	}
	if len(writes) != 2 || bytes.Count(slices.Concat(writes...), []byte("<6>")) != 2 {
		t.Errorf("written %q", writes)
	}
}

type writer func([]byte)

func (w writer) Write(p []byte) (int, error) { w(p); return len(p), nil }
