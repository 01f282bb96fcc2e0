package store

import (
	"context"
	"database/sql"
	"fmt"

	"github.com/sonde-search/sonde/agent"
)

// insertAttachments keeps the bytes of what came with a run's question.
func insertAttachments(tx *sql.Tx, run string, packed map[string][]byte) error {
	for name, data := range packed {
		_, err := tx.Exec(`INSERT INTO attachments (run, name, data) VALUES ((SELECT n FROM runs WHERE id = ?), ?, ?)`, run, name, data)
		if err != nil {
			return err
		}
	}
	return nil
}

// packAttachments compresses the attachments that have bytes, by name.
func (s *Store) packAttachments(list []agent.Attachment) map[string][]byte {
	packed := map[string][]byte{}
	for _, a := range list {
		if len(a.Data) > 0 {
			packed[a.Name] = s.text.pack(a.Data)
		}
	}
	return packed
}

// Attachments returns the bytes of what came with the question of a run that
// has not ended, by name.
func (s *Store) Attachments(ctx context.Context, run string) (map[string][]byte, error) {
	type file struct {
		name string
		data []byte
	}
	files, err := collect(ctx, s.read, func(row scanner) (file, error) {
		var f file
		if err := row.Scan(&f.name, &f.data); err != nil {
			return f, rowError(err)
		}
		var err error
		f.data, err = s.text.unpack(f.data)
		return f, err
	}, `SELECT name, data FROM attachments WHERE run = (SELECT n FROM runs WHERE id = ?)`, run)
	if err != nil {
		return nil, fmt.Errorf("reading the attachments of run %s: %w", clip(run), err)
	}
	out := make(map[string][]byte, len(files))
	for _, f := range files {
		out[f.name] = f.data
	}
	return out, nil
}

// AttachedPages returns what came with the questions of a conversation, as it
// was read, oldest first, each once.
func (s *Store) AttachedPages(ctx context.Context, owner, conversation string) ([]*agent.Page, error) {
	pages, err := collect(ctx, s.read, func(row scanner) (*agent.Page, error) {
		var meta string
		var key, data []byte
		if err := row.Scan(&meta, &key, &data); err != nil {
			return nil, rowError(err)
		}
		return s.unpackPage(meta, key, data)
	}, `SELECT p.page, p.snapshot, s.data FROM runs r JOIN steps t ON t.run = r.n AND t.kind = 'page'
		JOIN pages p ON p.run = t.run AND p.seq = t.seq JOIN snapshots s ON s.sha = p.snapshot
		WHERE r.owner = ? AND r.conversation = ? AND json_extract(t.data, '$.attached') ORDER BY r.n, t.seq`, owner, conversation)
	if err != nil {
		return nil, fmt.Errorf("reading the attachments of conversation %s: %w", clip(conversation), err)
	}
	seen := map[string]bool{}
	once := pages[:0]
	for _, p := range pages {
		if key := p.URL + " " + p.Snapshot; !seen[key] {
			seen[key] = true
			once = append(once, p)
		}
	}
	return once, nil
}
