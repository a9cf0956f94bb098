// Package e2e makes real calls: it builds zerortc with the race detector, starts
// it on loopback, and has two (or three) pages of Debian's Chromium run the example
// client, or the page at / (files page_*_test.go), with fake cameras;
// the files test_page_*_test.go are of the page at /test. Run it with
//
//	go test ./...
//
// in this folder; it needs chromium and certutil (apt-get install chromium
// libnss3-tools) and a C compiler, which the race detector wants. Each scene leaves a picture in artifacts/; those that
// the README shows are kept in pictures/. A font for Chinese makes the Chinese ones
// readable (apt-get install fonts-wqy-microhei); no test depends on it.
//
// It is a module of its own so that the program's go.mod stays free of what only
// the browser tests need.
package e2e
