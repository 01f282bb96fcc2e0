package crawler

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/netip"
	"net/url"
	"strconv"
	"strings"
	"sync"
	"syscall"

	"code.dny.dev/ssrf"
)

// What the IANA registries behind code.dny.dev/ssrf do not list, and nobody
// should reach by way of a public name.
var (
	moreDeniedV4 = []netip.Prefix{
		netip.MustParsePrefix("168.63.129.16/32"), // Azure's host agent
		netip.MustParsePrefix("192.0.0.0/24"),
	}
	moreDeniedV6 = []netip.Prefix{
		netip.MustParsePrefix("2001::/23"), // Teredo, ORCHID and other assignments
		netip.MustParsePrefix("2002::/16"), // 6to4 carries an IPv4 address
		netip.MustParsePrefix("5f00::/16"), // segment routing
	}
)

// public reports whether the address is one of the open internet. It is false
// for loopback, private, link-local, shared, benchmark, documentation,
// multicast and reserved addresses, and for every IPv6 form that carries an
// IPv4 address (mapped, compatible, 6to4, Teredo, NAT64), as what it stands for
// is decided by a gateway that we do not see.
func public(guard *ssrf.Guardian, a netip.Addr) bool {
	if !a.IsValid() || a.Zone() != "" || a.Is4In6() {
		return false
	}
	return guard.SafeAddr(a) == nil
}

func newGuardian() *ssrf.Guardian {
	return ssrf.New(ssrf.WithAnyPort(),
		ssrf.WithDeniedV4Prefixes(moreDeniedV4...), ssrf.WithDeniedV6Prefixes(moreDeniedV6...))
}

// An opening is one entry of Options.Allow.
type opening struct {
	prefix netip.Prefix // valid where the entry is an address or a CIDR
	host   string       // lower case, where it is a name
	port   uint16       // 0: any port
}

// parseOpening reads "host", "host:port", an address, "address:port",
// "[v6]:port" or a CIDR.
func parseOpening(s string) (opening, error) {
	bad := fmt.Errorf("allow entry %q: write a host, host:port, an IP address or a CIDR such as 10.1.0.0/16", s)
	t := strings.ToLower(strings.TrimSpace(s))
	if p, err := netip.ParsePrefix(t); err == nil {
		return opening{prefix: p.Masked()}, nil
	}
	if a, err := netip.ParseAddr(strings.Trim(t, "[]")); err == nil {
		a = a.Unmap()
		return opening{prefix: netip.PrefixFrom(a, a.BitLen())}, nil
	}
	if t == "" || strings.ContainsAny(t, "/ @?#\t") {
		return opening{}, bad
	}
	host, port, err := net.SplitHostPort(t)
	if err != nil {
		if strings.Contains(t, ":") {
			return opening{}, bad
		}
		return opening{host: strings.TrimSuffix(t, ".")}, nil
	}
	n, err := strconv.ParseUint(port, 10, 16)
	if err != nil || n == 0 || host == "" {
		return opening{}, bad
	}
	if a, err := netip.ParseAddr(host); err == nil {
		a = a.Unmap()
		return opening{prefix: netip.PrefixFrom(a, a.BitLen()), port: uint16(n)}, nil
	}
	return opening{host: strings.TrimSuffix(host, "."), port: uint16(n)}, nil
}

func (o opening) covers(host string, a netip.AddrPort) bool {
	if o.port != 0 && o.port != a.Port() {
		return false
	}
	if o.host != "" {
		return o.host == host
	}
	return o.prefix.Contains(a.Addr().Unmap())
}

// A guard decides which addresses one session may dial. It is asked after the
// name was resolved, for every connection: pages, redirects, robots.txt,
// sitemaps and feeds.
type guard struct {
	ssrf    *ssrf.Guardian
	allowed []opening

	mu    sync.Mutex
	typed map[string]*typedSite // by host:port, as a person typed it
}

// A typedSite is a host and port that a person named. Its port is open. With
// trust, its address may be private, unless the name was seen to be public: a
// public name that turns private is an attack (DNS rebinding).
type typedSite struct {
	trust     bool
	literal   bool // an IP address, not a name
	wasPublic bool
}

// open lets the session dial the host and port of a typed site.
func (g *guard) open(u *url.URL, trust bool) {
	host := strings.ToLower(u.Hostname())
	_, err := netip.ParseAddr(host)
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.typed == nil {
		g.typed = map[string]*typedSite{}
	}
	key := net.JoinHostPort(host, portOf(u))
	if t := g.typed[key]; t != nil {
		t.trust = t.trust || trust
		return
	}
	g.typed[key] = &typedSite{trust: trust, literal: err == nil}
}

// check reports why the address behind host must not be dialled, or nil. The
// error says nothing about the address.
func (g *guard) check(host string, a netip.AddrPort) error {
	host = strings.TrimSuffix(strings.ToLower(host), ".")
	for _, o := range g.allowed {
		if o.covers(host, a) {
			return nil
		}
	}
	isPublic := public(g.ssrf, a.Addr())
	g.mu.Lock()
	defer g.mu.Unlock()
	t := g.typed[net.JoinHostPort(host, strconv.Itoa(int(a.Port())))]
	switch {
	case isPublic && t != nil:
		t.wasPublic = true
		return nil
	case isPublic && (a.Port() == 80 || a.Port() == 443):
		return nil
	case isPublic:
		return failure(reasonBlocked, "the port is not 80 or 443")
	case t != nil && t.trust && !t.wasPublic && (t.literal || !metadata(a.Addr())):
		return nil
	}
	return failure(reasonBlocked, "the address is not public")
}

// metadata reports addresses at which clouds keep secrets: a name that a
// person typed must not lead there.
func metadata(a netip.Addr) bool {
	a = a.Unmap()
	return a.IsLinkLocalUnicast() || a == netip.AddrFrom4([4]byte{168, 63, 129, 16}) ||
		a == netip.AddrFrom4([4]byte{100, 100, 100, 200}) || a == netip.MustParseAddr("fd00:ec2::254")
}

// A dialer makes the connections of one session.
type dialer struct {
	guard    *guard
	net      net.Dialer
	observed func(host string, a netip.AddrPort) error // for tests: sees each address that may be dialled
}

// DialContext resolves and connects; the guard sees each resolved address
// right before the connection is made, so that nothing can change in between.
func (d *dialer) DialContext(ctx context.Context, network, address string) (net.Conn, error) {
	host, _, err := net.SplitHostPort(address)
	if err != nil {
		return nil, failure(reasonBadAddress, "the address has no host and port")
	}
	nd := d.net
	nd.ControlContext = func(_ context.Context, _, resolved string, _ syscall.RawConn) error {
		a, err := netip.ParseAddrPort(resolved)
		if err != nil {
			return failure(reasonBlocked, "the address is not public")
		}
		if err := d.guard.check(host, a); err != nil {
			return err
		}
		if d.observed != nil {
			return d.observed(host, a)
		}
		return nil
	}
	conn, err := nd.DialContext(ctx, network, address)
	var f *fetchError
	if errors.As(err, &f) {
		return nil, f
	}
	return conn, err
}

// portOf is the port of an http or https address.
func portOf(u *url.URL) string {
	if p := u.Port(); p != "" {
		return p
	}
	if u.Scheme == "https" {
		return "443"
	}
	return "80"
}
