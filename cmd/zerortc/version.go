package main

import (
	"fmt"
	"io"
	"runtime"
	"runtime/debug"

	"github.com/urfave/cli/v2"
)

func versionCommand(p process) *cli.Command {
	return &cli.Command{
		Name:            "version",
		Usage:           "print the version",
		HideHelpCommand: true,
		OnUsageError:    wrongFlag,
		Flags:           []cli.Flag{jsonFlag},
		Action: func(c *cli.Context) error {
			if err := noArguments(c); err != nil {
				return err
			}
			if c.Bool("json") {
				return printVersion(p.stdout)
			}
			cli.ShowVersion(c)
			return nil
		},
	}
}

// built is what the program was made from.
type built struct {
	Version string            `json:"version"`
	Commit  string            `json:"commit"` // empty: not known
	Dirty   bool              `json:"dirty"`  // there were changes besides the commit
	Go      string            `json:"go"`
	OS      string            `json:"os"`
	Arch    string            `json:"arch"`
	Modules map[string]string `json:"modules"`
}

// printVersion prints JSON, with the versions of all modules in the program.
func printVersion(w io.Writer) error {
	b := built{Version: release(), Go: runtime.Version(), OS: runtime.GOOS, Arch: runtime.GOARCH, Modules: map[string]string{}}
	if info, ok := debug.ReadBuildInfo(); ok {
		b.Commit = buildSetting(info, "vcs.revision")
		b.Dirty = buildSetting(info, "vcs.modified") == "true"
		for _, m := range info.Deps {
			b.Modules[m.Path] = m.Version
		}
	}
	return printJSON(w, b)
}

// version is what was built, from which commit, and with what.
func version() string {
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return "unknown"
	}
	commit := buildSetting(info, "vcs.revision")
	if commit != "" {
		commit = "commit " + commit + ", "
	}
	return fmt.Sprintf("%s (%s%s, %s/%s)", release(), commit, info.GoVersion, runtime.GOOS, runtime.GOARCH)
}

func buildSetting(info *debug.BuildInfo, key string) string {
	for _, s := range info.Settings {
		if s.Key == key {
			return s.Value
		}
	}
	return ""
}
