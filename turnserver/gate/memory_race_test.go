//go:build race

package gate

// mostMemory is what an allocation may take, in bytes: with the detector's code a
// stack is twice as deep.
const mostMemory = 15 << 10
