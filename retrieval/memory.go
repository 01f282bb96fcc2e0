package retrieval

import (
	"context"
	"errors"
	"fmt"
	"sync"

	index "github.com/blevesearch/bleve_index_api"

	"github.com/sonde-search/sonde/agent"
)

// errClosed is returned by an index that was closed.
var errClosed = errors.New("the index is closed")

// defaultK is how many passages a search returns when not told.
const defaultK = 20

// A Memory is the index of one run.
type Memory struct {
	engine    *engine
	analyzers analyzers

	// adding is held while pages are added, so that copies are seen.
	adding sync.Mutex
	copies copyBook

	mu       sync.RWMutex // guards what follows
	passages []*entry     // by number; appended before the lists know them
	total    sizes        // sums of field lengths
	live     int          // passages that the lists know
	counts   termCounts   // of all passages
	closed   bool
}

// An entry is an indexed passage.
type entry struct {
	passage agent.Passage
	page    int // number of its page
	base    int // what the tokens' starts count from, in the passage's page
	toks    []token
	head    []token
}

// OpenMemory opens an empty index in memory. It is an agent.OpenIndex.
func OpenMemory(ctx context.Context) (agent.Index, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	e, err := openEngine("")
	if err != nil {
		return nil, err
	}
	return &Memory{engine: e, copies: newCopyBook(), analyzers: newAnalyzers(), counts: termCounts{}}, nil
}

var _ agent.OpenIndex = OpenMemory

// Add indexes pages; see agent.Index. Each page becomes visible as a whole.
func (m *Memory) Add(ctx context.Context, pages ...*agent.Page) (agent.Added, error) {
	m.adding.Lock()
	defer m.adding.Unlock()
	added := agent.Added{Copies: map[string]string{}}
	batch := index.NewBatch()
	a := m.analyzers.get()
	defer m.analyzers.put(a)
	for _, p := range pages {
		if err := ctx.Err(); err != nil {
			return added, err
		}
		if p == nil || p.Text == "" {
			continue
		}
		w := a.readPage(p)
		if original, ok := m.copies.find(w); ok {
			added.Copies[p.Snapshot] = original
			continue
		}
		m.copies.add(w)
		n, err := m.append(batch, w)
		if err != nil {
			return added, err
		}
		added.Passages += n
	}
	if len(batch.IndexOps) == 0 {
		return added, nil
	}
	if err := m.engine.idx.Batch(batch); err != nil {
		return added, fmt.Errorf("indexing %d passages: %w", len(batch.IndexOps), err)
	}
	m.mu.Lock()
	m.live = len(m.passages)
	m.mu.Unlock()
	return added, nil
}

// append puts a page's passages into the batch.
func (m *Memory) append(batch *index.Batch, w *analysed) (int, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.closed {
		return 0, errClosed
	}
	for i := range w.parts {
		part := &w.parts[i]
		batch.Update(&record{id: passageID(len(m.passages)), fields: []*field{part.body, part.headField}})
		m.total.body += float64(part.body.length)
		m.total.head += float64(part.headField.length)
		m.counts.add(part.body)
		m.passages = append(m.passages, &entry{passage: part.passage, page: w.number, base: part.passage.Start, toks: part.toks, head: part.head})
	}
	return len(w.parts), nil
}

// passageID is the name of a passage in the lists of a memory index.
func passageID(n int) string {
	return string([]byte{byte(n >> 24), byte(n >> 16), byte(n >> 8), byte(n)})
}

func passageNumber(id string) int {
	if len(id) != 4 {
		return -1
	}
	return int(id[0])<<24 | int(id[1])<<16 | int(id[2])<<8 | int(id[3])
}

// Close frees the index. It may be called more than once.
func (m *Memory) Close() error {
	m.adding.Lock()
	defer m.adding.Unlock()
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.closed {
		return nil
	}
	m.closed = true
	m.passages = nil
	return m.engine.close()
}
