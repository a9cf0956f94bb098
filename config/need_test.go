package config

import "testing"

// What counts only under another setting is not taken in silence where that is not so;
// and what is wrong with it besides is of no matter then.
func TestIdleSettingsAreTold(t *testing.T) {
	const files, acme, auto = ": counts only where tls.mode is files, and it is ", ": counts only where tls.mode is acme, and it is ", ": counts only where tls.mode is auto, and it is "
	for _, row := range []struct {
		name, yaml string
		want       []string
	}{
		{"certificate files, and no mode", "tls: {cert: c.pem, key: k.pem}", []string{"z.yaml:1:13: tls.cert" + files + "auto", "z.yaml:1:25: tls.key" + files + "auto"}},
		{"certificate files, and their mode", "tls: {mode: files, cert: c.pem, key: k.pem}", nil},
		{"names without acme", "tls: {domains: [a.example, b.example], acme-email: a@b.example, acme-directory: \"https://ca.example\"}",
			[]string{"z.yaml:1:17: tls.domains" + acme + "auto", "z.yaml:1:52: tls.acme-email" + acme + "auto", "z.yaml:1:81: tls.acme-directory" + acme + "auto"}},
		{"names with acme", "tls: {mode: acme, domains: [a.example], acme-email: a@b.example}", nil},
		{"permits without our own CA", "tls: {mode: \"off\", permit: [a.example]}", []string{"z.yaml:1:29: tls.permit" + auto + "off"}},
		{"permits with it", "tls: {permit: [a.example]}", nil},
		{"secrets of invites that nobody needs", "rooms: {invite-secrets: [short], invite-secrets-file: s}",
			[]string{"z.yaml:1:26: rooms.invite-secrets: counts only where rooms.access is invite, and it is open", "z.yaml:1:55: rooms.invite-secrets-file: counts only"}},
		{"a file of them alone", "rooms: {invite-secrets-file: s}", []string{"z.yaml:1:30: rooms.invite-secrets-file: counts only"}},
		{"secrets of invites", "rooms: {access: invite, invite-secrets: [0123456789abcdef0123456789abcdef]}", nil},
	} {
		t.Run(row.name, func(t *testing.T) {
			src := fromYAML(row.yaml)
			src.Open = disk(map[string]string{"z.yaml": row.yaml, "s": "short\n"})
			_, warnings := mustLoad(t, src)
			wantLines(t, warnings, row.want...)
		})
	}
}

// Of two addresses for the same purpose the second would never be used.
func TestSecondOfAFamilyIsAFault(t *testing.T) {
	const public, alternate = "turn.public-ip", "turn.alternate-server"
	for _, row := range []struct {
		path   string
		values []string
		want   string
	}{
		{public, []string{"192.0.2.1", "2001:db8::1"}, ""},
		{public, []string{"192.0.2.1", "10.0.0.1=192.0.2.2", "10.0.0.2=192.0.2.2"}, ""},
		{public, []string{"192.0.2.1", "dns:a.example", "dns:b.example"}, ""}, // of the other family, perhaps
		{public, []string{"192.0.2.1", "2001:db8::1", "192.0.2.2"}, "turn.public-ip: 192.0.2.2 comes second"},
		{public, []string{"2001:db8::1", "2001:db8::2"}, "turn.public-ip: 2001:db8::2 comes second"},
		{public, []string{"10.0.0.1=192.0.2.1", "10.0.0.1=192.0.2.2"}, "turn.public-ip: 192.0.2.2 comes second"},
		{alternate, []string{"192.0.2.1:3478", "[2001:db8::1]:3478"}, ""},
		{alternate, []string{"192.0.2.1:3478", "192.0.2.2:3478"}, "turn.alternate-server: 192.0.2.2:3478 is the second"},
		{alternate, []string{"[2001:db8::1]:3478", "[2001:db8::1]:3479"}, "turn.alternate-server: [2001:db8::1]:3479 is the second"},
	} {
		got := loadFaults(t, flag(row.path, row.values...))
		if row.want == "" {
			wantLines(t, got)
		} else {
			wantLines(t, got, row.want)
		}
	}
}
