// Package interop holds tests only: the server against programs that are not
// ours, and against the packets that kill the library underneath it.
//
// The foreign programs are coturn's client tools; .ci/install brings them. A
// missing tool is a failure, never a skip.
package interop
