package load

import "time"

// pace is the schedule of the packets: bursts at even distances, one flow after
// the other.
type pace struct {
	burst, rate, total int
}

// at is when packet n is due, counted from the start.
func (p pace) at(n int) time.Duration {
	first := n / p.burst * p.burst
	return time.Duration(float64(first) / float64(p.rate) * float64(time.Second))
}

// flow is whose turn it is to send packet n.
func (p pace) flow(n, flows int) int { return n / p.burst % flows }

// size is how many packets go out with packet n, which begins a burst.
func (p pace) size(n int) int { return min(p.burst, p.total-n) }

// total is the number of whole bursts that fit into d, in packets.
func total(rate, burst int, d time.Duration) int {
	return max(1, int(float64(rate)*d.Seconds()/float64(burst))) * burst
}
