// Command bench measures the server beside coturn: make bench. Both get the same
// load one after the other, each time as a fresh process, in turns that change
// (coturn, ours; ours, coturn; …). A machine that does other things meanwhile
// makes every figure larger but hardly changes their ratio, so it is the ratios
// of neighbours that are told, with their spread. It gates nothing: the exit code
// is 0 unless something could not run.
//
//	scenario.go   which scenarios there are, and which of them are asked for
//	contest.go    pairs of runs
//	run.go        one run: start a server, load it, read its figures
//	process.go, usage.go       a server as a process, and what it uses
//	coturn.go, zerortc.go      the servers, with their limits off
//	figures.go    ratios, medians and what counts
//	table.go, svg.go      the figures for people; report.go: for programs
//	load/         the client, the peers and the clock
//
// Everything happens on loopback. Servers are ended by their process id and their
// folders removed, also after an interrupt. Linux on 64 bits only: the load needs
// sendmmsg, and the figures /proc.
package main
