package interop

import (
	"crypto/hmac"
	"crypto/sha1"
	"encoding/base64"
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"
	"time"
	"unicode"

	"github.com/pion/stun"

	"zerortc/turnserver/probe"
)

// Attacks on who reads the log: by its length and by its contents.

// TestA12GarbageFillsTheLog: the library writes a line for each packet it does
// not like. We write none for what is no request, and a few a second about
// credentials.
func TestA12GarbageFillsTheLog(t *testing.T) {
	duel(t, bareTalking, oursAttacked, func(t *testing.T, to target) (harm []string) {
		const packets, size, guesses = 2000, 40, 200
		c := to.allocated(t, "udp")
		before := len(to.stderr.String())
		random := rand.New(rand.NewPCG(1, 2)) // the same garbage each time
		for n := range packets {
			must(t, c.Write(garbage(random, n, size)))
			if n%100 == 0 {
				settle(t, c) // the kernel's buffer does not overflow
			}
		}
		harm = append(harm, growth(to, before, 500, "for garbage")...)
		before = len(to.stderr.String())
		for range guesses {
			to.say(t, c, request(t, stun.MethodRefresh), probe.SignedAs("lqf", "guess"))
		}
		return append(harm, growth(to, before, guesses*50, "for wrong passwords")...)
	})
}

// growth waits whether the log grows by more than it should: what a child says
// comes here by a pipe.
func growth(to target, from, most int, what string) []string {
	for end := time.Now().Add(500 * time.Millisecond); time.Now().Before(end); time.Sleep(10 * time.Millisecond) {
		if n := len(to.stderr.String()) - from; n > most {
			return []string{fmt.Sprintf("%d bytes of log and more %s", n, what)}
		}
	}
	return nil
}

// garbage is random, or looks like a message, or like one on a channel nobody
// bound, or is a request that was never authenticated.
func garbage(random *rand.Rand, n, size int) []byte {
	b := make([]byte, size)
	for i := range b {
		b[i] = byte(random.Uint32())
	}
	switch n % 4 {
	case 1:
		copy(b, []byte{0, byte(n), 0, byte(size - 20), 0x21, 0x12, 0xA4, 0x42})
	case 2:
		copy(b, []byte{0x40, byte(n), 0, byte(size - 4)})
	case 3:
		return stun.MustBuild(stun.TransactionID, stun.NewType(stun.MethodRefresh, stun.ClassRequest),
			stun.NewUsername("eve"), stun.RawAttribute{Type: stun.AttrMessageIntegrity, Value: b[:20]}).Raw
	}
	return b
}

// forged is what the line of a log would look like that a client wrote.
const forged = "2026-01-01 00:00:00 nothing to see here"

// TestA13ForgedLogLine: a name with a line break in it writes a log line of its
// own, and one with control sequences commands the terminal of who reads it.
func TestA13ForgedLogLine(t *testing.T) {
	names := []string{"eve\x7f\u009b2J\u202e", "eve\n" + forged, "eve\r\n" + forged + "\r", "eve\x1b[2J\x1b[31m" + forged, "eve\x00\x07\x08", `eve" user="admin`}
	for what, role := range map[string]string{"text": oursAttacked, "JSON": oursInJSON} {
		t.Run(what, func(t *testing.T) {
			duel(t, bareTalking, role, func(t *testing.T, to target) []string {
				for _, name := range names {
					to.say(t, client(t, "udp", to.addr), allocateRequest(t), probe.SignedAs(name, "guess"))
				}
				// One who knows the secret, and opens an allocation.
				minted := fmt.Sprintf("%d:%s", time.Now().Add(time.Hour).Unix(), names[0])
				to.say(t, client(t, "udp", to.addr), allocateRequest(t), probe.SignedAs(minted, hmacOf(minted)))
				if !to.until(func() bool { return strings.Count(to.stderr.String(), "eve") > len(names) }) {
					t.Errorf("this test has lost its meaning, since the log says but this: %s", to.stderr)
				}
				return forgeries(to.stderr.String())
			})
		})
	}
}

// hmacOf is the password of an HMAC user, whatever the name: auth.Book would
// leave out the control characters.
func hmacOf(name string) string {
	mac := hmac.New(sha1.New, []byte(secret))
	mac.Write([]byte(name))
	return base64.StdEncoding.EncodeToString(mac.Sum(nil))
}

// forgeries are the lines of a log that somebody else had a hand in.
func forgeries(log string) (list []string) {
	for line := range strings.Lines(log) {
		line = strings.TrimSuffix(line, "\n")
		control := strings.ContainsFunc(line, unicode.IsControl)
		if control || strings.HasPrefix(line, forged) || strings.Contains(line, `eve" user="admin`) {
			list = append(list, fmt.Sprintf("%q", line))
		}
	}
	return list
}
