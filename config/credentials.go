package config

import "strings"

// credentialsDirectory is the variable by which systemd tells where it has put
// credentials (systemd.exec(5), LoadCredential=).
const credentialsDirectory = "CREDENTIALS_DIRECTORY"

// CredentialName is the credential that stands for the setting's file: turn-secrets
// for turn.secrets-file.
func (s Setting) CredentialName() string { return strings.TrimSuffix(s.Flag(), "-file") }

// fromCredentials gives a setting that names a file the file that the service
// manager has handed in for it, if it has.
func (l *loader) fromCredentials() (all []given) {
	folder := ""
	for _, line := range l.src.Environ {
		if name, value, _ := strings.Cut(line, "="); name == credentialsDirectory {
			folder = value
		}
	}
	if folder == "" {
		return nil
	}
	for _, s := range l.table {
		path := folder + "/" + s.CredentialName()
		if s.Credential && l.exists(path) {
			all = append(all, given{s, []text{{path, "credential " + s.CredentialName()}}})
		}
	}
	return all
}

func (l *loader) exists(path string) bool {
	file, err := l.src.Open(path)
	if err != nil {
		return false
	}
	_ = file.Close()
	return true
}
