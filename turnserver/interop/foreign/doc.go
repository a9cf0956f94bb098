// Package foreign holds tests only: zerortc, as it is shipped, serves programs
// that nobody here wrote. One file for each of them:
//
//	uclient_test.go   coturn's client, every flag that changes what it sends
//	load_test.go      the same with two hundred clients at once
//	aioice_test.go    aioice (Python): small payloads, ICE over a relay
//	wrtc_test.go      libwebrtc, outside a browser
//	werift_test.go    werift (TypeScript)
//	libjuice_test.go  libjuice, by way of node-datachannel
//	chromium_test.go  Chromium
//	firefox_test.go   Firefox
//	testpage_test.go  what the page at /test finds out in Firefox
//	oneport_test.go   a call of browsers over TLS alone, with the CA in their stores
//	tshark_test.go    Wireshark reads what the server answers to some of them
//
// The programs are large and the runs take minutes, so the tests stand behind the
// build tag foreign and have a target of their own:
//
//	make test-interop
//
// It installs what is missing (.ci/install-interop). A program that is missing
// nevertheless is a failure, never a skip.
//
// The server is the real program on loopback with its default settings but for
// addresses, users and, where a foreign peer stands on loopback too, the
// permission to relay there. What passed the relay is read from its own log, so
// no client can have gone another way unseen.
package foreign
