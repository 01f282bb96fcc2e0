package retrieval

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"runtime"
	"strconv"
	"strings"
	"unicode/utf8"

	index "github.com/blevesearch/bleve_index_api"

	"github.com/sonde-search/sonde/agent"
	"github.com/sonde-search/sonde/agent/lang"
)

// Further fields of an index on disk.
const (
	fieldDocument = "d" // the document's ID
	fieldFilter   = "f" // "s:" source, "t:" tag, "l:" language
	fieldDay      = "y" // YYYY-MM-DD
	fieldStored   = "x" // the passage itself, as JSON
	fieldVector   = "v" // the key of the passage's vector, where there is one
)

// errBadDocument is wrapped by the errors of documents that cannot be indexed.
var errBadDocument = errors.New("the document cannot be indexed")

// A stored passage.
type stored struct {
	Document  string   `json:"d"`
	Source    string   `json:"f,omitempty"`
	Tags      []string `json:"t,omitempty"`
	Snapshot  string   `json:"h"`
	URL       string   `json:"u,omitempty"`
	Title     string   `json:"n,omitempty"`
	Published string   `json:"p,omitempty"`
	Headings  []string `json:"g,omitempty"`
	Header    string   `json:"r,omitempty"` // of the table that it goes on with
	Start     int      `json:"s"`
	End       int      `json:"e"`
	Text      string   `json:"x"`
}

func (s *stored) passage() agent.Passage {
	return agent.Passage{
		Snapshot: s.Snapshot, URL: s.URL, Title: s.Title, Published: s.Published,
		Headings: s.Headings, Start: s.Start, End: s.End, Text: s.Text,
	}
}

// totals are kept in the lists themselves, with each batch.
type totals struct {
	Documents int     `json:"documents"`
	Passages  int     `json:"passages"`
	Body      float64 `json:"body"` // terms of all passages ever added
	Head      float64 `json:"head"`
	Ever      float64 `json:"ever"` // passages ever added
}

var totalsKey = []byte("totals")

func readTotals(r index.IndexReader) (totals, error) {
	var t totals
	b, err := r.GetInternal(totalsKey)
	if err != nil || len(b) == 0 {
		return t, err
	}
	if err := json.Unmarshal(b, &t); err != nil {
		return t, fmt.Errorf("%w (totals: %v)", ErrDamaged, err)
	}
	return t, nil
}

// newListReader prepares a view of an index on disk.
func (d *Disk) newListReader(idx index.IndexReader) (*listReader, error) {
	r, err := readerOf(idx)
	if err != nil {
		return nil, err
	}
	t, err := readTotals(idx)
	if err != nil {
		return nil, err
	}
	ever := max(t.Ever, 1)
	r.mean = sizes{body: max(t.Body/ever, 1), head: max(t.Head/ever, 1)}
	r.lists, r.entries = d.lists, d.entries
	return r, nil
}

// Add indexes documents and returns when they are on disk. A document whose ID
// is there already is replaced. On an error it is not known which of the
// documents are in; adding them again is right.
func (d *Disk) Add(ctx context.Context, docs ...Document) error {
	d.writing.Lock()
	defer d.writing.Unlock()
	if d.outdated {
		return fmt.Errorf("adding to the index in %q: %w", d.dir, ErrOutdated)
	}
	for _, doc := range docs {
		if err := doc.valid(); err != nil {
			return fmt.Errorf("adding document %q: %w", clip(doc.ID), err)
		}
	}
	a := d.analyzers.get()
	defer d.analyzers.put(a)
	for len(docs) > 0 {
		n, err := d.addSome(ctx, a, docs)
		if err != nil {
			return fmt.Errorf("adding %d documents to the index in %q: %w", len(docs), d.dir, err)
		}
		docs = docs[n:]
	}
	d.embedding.tell()
	return nil
}

func (doc Document) valid() error {
	switch {
	case doc.ID == "" || len(doc.ID) > MaxDocumentID || strings.ContainsRune(doc.ID, 0) || !utf8.ValidString(doc.ID):
		return fmt.Errorf("%w: its ID must be 1 to %d bytes of UTF-8 without NUL", errBadDocument, MaxDocumentID)
	case doc.Page == nil:
		return fmt.Errorf("%w: it has no page", errBadDocument)
	}
	return nil
}

func clip(s string) string {
	if len(s) > 80 {
		return strings.ToValidUTF8(s[:80], "") + "…"
	}
	return s
}

