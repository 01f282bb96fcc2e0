package engine

import (
	"context"
	"fmt"
	"iter"
	"math/rand/v2"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/sonde-search/sonde/agent"
	"github.com/sonde-search/sonde/agent/lang"
	"github.com/sonde-search/sonde/tests/answers"
)

// What is asked in BenchmarkPlanWriteCheck.
var benchQuestions = map[string][]string{
	"en": {
		"Who designed Harrow Bridge?",
		"How many lanes does Harrow Bridge carry?",
		"What is the difference between a heat pump and a gas boiler?",
		"Tell me about Harrow Bridge",
		"What are the members of the Coastal Union?",
		"Are bicycles allowed on Harrow Bridge?",
		"How do I reset the Norden R5 router?",
		"Who designed Harrow Bridge and how long is it?",
		"In what year was the bridge that Ada Brandt designed opened?",
	},
	"zh": {
		"青石塔是谁主持修建的？",
		"海岸联盟有多少个成员？",
		"青石塔和临海大桥有什么区别？",
		"介绍一下青石塔",
		"海岸联盟的成员有哪些？",
		"青石塔内允许拍照吗？",
		"如何前往青石塔？",
		"青石塔有多高？是谁主持修建的？",
		"林远设计的相机售价是多少？",
	},
}

// BenchmarkPlanWriteCheck is all that an answer from fifty pages costs beside
// reading and searching: a run that finds them read plans another round, writes
// and checks. In "repair" the writer names pages and no quotes, as a model may:
// the run then looks for the quotes of every claim in all that was read.
func BenchmarkPlanWriteCheck(b *testing.B) {
	for _, language := range []string{"en", "zh"} {
		pages := benchPages(b, language)
		index := &benchIndex{index: answers.NewIndex(pages), asked: map[string][]agent.Passage{}}
		for _, question := range benchQuestions[language] {
			b.Run(language+"/"+question, func(b *testing.B) { benchRun(b, question, pages, index, testBuiltin()) })
			b.Run("repair/"+question, func(b *testing.B) { benchRun(b, question, pages, index, unquoted{testBuiltin()}) })
		}
	}
}

func benchRun(b *testing.B, question string, pages []*agent.Page, index agent.Index, w agent.Writer) {
	q := agent.Question{Text: question, Budget: agent.Budget{Pages: 100, Rounds: 2}}
	first, err := testBuiltin().Plan(b.Context(), agent.Brief{Question: q.Clean(), Round: 1, Left: q.Clean().Budget}, nil)
	if err != nil {
		b.Fatal(err)
	}
	q.Prior = []agent.Step{agent.Planned{Plan: first}}
	for _, p := range pages {
		q.Prior = append(q.Prior, agent.Paged{State: agent.PageRead, URL: p.URL, Page: p, Attempted: true})
	}
	a := agent.Agent{
		Planner: testBuiltin(), Writer: w, Web: spentWeb{},
		Index: func(context.Context) (agent.Index, error) { return index, nil },
		Now:   func() time.Time { return testNow },
	}
	answer := func() agent.Answer {
		out, err := agent.Drain(a.Run(b.Context(), "bench", q))
		if err != nil {
			b.Fatal(err)
		}
		return out
	}
	b.Logf("%s, %d claims", answer().Status, len(answer().Claims)) // and the index knows what it will be asked
	b.ReportAllocs()
	for b.Loop() {
		answer()
	}
}

// benchPages are fifty pages of thirty passages: sentences pieced together of
// what the pages of the tests say, those of this package for the most part,
// with a heading, a list and a table now and then.
func benchPages(b *testing.B, language string) []*agent.Page {
	b.Helper()
	m := &mason{rng: rand.New(rand.NewPCG(1, 1)), zh: language == "zh"}
	for _, p := range testPages(b) {
		if p.Language == language {
			m.own = append(m.own, m.pieces(p.Text)...)
		}
	}
	more, err := os.ReadFile("../agent/testdata/claims_" + language + ".txt")
	if err != nil {
		b.Fatal(err)
	}
	for line := range strings.Lines(string(more)) {
		if !strings.ContainsAny(line[:1], "=#+->\n") {
			m.more = append(m.more, m.pieces(line)...)
		}
	}
	var pages []*agent.Page
	for n := range 50 {
		text := m.page()
		pages = append(pages, &agent.Page{
			URL: fmt.Sprint("https://pages.example/", n), Title: m.piece(), Text: text,
			Snapshot: agent.SnapshotID(text), Language: language,
		})
	}
	return append(pages, testPages(b)...)
}

