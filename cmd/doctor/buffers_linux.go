package doctor

import (
	"os"
	"strconv"
	"strings"
)

// mostBuffered is how much may wait in a socket, the way that has less; 0 where
// nobody knows: a namespace may hide it.
func mostBuffered() (most int) {
	for _, name := range []string{"rmem_max", "wmem_max"} {
		content, err := os.ReadFile("/proc/sys/net/core/" + name)
		if err != nil {
			return 0
		}
		n, err := strconv.Atoi(strings.TrimSpace(string(content)))
		if err != nil {
			return 0
		}
		if most == 0 || n < most {
			most = n
		}
	}
	return most
}
