package engine

import (
	"slices"
	"strings"
	"testing"

	"github.com/sonde-search/sonde/agent"
	"github.com/sonde-search/sonde/agent/lang"
)

func TestTranslated(t *testing.T) {
	for _, c := range []struct {
		question string
		want     []string
		kind     Kind
	}{
		{"Who founded 澄光仪器?", []string{"澄光仪器", "创办", "谁"}, KindWho},
		{"How many employees does 澄光仪器 have?", []string{"澄光仪器", "员工", "多少"}, KindCount},
		{"In which year was 望川廊桥 completed?", []string{"望川廊桥", "完工", "哪一年"}, KindWhen},
		{"Where is the head office of 澄光仪器?", []string{"澄光仪器", "总部", "哪里"}, KindWhere},
		{"How high is 北岭灯塔?", []string{"北岭灯塔", "高度"}, KindCount},
		{"What was the net profit of 澄光仪器 in 2024?", []string{"澄光仪器", "利润", "2024"}, KindFact},
		{"Why did 北坡煤矿 close?", []string{"北坡煤矿", "关闭", "为什么"}, KindWhy},
		{"Brevik Seeds 是谁创办的？", []string{"Brevik Seeds", "found", "Who"}, KindWho},
		{"Brevik Seeds 有多少名员工？", []string{"Brevik Seeds", "employees", "How many"}, KindCount},
		{"Heron 5 的价格是多少？", []string{"Heron 5", "price"}, KindCount},
		{"Corve 采石场2021年的产量下降的原因是什么？", []string{"Corve", "2021", "output", "fall", "Why"}, KindWhy},
		{"Norden 的总部位于哪个城市？", []string{"Norden", "headquarters", "Where"}, KindWhere},
	} {
		a := Analyse(c.question, testNow, nil)
		b, share := a.translated(nil)
		if share < translatedShare || b.From != a.Language || b.Language != a.otherLanguage() {
			t.Errorf("%q: %.2f of it put in %q from %q", c.question, share, b.Language, b.From)
			continue
		}
		for _, w := range c.want {
			if !strings.Contains(lang.Fold(b.Text), lang.Fold(w)) && !slices.ContainsFunc(bilingual().zh[stemmed(w)], func(string) bool { return strings.Contains(stemmed(b.Text), stemmed(w)) }) {
				t.Errorf("%q became %q, without %q", c.question, b.Text, w)
			}
		}
		if b.Kind != c.kind {
			t.Errorf("%q: %s, not %s", c.question, b.Kind, c.kind)
		}
	}
	for _, q := range []string{"Who is 沈慕白?", "Zorblatt 的格罗姆是谁？", "Photons?"} {
		if b, share := Analyse(q, testNow, nil).translated(nil); share > 0 {
			t.Errorf("%q has nothing to put in another language but became %q", q, b.Text)
		}
	}
}

const crossZh = `# 澄光仪器公司

澄光仪器成立于1998年，由物理学家宋望舒创办，总部位于望川市。公司现有员工530人，主要生产显微镜。`

const crossTower = `# 北岭灯塔

北岭灯塔位于望川岛北端，高38米。灯塔于1931年建成。`

const crossEn = `# Brevik Seeds

Brevik Seeds is a company that sells the seeds of old vegetables. It was founded in 1979 by Signe Brevik. Its head office is in Lindhaven, and it has 85 employees.`

func crossEvidence(question string, texts ...string) agent.Evidence {
	e := agent.Evidence{Question: agent.Question{Text: question}.Clean(), Pages: map[string]*agent.Page{}}
	for i, text := range texts {
		title, _, _ := strings.Cut(strings.TrimPrefix(text, "# "), "\n")
		p := &agent.Page{URL: "https://pages.example/" + string(rune('a'+i)), Title: title, Text: text, Snapshot: agent.SnapshotID(text)}
		e.Pages[p.Snapshot] = p
		e.Passages = append(e.Passages, agent.Passage{Snapshot: p.Snapshot, URL: p.URL, Title: title, Start: 0, End: len(text), Text: text})
	}
	return e
}

