package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"time"
)

// cacheName is the page cache's file. It is apart from the store: losing it
// costs fetches, not data, so that nothing of it waits for the disk.
const cacheName = "cache.db"

// DefaultCacheBytes bounds a page cache where nothing else is said.
const DefaultCacheBytes = 512 << 20

// touchAfter is how old a value's last use must be to be noted anew.
const touchAfter = time.Hour

// A PageCache keeps opaque values under keys, the least recently used going
// first. It is a crawler.Cache. It may be removed at any time.
type PageCache struct {
	db    *sql.DB
	limit int64
	now   func() time.Time

	mu   sync.Mutex // one writer; guards size
	size int64      // bytes of all values
}

const cacheSchema = `
CREATE TABLE IF NOT EXISTS pages (key TEXT NOT NULL UNIQUE, size INTEGER NOT NULL, used INTEGER NOT NULL, value BLOB NOT NULL);
CREATE INDEX IF NOT EXISTS pages_used ON pages (used, size);`

// OpenPageCache opens the cache in the store's folder; limit is in bytes, 0
// means DefaultCacheBytes. A damaged cache is begun anew.
func (s *Store) OpenPageCache(ctx context.Context, limit int64) (*PageCache, error) {
	if limit <= 0 {
		limit = DefaultCacheBytes
	}
	path := filepath.Join(s.dir, cacheName)
	c, err := openPageCache(ctx, path, limit)
	if errors.Is(err, ErrDamaged) {
		if err := removeDB(path); err != nil {
			return nil, fmt.Errorf("beginning the page cache anew: %w", err)
		}
		c, err = openPageCache(ctx, path, limit)
	}
	if err != nil {
		return nil, fmt.Errorf("opening the page cache %s: %w", path, err)
	}
	return c, nil
}

func openPageCache(ctx context.Context, path string, limit int64) (*PageCache, error) {
	db, err := openDB(path, "NORMAL", "_txlock=immediate")
	if err != nil {
		return nil, err
	}
	db.SetMaxOpenConns(2)
	c := &PageCache{db: db, limit: limit, now: time.Now}
	if _, err = db.ExecContext(ctx, cacheSchema); err == nil {
		err = db.QueryRowContext(ctx, `SELECT coalesce(sum(size), 0) FROM pages`).Scan(&c.size)
	}
	if err != nil {
		return nil, errors.Join(mapped(err), db.Close())
	}
	return c, nil
}

// removeDB removes a database with its companions.
func removeDB(path string) error {
	for _, suffix := range []string{"", "-wal", "-shm"} {
		if err := os.Remove(path + suffix); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return err
		}
	}
	return nil
}

// Get returns what is kept under a key, nil where that is nothing.
func (c *PageCache) Get(ctx context.Context, key string) ([]byte, error) {
	var value []byte
	var used int64
	err := c.db.QueryRowContext(ctx, `SELECT value, used FROM pages WHERE key = ?`, key).Scan(&value, &used)
	if errors.Is(err, sql.ErrNoRows) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("reading the page cache: %w", mapped(err))
	}
	if now := c.now(); now.Sub(unstamp(used)) > touchAfter {
		c.mu.Lock()
		defer c.mu.Unlock()
		if _, err := c.db.ExecContext(ctx, `UPDATE pages SET used = ? WHERE key = ?`, stamp(now), key); err != nil {
			return value, fmt.Errorf("noting a use in the page cache: %w", mapped(err))
		}
	}
	return value, nil
}

// Put keeps a value under a key. One larger than an eighth of the limit is not kept.
func (c *PageCache) Put(ctx context.Context, key string, value []byte) error {
	if int64(len(value)) > c.limit/8 {
		return nil
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if err := c.put(ctx, key, value); err != nil {
		return fmt.Errorf("writing the page cache: %w", mapped(err))
	}
	return nil
}

func (c *PageCache) put(ctx context.Context, key string, value []byte) error {
	tx, err := c.db.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	defer tx.Rollback()
	var old int64
	err = tx.QueryRow(`SELECT size FROM pages WHERE key = ?`, key).Scan(&old)
	if err != nil && !errors.Is(err, sql.ErrNoRows) {
		return err
	}
	if _, err := tx.Exec(`INSERT INTO pages (key, size, used, value) VALUES (?, ?, ?, ?)
		ON CONFLICT (key) DO UPDATE SET size = excluded.size, used = excluded.used, value = excluded.value`,
		key, len(value), stamp(c.now()), value); err != nil {
		return err
	}
	size := c.size - old + int64(len(value))
	if size > c.limit {
		freed, err := evict(tx, size-c.limit*9/10)
		if err != nil {
			return err
		}
		size -= freed
	}
	if err := tx.Commit(); err != nil {
		return err
	}
	c.size = size
	return nil
}

// evict removes the least recently used values until enough bytes are free.
func evict(tx *sql.Tx, bytes int64) (freed int64, err error) {
	var n int64
	err = tx.QueryRow(`SELECT coalesce(sum(size), 0), count(*) FROM (
		SELECT used, size, sum(size) OVER (ORDER BY used, rowid) - size AS before FROM pages) WHERE before < ?`, bytes).Scan(&freed, &n)
	if err != nil {
		return 0, err
	}
	_, err = tx.Exec(`DELETE FROM pages WHERE rowid IN (SELECT rowid FROM pages ORDER BY used, rowid LIMIT ?)`, n)
	return freed, err
}

// Size is the number of bytes of all values.
func (c *PageCache) Size() int64 {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.size
}

// Close closes the cache.
func (c *PageCache) Close() error { return c.db.Close() }

// like escapes a text for a LIKE pattern with the escape character '\'.
func like(s string) string {
	return strings.NewReplacer(`\`, `\\`, `%`, `\%`, `_`, `\_`).Replace(s)
}
