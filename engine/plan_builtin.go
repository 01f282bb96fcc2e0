package engine

import (
	"strings"

	"github.com/sonde-search/sonde/agent"
	"github.com/sonde-search/sonde/agent/lang"
)

// A planner decides one round.
type planner struct {
	brief   agent.Brief
	asked   Analysis
	weights *readerWeights
}

func (p *planner) plan() agent.Plan {
	out := agent.Plan{Round: p.brief.Round}
	if p.brief.Round <= 1 {
		p.first(&out)
	} else {
		p.later(&out)
	}
	return out
}

// firstShare is the share of the pages that the first round may read, so that
// a second can use what was learned. It reads the rest: each round ends with a
// wait for its slowest page, so two are better than four.
const firstShare = 0.66

func (p *planner) first(out *agent.Plan) {
	l := p.asked.Speak
	out.Thought = say(l, thoughtFirst, strings.Join(p.asked.subjects(), say(l, wordListMark)))
	out.Searches = p.firstSearches()
	out.Terms = dedupe(append(append([]string{}, p.asked.Names...), p.asked.Terms...))
	if p.brief.Left.Rounds > 1 && p.brief.Left.Pages > 4 {
		out.Pages = max(3, int(float64(p.brief.Left.Pages)*firstShare))
	}
}

func (a Analysis) subjects() []string {
	if len(a.Sides) > 0 {
		return a.Sides
	}
	if a.Core != "" {
		return []string{a.Core}
	}
	return []string{a.Text}
}

func (p *planner) firstSearches() []agent.Search {
	a, l := p.asked, p.asked.Speak
	var s searchSet
	s.add(a.Core, say(l, whyKeywords), a.Language, a.After)
	s.add(strings.TrimRight(a.Text, "?？"), say(l, whyQuestion), a.Language, a.After)
	for _, text := range respelled(a) {
		s.add(strings.TrimRight(text, "?？"), say(l, whySpelled), a.Language, a.After)
	}
	if c := askedChoice(a); c != nil {
		for _, text := range c.searches() {
			s.add(text, say(l, whyMeasure), a.Language, a.After)
		}
	}
	for _, side := range a.Sides {
		s.add(side, say(l, whySide, side), a.Language, a.After)
	}
	if a.Language == "zh" {
		if names := latinNames(a.Names); names != "" {
			s.add(names, say(l, whyOther), "en", a.After)
			s.addOther(a)
		}
	} else if len(hanWords(a.Text)) > 0 {
		s.addOther(a)
	}
	return s.list
}

// hanWords are the runs of Han characters in a text: Chinese names in an English question.
func hanWords(text string) []string {
	var out []string
	end := -1
	for _, w := range lang.Words(text) {
		if w.Kind != lang.KindHan {
			continue
		}
		if w.Start == end {
			out[len(out)-1] += text[w.Start:w.End]
		} else {
			out = append(out, text[w.Start:w.End])
		}
		end = w.End
	}
	return out
}

// addOther adds the question in the other language, where its words can be put in it.
func (s *searchSet) addOther(a Analysis) {
	if t, share := a.translated(nil); share >= translatedShare {
		s.add(strings.NewReplacer("、", " ", "的", " ").Replace(t.Core), say(a.Speak, whyTranslated), t.Language, a.After)
	}
}

// latinNames joins the names that are in Latin letters: what English pages would call the thing.
func latinNames(names []string) string {
	var out []string
	for _, n := range names {
		if lang.Detect(n) == "en" && len(n) > 2 {
			out = append(out, n)
		}
	}
	return strings.Join(out, " ")
}

// A searchSet collects searches, each query once.
type searchSet struct {
	list []agent.Search
	seen map[string]bool
}

func (s *searchSet) add(query, why, language, after string) {
	query = strings.TrimSpace(query)
	f := lang.Fold(query)
	if f == "" || s.seen[f] {
		return
	}
	if s.seen == nil {
		s.seen = map[string]bool{}
	}
	s.seen[f] = true
	s.list = append(s.list, agent.Search{Query: query, Why: why, Language: language, After: after})
}

func dedupe(in []string) []string {
	seen := map[string]bool{}
	var out []string
	for _, s := range in {
		if f := lang.Fold(s); f != "" && !seen[f] {
			seen[f] = true
			out = append(out, s)
		}
	}
	return out
}
