package config

import (
	"net"
	"net/mail"
	"net/netip"
	"net/url"
	"strconv"
	"strings"
)

// parseListen takes host:port. The host is an address of this machine or empty:
// starting must not depend on a lookup, so names other than localhost are out.
func parseListen(text string) (string, error) {
	const remedy = "write it as :9001, 192.0.2.7:9001 or [2001:db8::7]:9001"
	host, port, err := net.SplitHostPort(text)
	if err != nil {
		return "", bad(shown(text)+" is not HOST:PORT", remedy)
	}
	if !digits(port) {
		return "", bad(shown(text)+" does not end in a port number", remedy)
	}
	if n, err := strconv.ParseUint(port, 10, 16); err != nil {
		return "", bad(shown(text)+" names a port above 65535", remedy)
	} else {
		port = strconv.FormatUint(n, 10)
	}
	if strings.EqualFold(host, "localhost") {
		host = "127.0.0.1"
	}
	if host == "" {
		return ":" + port, nil
	}
	addr, err := netip.ParseAddr(host)
	if err != nil {
		return "", bad(shown(text)+" does not begin with an address of this machine", remedy)
	}
	return net.JoinHostPort(addr.String(), port), nil
}

// parsePortRange takes both ends, so that a single port typed by mistake does
// not leave the relay with one.
func parsePortRange(text string) (PortRange, error) {
	const remedy = "write it as 49152-65535"
	low, high, found := strings.Cut(text, "-")
	if !found || !digits(low) || !digits(high) {
		return PortRange{}, bad(shown(text)+" is not a range of ports", remedy)
	}
	first, errFirst := strconv.ParseUint(low, 10, 16)
	last, errLast := strconv.ParseUint(high, 10, 16)
	if errFirst != nil || errLast != nil || first == 0 {
		return PortRange{}, bad(shown(text)+" leaves the ports 1 to 65535", remedy)
	}
	if first > last {
		return PortRange{}, bad(shown(text)+" ends before it begins", remedy)
	}
	return PortRange{Min: uint16(first), Max: uint16(last)}, nil
}

// parsePublicIP takes an address or dns:NAME, each alone or behind INTERNAL=.
func parsePublicIP(text string) (public PublicIP, err error) {
	external := text
	if inside, outside, mapped := strings.Cut(text, "="); mapped {
		if public.Internal, err = parseReachable(inside); err != nil {
			return PublicIP{}, err
		}
		external = outside
	}
	if name, named := strings.CutPrefix(external, "dns:"); named {
		public.Name, err = parseHost(name)
		return public, err
	}
	public.External, err = parseReachable(external)
	if err == nil && public.Internal.IsValid() && public.Internal.Is4() != public.External.Is4() {
		err = bad(shown(text)+" maps IPv4 to IPv6", "name two addresses of one family")
	}
	return public, err
}

// parseReachable refuses what no peer could send to: handed out, it would make
// every call fail in silence.
func parseReachable(text string) (netip.Addr, error) {
	const remedy = "give the address that clients reach this machine by, or leave it out"
	addr, err := netip.ParseAddr(text)
	if err != nil || addr.Zone() != "" {
		return netip.Addr{}, bad(shown(text)+" is not an IP address", remedy)
	}
	addr = addr.Unmap()
	if addr.IsUnspecified() || addr.IsMulticast() || addr == netip.AddrFrom4([4]byte{255, 255, 255, 255}) {
		return netip.Addr{}, bad(shown(text)+" is no address that anybody could send to", remedy)
	}
	return addr, nil
}

// parsePrefix takes a CIDR or a single address. Bits behind the prefix length
// are refused: 10.1.0.0/8 is more often a slip than a wish.
func parsePrefix(text string) (netip.Prefix, error) {
	if addr, err := netip.ParseAddr(text); err == nil && addr.Zone() == "" {
		addr = addr.Unmap()
		return netip.PrefixFrom(addr, addr.BitLen()), nil
	}
	prefix, err := netip.ParsePrefix(text)
	if err != nil {
		return netip.Prefix{}, bad(shown(text)+" is not a network", "write it as 10.0.0.0/8, 2001:db8::/32 or one address")
	}
	if prefix.Masked() != prefix {
		return netip.Prefix{}, bad(shown(text)+" has bits behind its length", "write "+prefix.Masked().String())
	}
	return unmapped(prefix), nil
}

// unmapped writes ::ffff:10.0.0.0/104 as 10.0.0.0/8, the form in which peers are
// compared.
func unmapped(prefix netip.Prefix) netip.Prefix {
	if addr := prefix.Addr(); addr.Is4In6() && prefix.Bits() >= 96 {
		return netip.PrefixFrom(addr.Unmap(), prefix.Bits()-96)
	}
	return prefix
}

// ParseHost reads a host as ice.host has it.
func ParseHost(text string) (string, error) { return parseHost(text) }

// parseHost takes a name or an address, without port and without brackets.
func parseHost(text string) (string, error) {
	const remedy = "write a name or an address alone, such as turn.example.org or 192.0.2.7"
	if strings.Contains(text, "://") {
		return "", bad(shown(text)+" is a URL", remedy)
	}
	if addr, err := netip.ParseAddr(strings.Trim(text, "[]")); err == nil {
		if addr.IsUnspecified() || addr.Zone() != "" {
			return "", bad(shown(text)+" means nothing to a client", remedy)
		}
		return addr.Unmap().String(), nil
	}
	host, ok := hostName(text)
	if !ok {
		return "", bad(shown(text)+" is not a host name", remedy)
	}
	return host, nil
}

// parsePermit takes a name, which stands for those below it too, a CIDR or a single
// address.
func parsePermit(text string) (Permit, error) {
	network, err := parsePrefix(text)
	if err == nil {
		return Permit{Network: network}, nil
	}
	if strings.Contains(text, "/") {
		return Permit{}, err
	}
	name, ok := hostName(text)
	if !ok || strings.Trim(name[strings.LastIndex(name, ".")+1:], "0123456789") == "" {
		return Permit{}, bad(shown(text)+" is neither a name nor a network", "write it as corp.example.org, without a star, or 203.0.113.0/24")
	}
	return Permit{Name: name}, nil
}

// parseDirectory takes an ACME server's URL, which is https (RFC 8555 section 6.1).
func parseDirectory(text string) (string, error) {
	u, err := url.Parse(text)
	if err != nil || u.Scheme != "https" || u.Hostname() == "" || u.User != nil || u.Fragment != "" {
		return "", bad(shown(text)+" is not the URL of an ACME server", "write it as https://ca.example.org/acme/directory")
	}
	return u.String(), nil
}

// parseEmail takes an address alone, without a name before it. It goes into a mailto
// URL that has nothing else (RFC 8555 section 7.3).
func parseEmail(text string) (string, error) {
	at, err := mail.ParseAddress(text)
	if err != nil || at.Address != text || strings.ContainsAny(text, "?,%\"") {
		return "", bad(shown(text)+" is not a mail address", "write it as admin@example.org")
	}
	return text, nil
}

// parseServer takes the address of another server: the protocol has no room for a
// name.
func parseServer(text string) (netip.AddrPort, error) {
	const remedy = "write it as 192.0.2.7:3478 or [2001:db8::7]:3478"
	at, err := netip.ParseAddrPort(text)
	if err != nil || at.Port() == 0 {
		return at, bad(shown(text)+" is not ADDRESS:PORT", remedy)
	}
	addr, err := parseReachable(at.Addr().String())
	return netip.AddrPortFrom(addr, at.Port()), err
}

func digits(text string) bool {
	return text != "" && strings.Trim(text, "0123456789") == ""
}
