package web

import (
	"fmt"
	"io/fs"
	"os/exec"
	"regexp"
	"strings"
	"testing"
)

// files calls f with every embedded file.
func files(t *testing.T, f func(name, text string)) {
	t.Helper()
	err := fs.WalkDir(Files, ".", func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		b, err := fs.ReadFile(Files, name)
		if err == nil {
			f(name, string(b))
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}

// TestNothingInline: the content security policy forbids inline scripts and
// styles, and text of the web must never be parsed as HTML.
func TestNothingInline(t *testing.T) {
	html := regexp.MustCompile(`(?i)<script(?:[^>]*)>[^<]|<style|\sstyle=|\son\w+=|javascript:`)
	script := regexp.MustCompile(`innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\(|new Function|setAttribute\('style'|DOMParser|srcdoc`)
	seen := 0
	files(t, func(name, text string) {
		seen++
		switch {
		case strings.HasSuffix(name, ".html"):
			if m := html.FindString(text); m != "" {
				t.Errorf("%s: %q", name, m)
			}
		case strings.HasSuffix(name, ".js"):
			if m := script.FindString(text); m != "" {
				t.Errorf("%s: %q", name, m)
			}
		}
	})
	if seen < 10 {
		t.Errorf("only %d files are embedded", seen)
	}
}

// TestNothingForeign: the page loads nothing from another host.
func TestNothingForeign(t *testing.T) {
	url := regexp.MustCompile(`(?:src|href|url\(|from|import)\s*[=(]?\s*["']?(?:https?:)?//[^"')\s]*`)
	files(t, func(name, text string) {
		if m := url.FindString(text); m != "" {
			t.Errorf("%s: %q", name, m)
		}
	})
}

// TestReferences: every file that the page and its scripts name is embedded.
func TestReferences(t *testing.T) {
	ref := regexp.MustCompile(`(?:src|href)="/(assets/[^"]+)"|from '\./([^']+)'`)
	n := 0
	files(t, func(name, text string) {
		for _, m := range ref.FindAllStringSubmatch(text, -1) {
			n++
			file := m[1]
			if file == "" {
				file = "assets/" + m[2]
			}
			if _, err := fs.Stat(Files, file); err != nil {
				t.Errorf("%s names %s: %v", name, file, err)
			}
		}
	})
	if n < 20 {
		t.Errorf("only %d references were found", n)
	}
}

// TestIDs: every element that a script asks for by id is on the page, once.
func TestIDs(t *testing.T) {
	page, err := fs.ReadFile(Files, "index.html")
	if err != nil {
		t.Fatal(err)
	}
	ids := map[string]int{}
	for _, m := range regexp.MustCompile(`\sid="([^"]+)"`).FindAllStringSubmatch(string(page), -1) {
		ids[m[1]]++
	}
	for id, n := range ids {
		if n > 1 {
			t.Errorf("id %q stands %d times", id, n)
		}
	}
	files(t, func(name, text string) {
		for _, m := range regexp.MustCompile(`byId\('([^']+)'\)`).FindAllStringSubmatch(text, -1) {
			if ids[m[1]] == 0 {
				t.Errorf("%s asks for %q, which is not on the page", name, m[1])
			}
		}
	})
}

// TestScripts runs the tests of the pure modules, where Node 18 or newer (the
// first with a test runner) is installed.
func TestScripts(t *testing.T) {
	node, err := exec.LookPath("node")
	if err != nil {
		t.Log("node is not installed: testdata/pure.test.mjs was not run")
		return
	}
	version, err := exec.CommandContext(t.Context(), node, "--version").Output()
	var major int
	if _, scan := fmt.Sscanf(string(version), "v%d.", &major); err != nil || scan != nil || major < 18 {
		t.Logf("node %q has no test runner: testdata/pure.test.mjs was not run", version)
		return
	}
	out, err := exec.CommandContext(t.Context(), node, "--test", "testdata/pure.test.mjs").CombinedOutput()
	if err != nil {
		t.Errorf("%v\n%s", err, out)
	}
}
