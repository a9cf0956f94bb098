//go:build hosts

package hosts

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"encoding/json"
	"fmt"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"zerortc/turnserver/probe"
)

// The test binary is built once more as the client: run with clientRole set, in
// the namespace of a host, it does what its arguments say and prints what came
// of it.
const clientRole = "ZERORTC_HOSTS_CLIENT"

var binary string // the program

func TestMain(m *testing.M) {
	if os.Getenv(clientRole) != "" {
		if err := client(os.Args[1:]); err != nil {
			fmt.Println(err)
			os.Exit(1)
		}
		return
	}
	os.Exit(buildAndRun(m))
}

func buildAndRun(m *testing.M) int {
	folder, err := os.MkdirTemp("", "zerortc-hosts")
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	defer os.RemoveAll(folder)
	binary = filepath.Join(folder, "zerortc")
	if out, err := exec.Command("go", "build", "-o", binary, "../zerortc").CombinedOutput(); err != nil {
		fmt.Fprintf(os.Stderr, "go build: %v\n%s", err, out)
		return 1
	}
	return m.Run()
}

// client is one of
//
//	ice URL                     print the URLs of the ICE list, one a line
//	relay NETWORK HOST:PORT URL relay a packet to another relay and print where ours is
//	name NAME                   print the address that the local network has for a name
//	sit UID URL                 join a room at the signaling socket and print what is heard
//
// where NETWORK is udp, tcp or tls, and URL is the ICE list's, but for the last.
func client(args []string) error {
	if args[0] == "sit" {
		return sit(args[1], args[2])
	}
	ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
	defer cancel()
	if args[0] == "name" {
		return askForName(ctx, args[1])
	}
	list, err := iceList(ctx, args[len(args)-1])
	if err != nil {
		return err
	}
	if args[0] == "ice" {
		for _, s := range list.ICEServers {
			fmt.Println(strings.Join(s.URLs, "\n"))
		}
		return nil
	}
	return relay(ctx, args[1], args[2], list)
}

type ice struct {
	ICEServers []struct {
		URLs                 []string
		Username, Credential string
	}
}

func iceList(ctx context.Context, url string) (list ice, err error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, url, nil)
	if err != nil {
		return list, err
	}
	insecure := &http.Client{Transport: &http.Transport{TLSClientConfig: &tls.Config{InsecureSkipVerify: true}}}
	res, err := insecure.Do(req)
	if err != nil {
		return list, err
	}
	defer res.Body.Close()
	return list, json.NewDecoder(res.Body).Decode(&list)
}

// relay opens two allocations and sends a packet from one to the other.
func relay(ctx context.Context, network, server string, list ice) error {
	turn := list.ICEServers[len(list.ICEServers)-1]
	var ends [2]*probe.Client
	var at [2]probe.Allocation
	for i := range ends {
		conn, err := dial(ctx, network, server)
		if err != nil {
			return err
		}
		ends[i] = probe.New(conn, probe.Config{Network: strings.Replace(network, "tls", "tcp", 1),
			Username: turn.Username, Password: turn.Credential, RTO: 200 * time.Millisecond})
		defer ends[i].Close()
		if at[i], err = ends[i].Allocate(ctx, probe.AllocateOptions{}); err != nil {
			return err
		}
	}
	for i := range ends {
		if err := ends[i].CreatePermission(ctx, at[1-i].Relayed); err != nil {
			return err
		}
	}
	if err := ends[0].Send(at[1].Relayed, []byte("hello")); err != nil {
		return err
	}
	packet, err := ends[1].Receive(ctx)
	if err != nil || string(packet.Data) != "hello" {
		return fmt.Errorf("the other relay got %q, %w", packet.Data, err)
	}
	fmt.Println(at[0].Relayed.Addr())
	return nil
}

func dial(ctx context.Context, network, server string) (net.Conn, error) {
	if network == "tls" {
		d := tls.Dialer{Config: &tls.Config{InsecureSkipVerify: true}}
		return d.DialContext(ctx, "tcp", server)
	}
	var d net.Dialer
	return d.DialContext(ctx, network, server)
}

// run runs the client on a host.
func (n *network) run(host string, args ...string) (string, error) {
	self, err := os.Executable()
	if err != nil {
		n.t.Fatal(err)
	}
	out, err := n.try(host, "env", append([]string{clientRole + "=1", self}, args...)...)
	return strings.TrimSpace(out), err
}

// authority fetches the server's CA by plain HTTP, as a device does.
func (n *network) authority(host, server string) (pool *x509.CertPool, file string) {
	n.t.Helper()
	pem := n.on(host, "curl", "-sf", "http://"+server+":9001/trust/zerortc-ca.pem")
	pool = x509.NewCertPool()
	if !pool.AppendCertsFromPEM([]byte(pem)) {
		n.t.Fatalf("no CA: %s", pem)
	}
	file = filepath.Join(n.t.TempDir(), "ca.pem")
	if err := os.WriteFile(file, []byte(pem), 0o600); err != nil {
		n.t.Fatal(err)
	}
	return pool, file
}
