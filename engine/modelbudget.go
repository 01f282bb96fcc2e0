package engine

import (
	"fmt"

	"github.com/sonde-search/sonde/agent"
	"github.com/sonde-search/sonde/prompts"
)

// leastOutput is the smallest reply worth asking for (tokens).
const leastOutput = 256

// afford bounds the reply by the tokens and money that are left, or says that
// they do not suffice.
func (a *modelAsk) afford(e *endpoint, left agent.Budget) error {
	in := tokens(a.Prompt.Whole())
	if left.Tokens > 0 {
		a.Output = min(a.Output, left.Tokens-in)
	}
	if left.Cost > 0 && e.facts.PriceOut > 0 {
		rest := left.Cost - e.cost(wireUsage{In: in})
		a.Output = min(a.Output, int(min(1e9, rest*1e6/e.facts.PriceOut)))
	}
	if a.Output < leastOutput {
		return &ModelError{Fault: FaultBudget}
	}
	return nil
}

// warnUnpriced tells where a limit of money is set and cannot bound a model,
// since its prices are not known. A server of one's own costs nothing.
func warnUnpriced(tell agent.Tell, l prompts.Language, e *endpoint, left agent.Budget) {
	if left.Cost <= 0 || e.facts.PriceOut > 0 || e.preset.Local {
		return
	}
	w := "The prices of the model %s are not known here, so the limit of cost does not bound it; --tokens does."
	if l == prompts.Chinese {
		w = "模型%s的价格未知，费用上限对它不起作用；可用 --tokens 限制。"
	}
	tell(agent.Note{Warning: fmt.Sprintf(w, e)})
}

// leftAfter is what is left of a budget after a call; a limit that is spent
// stays a limit.
func leftAfter(left agent.Budget, spent agent.Usage) agent.Budget {
	if left.Tokens > 0 {
		left.Tokens = max(1, left.Tokens-spent.TokensIn-spent.TokensOut)
	}
	if left.Cost > 0 {
		left.Cost = max(1e-9, left.Cost-spent.Cost)
	}
	return left
}

// tally counts a reply as it comes, against endpoints that ignore its limit.
type tally struct {
	limit int // tokens
	bytes int
	over  bool
}

// add counts a piece and reports whether more may come. No token has more
// than about ten bytes on average, in any language.
func (t *tally) add(d modelDelta) bool {
	t.bytes += len(d.Text) + len(d.Reasoning)
	t.over = t.limit > 0 && t.bytes > 10*t.limit+4096
	return !t.over
}
