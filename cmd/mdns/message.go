package mdns

import (
	"errors"
	"net/netip"
	"slices"
	"strings"

	"golang.org/x/net/dns/dnsmessage"
)

// cacheFlush is the first bit of a class. In an answer it says that the records are
// all there are, in a question that the asker wants the answer for himself (RFC 6762
// sections 10.2 and 5.4).
const cacheFlush = 1 << 15

// typeNSEC says which types a name has, and so which it has not (RFC 4034 section 4).
const typeNSEC = dnsmessage.Type(47)

// question is what a packet asks about our name.
type question struct {
	id        uint16
	four, six bool         // A and AAAA are wanted
	alone     bool         // the answer is for the asker alone
	probe     bool         // somebody is about to take the name
	known     []netip.Addr // to the asker, for a while yet
}

// asked reads a packet. It is false for one that does not ask about name.
func asked(packet []byte, name string) (q question, about bool) {
	var p dnsmessage.Parser
	header, err := p.Start(packet)
	if err != nil || header.Response || header.OpCode != 0 {
		return q, false
	}
	q.id = header.ID
	alone := true
	for {
		one, err := p.Question()
		if errors.Is(err, dnsmessage.ErrSectionDone) {
			break
		} else if err != nil {
			return q, false
		}
		class := one.Class &^ cacheFlush
		if !isName(one.Name, name) || class != dnsmessage.ClassINET && class != dnsmessage.ClassANY {
			continue
		}
		q.four = q.four || one.Type == dnsmessage.TypeA || one.Type == dnsmessage.TypeALL
		q.six = q.six || one.Type == dnsmessage.TypeAAAA || one.Type == dnsmessage.TypeALL
		alone = alone && one.Class&cacheFlush != 0
	}
	if !q.four && !q.six {
		return q, false
	}
	q.alone = alone
	q.known, err = addresses(&p, name, ttl/2)
	if err != nil {
		return q, false
	}
	_, err = p.AuthorityHeader()
	q.probe = err == nil
	return q, true
}

// answered reads the addresses that a packet says name has. It is false for one that
// says nothing of it.
func answered(packet []byte, name string) (addrs []netip.Addr, about bool) {
	var p dnsmessage.Parser
	if header, err := p.Start(packet); err != nil || !header.Response || header.OpCode != 0 || p.SkipAllQuestions() != nil {
		return nil, false
	}
	addrs, err := addresses(&p, name, 1) // 0 is a farewell
	return addrs, err == nil && len(addrs) > 0
}

// addresses are those of name in the answer section that last for so many seconds at
// least.
func addresses(p *dnsmessage.Parser, name string, seconds uint32) (addrs []netip.Addr, err error) {
	for {
		header, err := p.AnswerHeader()
		if errors.Is(err, dnsmessage.ErrSectionDone) {
			return addrs, nil
		} else if err != nil {
			return nil, err
		}
		ours := isName(header.Name, name) && header.TTL >= seconds
		switch {
		case ours && header.Type == dnsmessage.TypeA:
			r, err := p.AResource()
			if err != nil {
				return nil, err
			}
			addrs = append(addrs, netip.AddrFrom4(r.A))
		case ours && header.Type == dnsmessage.TypeAAAA:
			r, err := p.AAAAResource()
			if err != nil {
				return nil, err
			}
			addrs = append(addrs, netip.AddrFrom16(r.AAAA))
		default:
			if err := p.SkipAnswer(); err != nil {
				return nil, err
			}
		}
	}
}

// isName compares without regard to case (RFC 6762 section 16).
func isName(n dnsmessage.Name, name string) bool {
	return n.Length > 0 && strings.EqualFold(string(n.Data[:n.Length-1]), name)
}

