package crawler

import (
	"bufio"
	"encoding/json"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// TestRobotsVectors asks the assertions that Google's parser is tested with.
// Those named ID_ are RFC 9309's behaviour; the others are Google's own.
func TestRobotsVectors(t *testing.T) {
	f, err := os.Open(dataDir(t, "vectors", "robots-rfc9309", "google_robotstxt_cases.jsonl"))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	right, all := map[bool]int{}, map[bool]int{}
	sc := bufio.NewScanner(f)
	sc.Buffer(nil, 1<<20)
	for sc.Scan() {
		var v struct {
			Test, Kind string
			Line       int
			Robots     string `json:"robots_txt"`
			Agent      string `json:"user_agent"`
			URL        string
			Expect     any
		}
		if err := json.Unmarshal(sc.Bytes(), &v); err != nil {
			t.Fatal(err)
		}
		if v.Kind != "allowed" {
			continue
		}
		rfc := strings.HasPrefix(v.Test, "ID_")
		all[rfc]++
		if got := parseRobots([]byte(v.Robots)).of(v.Agent).allowsPath(robotsPath(v.URL)); got == v.Expect {
			right[rfc]++
		} else if rfc {
			t.Errorf("%s line %d: %q for %s: %v, want %v\n%s", v.Test, v.Line, cut(v.URL, 200), v.Agent, got, v.Expect, cut(v.Robots, 300))
		} else {
			t.Logf("%s line %d: %q for %s: %v, want %v\n%s", v.Test, v.Line, cut(v.URL, 200), v.Agent, got, v.Expect, cut(v.Robots, 300))
		}
	}
	t.Logf("RFC 9309: %d of %d; Google's own: %d of %d", right[true], all[true], right[false], all[false])
	if all[true] != 72 {
		t.Errorf("%d RFC vectors, want 72", all[true])
	}
}

func TestRobotsRealFiles(t *testing.T) {
	files, err := filepath.Glob(filepath.Join(dataDir(t, "vectors", "robots-real"), "files", "*"))
	if err != nil || len(files) < 100 {
		t.Fatalf("%d files, %v", len(files), err)
	}
	groups := 0
	for _, name := range files {
		b, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		r := parseRobots(b)
		groups += len(r.groups)
		r.of(Product).allowsPath("/a/b?c=d")
	}
	if groups < len(files) {
		t.Errorf("only %d groups in %d files", groups, len(files))
	}
}

func TestRobotsRules(t *testing.T) {
	tests := []struct {
		name, robots, path string
		want               bool
	}{
		{"nothing", "", "/x", true},
		{"all", "User-agent: *\nDisallow: /", "/x", false},
		{"itself", "User-agent: *\nDisallow: /", "/robots.txt", true},
		{"ours over all", "User-agent: *\nDisallow: /\nUser-agent: sonde\nAllow: /", "/x", true},
		{"ours with version", "User-agent: Sonde/1.0\nDisallow: /", "/x", false},
		{"longer token is another", "User-agent: SondeImages\nDisallow: /", "/x", true},
		{"longest wins", "User-agent: *\nDisallow: /a\nAllow: /a/b", "/a/b/c", true},
		{"tie allows", "User-agent: *\nDisallow: /a\nAllow: /a", "/a", true},
		{"wildcard", "User-agent: *\nDisallow: /*.pdf$", "/x/y.pdf", false},
		{"wildcard end", "User-agent: *\nDisallow: /*.pdf$", "/x/y.pdf?z", true},
		{"many wildcards", "User-agent: *\nDisallow: /*a*b*c$", "/xxaxxbxxcxc", false},
		{"escaped Chinese", "User-agent: *\nDisallow: /文档", "/%e6%96%87%E6%A1%A3/x", false},
		{"BOM", "\ufeffUser-agent: *\nDisallow: /", "/x", false},
		{"rules above groups", "Disallow: /\nUser-agent: *\nAllow: /x", "/y", true},
		{"groups are joined", "User-agent: sonde\nDisallow: /a\n\nUser-agent: sonde\nDisallow: /b", "/b", false},
		{"sitemap parts nothing", "User-agent: a\nSitemap: https://x/s.xml\nUser-agent: sonde\nDisallow: /", "/x", false},
		{"carriage returns", "User-agent: *\rDisallow: /x\r", "/x", false},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			u, err := url.Parse("https://example.org" + tt.path)
			if err != nil {
				t.Fatal(err)
			}
			if got := parseRobots([]byte(tt.robots)).of(Product).allows(u); got != tt.want {
				t.Errorf("allows %q = %v", tt.path, got)
			}
		})
	}
}

func TestRobotsDelayAndSitemaps(t *testing.T) {
	f := parseRobots([]byte("Sitemap: https://example.org/a.xml\nUser-agent: *\nCrawl-delay: 2.5\nSitemap: https://example.org/b.xml\nCrawl-delay: rubbish\n"))
	if d := f.of(Product).delay; d != 2500*time.Millisecond {
		t.Errorf("delay %v", d)
	}
	if len(f.sitemaps) != 2 {
		t.Errorf("sitemaps %v", f.sitemaps)
	}
}

func FuzzRobots(f *testing.F) {
	f.Add([]byte("User-agent: *\nDisallow: /*a*$\nCrawl-delay: 1e9"), "http://example.org/a?b#c")
	f.Add([]byte("\xef\xbb\xbfuser-agent\tSonde\rallow: /%zz"), "//x;y")
	f.Fuzz(func(t *testing.T, body []byte, address string) {
		r := parseRobots(body)
		p := robotsPath(address)
		if !strings.HasPrefix(p, "/") {
			t.Errorf("path %q", p)
		}
		set := r.of(Product)
		if set.delay < 0 {
			t.Error("negative delay")
		}
		set.allowsPath(p)
		if !set.allowsPath("/robots.txt") {
			t.Error("robots.txt itself is refused")
		}
	})
}
