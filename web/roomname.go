package web

import (
	"crypto/rand"
	"encoding/binary"
	"fmt"
	"regexp"
	"strings"

	"zerortc/web/static"
)

// wordLists finds the lists in the page's script, which is their one home.
var wordLists = regexp.MustCompile("(?m)^const [A-Z]+ = `([a-z\\s]+)`")

// RoomName is a name for a new room, made as page/names.js makes one: such as
// calm-maple-otter-482.
func RoomName() string {
	script, err := static.Files.ReadFile("page/names.js")
	if err != nil {
		panic(err) // it is embedded
	}
	var name string
	for _, list := range wordLists.FindAllSubmatch(script, -1) {
		words := strings.Fields(string(list[1]))
		name += words[below(len(words))] + "-"
	}
	return fmt.Sprint(name, 100+below(900))
}

// below is a number from 0 to n-1 that nobody can foretell.
func below(n int) int {
	var random [4]byte
	rand.Read(random[:]) // never fails
	return int(binary.BigEndian.Uint32(random[:]) % uint32(n))
}