// reply is the answer to q; nil if the asker knows all of it. One who knows of
// multicast gets every address, whatever he asked for, and that there are no others.
func reply(q question, name string, addrs []netip.Addr, legacy bool) []byte {
	if legacy {
		addrs = slices.DeleteFunc(slices.Clone(addrs), func(a netip.Addr) bool { return a.Is4() && !q.four || a.Is6() && !q.six })
		return pack(packing{id: q.id, name: name, addrs: addrs, ttl: legacyTTL, echo: &q})
	}
	if !slices.ContainsFunc(addrs, func(a netip.Addr) bool { return !slices.Contains(q.known, a) }) {
		return nil
	}
	return pack(packing{name: name, addrs: addrs, ttl: ttl, all: true})
}

// announcement tells everybody of the addresses; with a ttl of 0 that they are gone
// (RFC 6762 sections 8.3 and 10.1).
func announcement(name string, addrs []netip.Addr, ttl uint32) []byte {
	return pack(packing{name: name, addrs: addrs, ttl: ttl, all: true})
}

// probe asks whether somebody has the name. It wants the answer by multicast, though
// RFC 6762 section 8.1 would rather have it alone: nothing else reaches our socket.
func probe(name string) []byte {
	return pack(packing{name: name, probe: true})
}

// packing is what is written into a packet.
type packing struct {
	id    uint16
	name  string
	addrs []netip.Addr
	ttl   uint32
	all   bool      // nobody else has the name, nor the name other addresses
	echo  *question // repeated for an old asker
	probe bool
}

// pack writes a packet; nil for a name that does not fit in one.
func pack(p packing) []byte {
	name, err := dnsmessage.NewName(p.name + ".")
	if err != nil {
		return nil
	}
	b := dnsmessage.NewBuilder(nil, dnsmessage.Header{ID: p.id, Response: !p.probe, Authoritative: !p.probe})
	b.EnableCompression()
	failed := b.StartQuestions()
	ask := func(kind dnsmessage.Type, class dnsmessage.Class) {
		failed = errors.Join(failed, b.Question(dnsmessage.Question{Name: name, Type: kind, Class: class}))
	}
	if p.probe {
		ask(dnsmessage.TypeALL, dnsmessage.ClassINET)
	}
	if p.echo != nil && p.echo.four {
		ask(dnsmessage.TypeA, dnsmessage.ClassINET)
	}
	if p.echo != nil && p.echo.six {
		ask(dnsmessage.TypeAAAA, dnsmessage.ClassINET)
	}
	failed = errors.Join(failed, b.StartAnswers())
	header := dnsmessage.ResourceHeader{Name: name, Class: dnsmessage.ClassINET, TTL: p.ttl}
	if p.all {
		header.Class |= cacheFlush
	}
	for _, addr := range p.addrs {
		if addr.Is4() {
			failed = errors.Join(failed, b.AResource(header, dnsmessage.AResource{A: addr.As4()}))
		} else {
			failed = errors.Join(failed, b.AAAAResource(header, dnsmessage.AAAAResource{AAAA: addr.As16()}))
		}
	}
	if p.all {
		failed = errors.Join(failed, b.UnknownResource(header, dnsmessage.UnknownResource{Type: typeNSEC, Data: nothingElse(p.name, p.addrs)}))
	}
	packet, err := b.Finish()
	if failed != nil || err != nil {
		return nil
	}
	return packet
}

// nothingElse is the NSEC record of a name that has these addresses (RFC 6762 section
// 6.1): without it, who wants both families waits for the one that there is not.
func nothingElse(name string, addrs []netip.Addr) (data []byte) {
	for label := range strings.SplitSeq(name, ".") {
		data = append(append(data, byte(len(label))), label...)
	}
	var types [4]byte // a bit for each, from the highest
	for _, addr := range addrs {
		kind := dnsmessage.TypeAAAA
		if addr.Is4() {
			kind = dnsmessage.TypeA
		}
		types[kind/8] |= 0x80 >> (kind % 8)
	}
	return append(append(data, 0, 0, byte(len(types))), types[:]...)
}
