package retrieval

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"sync"
	"time"

	index "github.com/blevesearch/bleve_index_api"
	bolt "go.etcd.io/bbolt"
	bolterrors "go.etcd.io/bbolt/errors"

	"github.com/sonde-search/sonde/agent"
)

// Errors of an index on disk.
var (
	// ErrDamaged says that files of the index do not hold what was written.
	// They have been moved aside: open the folder again and add every document.
	ErrDamaged = errors.New("the index is damaged: rebuild it from the stored documents")
	// ErrInUse says that another process, or this one, has the index open.
	ErrInUse = errors.New("the index is open elsewhere: close the other program or use another folder")
	// ErrOutdated says that the index was made by another version of the text
	// analysis. It can be searched, not added to: build a new one beside it.
	ErrOutdated = errors.New("the index was made by another version of Sonde: rebuild it from the stored documents")
)

// Options of an index on disk. Zeros are defaulted.
type Options struct {
	// BatchPassages bounds the passages that are written together (default 400).
	BatchPassages int
	// Lock is how long to wait for another process to close the index (default 1 s).
	Lock time.Duration
	// Memory bounds what is kept between searches, in bytes: lists of words and
	// passages that were asked for lately. The default grows with the index as it
	// is opened: 400 bytes a passage, at least 48 MiB, at most 256 MiB.
	Memory int
	// Models find and rank beside the words; nil: none. Vectors are kept in the
	// folder and filled in while the index is open; see FillVectors.
	Models *Models
}

func (o Options) withDefaults() (Options, error) {
	if o.BatchPassages == 0 {
		o.BatchPassages = 400
	}
	if o.Lock == 0 {
		o.Lock = time.Second
	}
	if o.BatchPassages < 1 || o.BatchPassages > 100_000 {
		return o, fmt.Errorf("batch of %d passages: between 1 and 100000 are allowed", o.BatchPassages)
	}
	return o, nil
}

// A Document is a page of a knowledge base.
type Document struct {
	ID     string // at most MaxDocumentID bytes, no NUL; adding it again replaces it
	Page   *agent.Page
	Source string   // where it came from, for filters
	Tags   []string // for filters
}

// MaxDocumentID bounds a document's ID (bytes).
const MaxDocumentID = 512

// A Filter narrows a search. Of each list any one must fit; empty lists and
// days allow all. Documents without a date pass no date filter.
type Filter struct {
	Sources   []string
	Tags      []string
	Languages []string
	From      string // published on or after, YYYY-MM-DD
	Until     string // published on or before, YYYY-MM-DD
}

// A Found is a passage of a document.
type Found struct {
	agent.Passage
	Document string
	Source   string
	Tags     []string
}

// Stats say what an index on disk holds.
type Stats struct {
	Documents int
	Passages  int
	Bytes     int64 // on disk
	Outdated  bool  // see ErrOutdated
}

// A Disk is an index in a folder: a cache of documents that are kept
// elsewhere. Its methods may be called by many goroutines.
type Disk struct {
	dir       string
	options   Options
	lock      *bolt.DB
	analyzers analyzers
	lists     *listCache
	entries   *entryCache
	models    *Models
	embedding embedding

	writing  sync.Mutex // one batch at a time
	mu       sync.RWMutex
	engine   *engine // nil once closed
	outdated bool
}

const listsFolder = "lists"

// OpenDisk opens the index in a folder, or makes an empty one. Every file is
// verified first; where one is damaged, the index is moved aside and the error
// wraps ErrDamaged: the next OpenDisk makes an empty one.
func OpenDisk(ctx context.Context, dir string, options Options) (*Disk, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	options, err := options.withDefaults()
	if err != nil {
		return nil, fmt.Errorf("opening the index in %q: %w", dir, err)
	}
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, fmt.Errorf("opening the index in %q: %w", dir, err)
	}
	lock, err := bolt.Open(filepath.Join(dir, "lock"), 0o600, &bolt.Options{Timeout: options.Lock})
	if errors.Is(err, bolterrors.ErrTimeout) {
		return nil, fmt.Errorf("opening the index in %q: %w", dir, ErrInUse)
	} else if err != nil {
		return nil, fmt.Errorf("locking the index in %q: %w", dir, err)
	}
	d := &Disk{dir: dir, options: options, lock: lock, analyzers: newAnalyzers(), models: options.Models}
	if err := d.open(ctx); err != nil {
		return nil, errors.Join(fmt.Errorf("opening the index in %q: %w", dir, err), lock.Close())
	}
	if err := d.startEmbedding(); err != nil {
		return nil, errors.Join(fmt.Errorf("opening the index in %q: %w", dir, err), d.Close())
	}
	return d, nil
}

