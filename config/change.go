package config

// Change is what is different in settings that were read again.
type Change struct {
	Config  Config   // what holds from now on
	Live    []string // paths of those that changed and take effect
	Restart []string // paths of those that changed and need a restart
}

// Changed compares the settings that a server runs with with those of its sources
// now. A setting that is not Live keeps its value, and so does what was made of
// it.
func Changed(running, read Config) Change {
	c := Change{Config: running}
	for _, s := range Settings() {
		switch {
		case s.value.same(&running, &read):
		case s.Live:
			s.value.take(&c.Config, &read)
			c.Live = append(c.Live, s.Path)
		default:
			c.Restart = append(c.Restart, s.Path)
		}
	}
	return c
}
