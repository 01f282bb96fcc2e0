package engine

import (
	"cmp"
	"context"
	"errors"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/sonde-search/sonde/agent"
	"github.com/sonde-search/sonde/agent/lang"
	"github.com/sonde-search/sonde/prompts"
)

// Bounds of a plan.
const (
	maxPlanSearches = 6
	maxPlanOpen     = 10
	maxPlanTerms    = 12
	maxPlanQuery    = 120 // characters
	maxPlanThought  = 600 // characters
	maxShownUnread  = 30  // addresses in a prompt
	maxShownRead    = 30  // pages in a prompt
	maxShownFailed  = 10  // skips in a prompt
	maxShownSearch  = 20  // searches in a prompt
	maxPlanEvidence = 8 << 10
	planShare       = 0.4  // of the seconds left, for one plan
	planOutput      = 8192 // tokens of a plan, reasoning included
)

// modelPlanner plans with models, in order, and with the fallback where they fail.
type modelPlanner struct {
	models []*endpoint
	opt    Options
}

// errPlan is the failure of a plan that could not be read.
var errPlan = errors.New("the plan could not be read")

func (p modelPlanner) plan(ctx context.Context, b agent.Brief, tell agent.Tell) (agent.Plan, error) {
	l := promptLanguage(b.Question)
	for i, e := range p.models {
		plan, err := p.ask(ctx, e, b, tell)
		if err == nil {
			return plan, nil
		}
		if ctx.Err() != nil {
			break // the loop says why
		}
		next := BuiltinSpec
		if i+1 < len(p.models) {
			next = p.models[i+1].String()
		}
		if errors.Is(err, errPlan) {
			tell(agent.Note{Warning: warnPlan(l, e, next)})
			continue
		}
		tell(agent.Note{Warning: warnFailed(l, e, faultOf(err), next)})
	}
	return p.opt.Fallback.Plan(ctx, b, tell)
}

// ask asks one model for a plan, once more where it cannot be read.
func (p modelPlanner) ask(ctx context.Context, e *endpoint, b agent.Brief, tell agent.Tell) (agent.Plan, error) {
	l := promptLanguage(b.Question)
	ctx, cancel := withShare(ctx, b.Left, planShare)
	defer cancel()
	shown := shownUnread(b)
	msg, err := p.prompt(e, b, shown)
	if err != nil {
		return agent.Plan{}, err
	}
	reply, err := p.call(ctx, e, b, msg, tell)
	if fault := faultOf(err); fault != nil && e.learnContext(fault) {
		if msg, err = p.prompt(e, b, shown); err != nil {
			return agent.Plan{}, err
		}
		reply, err = p.call(ctx, e, b, msg, tell)
	}
	if err != nil {
		return agent.Plan{}, err
	}
	read, problem := readReply(reply)
	if problem == nil {
		if plan, ok := checkPlan(b, read, shown); ok {
			return plan, nil
		}
		problem = errEmptyPlan
	}
	msg, err = prompts.Repair(l, prompts.RepairData{Reply: firstRunes(reply.Text, 2000), Problem: problem.Error()})
	if err != nil {
		return agent.Plan{}, err
	}
	b.Left = leftAfter(b.Left, reply.Spent)
	again, err := p.call(ctx, e, b, msg, tell)
	if err != nil {
		return agent.Plan{}, err
	}
	if read, problem = readReply(again); problem == nil {
		if plan, ok := checkPlan(b, read, shown); ok {
			return plan, nil
		}
	}
	return agent.Plan{}, errPlan
}

var errEmptyPlan = errors.New("the plan asks for nothing and does not say that it is enough")

// call makes one planning call and tells of its reasoning and cost.
func (p modelPlanner) call(ctx context.Context, e *endpoint, b agent.Brief, msg prompts.Message, tell agent.Tell) (modelReply, error) {
	ask := modelAsk{Prompt: msg, Schema: prompts.PlanSchema(), Output: min(planOutput, e.reply(tokens(msg.Whole())))}
	if err := ask.afford(e, b.Left); err != nil {
		return modelReply{}, err
	}
	warnUnpriced(tell, promptLanguage(b.Question), e, b.Left)
	tally := tally{limit: ask.Output}
	reply, err := e.converse(ctx, ask, func(d modelDelta) bool {
		if d.Reasoning != "" {
			tell(agent.Note{Reasoning: d.Reasoning})
		}
		return tally.add(d)
	})
	tellSpent(tell, e, reply)
	if tally.over {
		err = &ModelError{Fault: FaultEndless}
	}
	if fault := faultOf(err); fault != nil && fault.Fault == FaultEmpty {
		// Reasoning whose end was not marked may hold the plan.
		if _, unread := readReply(reply); unread == nil {
			err = nil
		}
	}
	return reply, err
}