// open verifies the files, opens the lists and marks the index as in use.
func (d *Disk) open(ctx context.Context) error {
	m, err := d.check(ctx)
	if err != nil {
		if errors.Is(err, ErrDamaged) {
			return errors.Join(err, d.quarantine())
		}
		return err
	}
	d.outdated = m.Analyzer != analyzerVersion
	m.Clean, m.Root, m.Files = false, 0, nil
	if err := m.write(d.dir); err != nil {
		return err
	}
	var e *engine
	err = guarded(func() (err error) {
		e, err = openEngine(filepath.Join(d.dir, listsFolder))
		return err
	})
	if err != nil {
		return errors.Join(fmt.Errorf("%w (%v)", ErrDamaged, err), d.quarantine())
	}
	d.engine = e
	passages, err := d.countsHold()
	if err != nil {
		return errors.Join(err, e.close(), d.quarantine())
	}
	memory := cmp.Or(d.options.Memory, min(max(48<<20, 400*passages), 256<<20))
	d.lists, d.entries = newListCache(memory*3/4), newEntryCache(memory/4)
	return nil
}

// countsHold reports damage where the lists hold another number of passages
// than the last batch said. It returns their number.
func (d *Disk) countsHold() (passages int, err error) {
	err = guarded(func() error {
		r, err := d.engine.idx.Reader()
		if err != nil {
			return err
		}
		defer r.Close()
		n, err := r.DocCount()
		if err != nil {
			return err
		}
		t, err := readTotals(r)
		if err != nil {
			return err
		}
		if uint64(t.Passages) != n {
			return fmt.Errorf("%w (%d passages instead of %d)", ErrDamaged, n, t.Passages)
		}
		passages = t.Passages
		return nil
	})
	return passages, err
}

// view runs f on one view of the lists. Damage found there is remembered.
func (d *Disk) view(f func(r *listReader) error) error {
	d.mu.RLock()
	defer d.mu.RUnlock()
	if err := d.usable(); err != nil {
		return err
	}
	err := guarded(func() error {
		idx, err := d.engine.idx.Reader()
		if err != nil {
			return err
		}
		defer idx.Close()
		r, err := d.newListReader(idx)
		if err != nil {
			return err
		}
		return f(r)
	})
	return d.noteDamage(err)
}

func (d *Disk) usable() error {
	if d.engine == nil {
		return errClosed
	}
	return nil
}

// noteDamage asks the files themselves when something broke in bleve.
func (d *Disk) noteDamage(err error) error {
	var p *panicError
	if !errors.As(err, &p) {
		return err
	}
	return fmt.Errorf("%w (%v)", ErrDamaged, p)
}

// Stats counts what the index holds.
func (d *Disk) Stats(ctx context.Context) (Stats, error) {
	if err := ctx.Err(); err != nil {
		return Stats{}, err
	}
	s := Stats{Outdated: d.outdated}
	err := d.view(func(r *listReader) error {
		t, err := readTotals(r)
		s.Documents, s.Passages = t.Documents, t.Passages
		return err
	})
	if err != nil {
		return s, fmt.Errorf("counting the index in %q: %w", d.dir, err)
	}
	s.Bytes, err = folderSize(filepath.Join(d.dir, listsFolder))
	return s, err
}

// Close writes what is left, seals the manifest and frees the folder. It may
// be called more than once.
func (d *Disk) Close() error {
	vectors := d.embedding.close()
	d.writing.Lock()
	defer d.writing.Unlock()
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.engine == nil {
		return vectors
	}
	err := errors.Join(guarded(d.engine.close), vectors)
	d.engine = nil
	if err == nil {
		err = d.seal()
	}
	if err = errors.Join(err, d.lock.Close()); err != nil {
		return fmt.Errorf("closing the index in %q: %w", d.dir, err)
	}
	return nil
}

// write applies a batch; the mutex writing is held.
func (d *Disk) write(ctx context.Context, b *index.Batch) error {
	d.mu.RLock()
	defer d.mu.RUnlock()
	if err := d.usable(); err != nil {
		return err
	}
	return d.noteDamage(d.engine.batch(ctx, b))
}
