package config

import (
	"strconv"
	"strings"
)

// greatest keeps counts and bytes a second within an int of any machine.
const greatest = 1<<31 - 1

func parseCount(text string) (int, error) {
	n, err := strconv.ParseUint(text, 10, 31)
	if err != nil {
		return 0, bad(shown(text)+" is not a number from 0 to "+strconv.Itoa(greatest), "write 0 for no limit")
	}
	return int(n), nil
}

// parsePortion takes a number, or hundredths as in 90%.
func parsePortion(text string) (Portion, error) {
	digits, hundredths := strings.CutSuffix(text, "%")
	if !hundredths {
		n, err := parseCount(text)
		return Portion{Count: n}, err
	}
	n, err := strconv.ParseUint(digits, 10, 31)
	if err != nil || n < 1 || n > 100 {
		return Portion{}, bad(shown(text)+" is not between 1% and 100%", "write a number, 0 for no limit, or a share such as 90%")
	}
	return Portion{Percent: int(n)}, nil
}

// parseCapacity keeps rooms to what a mesh of direct connections can carry.
func parseCapacity(text string) (int, error) {
	n, err := strconv.ParseUint(text, 10, 31)
	if err != nil || n < 2 || n > 16 {
		return 0, bad(shown(text)+" is not a number from 2 to 16", "write 2 for calls between two people")
	}
	return int(n), nil
}
