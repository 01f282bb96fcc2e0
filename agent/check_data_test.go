package agent

import (
	"math/rand/v2"
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

// A tester counts what the check makes of claims about one set of pages.
type tester struct {
	*testing.T
	r                    *rand.Rand
	self, passed, caught tally
	shown                map[string]int
}

func newTester(t *testing.T) *tester {
	return &tester{t, rand.New(rand.NewPCG(1, 2)), tally{}, tally{}, tally{}, map[string]int{}}
}

// TestCheckOnForeignText cites sentences nobody here wrote by themselves, which
// must pass, as must what says the same in other ways; and falsifies them,
// which must not.
func TestCheckOnForeignText(t *testing.T) {
	for _, set := range []struct {
		file string
		step int
	}{{"squad/dev-v1.1.json.gz", 4}, {"cmrc2018/cmrc2018_dev.json.gz", 3}, {"xquad/xquad.zh.json.gz", 1}} {
		t.Run(set.file, func(t *testing.T) {
			x := newTester(t)
			for i, r := range readings(t, set.file) {
				for k, page := range r.pages {
					if (i*5+k)%set.step == 0 {
						x.page(page)
					}
				}
			}
			t.Logf("cited by themselves\n%spassed\n%scaught\n%s", x.self, x.passed, x.caught)
			if x.self.share() < 0.995 || x.passed.share() < passedFloor || x.caught.share() < caughtFloor {
				t.Errorf("%.2f %% pass by themselves, %.2f %% in other words; %.2f %% of the false ones are caught",
					100*x.self.share(), 100*x.passed.share(), 100*x.caught.share())
			}
		})
	}
}

func (x *tester) page(page string) {
	text := func(s string) (string, bool) { return page, true }
	spans := lang.Sentences(page)
	for i, sp := range spans {
		s := page[sp.Start:sp.End]
		if len(s) < 30 {
			continue
		}
		c, ok := NewCite("s", page, sp.Start, sp.End)
		if !ok {
			x.Fatalf("no cite of %q", s)
		}
		x.holds("self", s, s, x.self, text, c)
		for _, m := range rephrase(s, page) {
			x.holds(m.kind, m.text, s, x.passed, text, c)
		}
		for _, m := range append(mutate(s, page, x.r), invent(s, page, x.r)...) {
			x.fails(m, s, text, c)
		}
		if i > 0 {
			x.pair(c, page, spans[i-1], s)
		}
	}
}

// holds counts a claim that is true.
func (x *tester) holds(kind, claim, of string, to tally, text func(string) (string, bool), cites ...Cite) {
	j := Check(Claim{Text: claim, Cites: cites}, text)
	to.add(kind, j.Verdict == Supported)
	if j.Verdict == Supported {
		return
	}
	if x.shown["true "+kind]++; x.shown["true "+kind] <= 8 {
		x.Logf("TRUE %s is %s (%s): %q\n   of %q", kind, j.Verdict, j.Why, claim, of)
	}
}

// fails counts a claim that is false.
func (x *tester) fails(m mutant, of string, text func(string) (string, bool), cites ...Cite) {
	j := Check(Claim{Text: m.text, Cites: cites}, text)
	x.caught.add(m.kind, j.Verdict != Supported)
	if j.Verdict != Supported {
		return
	}
	if x.shown[m.kind]++; x.shown[m.kind] <= 8 {
		x.Logf("FALSE %s passes: %q\n   of %q", m.kind, m.text, of)
	}
}

// pair cites two sentences in a row: joined they pass; with the first one's
// name in the second they must not.
func (x *tester) pair(c Cite, page string, before lang.Span, s string) {
	b := page[before.Start:before.End]
	c2, ok := NewCite("s", page, before.Start, before.End)
	if !ok {
		return
	}
	text := func(string) (string, bool) { return page, true }
	if m := merged(b, s); m != "" && len(m) < 400 && len(b) > 20 {
		x.holds("merged", m, b+" + "+s, x.passed, text, c2, c)
		for _, other := range rephrase(b, page) {
			if m := merged(other.text, s); m != "" {
				x.holds("merged and "+other.kind, m, b+" + "+s, x.passed, text, c2, c)
			}
		}
	}
	zh := lang.Detect(s) == "zh"
	mine, other := namesOf(s, zh), namesOf(b, zh)
	if len(mine) == 0 || len(other) == 0 {
		return
	}
	n, o := mine[0], other[0]
	if strings.Contains(s, o) || strings.Contains(b, n) || related(n, o) || lang.Detect(n) != lang.Detect(o) {
		return
	}
	x.fails(mutant{"splice", strings.Replace(s, n, o, 1)}, b+" + "+s, text, c2, c)
}
