// Package static holds the files of the web pages as they are served, embedded
// in the program: page, which people use, trust, which makes their devices trust
// the server, test, which finds out why calls fail, and example, which people copy.
// They are ES modules and need no build. The types of all but the example stand in
// comments; tsc -p . checks them.
package static

import "embed"

// Files has each folder of pages; the path of a file is its path below /.
//
//go:embed example page test trust
var Files embed.FS
