package mdns

import (
	"net/netip"
	"slices"
	"strings"
	"testing"

	"golang.org/x/net/dns/dnsmessage"
)

const box = "box.local"

func addrs(texts ...string) (all []netip.Addr) {
	for _, text := range texts {
		all = append(all, netip.MustParseAddr(text))
	}
	return all
}

// message is packed as others would.
func message(t testing.TB, m dnsmessage.Message) []byte {
	t.Helper()
	packet, err := m.Pack()
	if err != nil {
		t.Fatal(err)
	}
	return packet
}

func unpacked(t testing.TB, packet []byte) (m dnsmessage.Message) {
	t.Helper()
	if err := m.Unpack(packet); err != nil {
		t.Fatalf("%v: % x", err, packet)
	}
	return m
}

func asks(name string, kind dnsmessage.Type, class dnsmessage.Class) dnsmessage.Question {
	return dnsmessage.Question{Name: dnsmessage.MustNewName(name), Type: kind, Class: class}
}

func a(name, addr string, ttl uint32) dnsmessage.Resource {
	header := dnsmessage.ResourceHeader{Name: dnsmessage.MustNewName(name), Class: dnsmessage.ClassINET | cacheFlush, TTL: ttl}
	at := netip.MustParseAddr(addr)
	if at.Is4() {
		return dnsmessage.Resource{Header: header, Body: &dnsmessage.AResource{A: at.As4()}}
	}
	return dnsmessage.Resource{Header: header, Body: &dnsmessage.AAAAResource{AAAA: at.As16()}}
}

func TestName(t *testing.T) {
	for host, want := range map[string]string{
		"box": box, "Box.corp.example": box, "box.local": box, "": "", "localhost": "", "my_box": "", "-box": "", "box-": "",
		strings.Repeat("x", 63): strings.Repeat("x", 63) + ".local", strings.Repeat("x", 64): "", ".": "", "büro": "",
	} {
		if got := Name(host); got != want {
			t.Errorf("%q: %q, want %q", host, got, want)
		}
	}
}

func TestAsked(t *testing.T) {
	const in, alone = dnsmessage.ClassINET, dnsmessage.ClassINET | cacheFlush
	a4 := asks("box.local.", dnsmessage.TypeA, in)
	for _, row := range []struct {
		name string
		m    dnsmessage.Message
		want string // 4: A, 6: AAAA, u: unicast, p: probe, k: known
	}{
		{"A", dnsmessage.Message{Questions: []dnsmessage.Question{a4}}, "4"},
		{"AAAA in capitals", dnsmessage.Message{Questions: []dnsmessage.Question{asks("BOX.Local.", dnsmessage.TypeAAAA, in)}}, "6"},
		{"any", dnsmessage.Message{Questions: []dnsmessage.Question{asks("box.local.", dnsmessage.TypeALL, dnsmessage.ClassANY)}}, "46"},
		{"both, alone", dnsmessage.Message{Questions: []dnsmessage.Question{asks("box.local.", dnsmessage.TypeA, alone), asks("box.local.", dnsmessage.TypeAAAA, alone)}}, "46u"},
		{"one of two for all", dnsmessage.Message{Questions: []dnsmessage.Question{asks("box.local.", dnsmessage.TypeA, alone), asks("box.local.", dnsmessage.TypeAAAA, in)}}, "46"},
		{"among others", dnsmessage.Message{Questions: []dnsmessage.Question{asks("_http._tcp.local.", dnsmessage.TypePTR, in), a4}}, "4"},
		{"a probe", dnsmessage.Message{Questions: []dnsmessage.Question{a4}, Authorities: []dnsmessage.Resource{a("box.local.", "10.0.0.9", 120)}}, "4p"},
		{"known", dnsmessage.Message{Questions: []dnsmessage.Question{a4}, Answers: []dnsmessage.Resource{a("x.local.", "10.0.0.9", 120), a("box.local.", "10.0.0.9", 60)}}, "4k"},
		{"known, but not for long", dnsmessage.Message{Questions: []dnsmessage.Question{a4}, Answers: []dnsmessage.Resource{a("box.local.", "10.0.0.9", 59)}}, "4"},
		{"another name", dnsmessage.Message{Questions: []dnsmessage.Question{asks("x.box.local.", dnsmessage.TypeA, in)}}, ""},
		{"another type", dnsmessage.Message{Questions: []dnsmessage.Question{asks("box.local.", dnsmessage.TypeTXT, in)}}, ""},
		{"another class", dnsmessage.Message{Questions: []dnsmessage.Question{asks("box.local.", dnsmessage.TypeA, dnsmessage.ClassCHAOS)}}, ""},
		{"an answer", dnsmessage.Message{Header: dnsmessage.Header{Response: true}, Questions: []dnsmessage.Question{a4}}, ""},
		{"another operation", dnsmessage.Message{Header: dnsmessage.Header{OpCode: 4}, Questions: []dnsmessage.Question{a4}}, ""},
		{"nothing", dnsmessage.Message{}, ""},
	} {
		t.Run(row.name, func(t *testing.T) {
			q, about := asked(message(t, row.m), box)
			got := ""
			for _, f := range []struct {
				set  bool
				mark string
			}{{q.four, "4"}, {q.six, "6"}, {q.alone, "u"}, {q.probe, "p"}, {len(q.known) > 0, "k"}} {
				if f.set {
					got += f.mark
				}
			}
			if about != (row.want != "") || about && got != row.want {
				t.Errorf("%v %q, want %q", about, got, row.want)
			}
		})
	}
}

