package extract

import "testing"

func TestSniff(t *testing.T) {
	html, rss := "<!DOCTYPE html><title>x</title>", `<?xml version="1.0"?><rss version="2.0"><channel/></rss>`
	tests := []struct {
		name, url, contentType, body string
		want                         kind
	}{
		{"html stated", "https://e.org/a.php", "text/html; charset=utf-8", "<p>x", kindHTML},
		{"html, nothing stated", "https://e.org", "", "  <p>x", kindHTML},
		{"html as xhtml", "https://e.org/", "application/xhtml+xml", html, kindHTML},
		{"html as octets", "https://e.org/a", "application/octet-stream", html, kindHTML},
		{"html shown as text", "https://e.org/a.txt", "text/plain", html, kindPlain},
		{"host is no extension", "https://readme.md", "", "words", kindPlain},
		{"markdown by extension", "https://e.org/a.md?raw", "text/plain", "# x", kindMarkdown},
		{"code by extension", "file:///a/b.go", "", "package b", kindCode},
		{"feed as xml", "https://e.org/f", "text/xml", rss, kindFeed},
		{"feed as html", "https://e.org/f", "text/html", rss, kindFeed},
		{"xhtml as xml", "https://e.org/f", "application/xml", `<?xml version="1.0"?><html xmlns="x"><p>x</p></html>`, kindHTML},
		{"json by suffix", "https://e.org/f", "application/vnd.api+json", "{}", kindJSON},
		{"pdf as html", "https://e.org/f", "text/html", "%PDF-1.7", kindPDF},
		{"pdf named only", "https://e.org/f", "text/html", "<p>how to write %PDF-1.7", kindHTML},
		{"image", "https://e.org/f", "image/svg+xml", "<svg/>", kindBinary},
		{"zeros", "https://e.org/f", "text/plain", "a\x00b", kindBinary},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if got := sniff(Input{URL: tt.url, ContentType: tt.contentType, Body: []byte(tt.body)}); got != tt.want {
				t.Errorf("got %s, want %s", got.mime(), tt.want.mime())
			}
		})
	}
}
