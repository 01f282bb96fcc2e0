package agent

import (
	"compress/gzip"
	"encoding/json"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/sonde-search/sonde/agent/lang"
)

var dayZero time.Time

func sortedKeys(t tally) []string {
	var keys []string
	for k := range t {
		keys = append(keys, k)
	}
	slices.Sort(keys)
	return keys
}

// paragraphs reads the paragraphs of a SQuAD-like set of the development data,
// and skips the test where it is absent.
func paragraphs(t *testing.T, name string) []string {
	t.Helper()
	dir := os.Getenv("SONDE_DATA")
	if dir == "" {
		dir = filepath.Join("..", "..", "shared", "data")
	}
	f, err := os.Open(filepath.Join(dir, name))
	if err != nil {
		t.Skipf("the development data is absent: set SONDE_DATA to its folder (%v)", err)
	}
	defer f.Close()
	z, err := gzip.NewReader(f)
	if err != nil {
		t.Fatal(err)
	}
	var set struct {
		Data []struct {
			Paragraphs []struct{ Context string }
		}
	}
	if err := json.NewDecoder(z).Decode(&set); err != nil {
		t.Fatal(err)
	}
	var out []string
	for _, d := range set.Data {
		for _, p := range d.Paragraphs {
			out = append(out, p.Context)
		}
	}
	return out
}

// TestCheckOnForeignText cites sentences nobody here wrote by themselves, which
// must pass, and mutates them, which must not.
func TestCheckOnForeignText(t *testing.T) {
	for _, set := range []struct {
		file string
		step int
	}{{"squad/dev-v1.1.json.gz", 4}, {"cmrc2018/cmrc2018_dev.json.gz", 4}} {
		pages := paragraphs(t, set.file)
		r := rand.New(rand.NewPCG(1, 2))
		self, caught := tally{}, tally{}
		shown := map[string]int{}
		for i := 0; i < len(pages); i += set.step {
			foreignPage(t, pages[i], r, self, caught, shown)
		}
		t.Logf("%s: cited by themselves\n%scaught\n%s", set.file, self, caught)
		if self.share() < 0.995 || caught.share() < caughtFloor {
			t.Errorf("%s: %.2f %% pass by themselves, %.2f %% of the false ones are caught", set.file, 100*self.share(), 100*caught.share())
		}
	}
}

func foreignPage(t *testing.T, page string, r *rand.Rand, self, caught tally, shown map[string]int) {
	text := func(s string) (string, bool) { return page, true }
	spans := lang.Sentences(page)
	for i, sp := range spans {
		s := page[sp.Start:sp.End]
		if len(s) < 30 {
			continue
		}
		c, ok := NewCite("s", page, sp.Start, sp.End)
		if !ok {
			t.Fatalf("no cite of %q", s)
		}
		j := Check(Claim{Text: s, Cites: []Cite{c}}, text)
		self.add("self", j.Verdict == Supported)
		if j.Verdict != Supported {
			t.Logf("%q by itself: %v", s, j)
		}
		for _, m := range mutate(s, page, r) {
			j := Check(Claim{Text: m.text, Cites: []Cite{c}}, text)
			caught.add(m.kind, j.Verdict != Supported)
			if j.Verdict == Supported {
				if shown[m.kind]++; shown[m.kind] <= 6 {
					t.Logf("%s not caught: %q\n   of %q", m.kind, m.text, s)
				}
			}
		}
		if i > 0 {
			splicePage(c, page, spans[i-1], s, caught, shown, t)
		}
	}
}

// splicePage gives the sentence the first name of the one before, and cites both.
func splicePage(c Cite, page string, before lang.Span, s string, caught tally, shown map[string]int, t *testing.T) {
	b := page[before.Start:before.End]
	zh := lang.Detect(s) == "zh"
	mine, other := namesOf(s, zh), namesOf(b, zh)
	if len(mine) == 0 || len(other) == 0 {
		return
	}
	n, o := mine[0], other[0]
	if strings.Contains(s, o) || strings.Contains(b, n) || related(n, o) || lang.Detect(n) != lang.Detect(o) {
		return
	}
	c2, ok := NewCite("s", page, before.Start, before.End)
	if !ok {
		return
	}
	claim := strings.Replace(s, n, o, 1)
	j := Check(Claim{Text: claim, Cites: []Cite{c2, c}}, func(string) (string, bool) { return page, true })
	caught.add("splice", j.Verdict != Supported)
	if j.Verdict == Supported {
		if shown["splice"]++; shown["splice"] <= 8 {
			t.Logf("splice not caught: %q\n   of %q\n  and %q", claim, b, s)
		}
	}
}
