package engine

import (
	"sort"
	"strings"
	"unicode/utf8"

	"github.com/sonde-search/sonde/agent"
	"github.com/sonde-search/sonde/agent/lang"
)

// later plans a round after the first: enough, not there, or what to look for next.
func (p *planner) later(out *agent.Plan) {
	l := p.asked.Speak
	n := len(p.brief.Read)
	switch {
	case p.brief.Left.Pages <= 0:
		out.Enough, out.Thought = true, say(l, thoughtSpent, n)
		return
	case p.otherSearches(out):
		return
	case p.brief.Gained == 0 && len(p.brief.Unread) == 0:
		out.Enough, out.Thought = true, say(l, thoughtDry, n)
		return
	}
	r, _, _ := understand(p.evidence(), p.asked, p.weights)
	if p.enough(r) {
		out.Enough, out.Thought = true, say(l, thoughtEnough, n)
		return
	}
	learned := p.learn(r)
	missing := r.missing()
	out.Thought = say(l, thoughtMore, n)
	if len(missing) > 0 {
		out.Thought = say(l, thoughtMissing, n, strings.Join(missing, say(l, wordListMark)))
	}
	out.Searches = p.laterSearches(r, learned, missing)
	out.Terms = dedupe(append(append([]string{}, learned...), missing...))
	out.Open = p.open(r.q)
}

// otherSearches plans to search in the language that nearly all pages read are
// in, where that is not the question's and was not done yet; it reports whether it did.
func (p *planner) otherSearches(out *agent.Plan) bool {
	other := 0
	for _, pg := range p.brief.Read {
		if pageLanguage(pg) == p.asked.otherLanguage() {
			other++
		}
	}
	if other*5 < len(p.brief.Read)*4 {
		return false
	}
	s := searchSet{seen: p.searched()}
	s.addOther(p.asked)
	if len(s.list) == 0 {
		return false
	}
	out.Searches, out.Thought = s.list, say(p.asked.Speak, thoughtOther, len(p.brief.Read))
	return true
}

// searched are the queries of the rounds before, folded.
func (p *planner) searched() map[string]bool {
	seen := map[string]bool{}
	for _, done := range p.brief.Plans {
		for _, d := range done.Searches {
			seen[lang.Fold(d.Query)] = true
		}
	}
	return seen
}

func (p *planner) evidence() agent.Evidence {
	e := agent.Evidence{Question: p.brief.Question, Passages: p.brief.Passages, Pages: map[string]*agent.Page{}}
	for _, pg := range p.brief.Read {
		e.Pages[pg.Snapshot] = pg
	}
	return e
}

// enough is asked of short questions alone: a direct answer, said by several
// pages in their own words. Anything broader reads what the budget allows.
func (p *planner) enough(r *reading) bool {
	if !p.asked.Short() || p.asked.Fresh || len(p.brief.Read) < 5 {
		return false
	}
	s := r.best()
	if s == nil || r.confidence(p.weights) < 0.9 || s.cover < 0.85 {
		return false
	}
	sites := map[string]bool{}
	for _, i := range r.order[:min(len(r.order), 8)] {
		if o := &r.sentences[i]; o.cover >= 0.7 {
			sites[o.page.URL] = true
		}
	}
	return len(sites) >= 2
}

// missing are the question's words that the best passages do not have.
func (r *reading) missing() []string {
	found := make([]bool, len(r.q.units))
	for p := range r.passages {
		if p >= 10 {
			break
		}
		for _, h := range r.q.match(r.passages[p].context) {
			found[h.unit] = true
		}
		for i := r.passages[p].from; i < r.passages[p].to; i++ {
			for _, h := range r.sentences[i].hits {
				found[h.unit] = true
			}
		}
	}
	var out []string
	last := -2
	for i, ok := range found {
		u := &r.q.units[i]
		if ok || u.weight < 2 {
			continue
		}
		if n := len(out) - 1; u.han && last == i-1 && overlapping(out[n], u.text) {
			out[n] += lastRune(u.text) // 门票 and 票价 are 门票价
		} else {
			out = append(out, u.text)
		}
		last = i
	}
	var keep []string
	for _, t := range out {
		if t = strings.Trim(t, "的了是在和与"); utf8.RuneCountInString(t) > 1 {
			keep = append(keep, t)
		}
	}
	return keep
}

