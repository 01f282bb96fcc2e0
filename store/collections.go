package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"time"
	"unicode"
	"unicode/utf8"
)

// maxName bounds a collection's name, in characters.
const maxName = 64

// A Collection is a named knowledge base. Its documents are counted by state.
type Collection struct {
	Name        string
	Description string
	Settings    json.RawMessage // of whoever fills it: a schedule, limits; null where there are none
	Revision    int64           // grows with every change of its documents
	Created     time.Time
	Updated     time.Time // of it or its documents
	Documents   map[DocumentState]int
}

// CheckName reports what is wrong with a collection's name.
func CheckName(name string) error {
	if n := utf8.RuneCountInString(name); n < 1 || n > maxName || !utf8.ValidString(name) {
		return fmt.Errorf("%w: a collection's name has 1 to %d characters", ErrInvalid, maxName)
	}
	for _, r := range name {
		if !unicode.IsLetter(r) && !unicode.IsDigit(r) && r != '-' && r != '_' {
			return fmt.Errorf("%w: a collection's name has letters, digits, - and _ alone, not %q", ErrInvalid, r)
		}
	}
	return nil
}

// CreateCollection keeps a new collection; ErrExists where the name is taken.
func (s *Store) CreateCollection(ctx context.Context, c Collection) error {
	if err := CheckName(c.Name); err != nil {
		return err
	}
	settings, err := jsonText(c.Settings)
	if err != nil {
		return fmt.Errorf("keeping collection %s: %w", c.Name, err)
	}
	err = s.update(ctx, func(tx *sql.Tx) error {
		_, err := tx.Exec(`INSERT INTO collections (name, description, settings, revision, created, updated) VALUES (?, ?, ?, 0, ?, ?)`,
			c.Name, c.Description, settings, stamp(c.Created), stamp(c.Created))
		return err
	})
	if err != nil {
		return fmt.Errorf("keeping collection %s: %w", c.Name, err)
	}
	return nil
}

// jsonText is raw JSON as it is kept.
func jsonText(raw json.RawMessage) (string, error) {
	if len(raw) == 0 {
		return "null", nil
	}
	if !json.Valid(raw) {
		return "", fmt.Errorf("%w: settings are not JSON", ErrInvalid)
	}
	return string(raw), nil
}

// Collection returns one collection.
func (s *Store) Collection(ctx context.Context, name string) (Collection, error) {
	list, err := s.collections(ctx, name)
	if err == nil && len(list) == 0 {
		err = ErrNotFound
	}
	if err != nil {
		return Collection{}, fmt.Errorf("reading collection %s: %w", clip(name), err)
	}
	return list[0], nil
}

// Revision says when a collection was made, and its latest revision. It costs
// far less than Collection, which counts the documents.
func (s *Store) Revision(ctx context.Context, name string) (created time.Time, revision int64, err error) {
	var at int64
	err = s.read.QueryRowContext(ctx, `SELECT created, revision FROM collections WHERE name = ?`, name).Scan(&at, &revision)
	if err != nil {
		return time.Time{}, 0, fmt.Errorf("reading collection %s: %w", clip(name), rowError(err))
	}
	return unstamp(at), revision, nil
}

// Collections lists all collections by name.
func (s *Store) Collections(ctx context.Context) ([]Collection, error) {
	list, err := s.collections(ctx, "")
	if err != nil {
		return nil, fmt.Errorf("listing collections: %w", err)
	}
	return list, nil
}

func (s *Store) collections(ctx context.Context, name string) ([]Collection, error) {
	return collect(ctx, s.read, func(row scanner) (Collection, error) {
		var c Collection
		var settings, counts string
		var created, updated int64
		err := row.Scan(&c.Name, &c.Description, &settings, &c.Revision, &created, &updated, &counts)
		if err != nil {
			return c, rowError(err)
		}
		c.Created, c.Updated, c.Settings = unstamp(created), unstamp(updated), json.RawMessage(settings)
		if err := json.Unmarshal([]byte(counts), &c.Documents); err != nil {
			return c, fmt.Errorf("%w: counts of collection %s: %v", ErrDamaged, c.Name, err)
		}
		return c, nil
	}, `SELECT name, description, settings, revision, created, updated,
		(SELECT json_group_object(state, n) FROM (SELECT state, count(*) AS n FROM documents WHERE collection = collections.n GROUP BY state))
		FROM collections WHERE ? IN ('', name) ORDER BY name`, name)
}

// UpdateCollection changes a collection's description and settings.
func (s *Store) UpdateCollection(ctx context.Context, c Collection) error {
	settings, err := jsonText(c.Settings)
	if err != nil {
		return fmt.Errorf("changing collection %s: %w", clip(c.Name), err)
	}
	return s.updateOne(ctx, "changing collection "+clip(c.Name), `UPDATE collections SET description = ?, settings = ?, updated = ? WHERE name = ?`,
		c.Description, settings, s.now().UnixNano(), c.Name)
}

// DeleteCollection removes a collection with its documents and jobs, and the
// snapshots that only they referred to.
func (s *Store) DeleteCollection(ctx context.Context, name string) error {
	err := s.update(ctx, func(tx *sql.Tx) error {
		return releasing(tx, func() error {
			return mustChange(tx, `DELETE FROM collections WHERE name = ?`, name)
		}, `SELECT DISTINCT snapshot FROM documents WHERE snapshot IS NOT NULL AND collection = (SELECT n FROM collections WHERE name = ?)`, name)
	})
	if err != nil {
		return fmt.Errorf("deleting collection %s: %w", clip(name), err)
	}
	return nil
}
