// Package load puts the load of one scenario on a TURN server and tells what
// arrived: a client with many allocations, the peers they talk to, and a clock.
//
// What comes in is a Server and a Shape; what goes out is a Setup (how the
// allocations were made) and a Result (what became of the packets). Open dials
// and allocates with the client of turnserver/probe; then each UDP socket is
// taken away from Go's poller, and Run works on bare descriptors:
//
//   - one thread sends, many packets with a system call where a burst is due. It
//     sleeps to the instant that is next in the schedule and never skips: what is
//     late goes out at once, and how late it was is counted;
//   - one thread receives. It looks every half a millisecond, so that the server's
//     sends pay for nobody's waking up, as with a network card they would not. When
//     a packet arrived is told by the kernel's time stamp;
//   - peers that echo have a thread that waits for packets, so that the pattern of
//     the load survives.
//
// Streams (TCP, TLS) are Go's connections, a goroutine for each reads.
//
// Each packet says which flow it belongs to, which number it has and when it was
// sent, so whatever is lost, doubled or at the wrong place is found. Nothing is
// shared between the threads: a tally belongs to the thread that receives until
// that has ended.
package load
