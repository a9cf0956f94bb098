// Package loadtest puts load on a signaling server and tells how it fared: many
// rooms of two, whose members hand one another frames at a fixed rate.
//
// What comes in are Options; what goes out is a Report, and a line each second
// while it runs. The phases of a run, in order (run.go):
//
//	arrive  members connect and join, so many a second
//	idle    nobody says anything: what a seated member costs
//	warm up frames flow and are not counted
//	relay   frames flow and are counted
//	drain   what is under way may still arrive
//
// The load is open-loop: every arrival and every frame has its instant on a
// schedule made in advance, and latency is counted from that instant, not from
// when the client got around to it. A server that stalls therefore pays for all
// that was to be sent meanwhile (no coordinated omission). The client's own
// delays count too: what is reported is an upper bound.
//
// Who runs: a goroutine per member, which connects and then reads, and a few
// that send. Locks are those of the counters only.
//
//	options.go   what to do
//	target.go    where to connect, and where not to
//	dialect.go   the frames of both dialects
//	member.go    one client
//	schedule.go  the instants
//	latency.go   percentiles
//	tally.go     what went wrong, by name
//	process.go   what the server's process uses
//	report.go    the figures, as text
package loadtest
