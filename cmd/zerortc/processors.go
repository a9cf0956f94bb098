package main

import "runtime"

// spareProcessor gives the scheduler one processor more than the machine has for us,
// and takes it away again when the result is called.
//
// The relay has a loop for each processor, which most of the time waits in the
// kernel. The scheduler counts a loop that waits as busy; when nothing is left over
// it takes the processor away from it and gives it back when a packet comes, each
// time by way of a thread that must be woken for that. One to spare, and it leaves
// them alone. A loop that has work is no faster by it, nor anything else slower.
func spareProcessor() (giveBack func()) {
	before := runtime.GOMAXPROCS(0)
	runtime.GOMAXPROCS(before + 1)
	return func() { runtime.GOMAXPROCS(before) }
}
