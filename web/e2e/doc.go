// Package e2e makes real calls: it builds zerortc with the race detector, starts it on
// loopback, and has people open the pages in Chromium and Firefox, with cameras that
// draw. It knows these kinds of test:
//
//   - call_test.go and others: of the example client;
//   - page_*: of the page at /, which most people use;
//   - test_page_*: of the page at /test; tls_*: of a server with its own CA, and /trust.
//
// A short run in Chromium is part of make test:
//
//	go test ./...
//
// The files with the build tag "page" hold the rest, and the tests that call inEach run
// in both browsers then: make test-page, or
//
//	go test -tags page ./...
//
// A browser is known to the tests by two small interfaces (tab_test.go): Chromium is
// driven by its own protocol (chromium_*), Firefox by WebDriver BiDi (firefox_*, bidi_*),
// without a driver beside it. What a test does to a page is in page_test.go and
// page_harness_test.go, in one place.
//
// It wants chromium, firefox-esr and certutil (apt-get install chromium firefox-esr
// libnss3-tools) and a C compiler for the race detector. Each scene leaves a picture in
// artifacts/; those that the README shows are kept in pictures/. A font for Chinese
// makes the Chinese ones readable (apt-get install fonts-wqy-microhei); no test depends
// on it.
//
// It is a module of its own so that the program's go.mod stays free of what only the
// browser tests need.
package e2e
