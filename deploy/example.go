package deploy

import _ "embed"

// ExampleSettings is the settings file with every setting, explained and commented
// out.
//
//go:embed zerortc.example.yaml
var ExampleSettings string
