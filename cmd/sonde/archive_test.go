package main

import (
	"archive/tar"
	"archive/zip"
	"bytes"
	"compress/gzip"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

type entry struct {
	name string
	data []byte
}

func zipOf(t *testing.T, entries ...entry) []byte {
	t.Helper()
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	for _, e := range entries {
		w, err := z.Create(e.name)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := w.Write(e.data); err != nil {
			t.Fatal(err)
		}
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func tgzOf(t *testing.T, entries ...entry) []byte {
	t.Helper()
	var b bytes.Buffer
	g := gzip.NewWriter(&b)
	w := tar.NewWriter(g)
	if err := w.WriteHeader(&tar.Header{Name: "link.txt", Typeflag: tar.TypeSymlink, Linkname: "/etc/passwd"}); err != nil {
		t.Fatal(err)
	}
	for _, e := range entries {
		if err := w.WriteHeader(&tar.Header{Name: e.name, Size: int64(len(e.data)), Mode: 0o600}); err != nil {
			t.Fatal(err)
		}
		if _, err := w.Write(e.data); err != nil {
			t.Fatal(err)
		}
	}
	for _, c := range []io.Closer{w, g} {
		if err := c.Close(); err != nil {
			t.Fatal(err)
		}
	}
	return b.Bytes()
}

// TestArchives: each file becomes a document, names are labels and no paths,
// and one bad file does not stop the others.
func TestArchives(t *testing.T) {
	files := []entry{
		{"../../../tmp/slip.txt", []byte("Zip slip speaks of ospreys.")},
		{"/abs/puffin.md", []byte("# Puffins\n\nPuffins nest on Skomer.")},
		{`win\dir\tern.txt`, []byte("The arctic tern flies far.")},
		{"broken.pdf", []byte("%PDF-1.7 this is none")},
		{".git/config", []byte("hidden")},
		{"__MACOSX/x.txt", []byte("hidden too")},
		{"last.txt", []byte("The last file speaks of gannets.")},
	}
	for name, packed := range map[string][]byte{"a.zip": zipOf(t, files...), "b.tar.gz": tgzOf(t, files...), "c.tgz": tgzOf(t, files...)} {
		data, path := t.TempDir(), filepath.Join(t.TempDir(), name)
		if err := os.WriteFile(path, packed, 0o600); err != nil {
			t.Fatal(err)
		}
		must(t, "kb", "create", "arch", "--data", data)
		_, errs, status := sonde(t.Context(), t, "kb", "add", "arch", path, "--data", data)
		if status != 0 || !strings.Contains(errs, "broken.pdf") {
			t.Errorf("%s: exit %d, %s", name, status, errs)
		}
		list := must(t, "kb", "ls", "arch", "--data", data)
		for _, want := range []string{"/" + name + "/tmp/slip.txt", "/" + name + "/abs/puffin.md", "/" + name + "/win/dir/tern.txt", "/" + name + "/last.txt", "failed bad_file"} {
			if !strings.Contains(list, want) {
				t.Errorf("%s: %s is not in\n%s", name, want, list)
			}
		}
		if strings.Contains(list, "..") || strings.Contains(list, "MACOSX") || strings.Contains(list, ".git") || strings.Contains(list, "link") || strings.Contains(list, "passwd") {
			t.Errorf("%s: what should be left out is in\n%s", name, list)
		}
		if out := must(t, "kb", "search", "arch", "gannets", "--data", data); !strings.Contains(out, "last file") {
			t.Errorf("%s: a search found %s", name, out)
		}
		if out := must(t, "kb", "add", "arch", path, "--data", data); !strings.Contains(out, "4 unchanged") {
			t.Errorf("%s again: %s", name, out)
		}
	}
}

// TestArchiveBombs: what unpacks to more than is allowed ends with a reason,
// and what came before it stays.
func TestArchiveBombs(t *testing.T) {
	data, dir := t.TempDir(), t.TempDir()
	must(t, "kb", "create", "bombs", "--data", data)
	zeros := make([]byte, maxFileBytes+1)
	for name, packed := range map[string][]byte{
		"large.zip":  zipOf(t, entry{"first.txt", []byte("The first file of the zip speaks of auks.")}, entry{"huge.txt", zeros}),
		"many.zip":   zipOf(t, manyFiles(maxArchiveFiles+5)...),
		"cut.tar.gz": tgzOf(t, entry{"first.txt", []byte("The first file of the cut one speaks of auks.")}, entry{"rest.txt", []byte(strings.Repeat("x y z ", 1000))})[:150],
		"none.zip":   []byte("this is no archive"),
		"none.tgz":   []byte("this is no archive either"),
	} {
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, packed, 0o600); err != nil {
			t.Fatal(err)
		}
		_, errs, _ := sonde(t.Context(), t, "kb", "add", "bombs", path, "--data", data)
		if !strings.Contains(errs, "failed   ") {
			t.Errorf("%s: no failure is told: %s", name, errs)
		}
	}
	if out := must(t, "kb", "search", "bombs", "auks", "--data", data); !strings.Contains(out, "large.zip/first.txt") {
		t.Errorf("what came before a bomb is not found: %s", out)
	}
}

func manyFiles(n int) []entry {
	out := make([]entry, n)
	for i := range out {
		out[i] = entry{"." + strings.Repeat("x", i%7) + "/f.txt", nil} // hidden ones count for nothing
	}
	for i := range out {
		if i > 3 {
			out[i].name = "f" + strings.Repeat("y", i%50) + strings.Repeat("z", i/50) + ".txt"
		}
	}
	return out
}
