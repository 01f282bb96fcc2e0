package store

import (
	"context"
	"crypto/rand"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/sonde-search/sonde/agent"
)

// A DocumentState says where a document stands.
type DocumentState string

// Where a document stands.
const (
	DocumentQueued  DocumentState = "queued"
	DocumentReading DocumentState = "reading"
	DocumentIndexed DocumentState = "indexed"
	DocumentFailed  DocumentState = "failed"
)

// A Document is one of a collection. It is known by its source within its
// collection: putting the same source again replaces it under the same id.
type Document struct {
	ID         string // made by PutDocuments where it is empty
	Collection string
	Source     string // address, path or name
	State      DocumentState
	Reason     agent.SkipReason // why it failed
	Detail     string
	Hash       string // of the bytes that it was made from; the same hash means unchanged
	Size       int64  // bytes
	// Page is what was read, nil where nothing was. Its text is attached by
	// Document and Changes, not by Documents.
	Page     *agent.Page
	Tags     map[string]string
	Revision int64 // of the collection, when it last changed
	Added    time.Time
	Updated  time.Time
}

// A DocumentQuery selects documents of a collection in the order they were added.
type DocumentQuery struct {
	Collection string
	State      DocumentState
	Language   string
	Source     string // prefix of the source
	Tag        string // "name" or "name=value"
	Since      string // published on or after this day, YYYY-MM-DD
	Until      string // published on or before this day, YYYY-MM-DD
	After      string // id: only documents added after that one
	Limit      int    // at most so many; 0: 100
}

// newName makes a random id of 128 bits.
func newName(kind string) string { return kind + "_" + strings.ToLower(rand.Text()) }

// PutDocuments keeps documents, each new or in place of the one with its
// source. It is all of them or none. The ids are set in docs.
func (s *Store) PutDocuments(ctx context.Context, docs []Document) error {
	puts, err := s.packDocuments(docs)
	if err != nil {
		return err
	}
	err = s.update(ctx, func(tx *sql.Tx) error {
		for i := range puts {
			if err := s.putDocument(tx, &puts[i]); err != nil {
				return fmt.Errorf("%s: %w", clip(puts[i].Source), err)
			}
		}
		return nil
	})
	if err != nil {
		return fmt.Errorf("keeping documents: %w", err)
	}
	for i := range puts {
		docs[i].ID, docs[i].Revision = puts[i].ID, puts[i].Revision
	}
	return nil
}

// A packedDocument has all done that costs time before the transaction.
type packedDocument struct {
	Document
	page *packedPage
	tags string
}

func (s *Store) packDocuments(docs []Document) ([]packedDocument, error) {
	puts := make([]packedDocument, len(docs))
	for i, d := range docs {
		tags, err := json.Marshal(d.Tags)
		if err != nil {
			return nil, fmt.Errorf("keeping document %s: %w", clip(d.Source), err)
		}
		puts[i] = packedDocument{Document: d, tags: string(tags)}
		if d.Source == "" || d.State == "" {
			return nil, fmt.Errorf("%w: a document needs a source and a state", ErrInvalid)
		}
		if d.Page != nil {
			if puts[i].page, err = s.packPage(d.Page); err != nil {
				return nil, fmt.Errorf("keeping document %s: %w", clip(d.Source), err)
			}
		}
		if d.ID == "" {
			puts[i].ID = newName("doc")
		}
	}
	return puts, nil
}

func (s *Store) putDocument(tx *sql.Tx, d *packedDocument) error {
	now := s.now().UnixNano()
	collection, revision, err := bump(tx, d.Collection, now)
	if err != nil {
		return err
	}
	d.Revision = revision
	if d.page != nil {
		if err := s.insertSnapshot(tx, d.page); err != nil {
			return err
		}
	}
	return releasing(tx, func() error {
		return upsertDocument(tx, d, collection, now)
	}, `SELECT snapshot FROM documents WHERE collection = ? AND source = ? AND snapshot IS NOT NULL`, collection, d.Source)
}