// A mason builds texts of pieces of others.
type mason struct {
	rng       *rand.Rand
	zh        bool
	own, more []string
}

// pieces cuts a text into runs of five words or eight Han characters.
func (m *mason) pieces(text string) []string {
	n, join := 5, " "
	if m.zh {
		n, join = 8, ""
	}
	var out []string
	for _, sp := range lang.Sentences(text) {
		words := strings.Fields(strings.TrimRight(text[sp.Start:sp.End], ".。"))
		if m.zh {
			words = strings.Split(strings.Join(words, ""), "")
		}
		for ; len(words) > n; words = words[n:] {
			out = append(out, strings.Join(words[:n], join))
		}
		out = append(out, strings.Join(words, join))
	}
	return out
}

func (m *mason) piece() string {
	from := m.own
	if m.rng.IntN(3) == 0 {
		from = m.more
	}
	return from[m.rng.IntN(len(from))]
}

func (m *mason) sentence() string {
	s := []string{m.piece(), m.piece(), m.piece(), m.piece()}
	if m.zh {
		return s[0] + s[1] + "，" + s[2] + s[3] + "。"
	}
	return strings.Join(s, " ") + ". "
}

func (m *mason) page() string {
	var b strings.Builder
	for n := range 30 {
		switch n % 6 {
		case 0:
			fmt.Fprintf(&b, "## %s\n\n", m.piece())
		case 3:
			for range 5 {
				fmt.Fprintf(&b, "- %s\n", m.piece())
			}
			b.WriteString("\n")
		case 5:
			fmt.Fprintf(&b, "| %s | %s |\n| --- | --- |\n", m.piece(), m.piece())
			for range 4 {
				fmt.Fprintf(&b, "| %s | %s |\n", m.piece(), m.piece())
			}
			b.WriteString("\n")
		}
		for range 6 {
			b.WriteString(m.sentence())
		}
		b.WriteString("\n\n")
	}
	return b.String()
}

// A benchIndex remembers what it was asked, so that searching costs nothing.
type benchIndex struct {
	index *answers.Index
	asked map[string][]agent.Passage
}

func (x *benchIndex) Add(context.Context, ...*agent.Page) (agent.Added, error) {
	return agent.Added{}, nil
}

func (x *benchIndex) Search(_ context.Context, q agent.Query) ([]agent.Passage, error) {
	key := fmt.Sprint(q.K, q.Text)
	if _, ok := x.asked[key]; !ok {
		x.asked[key] = x.index.Search(q.Text, q.K)
	}
	return x.asked[key], nil
}

func (x *benchIndex) Close() error { return nil }

// A spentWeb still knows addresses, and reads none of them.
type spentWeb struct{}

func (spentWeb) Open(context.Context, agent.Question) (agent.Session, error) { return spentWeb{}, nil }
func (spentWeb) Read(context.Context, agent.Plan, int) iter.Seq[agent.Step] {
	return func(func(agent.Step) bool) {}
}
func (spentWeb) Close() error { return nil }
func (spentWeb) Unread(n int) []agent.Hit {
	hits := make([]agent.Hit, n)
	for i := range hits {
		hits[i] = agent.Hit{URL: fmt.Sprint("https://pages.example/more/", i), Title: "Harrow Bridge and 青石塔"}
	}
	return hits
}

// An unquoted writer names the pages of its claims and not what they say.
type unquoted struct{ agent.Writer }

func (u unquoted) Write(ctx context.Context, e agent.Evidence, tell agent.Tell) iter.Seq2[agent.Claim, error] {
	return func(yield func(agent.Claim, error) bool) {
		for c, err := range u.Writer.Write(ctx, e, tell) {
			for i := range c.Cites {
				c.Cites[i] = agent.Cite{Snapshot: c.Cites[i].Snapshot}
			}
			if !yield(c, err) {
				return
			}
		}
	}
}
