package engine

import (
	"context"
	"iter"
	"slices"
	"time"

	"github.com/sonde-search/sonde/agent"
	"github.com/sonde-search/sonde/agent/lang"
	"github.com/sonde-search/sonde/prompts"
)

// modelWriter writes with models, in order, and with the fallback where they fail.
type modelWriter struct {
	models []*endpoint
	opt    Options
}

// Write implements agent.Writer. The cites of its claims name snapshots only.
func (t *modelThinker) Write(ctx context.Context, e agent.Evidence, tell agent.Tell) iter.Seq2[agent.Claim, error] {
	return func(yield func(agent.Claim, error) bool) {
		w := &writing{modelWriter: t.writer, ctx: ctx, ev: e, tell: tell, yield: yield, lang: promptLanguage(e.Question)}
		w.run()
	}
}

// writing is one answer being written.
type writing struct {
	modelWriter
	ctx   context.Context //nolint:containedctx // one call of Write, no longer
	ev    agent.Evidence
	tell  agent.Tell
	yield func(agent.Claim, error) bool
	lang  prompts.Language
	given []agent.Claim // what the reader has
	held  []agent.Claim // uncited, before anything cited: it may be reasoning without its tags
	gone  bool          // the reader broke off
}

// The time kept for the fallback, so that an answer comes also where the
// model takes all of its own.
const (
	fallbackShare = 0.15
	fallbackMost  = 5 * time.Second
)

func (w *writing) run() {
	if len(w.ev.Passages) == 0 && len(w.ev.Question.Attached) == 0 {
		w.fallback() // it says "not found"
		return
	}
	left := w.ev.Left
	for i, e := range w.models {
		reply, err := w.ask(e, left)
		if fault := faultOf(err); fault != nil && len(w.given) == 0 && e.learnContext(fault) {
			reply, err = w.ask(e, left)
		}
		if err == nil || w.gone {
			return
		}
		left = leftAfter(left, reply.Spent)
		next := BuiltinSpec
		if i+1 < len(w.models) && len(w.given) == 0 {
			next = w.models[i+1].String()
		}
		fault := faultOf(err)
		if fault.Fault == FaultCancelled && w.ctx.Err() != nil {
			break // the loop says why; what there is may still be written
		}
		w.tell(agent.Note{Warning: warnFailed(w.lang, e, fault, next)})
		if next == BuiltinSpec {
			break
		}
	}
	w.fallback()
}

// ask has one model write. An error says that the answer is not complete.
func (w *writing) ask(e *endpoint, left agent.Budget) (modelReply, error) {
	ctx, cancel := w.deadline(left)
	defer cancel()
	msg, snapshots, err := w.prompt(e)
	if err != nil {
		return modelReply{}, err
	}
	ask := modelAsk{Prompt: msg, Output: e.reply(tokens(msg.Whole()))}
	if err := ask.afford(e, left); err != nil {
		return modelReply{}, err
	}
	warnUnpriced(w.tell, w.lang, e, left)
	reader := &claimReader{snapshots: snapshots}
	tally := tally{limit: ask.Output}
	reply, err := e.converse(ctx, ask, func(d modelDelta) bool {
		switch {
		case d.Reset:
			reader = &claimReader{snapshots: snapshots, said: len(w.given)}
			w.held = nil
		case d.Reasoning != "":
			w.tell(agent.Note{Reasoning: d.Reasoning})
		}
		return w.hold(reader.add(d.Text)) && tally.add(d)
	})
	tellSpent(w.tell, e, reply)
	if w.gone {
		return reply, nil
	}
	if tally.over {
		err = &ModelError{Fault: FaultEndless}
	}
	return reply, w.close(e, reader, reply, err)
}

// close gives out what is left of a reply and says whether it was an answer.
func (w *writing) close(e *endpoint, reader *claimReader, reply modelReply, err error) error {
	cut := err != nil || lengthFinish(reply.Finish)
	w.hold(reader.finish(cut))
	if err == nil {
		w.give(w.release())
	}
	w.held = nil
	if fault := faultOf(err); fault != nil && fault.Fault == FaultEmpty && len(w.given) == 0 {
		// The tag that ends reasoning may be missing: what carries citations
		// at its end is the answer. It is checked like any other.
		rescue := &claimReader{snapshots: reader.snapshots}
		w.give(rescue.add(citedEnd(reply.Reasoning, len(reader.snapshots)) + "\n"))
		w.give(rescue.finish(false))
		if len(w.given) > 0 {
			return nil
		}
	}
	switch {
	case w.gone:
		return nil
	case err != nil:
		return err
	case len(w.given) == 0 && reader.notFound:
		w.tell(agent.Note{Status: agent.StatusNotFound})
		return nil
	case len(w.given) == 0:
		return &ModelError{Fault: FaultRefused}
	case lengthFinish(reply.Finish):
		w.tell(agent.Note{Warning: warnLength(w.lang, e), Status: agent.StatusPartial})
	case reader.notFound:
		w.tell(agent.Note{Status: agent.StatusPartial})
	}
	return nil
}

