package websearch

import (
	"strings"
	"testing"
)

func TestCanonical(t *testing.T) {
	for _, c := range []struct{ in, want string }{
		{"HTTPS://Example.ORG:443", "https://example.org/"},
		{"https://example.org./a", "https://example.org/a"},
		{"https://user:secret@example.org/a#part", "https://example.org/a"},
		{"https://example.org/a?", "https://example.org/a"},
		{"https://example.org/a?utm_source=x&id=7&utm_medium=y&fbclid=z", "https://example.org/a?id=7"},
		{"https://example.org/a?b=2&a=1", "https://example.org/a?b=2&a=1"},
		{"https://example.org/%7euser/%e4%b8%ad%41", "https://example.org/~user/%E4%B8%ADA"},
		{"https://example.org/中", "https://example.org/%E4%B8%AD"},
		{"https://example.org/a%2Fb?x=%2f", "https://example.org/a%2Fb?x=%2F"},
		{"https://example.org/list;jsessionid=0A1B2C?page=2", "https://example.org/list?page=2"},
		{"https://example.org/(S(lit3py55t21z5v55vlm25s55))/x.aspx", "https://example.org/x.aspx"},
		{"https://example.org/?PHPSESSID=abc&p=1", "https://example.org/?p=1"},
		{"https://example.org/?sid=0123456789abcdef0123456789abcdef&t=5", "https://example.org/?t=5"},
		{"https://example.org/?sid=42", "https://example.org/?sid=42"},
		{"https://de.m.wikipedia.org/wiki/Berlin", "https://de.wikipedia.org/wiki/Berlin"},
		{"https://zh.m.wikipedia.org/wiki/北京", "https://zh.wikipedia.org/wiki/%E5%8C%97%E4%BA%AC"},
		{"https://m.example.org/a", "https://m.example.org/a"},
		{"https://www-example-org.cdn.ampproject.org/c/s/www.example.org/news/1?amp=1", "https://www.example.org/news/1"},
		{"https://www.google.com/amp/s/example.org/a/amp/", "https://example.org/a/amp/"},
		{"https://www.google.com/search?q=a", "https://www.google.com/search?q=a"},
		{"https://www.youtube.com/watch?v=abc&si=xyz&feature=share", "https://www.youtube.com/watch?v=abc"},
		{"https://example.org/watch?si=xyz", "https://example.org/watch?si=xyz"},
		{"https://www.bilibili.com/video/BV1/?spm_id_from=333.1&vd_source=9", "https://www.bilibili.com/video/BV1/"},
		{"http://BÜCHER.example/", "http://xn--bcher-kva.example/"},
		{"https://example.org/100%", "https://example.org/100%25"},
		{"https://example.org:8443/a", "https://example.org:8443/a"},
		{"http://[2001:DB8::1]:80/", "http://[2001:db8::1]/"},
	} {
		got, err := Canonical(c.in)
		if err != nil || got != c.want {
			t.Errorf("Canonical(%q) = %q, %v; want %q", c.in, got, err, c.want)
		}
		if again, err := Canonical(got); err != nil || again != got {
			t.Errorf("Canonical(%q) = %q, %v: not itself", got, again, err)
		}
	}
	for _, bad := range []string{"", "example.org", "ftp://example.org/", "javascript:alert(1)", "data:text/html,x", "file:///etc/passwd", "http:///"} {
		if got, err := Canonical(bad); err == nil && !strings.HasPrefix(got, "http") || bad != "http:///" && err == nil {
			t.Errorf("Canonical(%q) = %q, want an error", bad, got)
		}
	}
}

// TestKey: addresses of one page have one key, of two pages two.
func TestKey(t *testing.T) {
	same := [][]string{
		{"https://example.org/a", "http://www.example.org/a/", "https://m.example.org/a?utm_source=x#top", "https://amp.example.org/a", "https://example.org/a/amp/"},
		{"https://example.org/", "http://example.org", "https://www.example.org/index.html"},
		{"https://example.org/?a=1&b=2", "https://example.org/?b=2&a=1"},
		{"https://en.wikipedia.org/wiki/Go", "https://en.m.wikipedia.org/wiki/Go"},
		{"https://example.org/x.html", "https://example.org/x.amp.html"},
		{"https://example.org/~u", "https://example.org/%7Eu"},
	}
	seen := map[string]string{}
	for _, group := range same {
		want, err := Key(group[0])
		if err != nil {
			t.Fatal(err)
		}
		if other, ok := seen[want]; ok {
			t.Errorf("%q and %q have one key", group[0], other)
		}
		seen[want] = group[0]
		for _, u := range group[1:] {
			if got, err := Key(u); err != nil || got != want {
				t.Errorf("Key(%q) = %q, %v; want %q", u, got, err, want)
			}
		}
	}
	for _, pair := range [][2]string{
		{"https://example.org/a", "https://example.org/A"}, {"https://example.org/?p=1", "https://example.org/?p=2"},
		{"https://a.example.org/", "https://b.example.org/"}, {"https://example.org:8080/", "https://example.org/"},
		{"https://m.cn/", "https://cn/"}, {"https://example.org/lamp", "https://example.org/l"},
	} {
		a, _ := Key(pair[0])
		if b, err := Key(pair[1]); err != nil || a == b {
			t.Errorf("%q and %q have one key %q (%v)", pair[0], pair[1], a, err)
		}
	}
}

func FuzzCanonical(f *testing.F) {
	for _, s := range []string{"https://example.org/a?utm_source=x#y", "http://0x7f.1/%zz", "https://例子.中国/;jsessionid=1", "https://www.google.com/amp/s/a.b/c"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		got, err := Canonical(s)
		if err != nil {
			return
		}
		if !strings.HasPrefix(got, "http://") && !strings.HasPrefix(got, "https://") {
			t.Fatalf("Canonical(%q) = %q", s, got)
		}
		if again, err := Canonical(got); err != nil || again != got {
			t.Fatalf("Canonical(%q) = %q, then %q, %v", s, got, again, err)
		}
		if _, err := Key(got); err != nil {
			t.Fatalf("Key(%q): %v", got, err)
		}
	})
}

func FuzzParseURL(f *testing.F) {
	f.Add("https://example.org/a/", "../b?c#d")
	f.Add("", `http:\\[::1]\a`)
	f.Add("file:///C|/a", "/D|/b")
	f.Fuzz(func(t *testing.T, base, ref string) {
		u, err := ParseURL(base, ref)
		if err != nil || u.Scheme != "http" && u.Scheme != "https" {
			return
		}
		again, err := ParseURL("", u.String())
		if err != nil || again.String() != u.String() {
			t.Fatalf("ParseURL(%q, %q) = %q, then %v, %v", base, ref, u, again, err)
		}
		if strings.ContainsAny(u.Host, "/\\@ \t\n") {
			t.Fatalf("ParseURL(%q, %q): host %q", base, ref, u.Host)
		}
	})
}
