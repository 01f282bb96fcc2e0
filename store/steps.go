package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"time"

	"github.com/sonde-search/sonde/agent"
)

// A step ready to be written: everything that costs time is done before the
// writer's transaction.
type packedStep struct {
	agent.Record
	data string
	page *packedPage
}

type packedPage struct {
	key  []byte
	meta string
	text []byte // zstd
	size int
}

// AppendSteps keeps steps of a run, and with each page that was read its
// snapshot. When it returns nil, all of them are durable. The same steps given
// again change nothing; other steps under a kept id are ErrExists. An Answered
// or Failed step ends the run.
func (s *Store) AppendSteps(ctx context.Context, run string, steps []agent.Record) error {
	packed := make([]packedStep, len(steps))
	for i, r := range steps {
		p, err := s.packStep(r)
		if err != nil {
			return fmt.Errorf("keeping step %d of run %s: %w", r.ID, run, err)
		}
		packed[i] = p
	}
	err := s.update(ctx, func(tx *sql.Tx) error {
		var n int64
		if err := tx.QueryRow(`SELECT n FROM runs WHERE id = ?`, run).Scan(&n); err != nil {
			return rowError(err)
		}
		for _, p := range packed {
			if err := s.insertStep(tx, n, p); err != nil {
				return fmt.Errorf("step %d: %w", p.ID, err)
			}
		}
		return nil
	})
	if err != nil {
		return fmt.Errorf("keeping steps of run %s: %w", clip(run), err)
	}
	return nil
}

func (s *Store) packStep(r agent.Record) (packedStep, error) {
	data, err := json.Marshal(r.Step)
	if err != nil {
		return packedStep{}, err
	}
	p := packedStep{Record: r, data: string(data)}
	paged, ok := r.Step.(agent.Paged)
	if !ok || paged.Page == nil {
		return p, nil
	}
	p.page, err = s.packPage(paged.Page)
	return p, err
}

func (s *Store) packPage(page *agent.Page) (*packedPage, error) {
	key, err := snapshotKey(page.Snapshot)
	if err != nil {
		return nil, err
	}
	if page.Snapshot != agent.SnapshotID(page.Text) {
		return nil, fmt.Errorf("%w: the snapshot %s is not the hash of the page's text", ErrInvalid, page.Snapshot)
	}
	meta, err := json.Marshal(page)
	if err != nil {
		return nil, err
	}
	return &packedPage{key, string(meta), s.text.pack([]byte(page.Text)), len(page.Text)}, nil
}

func (s *Store) insertStep(tx *sql.Tx, run int64, p packedStep) error {
	kind := p.Step.Kind()
	res, err := tx.Exec(`INSERT INTO steps (run, seq, at, kind, data) VALUES (?, ?, ?, ?, ?) ON CONFLICT DO NOTHING`,
		run, p.ID, stamp(p.At), kind, p.data)
	if err != nil {
		return err
	}
	if n, err := res.RowsAffected(); err != nil || n == 0 {
		return sameStep(tx, run, p)
	}
	if p.page != nil {
		if err := s.insertSnapshot(tx, p.page); err != nil {
			return err
		}
		_, err := tx.Exec(`INSERT INTO pages (run, seq, snapshot, page) VALUES (?, ?, ?, ?)`, run, p.ID, p.page.key, p.page.meta)
		if err != nil {
			return err
		}
	}
	return endRun(tx, run, p)
}

// sameStep reports whether the kept step is the one given.
func sameStep(tx *sql.Tx, run int64, p packedStep) error {
	var same bool
	err := tx.QueryRow(`SELECT kind = ? AND data = ? FROM steps WHERE run = ? AND seq = ?`,
		p.Step.Kind(), p.data, run, p.ID).Scan(&same)
	if err == nil && !same {
		return ErrExists
	}
	return err
}

