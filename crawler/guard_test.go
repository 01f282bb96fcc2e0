package crawler

import (
	"net/netip"
	"net/url"
	"testing"
)

func TestPublicAddresses(t *testing.T) {
	g := newGuardian()
	tests := []struct {
		addr string
		want bool
	}{
		{"8.8.8.8", true}, {"93.184.216.34", true}, {"2606:4700::1111", true}, {"2001:4860:4860::8888", true},
		{"127.0.0.1", false}, {"127.255.255.254", false}, {"0.0.0.0", false}, {"0.1.2.3", false},
		{"10.0.0.1", false}, {"172.16.0.1", false}, {"192.168.1.1", false}, {"169.254.169.254", false},
		{"100.64.0.1", false}, {"100.127.255.255", false}, {"192.0.0.192", false}, {"192.0.2.1", false},
		{"198.18.0.1", false}, {"198.19.255.255", false}, {"198.51.100.1", false}, {"203.0.113.1", false},
		{"224.0.0.1", false}, {"240.0.0.1", false}, {"255.255.255.255", false}, {"168.63.129.16", false},
		{"::", false}, {"::1", false}, {"::127.0.0.1", false}, {"::8.8.8.8", false},
		{"::ffff:127.0.0.1", false}, {"::ffff:8.8.8.8", false}, {"::ffff:a9fe:a9fe", false},
		{"64:ff9b::7f00:1", false}, {"64:ff9b::808:808", false}, {"64:ff9b:1::1", false},
		{"2002:7f00:1::", false}, {"2002:808:808::", false}, {"2001:0:7f00:1::", false}, {"2001:db8::1", false},
		{"fe80::1", false}, {"fe80::1%eth0", false}, {"fec0::1", false}, {"fc00::1", false}, {"fd00:ec2::254", false},
		{"ff02::1", false}, {"3fff::1", false}, {"100::1", false}, {"5f00::1", false},
	}
	for _, tt := range tests {
		if got := public(g, netip.MustParseAddr(tt.addr)); got != tt.want {
			t.Errorf("public(%s) = %v", tt.addr, got)
		}
	}
}

func TestGuardOpenings(t *testing.T) {
	g := &guard{ssrf: newGuardian()}
	for _, s := range []string{"10.1.0.0/16", "127.0.0.5:8080", "intranet.example", "wiki.example:8443", "[fd00::5]:80", "192.168.7.7"} {
		o, err := parseOpening(s)
		if err != nil {
			t.Fatal(err)
		}
		g.allowed = append(g.allowed, o)
	}
	tests := []struct {
		host, addr string
		want       bool
	}{
		{"a.example", "10.1.2.3:9000", true},
		{"a.example", "10.2.2.3:80", false},
		{"x", "127.0.0.5:8080", true},
		{"x", "127.0.0.5:8081", false},
		{"intranet.example", "172.16.0.9:80", true},
		{"Intranet.Example.", "172.16.0.9:8000", true},
		{"other.example", "172.16.0.9:80", false},
		{"wiki.example", "192.168.0.1:8443", true},
		{"wiki.example", "192.168.0.1:443", false},
		{"x", "[fd00::5]:80", true},
		{"x", "[fd00::6]:80", false},
		{"x", "192.168.7.7:1234", true},
		{"x", "8.8.8.8:443", true},
		{"x", "8.8.8.8:22", false},
		{"x", "8.8.8.8:8080", false},
	}
	for _, tt := range tests {
		if err := g.check(tt.host, netip.MustParseAddrPort(tt.addr)); (err == nil) != tt.want {
			t.Errorf("check(%s, %s) = %v", tt.host, tt.addr, err)
		}
	}
	for _, s := range []string{"", "http://x", "a b", "x:0", "x:99999", "1.2.3.4/99", "a:b:c", ":80", "x/y"} {
		if _, err := parseOpening(s); err == nil {
			t.Errorf("parseOpening(%q) took it", s)
		}
	}
}

func TestGuardTypedSites(t *testing.T) {
	open := func(g *guard, raw string, trust bool) {
		u, err := url.Parse(raw)
		if err != nil {
			t.Fatal(err)
		}
		g.open(u, trust)
	}
	g := &guard{ssrf: newGuardian()}
	open(g, "http://127.0.0.1:8080/docs", true)
	open(g, "http://nas.example/", true)
	open(g, "http://rebind.example/", true)
	open(g, "http://distrusted.example:8080/", false)
	tests := []struct {
		host, addr string
		want       bool
	}{
		{"127.0.0.1", "127.0.0.1:8080", true},
		{"127.0.0.1", "127.0.0.1:8081", false},
		{"127.0.0.2", "127.0.0.2:8080", false},
		{"nas.example", "192.168.1.2:80", true},
		{"nas.example", "192.168.1.2:443", false},
		{"nas.example", "169.254.169.254:80", false},
		{"rebind.example", "93.184.216.34:80", true},
		{"rebind.example", "127.0.0.1:80", false}, // it was public a moment ago
		{"distrusted.example", "127.0.0.1:8080", false},
		{"distrusted.example", "93.184.216.34:8080", true},
	}
	for _, tt := range tests {
		if err := g.check(tt.host, netip.MustParseAddrPort(tt.addr)); (err == nil) != tt.want {
			t.Errorf("check(%s, %s) = %v", tt.host, tt.addr, err)
		}
	}
}
