package certs

import (
	"path"
	"slices"
	"strings"
)

// Step is something to do on a machine so that it trusts the CA.
type Step struct {
	What    string   // for people
	Command []string // empty: nothing we could run, What says what to do
	Root    bool     // has to be done as root
}

// System is what InstallPlan wants to know of the machine.
type System struct {
	OS   string // as runtime.GOOS
	User string // whose browsers shall trust; empty: the one who runs this
	Home string // of that user
	// Exists tells whether there is a file or folder.
	Exists func(path string) bool
	// Glob lists what fits a pattern (filepath.Match).
	Glob func(pattern string) []string
	// Has tells whether a program can be started.
	Has func(program string) bool
}

// InstallPlan lists what makes the programs of this machine trust the CA in the
// PEM file named file: the store of the system, and those of the browsers that
// have their own. It is data, so that it can be shown before it is done.
//
// There is a library for this (smallstep/truststore). It calls sudo by itself,
// finds browsers by the HOME it was started with, which under sudo is root's, and
// keeps the failures of single browsers to itself; here people see each command.
func (ca *CA) InstallPlan(file string, on System) []Step {
	switch on.OS {
	case "darwin":
		return []Step{{"Trust it in the keychain of the system (Safari, Chrome)", []string{"security", "add-trusted-cert", "-d",
			"-r", "trustRoot", "-p", "ssl", "-k", "/Library/Keychains/System.keychain", file}, true}}
	case "windows":
		return []Step{{"Trust it in the user's root store (Edge, Chrome, Firefox)", []string{"certutil", "-user", "-addstore", "-f", "ROOT", file}, false}}
	case "linux":
		return append(ca.systemSteps(file, on), ca.browserSteps(file, on)...)
	}
	return []Step{{What: "Add what zerortc ca export writes to the certificate authorities of the system, and of each browser"}}
}

// anchors are where Linux systems keep CAs added by hand, and what makes them take
// these. Fedora has more than one of the folders; the first one counts.
var anchors = []struct {
	folder, ending string
	update         []string
}{
	{"/etc/pki/ca-trust/source/anchors", ".pem", []string{"update-ca-trust", "extract"}},       // Fedora, RHEL
	{"/usr/local/share/ca-certificates", ".crt", []string{"update-ca-certificates"}},           // Debian, Alpine
	{"/usr/share/pki/trust/anchors", ".pem", []string{"update-ca-certificates"}},               // SUSE
	{"/etc/ca-certificates/trust-source/anchors", ".crt", []string{"trust", "extract-compat"}}, // Arch
}

func (ca *CA) systemSteps(file string, on System) []Step {
	for _, a := range anchors {
		if on.Exists(a.folder) && on.Has(a.update[0]) {
			return []Step{
				{"Put it beside the system's other CAs", []string{"install", "-m", "644", file, path.Join(a.folder, ca.fileName()+a.ending)}, true},
				{"Have the system take it (curl, Python and most programs)", a.update, true},
			}
		}
	}
	return []Step{{What: "This Linux keeps its CAs in a place not known here; add what zerortc ca export writes by hand"}}
}

// browserSteps are for NSS, the library in which Firefox, and Chromium on Linux,
// look for CAs that a user has added.
func (ca *CA) browserSteps(file string, on System) (steps []Step) {
	databases := browserDatabases(on)
	fresh := path.Join(on.Home, ".pki", "nssdb")
	hasChromium := slices.ContainsFunc([]string{"chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "microsoft-edge", "brave-browser"}, on.Has)
	if len(databases) == 0 && !hasChromium {
		return nil
	}
	if !on.Has("certutil") {
		return []Step{{What: "For Chromium and Firefox install certutil (Debian: libnss3-tools, Fedora: nss-tools) and run this again"}}
	}
	if hasChromium && !slices.Contains(databases, fresh) {
		steps = append(steps,
			Step{"Make the folder of Chromium's CAs", on.asUser("mkdir", "-p", fresh), false},
			Step{"Make the database in it", on.asUser("certutil", "-N", "--empty-password", "-d", "sql:"+fresh), false})
		databases = append(databases, fresh)
	}
	for _, database := range databases {
		steps = append(steps, Step{
			"Trust it in " + browserOf(database) + ", which may have to be started anew",
			on.asUser("certutil", "-A", "-d", "sql:"+database, "-t", "C,,", "-n", ca.Name(), "-i", file), false})
	}
	return steps
}

// browserDatabases are those of the user that are there.
func browserDatabases(on System) (folders []string) {
	for _, pattern := range []string{
		".pki/nssdb",
		"snap/chromium/current/.pki/nssdb",
		".mozilla/firefox/*",
		"snap/firefox/common/.mozilla/firefox/*",
		".var/app/org.mozilla.firefox/.mozilla/firefox/*",
	} {
		for _, database := range on.Glob(path.Join(on.Home, pattern, "cert9.db")) {
			folders = append(folders, path.Dir(database))
		}
	}
	return folders
}

func browserOf(database string) string {
	if strings.Contains(database, "firefox") {
		return "Firefox (" + path.Base(database) + ")"
	}
	return "Chromium"
}

// asUser is for root, who works for somebody.
func (on System) asUser(command ...string) []string {
	if on.User == "" {
		return command
	}
	return append([]string{"runuser", "-u", on.User, "--"}, command...)
}

// fileName is the CA's name without spaces: some of those tools stumble over them.
func (ca *CA) fileName() string { return strings.ReplaceAll(ca.Name(), " ", "-") }
