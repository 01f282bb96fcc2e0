package retrieval

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/blevesearch/bleve/v2/index/scorch"

	"github.com/sonde-search/sonde/agent"
)

const (
	embedAtOnce = 64              // passages that are embedded and kept together
	sweepPause  = 2 * time.Second // at least, between looks for passages without a vector
	sweepShare  = 10              // times as long as a look took, at least
	enough      = 0.9             // share of passages that must have a vector before vectors rank
)

// An embedding keeps an index's vectors up to its passages.
type embedding struct {
	own   context.Context // ends when the index is closed; nil: nothing is embedded
	stop  context.CancelFunc
	ended chan struct{}
	wake  chan struct{}

	filling sync.Mutex   // one at a time
	swept   atomic.Int64 // nanoseconds that the last look for missing vectors took
	mu      sync.Mutex   // guards vectors, which the first vector makes
	vectors *vectorFile
	ready   atomic.Bool // enough passages have a vector
}

// tell says that passages have come or gone.
func (e *embedding) tell() {
	if e.own == nil {
		return
	}
	select {
	case e.wake <- struct{}{}:
	default: // it is told already
	}
}

func (e *embedding) file() *vectorFile {
	e.mu.Lock()
	defer e.mu.Unlock()
	return e.vectors
}

// close stops embedding and closes the vectors. It may be called again.
func (e *embedding) close() error {
	if e.own == nil {
		return nil
	}
	e.stop()
	<-e.ended
	e.filling.Lock()
	defer e.filling.Unlock()
	e.mu.Lock()
	defer e.mu.Unlock()
	if e.vectors == nil {
		return nil
	}
	err := e.vectors.close()
	e.vectors = nil
	return err
}

// startEmbedding opens the vectors and begins to fill in what is missing.
func (d *Disk) startEmbedding() error {
	e := &d.embedding
	if !d.models.embeds() {
		return nil
	}
	v, err := openVectors(d.dir, d.models.v.Model)
	if err != nil {
		return err
	}
	s, err := d.Stats(context.Background())
	if err != nil {
		return err
	}
	e.vectors = v
	// Until the first sweep has counted, as many vectors as passages are enough.
	e.ready.Store(v != nil && float64(v.len()) >= enough*float64(s.Passages))
	e.own, e.stop = context.WithCancel(context.Background())
	e.ended, e.wake = make(chan struct{}), make(chan struct{}, 1)
	e.tell()
	go d.embedAlways()
	return nil
}

// embedAlways fills in vectors whenever passages have come or gone, and tries
// again where the model failed.
func (d *Disk) embedAlways() {
	e := &d.embedding
	defer close(e.ended)
	var again <-chan time.Time
	pause := firstRest
	for {
		select {
		case <-e.own.Done():
			return
		case <-e.wake:
		case <-again:
		}
		again = nil
		err := d.FillVectors(e.own)
		if err != nil && e.own.Err() == nil {
			again = time.After(pause)
			pause = min(2*pause, longRest)
			continue
		}
		pause = firstRest
		select { // additions come in rows
		case <-e.own.Done():
			return
		case <-time.After(max(sweepPause, sweepShare*time.Duration(e.swept.Load()))):
		}
	}
}

// FillVectors embeds the passages that have no vector yet, and removes the
// vectors of passages that are gone. It returns when all is done, or with the
// model's error: words rank then, and the index goes on trying while it is open.
func (d *Disk) FillVectors(ctx context.Context) error {
	e := &d.embedding
	if e.own == nil {
		return nil
	}
	e.filling.Lock()
	defer e.filling.Unlock()
	if err := e.own.Err(); err != nil {
		return errClosed
	}
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	defer context.AfterFunc(e.own, cancel)()
	began := time.Now()
	missing, total, err := d.sweep(ctx)
	e.swept.Store(int64(time.Since(began)))
	if err != nil {
		return fmt.Errorf("looking for passages without a vector in %q: %w", d.dir, err)
	}
	left := len(missing)
	for part := range slices.Chunk(missing, embedAtOnce) {
		e.ready.Store(float64(total-left) >= enough*float64(total))
		err := d.embedSome(ctx, part)
		d.models.settle(forPassages, err)
		if err != nil {
			return fmt.Errorf("embedding passages of %q: %w", d.dir, err)
		}
		left -= len(part)
	}
	e.ready.Store(total > 0)
	return d.dropOthers()
}

