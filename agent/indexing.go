package agent

import "context"

// indexing adds pages to an index in a goroutine of its own, so that reading
// never waits for it.
type indexing struct {
	pages chan *Page
	done  chan struct{}
	added Added
	err   error
}

// indexingBatch bounds the pages that are added in one call.
const indexingBatch = 8

func startIndexing(ctx context.Context, index Index) *indexing {
	in := &indexing{pages: make(chan *Page, MaxPages), done: make(chan struct{}), added: Added{Copies: map[string]string{}}}
	go in.run(ctx, index)
	return in
}

func (in *indexing) add(p *Page) { in.pages <- p }

// wait returns what was added since the start. No page may be added after it.
func (in *indexing) wait() (Added, error) {
	close(in.pages)
	<-in.done
	return in.added, in.err
}

func (in *indexing) run(ctx context.Context, index Index) {
	defer close(in.done)
	for p := range in.pages {
		batch := in.more([]*Page{p})
		if in.err != nil {
			continue // drained, so that add never blocks
		}
		added, err := index.Add(ctx, batch...)
		in.err = err
		in.added.Passages += added.Passages
		for dup, original := range added.Copies {
			in.added.Copies[dup] = original
		}
	}
}

// more adds to the batch what has come in the meantime.
func (in *indexing) more(batch []*Page) []*Page {
	for len(batch) < indexingBatch {
		select {
		case p, ok := <-in.pages:
			if !ok {
				return batch
			}
			batch = append(batch, p)
		default:
			return batch
		}
	}
	return batch
}