// upsertDocument writes a document's row.
func upsertDocument(tx *sql.Tx, d *packedDocument, collection, now int64) error {
	var key []byte
	meta := "null"
	if d.page != nil {
		key, meta = d.page.key, d.page.meta
	}
	return tx.QueryRow(`INSERT INTO documents
		(id, collection, source, state, reason, detail, hash, size, snapshot, page, tags, revision, added, updated)
		VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
		ON CONFLICT (collection, source) DO UPDATE SET state = excluded.state, reason = excluded.reason, detail = excluded.detail,
			hash = excluded.hash, size = excluded.size, snapshot = excluded.snapshot, page = excluded.page,
			tags = excluded.tags, revision = excluded.revision, updated = excluded.updated
		RETURNING id`,
		d.ID, collection, d.Source, d.State, d.Reason, d.Detail, d.Hash, d.Size, key, meta, d.tags, d.Revision, now, now).Scan(&d.ID)
}

// bump gives a collection its next revision.
func bump(tx *sql.Tx, name string, now int64) (collection, revision int64, err error) {
	err = tx.QueryRow(`UPDATE collections SET revision = revision + 1, updated = ? WHERE name = ? RETURNING n, revision`, now, name).Scan(&collection, &revision)
	if err != nil {
		return 0, 0, fmt.Errorf("collection %s: %w", clip(name), rowError(err))
	}
	return collection, revision, nil
}

const documentColumns = `d.id, c.name, d.source, d.state, d.reason, d.detail, d.hash, d.size, d.page, d.tags, d.revision, d.added, d.updated`

// Document returns one document with its text.
func (s *Store) Document(ctx context.Context, collection, id string) (Document, error) {
	return s.document(ctx, clip(id), `c.name = ? AND d.id = ?`, collection, id)
}

// DocumentBySource returns the document of a source with its text.
func (s *Store) DocumentBySource(ctx context.Context, collection, source string) (Document, error) {
	return s.document(ctx, clip(source), `c.name = ? AND d.source = ?`, collection, source)
}

func (s *Store) document(ctx context.Context, what, where string, args ...any) (Document, error) {
	list, err := collect(ctx, s.read, s.scanFullDocument, fullDocuments+where, args...)
	if err == nil && len(list) == 0 {
		err = ErrNotFound
	}
	if err != nil {
		return Document{}, fmt.Errorf("reading document %s: %w", what, err)
	}
	return list[0], nil
}

const fullDocuments = `SELECT ` + documentColumns + `, d.snapshot, s.data FROM documents d JOIN collections c ON c.n = d.collection
	LEFT JOIN snapshots s ON s.sha = d.snapshot WHERE `

func (s *Store) scanFullDocument(row scanner) (Document, error) {
	var key, data []byte
	d, err := scanDocument(row, &key, &data)
	if err != nil || d.Page == nil {
		return d, err
	}
	d.Page.Text, err = s.unpackText(key, data)
	return d, err
}

func scanDocument(row scanner, more ...any) (Document, error) {
	var d Document
	var page, tags string
	var added, updated int64
	into := []any{&d.ID, &d.Collection, &d.Source, &d.State, &d.Reason, &d.Detail, &d.Hash, &d.Size, &page, &tags, &d.Revision, &added, &updated}
	if err := row.Scan(append(into, more...)...); err != nil {
		return d, rowError(err)
	}
	d.Added, d.Updated = unstamp(added), unstamp(updated)
	if err := errors.Join(json.Unmarshal([]byte(page), &d.Page), json.Unmarshal([]byte(tags), &d.Tags)); err != nil {
		return d, fmt.Errorf("%w: document %s: %v", ErrDamaged, d.ID, err)
	}
	return d, nil
}