// sweep compares the vectors with the passages: it removes those of no passage
// and returns the keys that have none, and how many keys there are.
func (d *Disk) sweep(ctx context.Context) (missing []vectorKey, total int, err error) {
	v := d.embedding.file()
	live := map[vectorKey]struct{}{}
	err = d.view(func(r *listReader) error {
		for _, s := range r.segments {
			if err := ctx.Err(); err != nil {
				return err
			}
			if err := liveKeys(s, live); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return nil, 0, err
	}
	for key := range live {
		if v == nil || !v.has(key) {
			missing = append(missing, key)
		}
	}
	if v == nil {
		return missing, len(live), nil
	}
	var gone []vectorKey
	for _, key := range v.all() {
		if _, ok := live[key]; !ok {
			gone = append(gone, key)
		}
	}
	return missing, len(live), v.drop(gone)
}

// liveKeys adds the vector keys of a segment's passages.
func liveKeys(s *scorch.SegmentSnapshot, into map[vectorKey]struct{}) error {
	dict, err := s.Segment().Dictionary(fieldVector)
	if err != nil || dict == nil {
		return err
	}
	it := dict.AutomatonIterator(nil, nil, nil)
	for {
		e, err := it.Next()
		if err != nil || e == nil {
			return err
		}
		if len(e.Term) != len(vectorKey{}) {
			continue
		}
		pl, err := dict.PostingsList([]byte(e.Term), s.Deleted(), nil)
		if err != nil {
			return err
		}
		if pl.Count() > 0 {
			into[vectorKey([]byte(e.Term))] = struct{}{}
		}
	}
}

// embedSome embeds the passages of some keys and keeps their vectors.
func (d *Disk) embedSome(ctx context.Context, keys []vectorKey) error {
	var texts []string
	var named []vectorKey
	err := d.view(func(r *listReader) error {
		for _, key := range keys {
			found, err := r.withKey(key, 1, nil)
			if err != nil {
				return err
			}
			if len(found) > 0 { // else it went meanwhile
				texts, named = append(texts, modelInput(found[0].passage())), append(named, key)
			}
		}
		return nil
	})
	if err != nil || len(texts) == 0 {
		return err
	}
	vs, err := d.models.v.Embedder.Embed(ctx, texts)
	if err != nil {
		return err
	}
	if len(vs) != len(texts) {
		return fmt.Errorf("%w: %d vectors for %d texts", errEndpoint, len(vs), len(texts))
	}
	v, err := d.vectorsOf(len(vs[0]))
	if err != nil {
		return err
	}
	for i, x := range vs {
		q, ok := quantise(x)
		if !ok || len(q.q) != v.dims {
			return fmt.Errorf("%w: a vector without a direction, or of another length", errEndpoint)
		}
		if err := v.put(named[i], q); err != nil {
			return err
		}
	}
	return nil
}

// vectorsOf returns the file for vectors of a length. A model that gives
// another length than before is another model: its file begins anew.
func (d *Disk) vectorsOf(dims int) (*vectorFile, error) {
	e := &d.embedding
	e.mu.Lock()
	defer e.mu.Unlock()
	if e.vectors != nil && e.vectors.dims == dims {
		return e.vectors, nil
	}
	if dims < 1 || dims > maxVector {
		return nil, fmt.Errorf("%w: vectors of %d numbers", errEndpoint, dims)
	}
	e.ready.Store(false)
	var err error
	if e.vectors != nil {
		err = e.vectors.close()
		e.tell() // what had a vector of the old length has none now
	}
	v, made := makeVectors(d.dir, d.models.v.Model, dims)
	e.vectors = v
	return v, errors.Join(err, made)
}

// dropOthers removes the vectors of other models, once this one's are complete.
func (d *Disk) dropOthers() error {
	files, err := filepath.Glob(filepath.Join(d.dir, "vectors-*"))
	for _, f := range files {
		if f != vectorPath(d.dir, d.models.v.Model) {
			err = errors.Join(err, os.Remove(f))
		}
	}
	return err
}

// CarryVectors moves the vectors of one closed index to another's folder: an
// index that was built anew of the same documents need not be embedded again.
func CarryVectors(from, to string) error {
	files, err := filepath.Glob(filepath.Join(from, "vectors-*"))
	for _, f := range files {
		err = errors.Join(err, os.Rename(f, filepath.Join(to, filepath.Base(f))))
	}
	return err
}

// embedQuery begins to embed a query, where enough passages have vectors.
func (d *Disk) embedQuery(ctx context.Context, q agent.Query) func() (quantised, bool) {
	if !d.embedding.ready.Load() {
		return func() (quantised, bool) {
			if d.models.embeds() {
				tell(q, d.models.resting(forPassages))
			}
			return quantised{}, false
		}
	}
	return d.models.embedQuery(ctx, q)
}

// near returns the passages whose vectors are nearest to the query's.
func (d *Disk) near(ctx context.Context, query quantised, f Filter) ([]Found, error) {
	v := d.embedding.file()
	if v == nil || v.dims != len(query.q) {
		return nil, nil
	}
	wide := nearest
	if !f.empty() {
		wide *= 10 // most may be filtered out
	}
	list := v.nearest(query, wide)
	var out []Found
	err := d.view(func(r *listReader) error {
		allowed, err := r.filter(ctx, f)
		if err != nil {
			return err
		}
		for _, n := range list {
			if len(out) >= nearest {
				return nil
			}
			found, err := r.withKey(n.key, nearest-len(out), allowed)
			if err != nil {
				return err
			}
			for _, s := range found {
				out = append(out, foundOf(s.passage(), s, n.cosine))
			}
		}
		return nil
	})
	return out, err
}

func (f Filter) empty() bool {
	return len(f.Sources)+len(f.Tags)+len(f.Languages) == 0 && strings.TrimSpace(f.From+f.Until) == ""
}

// withKey returns at most n passages with a vector key.
func (r *listReader) withKey(key vectorKey, n int, allowed func(uint64) bool) ([]*stored, error) {
	var out []*stored
	base := uint64(0)
	for _, seg := range r.segments {
		l, err := decodeList(seg.Segment(), fieldVector, string(key[:]))
		if err != nil {
			return nil, err
		}
		for _, p := range l {
			gone := seg.Deleted()
			if len(out) == n || gone != nil && gone.Contains(p.doc) || allowed != nil && !allowed(base+uint64(p.doc)) {
				continue
			}
			s, err := readStored(seg, uint64(p.doc))
			if err != nil {
				return nil, err
			}
			out = append(out, s)
		}
		base += seg.Segment().Count()
	}
	return out, nil
}