// addSome writes one batch of documents and returns how many it took.
func (d *Disk) addSome(ctx context.Context, a *analyzer, docs []Document) (int, error) {
	b := index.NewBatch()
	n, count := 0, totals{}
	ids := map[string]bool{}
	for _, doc := range docs {
		if err := ctx.Err(); err != nil {
			return 0, err
		}
		if n > 0 && (count.Passages >= d.options.BatchPassages || ids[doc.ID]) {
			break
		}
		ids[doc.ID] = true
		n++
		runtime.Gosched() // a search may wait for a processor
		marks := doc.marks()
		for i, p := range a.readPage(doc.Page).parts {
			fields, err := storedFields(doc, p)
			if err != nil {
				return 0, err
			}
			b.Update(&record{id: partID(doc.ID, i), fields: append(fields, marks...)})
			count.Passages++
			count.Ever++
			count.Body += float64(p.body.length)
			count.Head += float64(p.headField.length)
		}
	}
	if err := d.replace(ctx, b, ids, &count); err != nil {
		return 0, err
	}
	return n, d.write(ctx, b)
}

// replace puts into the batch what removes the documents' old passages, and
// the new totals.
func (d *Disk) replace(ctx context.Context, b *index.Batch, ids map[string]bool, add *totals) error {
	return d.view(func(r *listReader) error {
		t, err := readTotals(r)
		if err != nil {
			return err
		}
		for id := range ids {
			old, err := r.partsOf(ctx, id)
			if err != nil {
				return err
			}
			for _, p := range old {
				if b.IndexOps[p] == nil {
					b.Delete(p)
				}
			}
			t.Passages -= len(old)
			if len(old) > 0 {
				t.Documents--
			}
			if b.IndexOps[partID(id, 0)] != nil {
				t.Documents++
			}
		}
		t.Passages += add.Passages
		t.Ever, t.Body, t.Head = t.Ever+add.Ever, t.Body+add.Body, t.Head+add.Head
		v, err := json.Marshal(t)
		b.SetInternal(totalsKey, v)
		return err
	})
}

// partsOf names the passages of a document.
func (r *listReader) partsOf(ctx context.Context, document string) ([]string, error) {
	tfr, err := r.TermFieldReader(ctx, []byte(document), fieldDocument, false, false, false)
	if err != nil {
		return nil, err
	}
	defer tfr.Close()
	var out []string
	for {
		next, err := tfr.Next(nil)
		if err != nil || next == nil {
			return out, err
		}
		id, err := r.ExternalID(next.ID)
		if err != nil {
			return nil, err
		}
		out = append(out, id)
	}
}

// Delete removes documents by their IDs and returns when that is on disk. IDs
// that are not there are passed over.
func (d *Disk) Delete(ctx context.Context, ids ...string) error {
	d.writing.Lock()
	defer d.writing.Unlock()
	b := index.NewBatch()
	set := map[string]bool{}
	for _, id := range ids {
		set[id] = true
	}
	err := d.replace(ctx, b, set, &totals{})
	if err == nil && len(b.IndexOps) > 0 {
		err = d.write(ctx, b)
	}
	d.embedding.tell()
	if err != nil {
		return fmt.Errorf("deleting %d documents from the index in %q: %w", len(ids), d.dir, err)
	}
	return nil
}

// partID is the name of a document's passage in the lists.
func partID(document string, n int) string { return document + "\x00" + strconv.Itoa(n) }

// storedFields are the fields of a passage on disk beside its terms.
func storedFields(doc Document, p part) ([]*field, error) {
	v, err := json.Marshal(stored{
		Document: doc.ID, Source: doc.Source, Tags: doc.Tags, Snapshot: p.passage.Snapshot, URL: p.passage.URL,
		Title: p.passage.Title, Published: p.passage.Published, Headings: p.passage.Headings, Header: p.header,
		Start: p.passage.Start, End: p.passage.End, Text: p.passage.Text,
	})
	if err != nil {
		return nil, err
	}
	key := keyOf(modelInput(p.passage))
	return []*field{{name: fieldStored, value: v, options: index.StoreField}, keywords(fieldVector, string(key[:])), p.body, p.headField}, nil
}

// marks are the fields that all passages of a document share.
func (doc Document) marks() []*field {
	fields := []*field{keywords(fieldDocument, doc.ID)}
	var marks []string
	if doc.Source != "" {
		marks = append(marks, "s:"+doc.Source)
	}
	for _, t := range doc.Tags {
		marks = append(marks, "t:"+t)
	}
	if l := languageOf(doc.Page); l != "" {
		marks = append(marks, "l:"+l)
	}
	if len(marks) > 0 {
		fields = append(fields, keywords(fieldFilter, marks...))
	}
	if day := dayOf(doc.Page); day != "" {
		fields = append(fields, keywords(fieldDay, day))
	}
	return fields
}

func languageOf(p *agent.Page) string {
	if p.Language != "" {
		return p.Language
	}
	return lang.Detect(p.Text)
}

func dayOf(p *agent.Page) string {
	if p.Published != "" {
		return p.Published
	}
	return p.Modified
}

// keywords is a field of whole terms.
func keywords(name string, terms ...string) *field {
	f := &field{name: name, options: index.IndexField | index.SkipFreqNorm, length: len(terms), freqs: index.TokenFrequencies{}}
	for _, t := range terms {
		f.freqs[t] = single(t)
	}
	return f
}