// deadline bounds a model's writing so that time is left for the fallback.
func (w *writing) deadline(left agent.Budget) (context.Context, context.CancelFunc) {
	if left.Seconds <= 0 {
		return context.WithCancel(w.ctx)
	}
	all := time.Duration(left.Seconds * float64(time.Second))
	if end, ok := w.ctx.Deadline(); ok {
		all = min(all, time.Until(end))
	}
	return context.WithTimeout(w.ctx, all-min(time.Duration(float64(all)*fallbackShare), fallbackMost))
}

// prompt renders the writing prompt, its passages fitted to the model, and
// returns the snapshots by their number.
func (w *writing) prompt(e *endpoint) (prompts.Message, []string, error) {
	d := prompts.WriteData{
		Question: w.ev.Question.Text, Today: w.opt.Now().Format(time.DateOnly),
		Earlier: promptTurns(w.ev.Question.Earlier), NotFound: notFoundWord,
	}
	if l := w.ev.Question.Language; l == "zh" || l == "en" {
		d.Answer = l
	}
	bare, err := prompts.Write(w.lang, d)
	if err != nil {
		return prompts.Message{}, nil, err
	}
	room := e.room(tokens(bare.Whole()))
	attached := w.ev.Question.Attached
	if len(attached) > 0 {
		room /= 2
	}
	f := fit(w.ev.Passages, w.ev.Pages, room)
	d.Webpages = f.Pages
	d.Files = promptFiles(attached, room, func(snapshot string) int {
		n := f.number(snapshot)
		if n == 0 {
			f.Snapshots = append(f.Snapshots, snapshot)
			n = len(f.Snapshots)
		}
		return n
	})
	msg, err := prompts.Write(w.lang, d)
	return msg, f.Snapshots, err
}

// hold gives claims, but keeps those without citation back until one with comes.
func (w *writing) hold(claims []agent.Claim) bool {
	for i, c := range claims {
		if len(w.given) == 0 && len(c.Cites) == 0 {
			w.held = append(w.held, c)
			continue
		}
		return w.give(append(w.release(), claims[i:]...))
	}
	return !w.gone
}

// release returns what was held back.
func (w *writing) release() []agent.Claim {
	held := w.held
	w.held = nil
	return held
}

// give yields claims and reports whether the reader wants more.
func (w *writing) give(claims []agent.Claim) bool {
	for _, c := range claims {
		if w.gone {
			return false
		}
		if slices.ContainsFunc(w.given, func(g agent.Claim) bool { return g.Text == c.Text }) {
			continue // said before, word for word
		}
		w.given = append(w.given, c)
		if !w.yield(c, nil) {
			w.gone = true
		}
	}
	return !w.gone
}

// fallback has the fallback write what was not said yet.
func (w *writing) fallback() {
	if w.gone {
		return
	}
	began := len(w.given)
	if began == 0 {
		w.tell(agent.Note{Model: BuiltinSpec})
	}
	tell := w.tell
	if began > 0 {
		tell = func(n agent.Note) {
			n.Status = "" // it speaks of its own answer; this one broke off
			w.tell(n)
		}
		w.tell(agent.Note{Status: agent.StatusPartial})
	}
	for c, err := range w.opt.Fallback.Write(w.ctx, w.ev, tell) {
		if err != nil {
			w.yield(agent.Claim{}, err)
			return
		}
		if began > 0 {
			if w.saidAlready(c) {
				continue
			}
			c.Lead = false
		}
		if !w.yield(c, nil) {
			w.gone = true
			return
		}
	}
}

// saidEnough is the share of a claim's terms that must have been said in one
// earlier claim for it to be a repetition.
const saidEnough = 0.6

// saidAlready reports whether a claim says again what the reader has.
func (w *writing) saidAlready(c agent.Claim) bool {
	terms := lang.Terms(c.Text)
	if len(terms) == 0 {
		return true
	}
	for _, g := range w.given {
		had := map[string]bool{}
		for _, t := range lang.Terms(g.Text) {
			had[t] = true
		}
		n := 0
		for _, t := range terms {
			if had[t] {
				n++
			}
		}
		if float64(n) >= saidEnough*float64(len(terms)) {
			return true
		}
	}
	return false
}

// citedEnd is the end of reasoning that was never closed: the last paragraphs
// in a row that carry citation marks.
func citedEnd(reasoning string, pages int) string {
	paragraphs := splitParagraphs(reasoning)
	from := len(paragraphs)
	for from > 0 {
		_, marks := takeMarks(paragraphs[from-1], pages)
		cited := false
		for _, m := range marks {
			cited = cited || len(m.Pages) > 0
		}
		if !cited {
			break
		}
		from--
	}
	return joinParagraphs(paragraphs[from:])
}