func TestAcrossLanguages(t *testing.T) {
	for _, c := range []struct{ question, want, note string }{
		{"Who founded 澄光仪器?", "宋望舒", "quoted in Chinese"},
		{"In which year was 澄光仪器 founded?", "1998", "quoted in Chinese"},
		{"How many employees does 澄光仪器 have?", "530", "quoted in Chinese"},
		{"Where is the head office of 澄光仪器?", "望川市", "quoted in Chinese"},
		{"Where is 北岭灯塔?", "望川岛", "quoted in Chinese"},
		{"Brevik Seeds 是谁创办的？", "Signe Brevik", "引文为英文"},
		{"Brevik Seeds 成立于哪一年？", "1979", "引文为英文"},
		{"Brevik Seeds 有多少名员工？", "85", "引文为英文"},
		{"Brevik Seeds 的总部在哪里？", "Lindhaven", "引文为英文"},
	} {
		d := draftOf(t, crossEvidence(c.question, crossZh, crossEn, crossTower))
		said, noted := "", false
		for _, k := range d.Claims {
			said += k.Text + "\n"
			noted = noted || k.Note == c.note
		}
		if !strings.Contains(said, c.want) || !noted {
			t.Errorf("%q: %q (noted %v), want %q (%s)", c.question, said, noted, c.want, c.note)
		}
	}
	for _, q := range []string{"Is 澄光仪器 a member of the club?", "Brevik Seeds 出售老品种蔬菜的种子吗？"} {
		for _, c := range draftOf(t, crossEvidence(q, crossZh, crossEn)).Claims {
			if hasAnyPrefix(c.Text, "Yes", "No", "是：", "否：") {
				t.Errorf("%q: %q says yes or no of a page in the other language", q, c.Text)
			}
		}
	}
	for _, q := range []string{"What is the share price of 澄光仪器?", "Brevik Seeds 的股价是多少？", "Who translated 望川廊桥?"} {
		d := draftOf(t, crossEvidence(q, crossZh, crossEn))
		if d.Status != agent.StatusNotFound {
			t.Errorf("%q: %+v, though no page says it", q, d.Claims)
		}
	}
}

func TestPlanAcrossLanguages(t *testing.T) {
	for _, c := range []struct{ question, query, language string }{
		{"Who founded 澄光仪器?", "澄光仪器 创办", "zh"},
		{"Brevik Seeds 的总部在哪里？", "headquarters Brevik Seeds", "en"},
	} {
		p := planOf(t, firstBrief(c.question))
		if !slices.ContainsFunc(p.Searches, func(s agent.Search) bool { return s.Language == c.language && s.Query == c.query }) {
			t.Errorf("%q: no search for %q: %s", c.question, c.query, queries(p))
		}
	}
	b := firstBrief("How many employees does the company have?")
	e := crossEvidence(b.Question.Text, crossZh)
	b.Round, b.Gained, b.Passages = 2, 1, e.Passages
	for _, pg := range e.Pages {
		b.Read = append(b.Read, pg)
	}
	p := planOf(t, b)
	if len(p.Searches) != 1 || p.Searches[0].Language != "zh" || !strings.Contains(p.Searches[0].Query, "员工") {
		t.Errorf("after pages in Chinese alone: %+v", p)
	}
	b.Plans, b.Round = append(b.Plans, p), 3
	if again := planOf(t, b); slices.ContainsFunc(again.Searches, func(s agent.Search) bool { return s.Query == p.Searches[0].Query }) {
		t.Errorf("%q is searched again", p.Searches[0].Query)
	}
}

// TestBilingualTable sees that every line of the table has both sides and a known class.
func TestBilingualTable(t *testing.T) {
	seen := map[string]bool{}
	for _, line := range strings.Split(strings.TrimSpace(bilingualLines), "\n") {
		class, rest, ok := strings.Cut(line, " ")
		en, zh, both := strings.Cut(rest, "=")
		if !ok || !both || en == "" || zh == "" || !strings.Contains("varnqtug", class) || len(class) != 1 {
			t.Errorf("line %q", line)
		}
		for _, w := range strings.Split(zh, ",") {
			if lang.Detect(w) != "zh" {
				t.Errorf("line %q: %q is no Chinese", line, w)
			}
		}
		if key := class + en; seen[key] {
			t.Errorf("line %q stands twice", line)
		} else {
			seen[key] = true
		}
		for _, w := range strings.Split(en, ",") {
			if lang.Detect(w) != "en" || len(strings.Fields(w)) > maxPhrase {
				t.Errorf("line %q: %q", line, w)
			}
		}
	}
}
