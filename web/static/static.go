// Package static holds the files of the web pages as they are served, embedded
// in the program.
package static

import "embed"

// Files has each folder of pages; the path of a file is its path below /.
//
//go:embed example
var Files embed.FS
