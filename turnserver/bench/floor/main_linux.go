// Command floor tells what a packet costs a program that does nothing but pass it on:
// one system call to receive it, and one to send it to an address that is known
// beforehand. No relay that gets its packets one by one can be much cheaper, so it is
// what the ratios of the benchmark are to be read beside.
//
//	go run ./turnserver/bench/floor
//
// The load is the benchmark's usual one: 20,000 packets of 1,000 bytes a second on
// loopback, to a receiver that sleeps by the clock.
package main

import (
	"fmt"
	"net"
	"net/netip"
	"os"
	"os/exec"
	"runtime"
	"time"

	"golang.org/x/sys/unix"
)

const (
	rate    = 20_000
	lasts   = 2 * time.Second
	payload = 1000
	room    = 4 << 20
)

func main() {
	run := measure
	if len(os.Args) == 2 {
		run = func() error { return forward(os.Args[1]) }
	}
	if err := run(); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

// measure loads a process of this program that passes packets on.
func measure() error {
	sink, err := net.ListenUDP("udp4", &net.UDPAddr{IP: net.IPv4(127, 0, 0, 1)})
	if err != nil {
		return err
	}
	defer sink.Close()
	_ = sink.SetReadBuffer(room)
	cmd := exec.Command("/proc/self/exe", sink.LocalAddr().String())
	cmd.Stderr = os.Stderr
	out, err := cmd.StdoutPipe()
	if err != nil {
		return err
	}
	if err := cmd.Start(); err != nil {
		return err
	}
	var where string
	if _, err := fmt.Fscan(out, &where); err != nil {
		return err
	}
	to, err := net.Dial("udp4", where)
	if err != nil {
		return err
	}
	counted := make(chan int)
	go func() { counted <- count(sink) }()
	send(to)
	time.Sleep(100 * time.Millisecond)
	if _, err := to.Write(nil); err != nil { // the end
		return err
	}
	if err := cmd.Wait(); err != nil {
		return err
	}
	cpu, got := cmd.ProcessState.UserTime()+cmd.ProcessState.SystemTime(), <-counted
	if got == 0 {
		return fmt.Errorf("no packet arrived")
	}
	fmt.Printf("%.2f µs a packet; %d of %d arrived\n", float64(cpu.Microseconds())/float64(got), got, int(lasts.Seconds()*rate))
	return nil
}

// send keeps the schedule: a packet at a time, none together with another.
func send(to net.Conn) {
	runtime.LockOSThread()
	packet := make([]byte, payload)
	began := time.Now()
	for n := range int(lasts.Seconds() * rate) {
		for at := time.Duration(n) * time.Second / rate; ; {
			if time.Since(began) >= at {
				break
			}
		}
		_, _ = to.Write(packet)
	}
}

// count counts what arrives until nothing has for a while. Nobody wakes it.
func count(sink *net.UDPConn) (n int) {
	b := make([]byte, 2048)
	for last := time.Now(); time.Since(last) < lasts; time.Sleep(time.Millisecond) {
		for {
			_ = sink.SetReadDeadline(time.Now().Add(time.Microsecond))
			if _, err := sink.Read(b); err != nil {
				break
			}
			n++
			last = time.Now()
		}
	}
	return n
}

// forward passes packets on until an empty one comes.
func forward(to string) error {
	runtime.LockOSThread()
	at, err := netip.ParseAddrPort(to)
	if err != nil {
		return err
	}
	in, err := open()
	if err != nil {
		return err
	}
	out, err := open()
	if err != nil {
		return err
	}
	bound, err := unix.Getsockname(in)
	if err != nil {
		return err
	}
	fmt.Printf("127.0.0.1:%d\n", bound.(*unix.SockaddrInet4).Port)
	peer := &unix.SockaddrInet4{Port: int(at.Port()), Addr: at.Addr().As4()}
	b := make([]byte, 2048)
	for {
		n, _, err := unix.Recvfrom(in, b, 0)
		if err != nil && err != unix.EINTR || err == nil && n == 0 {
			return err
		}
		_ = unix.Sendto(out, b[:n], unix.MSG_DONTWAIT, peer)
	}
}

func open() (int, error) {
	fd, err := unix.Socket(unix.AF_INET, unix.SOCK_DGRAM|unix.SOCK_CLOEXEC, 0)
	if err != nil {
		return 0, err
	}
	_ = unix.SetsockoptInt(fd, unix.SOL_SOCKET, unix.SO_RCVBUF, room)
	return fd, unix.Bind(fd, &unix.SockaddrInet4{Addr: [4]byte{127, 0, 0, 1}})
}
