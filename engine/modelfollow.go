package engine

import (
	"context"
	"strings"
	"time"

	"github.com/sonde-search/sonde/agent"
	"github.com/sonde-search/sonde/prompts"
)

// A Condenser makes a follow-up question stand alone. What Open returns is one
// where a model was opened.
type Condenser interface {
	// Condense returns the question's text so that it can be understood without
	// the earlier turns; where the model fails, as the built-in engine would.
	Condense(ctx context.Context, q agent.Question, tell agent.Tell) string
}

// condenseTime bounds the rewriting of a follow-up.
const condenseTime = 20 * time.Second

// Condense implements Condenser.
func (t *modelThinker) Condense(ctx context.Context, q agent.Question, tell agent.Tell) string {
	if len(q.Earlier) == 0 {
		return q.Text
	}
	plain := Analyse(q.Text, t.planner.opt.Now(), q.Earlier).Text
	if len(t.planner.models) == 0 {
		return plain
	}
	e := t.planner.models[0]
	msg, err := prompts.Condense(promptLanguage(q), prompts.CondenseData{
		Question: q.Text, Today: e.opt.Now().Format(time.DateOnly), Earlier: promptTurns(q.Earlier),
	})
	if err != nil {
		e.opt.Logger.Error("condensing a follow-up", "err", err)
		return plain
	}
	ctx, cancel := context.WithTimeout(ctx, condenseTime)
	defer cancel()
	ask := modelAsk{Prompt: msg, Output: 2048}
	if ask.afford(e, q.Budget) != nil {
		return plain
	}
	reply, err := e.converse(ctx, ask, func(modelDelta) bool { return true })
	tellSpent(tell, e, reply)
	text := strings.TrimSpace(prompts.Line(reply.Text))
	text = strings.Trim(text, "\"“”「」")
	if err != nil || text == "" || len(text) > 4*len(q.Text)+400 {
		return plain
	}
	return text
}
