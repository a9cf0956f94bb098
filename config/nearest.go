package config

import "strings"

// Nearest is the candidate that word was most likely meant to be, or "" if none
// is near: of a short word hardly a letter may be wrong. A word that is the last part of a candidate counts as near, so that a
// setting in the wrong section finds its way home.
func Nearest(word string, candidates []string) string {
	word = strings.ToLower(word)
	best, bestDistance := "", min(len(word), 1+max(min(2, (len(word)-1)/2), len(word)/3))
	for _, c := range candidates {
		distance := editDistance(word, strings.ToLower(c))
		if strings.HasSuffix(c, "."+leaf(word)) {
			distance = min(distance, 1)
		}
		if distance < bestDistance {
			best, bestDistance = c, distance
		}
	}
	return best
}

// leaf is the part of a path behind its last dot.
func leaf(path string) string { return path[strings.LastIndexByte(path, '.')+1:] }

// editDistance counts the bytes to insert, delete or replace, and the neighbours to
// swap (Damerau and Levenshtein, no byte touched twice), one row of the table at a time.
func editDistance(a, b string) int {
	before, last, row := make([]int, len(b)+1), make([]int, len(b)+1), make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range len(a) {
		before, last, row = last, row, before
		row[0] = i + 1
		for j := range len(b) {
			cost := last[j]
			if a[i] != b[j] {
				cost++
			}
			if i > 0 && j > 0 && a[i] == b[j-1] && a[i-1] == b[j] {
				cost = min(cost, before[j-1]+1)
			}
			row[j+1] = min(cost, row[j]+1, last[j+1]+1)
		}
	}
	return row[len(b)]
}