func overlapping(a, b string) bool {
	first, _ := utf8.DecodeRuneInString(b)
	return strings.HasSuffix(a, string(first))
}

func lastRune(s string) string {
	r, _ := utf8.DecodeLastRuneInString(s)
	return string(r)
}

// learn finds the words that the best sentences use beside the question's own.
func (p *planner) learn(r *reading) []string {
	type word struct {
		text  string
		score float64
	}
	sum := map[string]float64{}
	for rank, i := range r.order[:min(len(r.order), 12)] {
		s := &r.sentences[i]
		seen := map[string]bool{}
		for _, n := range lang.Names(s.text) {
			name := strings.Trim(s.text[n.Start:n.End], " \"“”《》「」")
			f := lang.Fold(name)
			if f == "" || seen[f] || len(f) > 60 || r.q.has(name) {
				continue
			}
			seen[f] = true
			sum[name] += s.cover * r.idf(hashText(f), f) * r.nearAsked(s, n) / float64(rank+2)
		}
	}
	words := make([]word, 0, len(sum))
	for t, v := range sum {
		words = append(words, word{t, v})
	}
	sort.Slice(words, func(a, b int) bool {
		if words[a].score != words[b].score {
			return words[a].score > words[b].score
		}
		return words[a].text < words[b].text
	})
	var out []string
	for _, w := range words[:min(len(words), 8)] {
		out = append(out, w.text)
	}
	return out
}

// nearAsked is how near a name stands to the words of the question that are no names.
func (r *reading) nearAsked(s *readSentence, name lang.Span) float64 {
	at := sort.Search(len(s.tokens), func(i int) bool { return s.tokens[i].start >= name.Start })
	sum := 0.1
	for _, h := range s.hits {
		if u := &r.q.units[h.unit]; !u.name {
			d := at - h.token
			if d < 0 {
				d = -d
			}
			sum += u.weight * h.weight / float64(1+d)
		}
	}
	return sum
}

// has reports whether every word of name is the question's own.
func (q *asked) has(name string) bool {
	for _, t := range readTokens(name) {
		if _, ok := q.byID[t.id]; ok || t.stop {
			continue
		}
		if _, ok := q.byID[t.pair]; ok && t.pair != 0 {
			continue
		}
		return false
	}
	return true
}

func (p *planner) laterSearches(r *reading, learned, missing []string) []agent.Search {
	a, l := p.asked, p.asked.Speak
	s := searchSet{seen: p.searched()}
	subject := strings.Join(a.Names, " ")
	if len(missing) > 0 {
		s.add(strings.TrimSpace(subject+" "+strings.Join(missing, " ")), say(l, whyMissing), a.Language, a.After)
		if len(learned) > 0 {
			s.add(learned[0]+" "+strings.Join(missing, " "), say(l, whyHop, learned[0]), a.Language, a.After)
		}
	}
	if len(learned) > 0 {
		s.add(a.Core+" "+learned[0], say(l, whyLearned), a.Language, a.After)
	}
	if len(learned) > 1 {
		s.add(a.Core+" "+learned[1], say(l, whyLearned), a.Language, a.After)
	}
	return s.list[:min(len(s.list), 4)]
}

// open chooses links found and not read whose words match the question.
func (p *planner) open(q *asked) []string {
	type link struct {
		url   string
		score float64
	}
	var links []link
	for _, h := range p.brief.Unread {
		hits := q.match(readTokens(h.Title + " " + h.Snippet + " " + strings.NewReplacer("/", " ", "-", " ", "_", " ", ".", " ").Replace(h.URL)))
		if c := q.coverage(hits); c > 0.2 {
			links = append(links, link{h.URL, c})
		}
	}
	sort.SliceStable(links, func(a, b int) bool { return links[a].score > links[b].score })
	var out []string
	for _, k := range links[:min(len(links), 10)] {
		out = append(out, k.url)
	}
	return out
}
