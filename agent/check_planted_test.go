package agent

import (
	"bufio"
	"compress/gzip"
	"encoding/json"
	"io"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/sonde-search/sonde/agent/lang"
)

// A reading is what was read for one question: pages, and the answers that the
// sets know to stand on them, by page.
type reading struct {
	pages   []string
	answers [][]string
}

// openData opens a gzipped file of the development data, and skips the test
// where it is absent.
func openData(t testing.TB, name string) io.Reader {
	t.Helper()
	dir := os.Getenv("SONDE_DATA")
	if dir == "" {
		dir = filepath.Join("..", "..", "shared", "data")
	}
	f, err := os.Open(filepath.Join(dir, name))
	if err != nil {
		t.Skipf("the development data is absent: set SONDE_DATA to its folder (%v)", err)
	}
	t.Cleanup(func() { f.Close() })
	z, err := gzip.NewReader(f)
	if err != nil {
		t.Fatal(err)
	}
	return z
}

// readings groups the paragraphs of a SQuAD-like set by five.
func readings(t testing.TB, name string) []reading {
	t.Helper()
	var set struct {
		Data []struct {
			Paragraphs []struct {
				Context string
				QAs     []struct{ Answers []struct{ Text string } }
			}
		}
	}
	if err := json.NewDecoder(openData(t, name)).Decode(&set); err != nil {
		t.Fatal(err)
	}
	var out []reading
	for _, d := range set.Data {
		for i, p := range d.Paragraphs {
			if i%5 == 0 && len(d.Paragraphs) > 1 || len(out) == 0 || len(out[len(out)-1].pages) == 5 {
				out = append(out, reading{})
			}
			r := &out[len(out)-1]
			var answers []string
			for _, q := range p.QAs {
				if len(q.Answers) > 0 {
					answers = append(answers, q.Answers[0].Text)
				}
			}
			r.pages, r.answers = append(r.pages, p.Context), append(r.answers, answers)
		}
	}
	return out
}

// snippets reads a set of RGB: the pages that answer a question, and its answer.
func snippets(t testing.TB, name string) []reading {
	t.Helper()
	lines := bufio.NewScanner(openData(t, name))
	lines.Buffer(nil, 4<<20)
	var out []reading
	for lines.Scan() {
		var c struct {
			Answer   []json.RawMessage
			Positive []string
			Negative []string
		}
		if json.Unmarshal(lines.Bytes(), &c) != nil {
			continue
		}
		r := reading{pages: append(c.Positive[:min(5, len(c.Positive)):min(5, len(c.Positive))], c.Negative[:min(3, len(c.Negative))]...)}
		answer := firstAnswer(c.Answer)
		for range r.pages {
			r.answers = append(r.answers, []string{answer})
		}
		out = append(out, r)
	}
	return out
}

func firstAnswer(raw []json.RawMessage) string {
	if len(raw) == 0 {
		return ""
	}
	var s string
	if json.Unmarshal(raw[0], &s) == nil {
		return s
	}
	var list []string
	if json.Unmarshal(raw[0], &list) == nil && len(list) > 0 {
		return list[0]
	}
	return ""
}

func (r reading) text(id string) (string, bool) {
	for _, p := range r.pages {
		if SnapshotID(p) == id {
			return p, true
		}
	}
	return "", false
}

// passages are the pages in pieces as an index has them: a few sentences each.
func (r reading) passages() []Passage {
	var out []Passage
	for _, p := range r.pages {
		spans := lang.Sentences(p)
		for i := 0; i < len(spans); i += 4 {
			s, e := spans[i].Start, spans[min(len(spans), i+4)-1].End
			out = append(out, Passage{Snapshot: SnapshotID(p), Start: s, End: e, Text: p[s:e]})
		}
	}
	return out
}

// settleAs judges a sentence that names a page as a run does: quotes are looked
// for there, then in all that was read.
func (r reading) settleAs(claim string, page int) (Claim, Judgement) {
	id := SnapshotID(r.pages[page])
	all := r.passages()
	var named []Passage
	for _, p := range all {
		if p.Snapshot == id {
			named = append(named, p)
		}
	}
	c := Claim{Text: claim, Cites: []Cite{{Snapshot: id}}}
	best, bestJ := c, Judgement{Verdict: Unsupported}
	for _, ps := range [][]Passage{named, all} {
		fixed, ok := Repair(c, ps, r.text)
		if !ok {
			continue
		}
		j := Check(fixed, r.text)
		if j.Verdict == Supported {
			return fixed, j
		}
		if j.Verdict == Weak && bestJ.Verdict == Unsupported {
			best, bestJ = fixed, j
		}
	}
	return best, bestJ
}