func TestAnswered(t *testing.T) {
	for _, row := range []struct {
		m    dnsmessage.Message
		want []netip.Addr
	}{
		{dnsmessage.Message{Header: dnsmessage.Header{Response: true}, Answers: []dnsmessage.Resource{a("Box.local.", "10.0.0.9", 1), a("other.local.", "10.0.0.8", 9), a("box.local.", "fd00::9", 9)}}, addrs("10.0.0.9", "fd00::9")},
		{dnsmessage.Message{Header: dnsmessage.Header{Response: true}, Answers: []dnsmessage.Resource{a("box.local.", "10.0.0.9", 0)}}, nil}, // a farewell
		{dnsmessage.Message{Header: dnsmessage.Header{Response: true}}, nil},
		{dnsmessage.Message{Answers: []dnsmessage.Resource{a("box.local.", "10.0.0.9", 9)}}, nil}, // what an asker knows
	} {
		if got, about := answered(message(t, row.m), box); !slices.Equal(got, row.want) || about != (row.want != nil) {
			t.Errorf("%v %v, want %v", got, about, row.want)
		}
	}
}

// What is sent reads as it was meant.
func TestReply(t *testing.T) {
	ours := addrs("10.0.0.9", "fd00::9")
	all := unpacked(t, reply(question{id: 7, four: true}, box, ours, false))
	if all.ID != 0 || !all.Response || !all.Authoritative || len(all.Questions) != 0 || len(all.Answers) != 3 {
		t.Errorf("%+v", all)
	}
	for _, r := range all.Answers {
		if r.Header.Class != dnsmessage.ClassINET|cacheFlush || r.Header.TTL != 120 || r.Header.Name.String() != "box.local." {
			t.Errorf("%+v", r.Header)
		}
	}
	if got, _ := answered(reply(question{four: true}, box, ours, false), box); !slices.Equal(got, ours) {
		t.Error(got)
	}
	old := unpacked(t, reply(question{id: 7, six: true}, box, ours, true))
	if old.ID != 7 || len(old.Questions) != 1 || len(old.Answers) != 1 || old.Answers[0].Header.Type != dnsmessage.TypeAAAA ||
		old.Answers[0].Header.TTL != 10 || old.Answers[0].Header.Class != dnsmessage.ClassINET {
		t.Errorf("%+v", old)
	}
	if reply(question{four: true, known: ours}, box, ours, false) != nil {
		t.Error("what the asker knows is told again")
	}
	if reply(question{four: true, known: ours[:1]}, box, ours, false) == nil {
		t.Error("what the asker does not know is not told")
	}
}

// RFC 6762 section 6.1, with the types as RFC 4034 section 4.1.2 has them.
func TestNothingElse(t *testing.T) {
	for _, row := range []struct {
		addrs []netip.Addr
		types string
	}{{addrs("10.0.0.9"), "\x40\x00\x00\x00"}, {addrs("fd00::9"), "\x00\x00\x00\x08"}, {addrs("10.0.0.9", "fd00::9"), "\x40\x00\x00\x08"}} {
		if got := string(nothingElse(box, row.addrs)); got != "\x03box\x05local\x00\x00\x04"+row.types {
			t.Errorf("%v: %q", row.addrs, got)
		}
	}
}

func TestProbe(t *testing.T) {
	q, about := asked(probe(box), box)
	if !about || q.alone || !q.four || !q.six {
		t.Errorf("%v %+v", about, q)
	}
}

// The answer to any packet is a few records, however much it asks.
func TestAnswersDoNotGrow(t *testing.T) {
	var m dnsmessage.Message
	for range 500 {
		m.Questions = append(m.Questions, asks("box.local.", dnsmessage.TypeA, dnsmessage.ClassINET))
	}
	q, about := asked(message(t, m), box)
	if packet := reply(q, box, addrs("10.0.0.9", "fd00::9"), true); !about || len(packet) > 100 {
		t.Errorf("%v, %d bytes", about, len(packet))
	}
}

func FuzzPacket(f *testing.F) {
	f.Add(probe(box))
	f.Add(announcement(box, addrs("10.0.0.9", "fd00::9"), ttl))
	f.Add(reply(question{id: 7, four: true, six: true}, box, addrs("10.0.0.9"), true))
	f.Add(message(f, dnsmessage.Message{Questions: []dnsmessage.Question{asks("box.local.", dnsmessage.TypeA, dnsmessage.ClassINET)},
		Answers: []dnsmessage.Resource{a("box.local.", "10.0.0.9", 120)}, Authorities: []dnsmessage.Resource{a("box.local.", "10.0.0.9", 120)}}))
	f.Fuzz(func(t *testing.T, packet []byte) {
		q, about := asked(packet, box)
		if _, too := answered(packet, box); about && too {
			t.Error("a question and an answer at once")
		}
		if !about {
			return
		}
		for _, legacy := range []bool{true, false} {
			if answer := reply(q, box, addrs("10.0.0.9", "fd00::9"), legacy); answer != nil {
				unpacked(t, answer)
			}
		}
	})
}