// Documents lists documents without their texts.
func (s *Store) Documents(ctx context.Context, q DocumentQuery) ([]Document, error) {
	if q.Limit <= 0 {
		q.Limit = 100
	}
	name, value, valued := strings.Cut(q.Tag, "=")
	path := `$."` + strings.ReplaceAll(name, `"`, ``) + `"`
	list, err := collect(ctx, s.read, func(row scanner) (Document, error) { return scanDocument(row) },
		`SELECT `+documentColumns+` FROM documents d JOIN collections c ON c.n = d.collection
		WHERE c.name = ?1 AND (?2 = '' OR d.state = ?2) AND (?3 = '' OR d.page ->> '$.language' = ?3)
		AND (?4 = '' OR d.source LIKE ?4 ESCAPE '\') AND (?5 = '' OR d.page ->> '$.published' >= ?5)
		AND (?6 = '' OR d.tags ->> ?7 IS NOT NULL AND (NOT ?8 OR d.tags ->> ?7 = ?9))
		AND (?12 = '' OR d.page ->> '$.published' <= ?12 AND d.page ->> '$.published' <> '')
		AND (?10 = '' OR d.n > (SELECT n FROM documents WHERE id = ?10)) ORDER BY d.n LIMIT ?11`,
		q.Collection, q.State, q.Language, prefixPattern(q.Source), q.Since, q.Tag, path, valued, value, q.After, q.Limit, q.Until)
	if err != nil {
		return nil, fmt.Errorf("listing documents of collection %s: %w", clip(q.Collection), err)
	}
	return list, nil
}

func prefixPattern(prefix string) string {
	if prefix == "" {
		return ""
	}
	return like(prefix) + "%"
}

// DeleteDocument removes a document. Changes reports it from then on.
func (s *Store) DeleteDocument(ctx context.Context, collection, id string) error {
	err := s.update(ctx, func(tx *sql.Tx) error {
		n, revision, err := bump(tx, collection, s.now().UnixNano())
		if err != nil {
			return err
		}
		err = releasing(tx, func() error {
			return mustChange(tx, `DELETE FROM documents WHERE collection = ? AND id = ?`, n, id)
		}, `SELECT snapshot FROM documents WHERE collection = ? AND id = ? AND snapshot IS NOT NULL`, n, id)
		if err != nil {
			return err
		}
		_, err = tx.Exec(`INSERT INTO removals (collection, revision, document) VALUES (?, ?, ?)`, n, revision, id)
		return err
	})
	if err != nil {
		return fmt.Errorf("deleting document %s: %w", clip(id), err)
	}
	return nil
}

// Changes are what an index must do to catch up with a collection.
type Changes struct {
	Documents []Document // new or replaced, texts attached, by revision
	Removed   []string   // ids
	Revision  int64      // what the index has caught up with, once it has done all this
	More      bool       // ask again from Revision
}

// Changes returns what changed in a collection after a revision, at most limit
// documents (0: 100) at a time. From revision 0 it is everything.
func (s *Store) Changes(ctx context.Context, collection string, after int64, limit int) (Changes, error) {
	if limit <= 0 {
		limit = 100
	}
	fail := func(err error) (Changes, error) {
		return Changes{}, fmt.Errorf("reading changes of collection %s: %w", clip(collection), err)
	}
	_, revision, err := s.Revision(ctx, collection) // first: what changes meanwhile is seen next time
	if err != nil {
		return fail(err)
	}
	docs, err := collect(ctx, s.read, s.scanFullDocument,
		fullDocuments+`c.name = ? AND d.revision > ? AND d.revision <= ? ORDER BY d.revision LIMIT ?`, collection, after, revision, limit+1)
	if err != nil {
		return fail(err)
	}
	out := Changes{Documents: docs, Revision: revision}
	if len(docs) > limit {
		out.Documents, out.Revision, out.More = docs[:limit], docs[limit-1].Revision, true
	}
	out.Removed, err = collect(ctx, s.read, func(row scanner) (string, error) {
		var id string
		err := row.Scan(&id)
		return id, rowError(err)
	}, `SELECT document FROM removals WHERE collection = (SELECT n FROM collections WHERE name = ?)
		AND revision > ? AND revision <= ? ORDER BY revision`, collection, after, out.Revision)
	if err != nil {
		return fail(err)
	}
	return out, nil
}
