//go:build !race

package gate

// mostMemory is what an allocation may take, in bytes.
const mostMemory = 12 << 10
