package retrieval

import (
	"fmt"
	"sync/atomic"
	"time"

	"github.com/blevesearch/bleve/v2/index/scorch"
	index "github.com/blevesearch/bleve_index_api"
)

// Fields of the inverted lists.
const (
	fieldBody = "b" // terms of the passage
	fieldHead = "h" // terms of title, headings, table header and address
)

// An engine is bleve's scorch: inverted lists in segments, in memory where the
// path is empty. It is used below bleve's query layer, which has no textbook
// BM25 and would analyse every text a second time.
type engine struct {
	idx   index.Index
	queue *index.AnalysisQueue
	path  string

	trouble *atomic.Uint64 // errors of bleve's goroutines
}

// openEngine opens or makes the lists at path; empty: in memory.
func openEngine(path string) (*engine, error) {
	registerCallbacks()
	gone.Delete(path)
	trouble := &atomic.Uint64{}
	if path != "" {
		troubles.Store(path, trouble)
	}
	queue := index.NewAnalysisQueue(1)
	config := map[string]interface{}{
		"path": path, "bolt_timeout": "1s", "eventCallbackName": callbacksName, "asyncErrorCallbackName": callbacksName,
	}
	idx, err := scorch.NewScorch(scorch.Name, config, queue)
	if err != nil {
		queue.Close()
		return nil, fmt.Errorf("making the index: %w", err)
	}
	ready := make(chan struct{})
	begun.Store(idx, ready)
	defer begun.Delete(idx)
	if err := idx.Open(); err != nil {
		queue.Close()
		return nil, fmt.Errorf("opening the index: %w", err)
	}
	if path != "" {
		select {
		case <-ready:
		case <-time.After(beginWait):
		}
	}
	return &engine{idx: idx, queue: queue, path: path, trouble: trouble}, nil
}

// closeWait is how long closing may take: a goroutine of bleve's that died,
// as on a full disk, may hold what closing waits for.
const closeWait = 20 * time.Second

// close closes the lists. What does not close is left behind.
func (e *engine) close() error {
	defer troubles.Delete(e.path)
	done := make(chan error, 1)
	go func() {
		done <- guarded(func() error {
			err := e.idx.Close()
			e.queue.Close()
			return err
		})
	}()
	select {
	case err := <-done:
		if err != nil {
			return fmt.Errorf("closing the index: %w", err)
		}
		return nil
	case <-time.After(closeWait):
		return fmt.Errorf("%w: closing does not end", errStuck)
	}
}

// A record is one passage on its way into the lists.
type record struct {
	id     string
	fields []*field
}

// record implements bleve's Document. Its fields come analysed.
var _ index.Document = (*record)(nil)

func (r *record) ID() string { return r.id }

func (r *record) Size() int {
	n := len(r.id)
	for _, f := range r.fields {
		n += len(f.value) + 64*len(f.freqs)
	}
	return n
}

func (r *record) VisitFields(visit index.FieldVisitor) {
	for _, f := range r.fields {
		visit(f)
	}
}

func (r *record) VisitComposite(index.CompositeFieldVisitor) {}
func (r *record) HasComposite() bool                         { return false }
func (r *record) NumPlainTextBytes() uint64                  { return 0 }
func (r *record) StoredFieldsBytes() uint64                  { return 0 }
func (r *record) Indexed() bool                              { return true }

func (r *record) AddIDField() {
	r.fields = append(r.fields, &field{
		name: "_id", value: []byte(r.id), options: index.IndexField | index.StoreField | index.SkipFreqNorm,
		length: 1, freqs: index.TokenFrequencies{r.id: single(r.id)},
	})
}

func single(s string) *index.TokenFreq {
	f := &index.TokenFreq{Term: []byte(s)}
	f.SetFrequency(1)
	return f
}

// A field of a record, with its terms already counted.
type field struct {
	name    string
	value   []byte
	options index.FieldIndexingOptions
	length  int
	freqs   index.TokenFrequencies
}

var _ index.Field = (*field)(nil)

func (f *field) Name() string                                     { return f.name }
func (f *field) Value() []byte                                    { return f.value }
func (f *field) ArrayPositions() []uint64                         { return nil }
func (f *field) EncodedFieldType() byte                           { return 't' }
func (f *field) Analyze()                                         {}
func (f *field) Options() index.FieldIndexingOptions              { return f.options }
func (f *field) AnalyzedLength() int                              { return f.length }
func (f *field) AnalyzedTokenFrequencies() index.TokenFrequencies { return f.freqs }
func (f *field) NumPlainTextBytes() uint64                        { return uint64(len(f.value)) }

// termField counts terms into a field of the lists. Stop words are left out
// unless all is set.
func (a *analyzer) termField(name string, toks []token, terms []*term, all bool) *field {
	freqs := make(index.TokenFrequencies, len(terms)/2+4)
	slab := make([]index.TokenFreq, 0, 2*len(terms)) // never grows: pointers into it are kept
	n := 0
	add := func(t *term) {
		if t.stop && !all {
			return
		}
		n++
		if f, ok := freqs[t.text]; ok {
			f.SetFrequency(f.Frequency() + 1)
			return
		}
		slab = append(slab, index.TokenFreq{Term: t.key})
		f := &slab[len(slab)-1]
		f.SetFrequency(1)
		freqs[t.text] = f
	}
	for i, t := range toks {
		add(terms[i])
		if i > 0 && t.flags&tokJoined != 0 {
			add(a.pair(terms[i-1], terms[i]))
		}
	}
	return &field{name: name, options: index.IndexField, length: max(n, 1), freqs: freqs}
}
