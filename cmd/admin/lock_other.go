//go:build !unix || solaris || illumos || aix

package admin

// lock does nothing: of two servers that start at the same moment in the same
// folder, the control socket may be that of either.
func lock(string) (unlock func(), err error) { return func() {}, nil }
