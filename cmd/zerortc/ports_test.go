package main

import (
	"strings"
	"testing"
)

func TestPorts(t *testing.T) {
	for _, row := range []struct{ name, args, want string }{
		{"ufw alone", "--ufw", `sudo ufw allow 9001/tcp
sudo ufw allow 3478
sudo ufw allow 49152:65535/udp
`},
		{"firewalld alone", "--firewalld", `sudo firewall-cmd --permanent --add-port=9001/tcp --add-port=3478/tcp --add-port=3478/udp --add-port=49152-65535/udp
sudo firewall-cmd --reload
`},
		{"nft alone", "--nft", `tcp dport { 9001, 3478 } accept
udp dport { 3478, 49152-65535 } accept
`},
		{"all, one port for everything", "--turn-listen :9001 --turn-relay-ports 50000-50099", `# to open: tcp+udp 9001, udp 50000-50099

# ufw: Ubuntu and Debian
sudo ufw allow 9001
sudo ufw allow 50000:50099/udp

# firewalld: Fedora, RHEL and their relatives
sudo firewall-cmd --permanent --add-port=9001/tcp --add-port=9001/udp --add-port=50000-50099/udp
sudo firewall-cmd --reload

# nft: the input chain of /etc/nftables.conf
tcp dport { 9001 } accept
udp dport { 9001, 50000-50099 } accept
`},
		{"several", "--ufw --nft --http-listen 127.0.0.1:80 --http-listen :443 --turn-relay-ports 50000-50000", `sudo ufw allow 443/tcp
sudo ufw allow 3478
sudo ufw allow 50000/udp
tcp dport { 443, 3478 } accept
udp dport { 3478, 50000 } accept
`},
		{"loopback", "--http-listen 127.0.0.1:9001 --turn-listen [::1]:3478", "# nothing to open: only this machine is served\n"},
	} {
		t.Run(row.name, func(t *testing.T) {
			code, stdout, stderr := inProcess(nil, append([]string{"ports"}, strings.Fields(row.args)...)...)
			if code != exitOK || stdout != row.want {
				t.Errorf("%d %s\n%s\nwant\n%s", code, stderr, stdout, row.want)
			}
		})
	}
}

func TestPortsThatNobodyKnows(t *testing.T) {
	code, _, stderr := inProcess(nil, "ports", "--turn-listen", ":0")
	if code != exitFailed {
		t.Errorf("exit code %d", code)
	}
	wantOneError(t, stderr, "turn.listen", "port 0")
	if code, _, _ := inProcess(nil, "ports", "--turn-relay-ports", "many"); code != exitSettings {
		t.Errorf("wrong settings: exit code %d", code)
	}
	if code, _, _ := inProcess(nil, "ports", "9001"); code != exitUsage {
		t.Errorf("an argument: exit code %d", code)
	}
}
