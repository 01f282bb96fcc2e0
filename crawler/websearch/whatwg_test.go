package websearch

import (
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

var update = flag.Bool("update", false, "write the golden files anew")

// dataFile is a file of the development data: below $SONDE_DATA, or in
// shared/data beside the repository. The test is skipped where it is absent.
func dataFile(t *testing.T, name string) []byte {
	t.Helper()
	root := os.Getenv("SONDE_DATA")
	if root == "" {
		root = filepath.Join("..", "..", "..", "shared", "data")
	}
	b, err := os.ReadFile(filepath.Join(root, name))
	if err != nil {
		t.Skipf("the development data is absent: set SONDE_DATA to its folder (%v)", err)
	}
	return b
}

type urlCase struct {
	Input   string  `json:"input"`
	Base    *string `json:"base"`
	Href    string  `json:"href"`
	Failure bool    `json:"failure"`
}

// urlCases reads the WHATWG's URL tests; strings among them are comments.
func urlCases(t *testing.T) []urlCase {
	var raw []json.RawMessage
	if err := json.Unmarshal(dataFile(t, "vectors/whatwg-url/urltestdata.json"), &raw); err != nil {
		t.Fatal(err)
	}
	var cases []urlCase
	for _, r := range raw {
		var c urlCase
		if json.Unmarshal(r, &c) == nil {
			cases = append(cases, c)
		}
	}
	return cases
}

func (c urlCase) base() string {
	if c.Base == nil {
		return ""
	}
	return *c.Base
}

// TestHrefWHATWG holds the standard's own tests at 99 % and names the rest.
func TestHrefWHATWG(t *testing.T) {
	var wrong []string
	cases := urlCases(t)
	for _, c := range cases {
		got, err := Href(c.base(), c.Input)
		if c.Failure && err == nil || !c.Failure && got != c.Href {
			wrong = append(wrong, fmt.Sprintf("%q base %q: got %q, want %q", c.Input, c.base(), got, c.Href))
		}
	}
	share := 1 - float64(len(wrong))/float64(len(cases))
	t.Logf("%d cases, %d exceptions, %.2f %% right", len(cases), len(wrong), 100*share)
	if share < .99 {
		t.Errorf("%.2f %% right, want at least 99 %%", 100*share)
	}
	golden(t, "whatwg-exceptions.txt", strings.Join(wrong, "\n")+"\n")
}

// TestParseURLWHATWG: the net/url form of an http address says the same as
// the standard's, but for a "%" that encodes nothing and the exceptions named.
func TestParseURLWHATWG(t *testing.T) {
	n := 0
	var wrong []string
	for _, c := range urlCases(t) {
		if !strings.HasPrefix(c.Href, "http:") && !strings.HasPrefix(c.Href, "https:") {
			continue
		}
		want, err := Href(c.base(), c.Input)
		if err != nil {
			continue // a known exception
		}
		n++
		u, err := ParseURL(c.base(), c.Input)
		if err != nil {
			t.Errorf("%q: %v", c.Input, err)
		} else if got := fixPercent(strings.TrimSuffix(want, "#")); u.String() != got {
			wrong = append(wrong, fmt.Sprintf("%q base %q: got %q, want %q", c.Input, c.base(), u, got))
		}
	}
	golden(t, "parseurl-exceptions.txt", strings.Join(wrong, "\n")+"\n")
	if n < 200 {
		t.Errorf("only %d http cases", n)
	}
}

func golden(t *testing.T, name, got string) {
	t.Helper()
	path := filepath.Join("testdata", name)
	if *update {
		if err := os.WriteFile(path, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if got != string(want) {
		t.Errorf("%s differs (write it anew with -update):\n%s", path, got)
	}
}

func TestParseURL(t *testing.T) {
	for _, c := range []struct{ base, ref, want string }{
		{"", "HTTP://EXAMPLE.org:80/a/../b", "http://example.org/b"},
		{"https://example.org/a/b?x#y", "../c d", "https://example.org/c%20d"},
		{"https://example.org/a/b?x#y", "?q=中文", "https://example.org/a/b?q=%E4%B8%AD%E6%96%87"},
		{"https://example.org/a/", "//other.example/x", "https://other.example/x"},
		{"https://example.org/a/", `\\other.example\x`, "https://other.example/x"},
		{"", "http://0x7f.1/", "http://127.0.0.1/"},
		{"", "http://2130706433/", "http://127.0.0.1/"},
		{"", "http://０Ｘ７f．１/", "http://127.0.0.1/"},
		{"", "http://[::ffff:a9fe:a9fe]/", "http://[::ffff:a9fe:a9fe]/"},
		{"", "https://例子.中国/路径", "https://xn--fsqu00a.xn--fiqs8s/%E8%B7%AF%E5%BE%84"},
		{"", "http://example.org/100%", "http://example.org/100%25"},
		{"", "  https://example.org/\n", "https://example.org/"},
		{"https://example.org/", "mailto:a@example.org", "mailto:a@example.org"},
		{"https://example.org/", "javascript:alert(1)", "javascript:alert(1)"},
	} {
		u, err := ParseURL(c.base, c.ref)
		if err != nil || u.String() != c.want {
			t.Errorf("ParseURL(%q, %q) = %v, %v; want %q", c.base, c.ref, u, err, c.want)
		}
	}
	for _, bad := range []string{"", "/x", "http://", "http://a b/", "http://[::1", "https://exa%mple.org/", "http://" + strings.Repeat("a", maxURL), "http://a/" + strings.Repeat("中", maxURL/4)} {
		if u, err := ParseURL("", bad); err == nil {
			t.Errorf("ParseURL(%q) = %q, want an error", clip(bad, 40), u)
		}
	}
}