// tellSpent tells what a call cost and which model served it.
func tellSpent(tell agent.Tell, e *endpoint, r modelReply) {
	n := agent.Note{Spent: r.Spent}
	if r.Shown {
		n.Model = e.String()
		if r.Model != "" && r.Model != e.name {
			n.Model = e.preset.Name + ":" + r.Model
		}
	}
	if n != (agent.Note{}) {
		tell(n)
	}
}

// readReply finds the plan in a reply; where reasoning was never closed, in that.
func readReply(r modelReply) (planReply, error) {
	read, err := readPlan(r.Text)
	if err == nil {
		return read, nil
	}
	if read, rerr := readPlan(r.Reasoning); rerr == nil {
		return read, nil
	}
	return planReply{}, err
}

// withShare bounds ctx by a share of the seconds that are left.
func withShare(ctx context.Context, left agent.Budget, share float64) (context.Context, context.CancelFunc) {
	if left.Seconds <= 0 {
		return context.WithCancel(ctx)
	}
	return context.WithTimeout(ctx, time.Duration(left.Seconds*share*float64(time.Second)))
}

// prompt renders the planning prompt, its passages fitted to the model.
func (p modelPlanner) prompt(e *endpoint, b agent.Brief, shown []agent.Hit) (prompts.Message, error) {
	l := promptLanguage(b.Question)
	d := prompts.PlanData{
		Question: b.Question.Text, Today: p.opt.Now().Format(time.DateOnly), Earlier: promptTurns(b.Question.Earlier),
		Round: b.Round, Rounds: max(1, b.Left.Rounds), Pages: b.Left.Pages, Sites: b.Question.Scope.Sites,
		Web:      b.Question.Scope.Web || len(b.Question.Scope.Sites)+len(b.Question.Scope.Files)+len(b.Question.Scope.Collections) == 0,
		Searches: maxPlanSearches - 2, OpenLimit: maxPlanOpen,
	}
	for _, s := range lastOf(b.Searches, maxShownSearch) {
		d.Searched = append(d.Searched, prompts.Searched{Query: s.Query, Hits: len(s.Hits), Failed: s.Error != ""})
	}
	// In an order of their own: pages come as fast as their servers are, and
	// the same prompt twice is found again on a tape and in a provider's cache.
	read := slices.SortedStableFunc(slices.Values(lastOf(b.Read, maxShownRead)), func(x, y *agent.Page) int { return cmp.Compare(x.URL, y.URL) })
	for _, r := range read {
		d.Read = append(d.Read, prompts.Read{Title: r.Title, Site: r.Site, Published: r.Published})
	}
	for _, s := range lastOf(b.Skipped, maxShownFailed) {
		d.Failed = append(d.Failed, s.URL+": "+string(s.Reason))
	}
	slices.Sort(d.Failed)
	for i, h := range shown {
		d.Unread = append(d.Unread, prompts.Unread{N: i + 1, Title: h.Title, URL: h.URL, Snippet: h.Snippet, Published: h.Published})
	}
	bare, err := prompts.Plan(l, d)
	if err != nil {
		return prompts.Message{}, err
	}
	room := min(e.room(tokens(bare.Whole())), maxPlanEvidence)
	d.Files = promptFiles(b.Question.Attached, room/3, func(string) int { return 0 })
	d.Webpages = fit(b.Passages, pagesOf(b.Read), room*2/3).Pages
	return prompts.Plan(l, d)
}

func pagesOf(read []*agent.Page) map[string]*agent.Page {
	by := make(map[string]*agent.Page, len(read))
	for _, p := range read {
		by[p.Snapshot] = p
	}
	return by
}

func lastOf[T any](s []T, n int) []T { return s[max(0, len(s)-n):] }

