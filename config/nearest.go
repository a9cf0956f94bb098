package config

import "strings"

// Nearest is the candidate that word was most likely meant to be, or "" if none
// is near. A word that is the last part of a candidate counts as near, so that a
// setting in the wrong section finds its way home.
func Nearest(word string, candidates []string) string {
	word = strings.ToLower(word)
	best, bestDistance := "", min(len(word), 1+max(2, len(word)/3))
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

// editDistance counts the bytes to insert, delete or replace (Levenshtein), one
// row of the table at a time.
func editDistance(a, b string) int {
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range len(a) {
		diagonal := row[0]
		row[0] = i + 1
		for j := range len(b) {
			cost := diagonal
			if a[i] != b[j] {
				cost++
			}
			diagonal = row[j+1]
			row[j+1] = min(cost, row[j]+1, row[j+1]+1)
		}
	}
	return row[len(b)]
}
