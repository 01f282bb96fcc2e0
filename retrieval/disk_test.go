package retrieval

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/sonde-search/sonde/agent"
)

func addDocs(t testing.TB, d *Disk, docs ...Document) {
	t.Helper()
	if err := d.Add(context.Background(), docs...); err != nil {
		t.Fatal(err)
	}
}

func found(t testing.TB, d *Disk, q string, f Filter) []string {
	t.Helper()
	fs, err := d.Search(context.Background(), agent.Query{Text: q, K: 50}, f)
	if err != nil {
		t.Fatal(err)
	}
	var ids []string
	for _, f := range fs {
		if !slices.Contains(ids, f.Document) {
			ids = append(ids, f.Document)
		}
	}
	slices.Sort(ids)
	return ids
}

func stats(t testing.TB, d *Disk) Stats {
	t.Helper()
	s, err := d.Stats(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func doc(id, text string) Document {
	return Document{ID: id, Page: testPage("https://kb.example/"+id, "", text)}
}

func TestDiskKeepsReplacesAndDeletes(t *testing.T) {
	dir := t.TempDir()
	d := openDisk(t, dir)
	long := strings.Repeat("# Chapter\n\n"+strings.Repeat("The cormorant dries its wings. ", 60)+"\n\n", 3)
	addDocs(t, d, doc("a", "The heron stands in the reeds."), doc("b", "The heron flies."), doc("c", long))
	before := stats(t, d)
	if before.Documents != 3 || before.Passages < 4 || before.Bytes == 0 {
		t.Errorf("stats %+v", before)
	}
	addDocs(t, d, doc("a", "The stork stands on the chimney."), doc("c", "The cormorant is short now."))
	if got := found(t, d, "heron", Filter{}); !slices.Equal(got, []string{"b"}) {
		t.Errorf("after replacing a: heron is in %v", got)
	}
	if s := stats(t, d); s.Documents != 3 || s.Passages != 3 {
		t.Errorf("after replacing: %+v", s)
	}
	if err := d.Delete(context.Background(), "b", "nobody"); err != nil {
		t.Fatal(err)
	}
	if err := d.Close(); err != nil {
		t.Fatal(err)
	}
	d = openDisk(t, dir)
	if got := found(t, d, "heron stork cormorant", Filter{}); !slices.Equal(got, []string{"a", "c"}) {
		t.Errorf("after opening again: %v", got)
	}
	if s := stats(t, d); s.Documents != 2 || s.Passages != 2 || s.Outdated {
		t.Errorf("after opening again: %+v", s)
	}
}

func TestDiskFilters(t *testing.T) {
	d := openDisk(t, t.TempDir())
	mk := func(id, text, source, day string, tags ...string) Document {
		x := doc(id, text)
		x.Source, x.Tags, x.Page.Published = source, tags, day
		return x
	}
	addDocs(t, d,
		mk("old", "The treaty on salt was signed.", "wiki", "2019-04-01", "law", "salt"),
		mk("new", "The treaty on salt was renewed.", "mail", "2024-06-30", "law"),
		mk("zh", "盐业条约 treaty 已经签署，各方表示欢迎。", "wiki", "2024-01-02", "salt"),
		mk("undated", "A treaty without a day.", "", ""))
	for _, c := range []struct {
		filter Filter
		want   []string
	}{
		{Filter{}, []string{"new", "old", "undated", "zh"}},
		{Filter{Sources: []string{"wiki"}}, []string{"old", "zh"}},
		{Filter{Sources: []string{"wiki", "mail"}}, []string{"new", "old", "zh"}},
		{Filter{Tags: []string{"law"}}, []string{"new", "old"}},
		{Filter{Tags: []string{"salt"}, Languages: []string{"zh"}}, []string{"zh"}},
		{Filter{From: "2024-01-02"}, []string{"new", "zh"}},
		{Filter{Until: "2024-01-02"}, []string{"old", "zh"}},
		{Filter{From: "2020-01-01", Until: "2023-12-31"}, nil},
		{Filter{Sources: []string{"nowhere"}}, nil},
		{Filter{Tags: []string{"law"}, From: "2020-01-01"}, []string{"new"}},
	} {
		if got := found(t, d, "treaty", c.filter); !slices.Equal(got, c.want) {
			t.Errorf("%+v: got %v, want %v", c.filter, got, c.want)
		}
	}
}

func TestDiskRefusesBadDocuments(t *testing.T) {
	d := openDisk(t, t.TempDir())
	for _, bad := range []Document{{}, {ID: "x"}, doc("", "text"), doc("a\x00b", "text"), doc("\xff", "text"), doc(strings.Repeat("x", MaxDocumentID+1), "text")} {
		if err := d.Add(context.Background(), bad); !errors.Is(err, errBadDocument) {
			t.Errorf("%.20q: %v", bad.ID, err)
		}
	}
}

func TestDiskOpenedTwice(t *testing.T) {
	dir := t.TempDir()
	openDisk(t, dir)
	_, err := OpenDisk(context.Background(), dir, Options{Lock: 50 * time.Millisecond})
	if !errors.Is(err, ErrInUse) {
		t.Errorf("a second open: %v", err)
	}
}

func TestDiskOutdated(t *testing.T) {
	dir := t.TempDir()
	d := openDisk(t, dir)
	addDocs(t, d, doc("a", "The heron stands."))
	if err := d.Close(); err != nil {
		t.Fatal(err)
	}
	m, err := readManifest(dir)
	if err != nil {
		t.Fatal(err)
	}
	m.Analyzer--
	if err := m.write(dir); err != nil {
		t.Fatal(err)
	}
	d = openDisk(t, dir)
	if s := stats(t, d); !s.Outdated {
		t.Errorf("stats %+v", s)
	}
	if got := found(t, d, "heron", Filter{}); len(got) != 1 {
		t.Errorf("the outdated index found %v", got)
	}
	if err := d.Add(context.Background(), doc("b", "x")); !errors.Is(err, ErrOutdated) {
		t.Errorf("adding: %v", err)
	}
}

// filled makes a closed index and returns the names of its files.
func filled(t *testing.T, dir string) []string {
	t.Helper()
	d := openDisk(t, dir)
	for i := range 4 {
		addDocs(t, d, doc(fmt.Sprintf("d%d", i), strings.Repeat(fmt.Sprintf("Document %d of the heron colony. ", i), 30)))
	}
	if err := d.Close(); err != nil {
		t.Fatal(err)
	}
	files, err := filepath.Glob(filepath.Join(dir, listsFolder, "*"))
	if err != nil || len(files) < 2 {
		t.Fatalf("files %v: %v", files, err)
	}
	return append(files, filepath.Join(dir, "manifest.json"))
}

// TestDiskDamage flips bytes in, cuts and removes each file in turn: opening
// says so, moves the index aside, and the next opening begins anew.
func TestDiskDamage(t *testing.T) {
	harm := map[string]func(path string, b []byte) error{
		"flip first":  func(p string, b []byte) error { b[0] ^= 1; return os.WriteFile(p, b, 0o600) },
		"flip middle": func(p string, b []byte) error { b[len(b)/2] ^= 0x40; return os.WriteFile(p, b, 0o600) },
		"flip end":    func(p string, b []byte) error { b[len(b)-1] ^= 0x80; return os.WriteFile(p, b, 0o600) },
		"cut":         func(p string, b []byte) error { return os.WriteFile(p, b[:len(b)*2/3], 0o600) },
		"empty":       func(p string, _ []byte) error { return os.WriteFile(p, nil, 0o600) },
		"remove":      func(p string, _ []byte) error { return os.Remove(p) },
	}
	count, damaged := len(filled(t, t.TempDir())), 0
	for name, do := range harm {
		for i := range count {
			dir := t.TempDir()
			files := filled(t, dir)
			if i >= len(files) {
				continue
			}
			b, err := os.ReadFile(files[i])
			if err != nil {
				t.Fatal(err)
			}
			if err := do(files[i], b); err != nil {
				t.Fatal(err)
			}
			what := name + " " + filepath.Base(files[i])
			d, err := OpenDisk(context.Background(), dir, Options{})
			if err == nil { // a segment that was merged into another and waits to be removed
				if got := found(t, d, "heron", Filter{}); len(got) != 4 || !strings.HasSuffix(what, ".zap") {
					t.Errorf("%s: opened, and found %v", what, got)
				}
				d.Close()
				continue
			}
			if !errors.Is(err, ErrDamaged) {
				t.Errorf("%s: %v", what, err)
				continue
			}
			damaged++
			aside, err := filepath.Glob(filepath.Join(dir, "damaged-*"))
			if err != nil || len(aside) != 1 {
				t.Errorf("%s: set aside %v %v", what, aside, err)
			}
			d = openDisk(t, dir)
			if s := stats(t, d); s.Passages != 0 {
				t.Errorf("%s: opened again with %+v", what, s)
			}
			addDocs(t, d, doc("new", "The heron is back."))
			if got := found(t, d, "heron", Filter{}); len(got) != 1 {
				t.Errorf("%s: rebuilt, found %v", what, got)
			}
		}
	}
	if damaged < len(harm) { // how many files a fresh index has depends on when its segments were merged
		t.Errorf("only %d damages were seen", damaged)
	}
}

// TestDiskDamagedWhileOpen cuts the segment under an open index: searches fail
// with an error and the process lives. (A fault in one of bleve's own
// goroutines could not be caught: there is one segment here, nothing to merge.)
func TestDiskDamagedWhileOpen(t *testing.T) {
	dir := t.TempDir()
	d := openDisk(t, dir)
	addDocs(t, d, doc("d", strings.Repeat("The heron colony grows. ", 300)))
	if err := d.Close(); err != nil {
		t.Fatal(err)
	}
	d, err := OpenDisk(context.Background(), dir, Options{})
	if err != nil {
		t.Fatal(err)
	}
	segments, err := filepath.Glob(filepath.Join(dir, listsFolder, "*.zap"))
	if err != nil {
		t.Fatal(err)
	}
	for _, s := range segments {
		if err := os.Truncate(s, 0); err != nil {
			t.Fatal(err)
		}
	}
	for range 3 {
		if _, err := d.Search(context.Background(), agent.Query{Text: "heron colony"}, Filter{}); !errors.Is(err, ErrDamaged) {
			t.Errorf("searching cut files: %v", err)
		}
	}
	if err := d.Close(); err == nil {
		t.Error("closing a cut index gave no error")
	}
	if _, err := OpenDisk(context.Background(), dir, Options{}); !errors.Is(err, ErrDamaged) {
		t.Errorf("opening it again: %v", err)
	}
}

// TestDiskDamagedWhileMerging cuts every segment under an open index that goes
// on taking documents, so that bleve's own goroutines meet the fault: adding and
// searching end with an error, and the process lives.
func TestDiskDamagedWhileMerging(t *testing.T) {
	dir := t.TempDir()
	d, err := OpenDisk(context.Background(), dir, Options{})
	if err != nil {
		t.Fatal(err)
	}
	for i := range 6 {
		addDocs(t, d, grown(fmt.Sprint(i))...)
	}
	damaged := false
	for i := 0; i < 30 && !damaged; i++ {
		cutSegments(t, dir) // those that a merge has replaced meanwhile are not missed
		ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
		errAdd := d.Add(ctx, grown(fmt.Sprint("more", i))...)
		_, errFind := d.Search(ctx, agent.Query{Text: "colony"}, Filter{})
		cancel()
		damaged = errors.Is(errAdd, ErrDamaged) || errors.Is(errFind, ErrDamaged)
	}
	if !damaged {
		t.Error("cut segments were not noticed")
	}
	_ = d.Close() // it cannot seal what is not there
	if _, err := OpenDisk(context.Background(), dir, Options{}); !errors.Is(err, ErrDamaged) {
		t.Errorf("opening it again: %v", err)
	}
}

// cutSegments cuts every segment file.
func cutSegments(t *testing.T, dir string) {
	t.Helper()
	segments, err := filepath.Glob(filepath.Join(dir, listsFolder, "*.zap"))
	if err != nil || len(segments) == 0 {
		t.Fatalf("segments %v: %v", segments, err)
	}
	for _, s := range segments {
		if err := os.Truncate(s, 100); err != nil && !errors.Is(err, os.ErrNotExist) { // merged away meanwhile
			t.Fatal(err)
		}
	}
}

// grown are some documents of one name.
func grown(name string) []Document {
	var docs []Document
	for i := range 20 {
		docs = append(docs, doc(name+fmt.Sprint("-", i), strings.Repeat(fmt.Sprintf("The heron colony %s grows to %d nests. ", name, i), 60)))
	}
	return docs
}

// TestDiskAfterKill opens a folder as a killed process leaves it.
func TestDiskAfterKill(t *testing.T) {
	dir, copyTo := t.TempDir(), t.TempDir()
	d := openDisk(t, dir)
	for i := range 5 {
		addDocs(t, d, doc(fmt.Sprintf("d%d", i), fmt.Sprintf("Document %d of the heron colony.", i)))
		to := filepath.Join(copyTo, fmt.Sprint(i))
		if err := os.CopyFS(to, os.DirFS(dir)); err != nil {
			continue // bleve removed a merged file between listing and copying
		}
		c := openDisk(t, to)
		if s := stats(t, c); s.Documents != i+1 {
			t.Errorf("killed after %d documents: %+v", i+1, s)
		}
	}
}
