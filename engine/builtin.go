package engine

import (
	"context"
	"fmt"
	"iter"
	"time"

	"github.com/sonde-search/sonde/agent"
)

// Builtin plans and writes with no model: it turns a question into searches,
// and answers with sentences of the pages, each cited where it stands.
// It is safe for concurrent use and keeps nothing between calls.
type Builtin struct {
	options BuiltinOptions
}

// BuiltinOptions are the settings of the built-in engine.
type BuiltinOptions struct {
	Now func() time.Time // the clock that relative dates count from; nil: time.Now
}

// NewBuiltin returns the built-in engine.
func NewBuiltin(o BuiltinOptions) *Builtin {
	if o.Now == nil {
		o.Now = time.Now
	}
	return &Builtin{options: o}
}

var (
	_ agent.Planner = (*Builtin)(nil)
	_ agent.Writer  = (*Builtin)(nil)
)

// Plan decides the next round: searches, links to open, or that what was read is enough.
func (b *Builtin) Plan(ctx context.Context, brief agent.Brief, tell agent.Tell) (agent.Plan, error) {
	if err := ctx.Err(); err != nil {
		return agent.Plan{}, err
	}
	w, err := loadReader()
	if err != nil {
		return agent.Plan{}, fmt.Errorf("planning: %w", err)
	}
	p := planner{brief: brief, weights: w, asked: b.analyse(brief.Question)}
	return p.plan(), nil
}

// Write answers from the evidence with claims that quote it. Where the
// evidence does not answer it yields no claim, and tells what was searched and
// what came closest.
func (b *Builtin) Write(ctx context.Context, e agent.Evidence, tell agent.Tell) iter.Seq2[agent.Claim, error] {
	return func(yield func(agent.Claim, error) bool) {
		d, err := b.Draft(e)
		if err != nil {
			yield(agent.Claim{}, err)
			return
		}
		if tell != nil {
			for _, n := range d.Notes {
				tell(agent.Note{Warning: n})
			}
			if d.Status != agent.StatusAnswered {
				tell(agent.Note{Status: d.Status})
			}
		}
		for _, c := range d.Claims {
			if ctx.Err() != nil {
				return
			}
			if !yield(c, nil) {
				return
			}
		}
	}
}

// A Draft is an answer before its check.
type Draft struct {
	Analysis   Analysis
	Status     agent.Status // answered, partial or not_found
	Confidence float64      // 0 to 1, that the evidence answers the question
	Short      string       // the shortest answer, exact words of the first claim's quote; empty where there is none
	Claims     []agent.Claim
	Notes      []string // for the reader, in the question's language
	Closest    string   // the sentence that came closest, where the status is not_found
}

// Draft writes the answer in one go.
func (b *Builtin) Draft(e agent.Evidence) (Draft, error) {
	w, err := loadReader()
	if err != nil {
		return Draft{}, fmt.Errorf("writing: %w", err)
	}
	a := b.analyse(e.Question)
	r, a, e := understand(e, a, w)
	wr := &writer{evidence: e, asked: a, weights: w, reading: r}
	return wr.draft(), nil
}

func (b *Builtin) analyse(q agent.Question) Analysis {
	a := Analyse(broadly(q.Text), b.options.Now(), q.Earlier)
	if q.Language == "zh" || q.Language == "en" {
		a.Speak = q.Language
	}
	if q.Scope.After != "" && a.After == "" {
		a.After = q.Scope.After
	}
	return a
}
