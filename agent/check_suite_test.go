package agent

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/sonde-search/sonde/agent/lang"
)

// A claimCase is a page with claims about it that hold, and others that do not.
type claimCase struct {
	name, page string
	cites      []Cite
	hold, fail []string
}

// readCases reads a file of cases; its first lines say how it is written.
func readCases(t testing.TB, file string) []claimCase {
	t.Helper()
	b, err := os.ReadFile(filepath.Join("testdata", file))
	if err != nil {
		t.Fatal(err)
	}
	var out []claimCase
	for _, block := range strings.Split(string(b), "\n== ")[1:] {
		name, rest, _ := strings.Cut(block, "\n")
		c := claimCase{name: name}
		var quotes, page []string
		for _, line := range strings.Split(strings.TrimSpace(rest), "\n") {
			switch {
			case strings.HasPrefix(line, "> "):
				quotes = append(quotes, line[2:])
			case strings.HasPrefix(line, "+ "):
				c.hold = append(c.hold, line[2:])
			case strings.HasPrefix(line, "- "):
				c.fail = append(c.fail, line[2:])
			default:
				page = append(page, line)
			}
		}
		c.page = strings.Join(page, "\n")
		if len(quotes) == 0 {
			quotes = []string{page[len(page)-1]}
		}
		for _, q := range quotes {
			i := strings.Index(c.page, q)
			x, ok := NewCite(SnapshotID(c.page), c.page, i, i+len(q))
			if !ok {
				t.Fatalf("%s: quote %q is not on the page", name, q)
			}
			c.cites = append(c.cites, x)
		}
		out = append(out, c)
	}
	return out
}

func (c claimCase) text(s string) (string, bool) { return c.page, s == SnapshotID(c.page) }

func (c claimCase) check(claim string) Judgement {
	return Check(Claim{Text: claim, Cites: c.cites}, c.text)
}

// Floors of the suite: shares of false claims caught and of true ones passed.
const (
	caughtFloor = 0.97
	passedFloor = 0.95
)

// TestMutationSuite shows that the check can fail: false claims, written by
// hand and made from true ones, are caught, and true paraphrases pass.
func TestMutationSuite(t *testing.T) {
	for _, file := range []string{"claims_en.txt", "claims_zh.txt"} {
		t.Run(file, func(t *testing.T) { runSuite(t, readCases(t, file)) })
	}
}

func runSuite(t *testing.T, cases []claimCase) {
	if len(cases) < 60 {
		t.Fatalf("only %d cases", len(cases))
	}
	x := newTester(t)
	for k, c := range cases {
		for _, claim := range c.hold {
			x.holds("paraphrase", claim, c.name, x.passed, c.text, c.cites...)
			if c.check(claim).Verdict == Supported {
				x.falsify(c, claim)
			}
		}
		spans := lang.Sentences(c.cites[0].Quote)
		for i, sp := range spans {
			s := c.cites[0].Quote[sp.Start:sp.End]
			x.holds("verbatim", s, c.name, x.passed, c.text, c.cites...)
			for _, m := range rephrase(s, c.page) {
				x.holds(m.kind, m.text, c.name, x.passed, c.text, c.cites...)
			}
			if i > 0 {
				if m := merged(c.cites[0].Quote[spans[i-1].Start:spans[i-1].End], s); m != "" {
					x.holds("merged", m, c.name, x.passed, c.text, c.cites...)
				}
			}
			x.falsify(c, s)
		}
		for _, claim := range c.fail {
			x.fails(mutant{"by hand", claim}, c.name, c.text, c.cites...)
		}
		spliceCases(x, c, cases[(k+1)%len(cases)])
	}
	t.Logf("passed\n%scaught\n%s", x.passed, x.caught)
	if s := x.caught.share(); s < caughtFloor {
		t.Errorf("only %.2f %% of the false claims are caught", 100*s)
	}
	if s := x.passed.share(); s < passedFloor {
		t.Errorf("only %.2f %% of the true claims pass", 100*s)
	}
	if x.passed["paraphrase"][1] > 0 && x.passed.of("paraphrase") < passedFloor {
		t.Errorf("only %.2f %% of the paraphrases written by hand pass", 100*x.passed.of("paraphrase"))
	}
}

// falsify counts the falsehoods made of a claim of a case.
func (x *tester) falsify(c claimCase, claim string) {
	for _, m := range append(mutate(claim, c.page, x.r), invent(claim, c.page, x.r)...) {
		x.fails(m, c.name+": "+claim, c.text, c.cites...)
	}
}

// spliceCases joins the subject of one page's claim to what another page says, and cites both.
func spliceCases(x *tester, a, b claimCase) {
	zh := lang.Detect(a.page) == "zh"
	for _, s := range b.hold {
		mine, other := namesOf(s, zh), namesOf(a.hold[0], zh)
		if len(mine) == 0 || len(other) == 0 || !strings.HasPrefix(s, mine[0]) {
			continue
		}
		claim := strings.Replace(s, mine[0], other[0], 1)
		both := func(id string) (string, bool) {
			if t, ok := a.text(id); ok {
				return t, ok
			}
			return b.text(id)
		}
		x.fails(mutant{"splice", claim}, a.name+"+"+b.name, both, append(append([]Cite{}, a.cites...), b.cites...)...)
	}
}

// of is the share of one kind.
func (t tally) of(kind string) float64 { return float64(t[kind][0]) / float64(max(1, t[kind][1])) }

func (t tally) share() float64 {
	ok, n := 0, 0
	for _, x := range t {
		ok += x[0]
		n += x[1]
	}
	return float64(ok) / float64(max(1, n))
}
