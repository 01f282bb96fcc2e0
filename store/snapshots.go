package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"

	"github.com/sonde-search/sonde/agent"
)

// insertSnapshot keeps a text once, under its hash.
func (s *Store) insertSnapshot(tx *sql.Tx, p *packedPage) error {
	_, err := tx.Exec(`INSERT INTO snapshots (sha, size, data, added) VALUES (?, ?, ?, ?) ON CONFLICT (sha) DO NOTHING`,
		p.key, p.size, p.text, s.now().UnixNano())
	return err
}

// unpackText decompresses a text and compares it with its name.
func (s *Store) unpackText(key, data []byte) (string, error) {
	b, err := s.text.unpack(data)
	if err != nil {
		return "", fmt.Errorf("reading snapshot %s: %w", snapshotName(key), err)
	}
	text := string(b)
	if agent.SnapshotID(text) != snapshotName(key) {
		return "", fmt.Errorf("reading snapshot %s: %w: the text has another hash", snapshotName(key), ErrDamaged)
	}
	return text, nil
}

// Snapshot returns the page under a snapshot's name ("sha256:…", the prefix
// may be missing), its text attached, as a run of the owner or a collection
// read it last. What only others have read is ErrNotFound.
func (s *Store) Snapshot(ctx context.Context, owner, id string) (*agent.Page, error) {
	key, err := snapshotKey(id)
	if err != nil {
		return nil, err
	}
	var meta string
	var data []byte
	err = s.read.QueryRowContext(ctx, `SELECT page, s.data FROM (
			SELECT * FROM (SELECT p.page FROM pages p JOIN runs r ON r.n = p.run
				WHERE p.snapshot = ?1 AND r.owner = ?2 ORDER BY p.run DESC, p.seq DESC LIMIT 1)
			UNION ALL
			SELECT * FROM (SELECT page FROM documents WHERE snapshot = ?1 LIMIT 1)
		) JOIN snapshots s ON s.sha = ?1 LIMIT 1`, key, owner).Scan(&meta, &data)
	if err != nil {
		return nil, fmt.Errorf("reading snapshot %s: %w", snapshotName(key), rowError(err))
	}
	return s.unpackPage(meta, key, data)
}

// Text returns a snapshot's text, whoever read it.
func (s *Store) Text(ctx context.Context, id string) (string, error) {
	key, err := snapshotKey(id)
	if err != nil {
		return "", err
	}
	var data []byte
	err = s.read.QueryRowContext(ctx, `SELECT data FROM snapshots WHERE sha = ?`, key).Scan(&data)
	if err != nil {
		return "", fmt.Errorf("reading snapshot %s: %w", snapshotName(key), rowError(err))
	}
	return s.unpackText(key, data)
}

// unreferenced is true of a snapshot that nothing refers to any more.
const unreferenced = `NOT EXISTS (SELECT 1 FROM pages WHERE snapshot = sha) AND NOT EXISTS (SELECT 1 FROM documents WHERE snapshot = sha)`

// releasing runs remove, and then drops those of the snapshots that the query
// names which nothing refers to any more.
func releasing(tx *sql.Tx, remove func() error, query string, args ...any) (err error) {
	keys, err := collectTx(tx, query, args...)
	if err != nil {
		return err
	}
	if err := remove(); err != nil {
		return err
	}
	for _, key := range keys {
		if _, err := tx.Exec(`DELETE FROM snapshots WHERE sha = ? AND `+unreferenced, key); err != nil {
			return err
		}
	}
	return nil
}

func collectTx(tx *sql.Tx, query string, args ...any) (keys [][]byte, err error) {
	rows, err := tx.Query(query, args...)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, rows.Close()) }()
	for rows.Next() {
		var key []byte
		if err := rows.Scan(&key); err != nil {
			return nil, err
		}
		keys = append(keys, key)
	}
	return keys, rows.Err()
}

// mustChange runs a statement that is ErrNotFound where it changes nothing.
func mustChange(tx *sql.Tx, statement string, args ...any) error {
	res, err := tx.Exec(statement, args...)
	if err != nil {
		return err
	}
	if n, err := res.RowsAffected(); err != nil || n == 0 {
		return errors.Join(err, ErrNotFound)
	}
	return nil
}

// Sweep removes all snapshots that nothing refers to any more and reports how
// many. Deleting does that by itself; this is for stores that were mended by hand.
func (s *Store) Sweep(ctx context.Context) (removed int64, err error) {
	err = s.update(ctx, func(tx *sql.Tx) error {
		res, err := tx.Exec(`DELETE FROM snapshots WHERE ` + unreferenced)
		if err != nil {
			return err
		}
		removed, err = res.RowsAffected()
		return err
	})
	if err != nil {
		return 0, fmt.Errorf("removing snapshots that nothing refers to: %w", err)
	}
	return removed, nil
}
