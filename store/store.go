package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"sync"
	"time"
)

// Names below the data folder.
const (
	fileName = "sonde.db"
	lockName = "sonde.lock"
)

// quickCheckBytes is the size up to which a file is checked before it is used.
// Larger ones are checked while they serve (see Store.Check); the check reads
// the whole file, and opening must not grow with it.
const quickCheckBytes = 4 << 20

// readers is the number of connections that only read.
const readers = 4

// A Store is an open data folder. Its methods may be called from many
// goroutines. Every error that a caller may want to know is one of errors.go.
type Store struct {
	dir   string
	lock  *os.File
	write *sql.DB // one connection
	read  *sql.DB
	jobs  chan *writeJob
	done  chan struct{} // closed when the writer has ended
	stop  chan struct{} // closed by Close
	close sync.Once
	text  *codec
	now   func() time.Time

	large bool // the file was too large to be checked while opening
}

// Open opens the data folder, makes it where it is missing, and brings its
// schema up to date. It fails with ErrLocked where another process uses the
// folder, with ErrNewer where a newer version wrote it, and with ErrDamaged
// where SQLite finds the file damaged.
func Open(ctx context.Context, dir string) (*Store, error) { return openFolder(ctx, dir, false) }

// OpenShared opens the data folder also where another process uses it, for
// short commands beside a running server, such as those for keys. What it
// writes is seen there at once.
func OpenShared(ctx context.Context, dir string) (*Store, error) { return openFolder(ctx, dir, true) }

func openFolder(ctx context.Context, dir string, shared bool) (*Store, error) {
	s := &Store{
		dir: dir, now: time.Now,
		jobs: make(chan *writeJob, 1024), done: make(chan struct{}), stop: make(chan struct{}),
	}
	if err := s.open(ctx, shared); err != nil {
		return nil, fmt.Errorf("opening the data folder %s: %w", dir, errors.Join(err, s.release()))
	}
	go s.writeLoop()
	return s, nil
}

func (s *Store) open(ctx context.Context, shared bool) (err error) {
	if err := os.MkdirAll(s.dir, 0o700); err != nil {
		return err
	}
	s.lock, err = lockFile(filepath.Join(s.dir, lockName))
	if beside := shared && errors.Is(err, ErrLocked); err != nil && !beside {
		return err
	}
	if s.text, err = newCodec(); err != nil {
		return err
	}
	path := s.path()
	if s.write, err = openDB(path, "FULL", "_txlock=immediate"); err != nil {
		return err
	}
	s.write.SetMaxOpenConns(1)
	if s.read, err = openDB(path, "FULL", "_pragma=query_only(1)"); err != nil {
		return err
	}
	s.read.SetMaxOpenConns(readers)
	s.read.SetMaxIdleConns(readers)
	if s.lock == nil { // the other process has checked the file and brought it up to date
		return current(ctx, s.write)
	}
	if err := s.verify(ctx); err != nil {
		return err
	}
	return migrate(ctx, s.write)
}

func (s *Store) path() string { return filepath.Join(s.dir, fileName) }

// openDB prepares a pool; it does not touch the file yet.
func openDB(path, synchronous, extra string) (*sql.DB, error) {
	abs, err := filepath.Abs(path)
	if err != nil {
		return nil, err
	}
	dsn := url.URL{Scheme: "file", Path: filepath.ToSlash(abs), RawQuery: "_pragma=busy_timeout(5000)" +
		"&_pragma=journal_mode(WAL)&_pragma=synchronous(" + synchronous + ")&_pragma=foreign_keys(1)" +
		"&_pragma=cache_size(-2000)&_pragma=journal_size_limit(67108864)&_pragma=trusted_schema(0)&" + extra}
	return sql.Open("sqlite", dsn.String())
}

// verify looks for damage before anything is written.
func (s *Store) verify(ctx context.Context) error {
	info, err := os.Stat(s.path())
	if errors.Is(err, os.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	if s.large = info.Size() > quickCheckBytes; s.large {
		return nil
	}
	return s.Check(ctx)
}

// Check reads the whole file and reports damage as ErrDamaged. It takes about
// a second per 200 MB and may run while the store serves.
func (s *Store) Check(ctx context.Context) error {
	var said string
	if err := s.write.QueryRowContext(ctx, "PRAGMA quick_check(1)").Scan(&said); err != nil {
		return damaged(mapped(err))
	}
	if said != "ok" {
		return damaged(fmt.Errorf("%w: %s", ErrDamaged, said))
	}
	return nil
}

// damaged adds what to do.
func damaged(err error) error {
	if errors.Is(err, ErrDamaged) {
		return fmt.Errorf("%w; restore the folder from a backup, or move %s away to begin anew", err, fileName)
	}
	return err
}

// Unchecked reports whether Open left the check of a large file to the caller,
// who may run Check beside its other work.
func (s *Store) Unchecked() bool { return s.large }

// Close waits for the writes that were accepted and closes the folder.
func (s *Store) Close() error {
	var err error
	s.close.Do(func() {
		close(s.stop)
		<-s.done
		err = s.release()
	})
	return err
}

// release closes whatever is open. The lock goes last.
func (s *Store) release() error {
	var errs []error
	for _, db := range []*sql.DB{s.read, s.write} {
		if db != nil {
			errs = append(errs, db.Close())
		}
	}
	if s.text != nil {
		s.text.close()
	}
	if s.lock != nil {
		errs = append(errs, s.lock.Close())
	}
	return errors.Join(errs...)
}

// Ready reports whether the store answers and can write.
func (s *Store) Ready(ctx context.Context) error {
	return s.update(ctx, func(tx *sql.Tx) error {
		_, err := tx.Exec("UPDATE ready SET at = ?", s.now().UnixNano())
		return err
	})
}

// Size is the number of bytes that the data take on the disk.
func (s *Store) Size() (int64, error) {
	var n int64
	for _, suffix := range []string{"", "-wal"} {
		info, err := os.Stat(s.path() + suffix)
		switch {
		case err == nil:
			n += info.Size()
		case !errors.Is(err, os.ErrNotExist):
			return 0, err
		}
	}
	return n, nil
}