func shownUnread(b agent.Brief) []agent.Hit { return b.Unread[:min(len(b.Unread), maxShownUnread)] }

// checkPlan makes a plan of what a model wrote. Nothing else is taken from it:
// no search that was made before, no address that was not found. It reports
// false where nothing is left and what was read cannot be enough.
func checkPlan(b agent.Brief, r planReply, shown []agent.Hit) (agent.Plan, bool) {
	p := agent.Plan{Round: b.Round, Thought: firstRunes(strings.TrimSpace(r.Thought), maxPlanThought)}
	p.Searches = newSearches(b, r.Searches)
	p.Open = openOf(b, r.Open, shown)
	for _, t := range r.Terms {
		if t = cleanQuery(t, 40); t != "" && len(p.Terms) < maxPlanTerms && !slices.Contains(p.Terms, t) {
			p.Terms = append(p.Terms, t)
		}
	}
	something := len(b.Passages) > 0 || len(b.Question.Attached) > 0
	idle := len(p.Searches) == 0 && len(p.Open) == 0
	switch {
	case r.Enough && something:
		p.Enough = true
		p.Searches, p.Open = nil, nil
	case idle && something && (b.Gained == 0 || len(r.Searches) > 0):
		// It asks again for what was done, or for nothing: it goes in circles.
		p.Enough = true
	case idle:
		return agent.Plan{}, false
	}
	return p, true
}

// newSearches are the searches that were not made before, cleaned.
func newSearches(b agent.Brief, wanted []planSearch) []agent.Search {
	made := map[string]bool{}
	for _, s := range b.Searches {
		made[searchKey(s.Query)] = true
	}
	for _, p := range b.Plans {
		for _, s := range p.Searches {
			made[searchKey(s.Query)] = true
		}
	}
	var out []agent.Search
	for _, w := range wanted {
		q := cleanQuery(w.Query, maxPlanQuery)
		key := searchKey(q)
		if key == "" || made[key] || len(out) == maxPlanSearches {
			continue
		}
		made[key] = true
		s := agent.Search{Query: q, Why: cleanQuery(w.Why, 200)}
		if w.Language == "zh" || w.Language == "en" {
			s.Language = w.Language
		}
		if _, err := time.Parse(time.DateOnly, w.After); err == nil {
			s.After = w.After
		}
		out = append(out, s)
	}
	return out
}

// searchKey is the same for searches that ask for the same: the words, folded, in order of the alphabet.
func searchKey(q string) string {
	var ws []string
	for _, w := range lang.Words(q) {
		ws = append(ws, lang.Stem(w.Text))
	}
	if lang.Detect(q) != "zh" {
		slices.Sort(ws)
	}
	return strings.Join(ws, " ")
}

// cleanQuery is one line of at most n characters without addresses: a page
// must not be able to have something sent along in one.
func cleanQuery(s string, n int) string {
	var kept []string
	for _, w := range strings.Fields(prompts.Line(s)) {
		if !strings.Contains(w, "://") {
			kept = append(kept, w)
		}
	}
	s = strings.Join(kept, " ")
	if t := firstRunes(s, n); t != s {
		s = strings.TrimSuffix(t, "…")
	}
	return s
}

// openOf are the addresses to open: by their number in the prompt, or as they
// stand among those found. Others are refused.
func openOf(b agent.Brief, wanted []planOpen, shown []agent.Hit) []string {
	var out []string
	for _, w := range wanted {
		u := ""
		if w.N >= 1 && w.N <= len(shown) {
			u = shown[w.N-1].URL
		} else if w.URL != "" {
			u = foundURL(b.Unread, w.URL)
		}
		if u != "" && !slices.Contains(out, u) && len(out) < maxPlanOpen {
			out = append(out, u)
		}
	}
	return out
}

// foundURL is the address among the hits that means the same as text, or "".
func foundURL(hits []agent.Hit, text string) string {
	want := bareURL(text)
	for _, h := range hits {
		if h.URL == text || want != "" && bareURL(h.URL) == want {
			return h.URL
		}
	}
	return ""
}

func bareURL(s string) string {
	u, err := url.Parse(strings.TrimSpace(s))
	if err != nil || u.Host == "" {
		return ""
	}
	return strings.ToLower(u.Host) + strings.TrimSuffix(u.EscapedPath(), "/") + "?" + u.RawQuery
}