// answerKind is what sort of answer it is: a date or figure, or words.
func answerKind(s string) int {
	if len(lang.Dates(s, dayZero))+len(lang.Quantities(s)) > 0 {
		return 1
	}
	return 2
}

// answerSwaps puts in place of a known answer another page's of the same sort.
func answerSwaps(s string, own, other []string) []mutant {
	var out []mutant
	for _, a := range own {
		if len(a) < 3 || !strings.Contains(s, a) || len(a)*2 > len(s) {
			continue
		}
		for _, o := range other {
			if answerKind(o) == answerKind(a) && len(o) >= 3 && len(o) < 40 && !strings.Contains(s, o) && !strings.Contains(a, o) && !strings.Contains(o, a) && !related(o, a) {
				out = append(out, mutant{"answer", strings.ReplaceAll(s, a, o)})
				break
			}
		}
		if len(out) >= 2 {
			break
		}
	}
	return out
}

// TestPlantedInForeignText plants falsehoods of many kinds among true sentences
// of pages that nobody here wrote, as a model would write them, and counts what
// would be told.
func TestPlantedInForeignText(t *testing.T) {
	for _, set := range []struct {
		file string
		read func(testing.TB, string) []reading
		step int
	}{
		{"cmrc2018/cmrc2018_dev.json.gz", readings, 20}, {"xquad/xquad.zh.json.gz", readings, 6}, {"rgb/zh_refine.jsonl.gz", snippets, 18},
		{"squad/dev-v1.1.json.gz", readings, 30}, {"xquad/xquad.en.json.gz", readings, 6},
	} {
		if os.Getenv("SONDE_FULL") != "" {
			set.step /= 5
		}
		t.Run(set.file, func(t *testing.T) { plantIn(t, set.read(t, set.file), set.step) })
	}
}

func plantIn(t *testing.T, all []reading, step int) {
	out, told := tally{}, tally{}
	r := rand.New(rand.NewPCG(5, 6))
	shown := map[string]int{}
	for k := 0; k < len(all); k += step {
		here, next := all[k], all[(k+7)%len(all)]
		for i, page := range here.pages {
			n := 0
			for _, sp := range lang.Sentences(page) {
				s := strings.TrimSpace(page[sp.Start:sp.End])
				if len(s) < 30 || len(s) > 400 || strings.Contains(s, "\n") {
					continue
				}
				swaps := answerSwaps(s, here.answers[i], append(append([]string{}, next.answers[0]...), here.answers[(i+1)%len(here.pages)]...))
				if len(swaps) == 0 && n > 2 {
					continue
				}
				n++
				_, j := here.settleAs(s, i)
				told.add("true", j.Verdict != Unsupported)
				told.add("supported", j.Verdict == Supported)
				if j.Verdict == Unsupported {
					t.Logf("TRUE LEFT OUT: %q: %s", s, j.Why)
				}
				for _, m := range rephrase(s, page) {
					_, j := here.settleAs(m.text, i)
					told.add("in other words", j.Verdict != Unsupported)
					if j.Verdict == Unsupported {
						t.Logf("TRUE LEFT OUT, %s: %q: %s", m.kind, m.text, j.Why)
					}
				}
				for _, m := range append(append(swaps, mutate(s, page, r)...), invent(s, page, r)...) {
					c, j := here.settleAs(m.text, i)
					out.add(m.kind, j.Verdict == Unsupported)
					if shown[m.kind]++; j.Verdict != Unsupported && shown[m.kind] <= 40 || m.kind == "answer" && j.Verdict != Unsupported {
						t.Logf("TOLD %s %s: %q (%s)\n   of %q", m.kind, j.Verdict, m.text, j.Why, s)
						for _, x := range c.Cites {
							t.Logf("   by %q", x.Quote)
						}
					}
				}
			}
		}
	}
	t.Logf("told\n%sfalse ones left out\n%s", told, out)
	if out.share() < plantedFloor || told.of("true") < toldFloor || told.of("in other words") < otherWordsFloor {
		t.Errorf("%.1f %% of the false sentences are left out, %.1f %% of the true ones told", 100*out.share(), 100*told.of("true"))
	}
}

// Floors of what is planted in foreign text: false sentences left out, true
// ones told, and true ones in other words.
const (
	plantedFloor    = 0.96
	toldFloor       = 0.99
	otherWordsFloor = 0.95
)
