package engine

import (
	"math"
	"sort"
	"strings"

	"github.com/sonde-search/sonde/agent/lang"
)

// spans scores the candidates in the best sentences, best first, at most n.
func (r *reading) spans(w *readerWeights, n int) []span {
	if w.spans == nil {
		return nil
	}
	var all []span
	var lexical []float64
	var buf []uint32
	contexts := make([]*spanContext, 0, spanSentence)
	most := math.Inf(-1)
	for _, i := range r.order {
		if r.sentences[i].block == lang.BlockHeading || r.sentences[i].others {
			continue
		}
		rank := len(contexts)
		if rank == spanSentence {
			break
		}
		c := r.spanContext(&r.sentences[i])
		contexts = append(contexts, c)
		for _, sp := range candidates(c.s, rank) {
			buf = c.sparse(&sp, buf)
			x := w.lexicalScore(buf)
			lexical = append(lexical, x)
			most = math.Max(most, x)
			all = append(all, sp)
		}
	}
	for k := range all {
		f := contexts[all[k].rank].dense(&all[k], lexical[k])
		f[sLexicalGap] = float32(lexical[k] - most)
		all[k].score, all[k].fit = w.spans.score(f), f[sEntityFit]
		all[k].clause, all[k].nearKey = f[sClauseHits], f[sKeyAny]
	}
	vote(all)
	sort.SliceStable(all, func(a, b int) bool { return all[a].score > all[b].score })
	return all[:min(n, len(all))]
}

// lexicalScore sums the learned weights of a span's lexical features.
func (w *readerWeights) lexicalScore(buckets []uint32) float64 {
	sum := 0.0
	for _, b := range buckets {
		sum += float64(w.lexical[b])
	}
	return sum
}

// lexicalBytes decodes the embedded bytes: one signed byte a bucket, in 32nds.
func lexicalBytes(b []byte) []float32 {
	out := make([]float32, spanBuckets)
	for i := range min(len(b), spanBuckets) {
		out[i] = float32(int8(b[i])) / 32
	}
	return out
}

// vote lets spans that several sentences have in the same words support each
// other: each gets the logarithm of their summed probabilities.
func vote(all []span) {
	sum := map[string]float64{}
	most := math.Inf(-1)
	for i := range all {
		most = math.Max(most, all[i].score)
	}
	for i := range all {
		all[i].key = lang.Fold(all[i].text())
		sum[all[i].key] += math.Exp(all[i].score - most)
	}
	total := 0.0
	for _, v := range sum {
		total += v
	}
	for i := range all {
		all[i].share = sum[all[i].key] / total
		all[i].score += 0.5 * (math.Log(sum[all[i].key]) - (all[i].score - most))
	}
}

// What a span gains that is of the kind asked for, and with its number what is
// to be counted; what it loses that is of another kind.
const (
	fitKind  = 0.7
	fitUnit  = 1.5
	fitOther = 2.0
)

// fitting orders the shortest answers anew by whether they are of the kind
// that is asked for: a day is no length, and degrees are no metres.
func (r *reading) fitting(spans []span) []span {
	type fitted struct {
		span
		value float64
	}
	list := make([]fitted, len(spans))
	unit := r.q.countedZh()
	for i := range spans {
		sp := &spans[i]
		value := sp.score
		switch r.spanType(sp) {
		case 1:
			value += fitKind
		case 0:
			value -= fitKind
		}
		if r.q.Kind == KindCount && (dated(sp) || ordinal(sp) && !strings.Contains(r.q.Text, "第")) {
			value -= fitOther
		}
		rest := sp.sentence.text[sp.start():]
		rest = rest[:min(len(rest), sp.end()-sp.start()+countedWithin)]
		if unit != "" && (strings.Contains(rest, unit) || hasAny(rest, countedAlso[unit])) {
			value += fitUnit
		}
		list[i] = fitted{*sp, value}
	}
	sort.SliceStable(list, func(a, b int) bool { return list[a].value > list[b].value })
	out := make([]span, len(list))
	for i := range list {
		out[i] = list[i].span
	}
	return out
}

// ordinal reports whether the span's number tells a place in an order (第三条,
// 第三方), which is no quantity.
func ordinal(sp *span) bool {
	return strings.Contains(sp.text(), "第") || strings.HasSuffix(sp.sentence.text[:sp.start()], "第")
}

// dated reports whether the span has a year or a month in it.
func dated(sp *span) bool {
	for k := sp.from; k <= sp.to; k++ {
		t := &sp.sentence.tokens[k]
		if monthWords[t.text] && t.upper || isYear(t) && (k+1 > sp.to || !unitWords[sp.sentence.tokens[k+1].text]) && sp.sentence.language != "zh" ||
			t.kind == lang.KindNumber && strings.ContainsAny(nextRune(sp.sentence.text, t.end), "月日号") {
			return true
		}
	}
	return false
}
