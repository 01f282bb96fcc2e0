package retrieval

import (
	"context"
	"errors"
	"slices"
	"testing"
	"time"

	"github.com/sonde-search/sonde/agent"
)

// TestDeadModelChangesNoFigure asks questions of the public sets of indexes
// whose model is gone, or never answers: the ranking is that of words, place by
// place, in memory and on disk.
func TestDeadModelChangesNoFigure(t *testing.T) {
	models := map[string]Embedder{
		"gone": Endpoint{BaseURL: "http://127.0.0.1:1/v1", Model: "m"},
		"silent": EmbedderFunc(func(ctx context.Context, _ []string) ([][]float32, error) {
			<-ctx.Done()
			return nil, ctx.Err()
		}),
	}
	for _, set := range []judged{
		loadSquad(t, "xquad zh", false, "xquad", "xquad.zh.json.gz"), loadSquad(t, "xquad en", false, "xquad", "xquad.en.json.gz"),
	} {
		words, plain := openTest(t), openDisk(t, t.TempDir())
		var docs []Document
		for _, p := range set.pages {
			docs = append(docs, Document{ID: p.URL, Page: p})
		}
		add(t, words, set.pages...)
		addDocs(t, plain, docs...)
		for name, model := range models {
			m := NewModels(Vectors{Model: "m", Embedder: model, Wait: 20 * time.Millisecond})
			run, err := OpenHybrid(m)(context.Background())
			if err != nil {
				t.Fatal(err)
			}
			add(t, run, set.pages...)
			d := openVector(t, t.TempDir(), m.v)
			addDocs(t, d, docs...)
			d.embedding.ready.Store(true) // as if all had been embedded before the model went
			for _, q := range sampled(set.questions, 60) {
				sameRanking(t, set.name+", "+name, [2]agent.Index{words, run}, [2]*Disk{plain, d}, q.text)
			}
			if err := run.Close(); err != nil {
				t.Error(err)
			}
		}
	}
}

func sameRanking(t *testing.T, what string, inMemory [2]agent.Index, onDisk [2]*Disk, text string) {
	t.Helper()
	ctx, q := context.Background(), agent.Query{Text: text}
	want, errWant := inMemory[0].Search(ctx, q)
	got, errGot := inMemory[1].Search(ctx, q)
	if err := errors.Join(errWant, errGot); err != nil || !slices.EqualFunc(got, want, func(a, b agent.Passage) bool { return a.URL == b.URL && a.Start == b.Start && a.Score == b.Score }) {
		t.Errorf("%s, %q, in memory: %v instead of %v (%v)", what, text, urls(got), urls(want), err)
	}
	wanted, errWant := onDisk[0].Search(ctx, q, Filter{})
	found, errGot := onDisk[1].Search(ctx, q, Filter{})
	if err := errors.Join(errWant, errGot); err != nil || !slices.EqualFunc(found, wanted, sameFound) {
		t.Errorf("%s, %q, on disk: the ranking is another (%v)", what, text, err)
	}
}