func endRun(tx *sql.Tx, run int64, p packedStep) (err error) {
	switch step := p.Step.(type) {
	case agent.Answered:
		_, err = tx.Exec(`UPDATE runs SET status = ?, finished = ?, answer = ? WHERE n = ?`, step.Status, stamp(p.At), p.data, run)
	case agent.Failed:
		_, err = tx.Exec(`UPDATE runs SET status = ?, finished = ?, error = ? WHERE n = ?`, agent.StatusFailed, stamp(p.At), step.Message, run)
	default:
		return nil
	}
	if err == nil {
		_, err = tx.Exec(`DELETE FROM attachments WHERE run = ?`, run)
	}
	return err
}

// Steps returns the steps of a run whose ids are greater than after, in order,
// at most limit of them (0: all). Pages are not attached: see StepsWithPages.
// A run without steps and an unknown run are alike.
func (s *Store) Steps(ctx context.Context, run string, after int64, limit int) ([]agent.Record, error) {
	if limit <= 0 {
		limit = -1
	}
	steps, err := collect(ctx, s.read, scanStep, `SELECT seq, at, kind, data FROM steps
		WHERE run = (SELECT n FROM runs WHERE id = ?) AND seq > ? ORDER BY seq LIMIT ?`, run, after, limit)
	if err != nil {
		return nil, fmt.Errorf("reading steps of run %s: %w", clip(run), err)
	}
	return steps, nil
}

// LastStep is the id of a run's last step, 0 where it has none.
func (s *Store) LastStep(ctx context.Context, run string) (int64, error) {
	var last int64
	err := s.read.QueryRowContext(ctx, `SELECT coalesce(max(seq), 0) FROM steps WHERE run = (SELECT n FROM runs WHERE id = ?)`, run).Scan(&last)
	if err != nil {
		return 0, fmt.Errorf("reading the last step of run %s: %w", clip(run), mapped(err))
	}
	return last, nil
}

func scanStep(row scanner) (agent.Record, error) {
	var r agent.Record
	var at int64
	var kind, data string
	if err := row.Scan(&r.ID, &at, &kind, &data); err != nil {
		return r, rowError(err)
	}
	step, err := agent.DecodeStep(kind, []byte(data))
	if err != nil {
		return r, fmt.Errorf("%w: step %d: %v", ErrDamaged, r.ID, err)
	}
	r.At, r.Step = time.Unix(0, at).UTC(), step
	return r, nil
}

// StepsWithPages returns all steps of a run with the pages that were read
// attached, texts included, so that the run can go on or be replayed.
func (s *Store) StepsWithPages(ctx context.Context, run string) ([]agent.Record, error) {
	steps, err := s.Steps(ctx, run, 0, 0)
	if err != nil {
		return nil, err
	}
	type keyed struct {
		seq  int64
		page *agent.Page
	}
	pages, err := collect(ctx, s.read, func(row scanner) (keyed, error) {
		var seq int64
		var meta string
		var key, data []byte
		if err := row.Scan(&seq, &meta, &key, &data); err != nil {
			return keyed{}, rowError(err)
		}
		page, err := s.unpackPage(meta, key, data)
		return keyed{seq, page}, err
	}, `SELECT p.seq, p.page, p.snapshot, s.data FROM pages p JOIN snapshots s ON s.sha = p.snapshot
		WHERE p.run = (SELECT n FROM runs WHERE id = ?)`, run)
	if err != nil {
		return nil, fmt.Errorf("reading pages of run %s: %w", clip(run), err)
	}
	bySeq := make(map[int64]*agent.Page, len(pages))
	for _, k := range pages {
		bySeq[k.seq] = k.page
	}
	for i, r := range steps {
		if paged, ok := r.Step.(agent.Paged); ok {
			paged.Page = bySeq[r.ID]
			steps[i].Step = paged
		}
	}
	return steps, nil
}

// unpackPage joins what is known of a page with its text.
func (s *Store) unpackPage(meta string, key, data []byte) (*agent.Page, error) {
	page := new(agent.Page)
	if err := json.Unmarshal([]byte(meta), page); err != nil {
		return nil, fmt.Errorf("%w: a page's description: %v", ErrDamaged, err)
	}
	text, err := s.unpackText(key, data)
	if err != nil {
		return nil, err
	}
	page.Text = text
	return page, nil
}
