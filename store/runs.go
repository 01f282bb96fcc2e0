package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"github.com/sonde-search/sonde/agent"
)

// StatusRunning is the status of a run that has not ended. The others are
// agent's.
const StatusRunning agent.Status = "running"

// A Run is one question being answered, without its steps.
type Run struct {
	ID           string
	Owner        string // id of the key that asked; empty: nobody in particular
	Conversation string // id, or empty
	Question     agent.Question
	Status       agent.Status
	Created      time.Time
	Finished     time.Time     // zero while it runs
	Answer       *agent.Answer // nil where there is none (yet)
	Error        string        // why Sonde could not finish it
}

// A RunQuery selects runs, newest first.
type RunQuery struct {
	Owner        string
	Conversation string // only those of this conversation
	Before       string // id of a run: only older ones
	Limit        int    // at most so many; 0: 50
	Unfinished   bool   // of every owner, oldest first, those that have not ended; the other fields are not used
}

const runColumns = `id, owner, conversation, question, status, created, finished, answer, error`

// CreateRun keeps a new run. The run's question is kept with its earlier turns,
// and with what came with it until the run has ended.
func (s *Store) CreateRun(ctx context.Context, r Run) error {
	question, err := json.Marshal(r.Question)
	if err != nil {
		return fmt.Errorf("keeping run %s: encoding its question: %w", r.ID, err)
	}
	packed := s.packAttachments(r.Question.Attachments)
	err = s.update(ctx, func(tx *sql.Tx) error {
		_, err := tx.Exec(`INSERT INTO runs (id, owner, conversation, question, status, created, finished, error)
			VALUES (?, ?, ?, ?, ?, ?, 0, '')`,
			r.ID, r.Owner, r.Conversation, string(question), StatusRunning, stamp(r.Created))
		if err == nil {
			err = insertAttachments(tx, r.ID, packed)
		}
		if err != nil || r.Conversation == "" {
			return err
		}
		return touchConversation(tx, r)
	})
	if err != nil {
		return fmt.Errorf("keeping run %s: %w", r.ID, err)
	}
	return nil
}

// Run returns one run of an owner.
func (s *Store) Run(ctx context.Context, owner, id string) (Run, error) {
	row := s.read.QueryRowContext(ctx, `SELECT `+runColumns+` FROM runs WHERE id = ? AND owner = ?`, id, owner)
	r, err := scanRun(row)
	if err != nil {
		return Run{}, fmt.Errorf("reading run %s: %w", clip(id), err)
	}
	return r, nil
}

// Runs lists runs. An answer is not read with them, only its text's and
// status's place in the run: use Run for the whole.
func (s *Store) Runs(ctx context.Context, q RunQuery) ([]Run, error) {
	if q.Limit <= 0 {
		q.Limit = 50
	}
	const columns = `id, owner, conversation, question, status, created, finished, NULL, error`
	text := `SELECT ` + columns + ` FROM runs WHERE owner = ? AND (? = '' OR conversation = ?)
		AND (? = '' OR n < (SELECT n FROM runs WHERE id = ? AND owner = ?)) ORDER BY n DESC LIMIT ?`
	args := []any{q.Owner, q.Conversation, q.Conversation, q.Before, q.Before, q.Owner, q.Limit}
	if q.Unfinished {
		text, args = `SELECT `+columns+` FROM runs WHERE finished = 0 ORDER BY n LIMIT 1000`, nil
	}
	runs, err := collect(ctx, s.read, scanRun, text, args...)
	if err != nil {
		return nil, fmt.Errorf("listing runs: %w", err)
	}
	return runs, nil
}

// DeleteRun removes a run with its steps, and the snapshots that only it referred to.
func (s *Store) DeleteRun(ctx context.Context, owner, id string) error {
	err := s.update(ctx, func(tx *sql.Tx) error {
		return releasing(tx, func() error {
			return mustChange(tx, `DELETE FROM runs WHERE id = ? AND owner = ?`, id, owner)
		}, `SELECT DISTINCT p.snapshot FROM pages p JOIN runs r ON r.n = p.run WHERE r.id = ? AND r.owner = ?`, id, owner)
	})
	if err != nil {
		return fmt.Errorf("deleting run %s: %w", clip(id), err)
	}
	return nil
}

func scanRun(row scanner) (Run, error) {
	var r Run
	var question string
	var answer sql.NullString
	var created, finished int64
	err := row.Scan(&r.ID, &r.Owner, &r.Conversation, &question, &r.Status, &created, &finished, &answer, &r.Error)
	if err != nil {
		return Run{}, rowError(err)
	}
	r.Created, r.Finished = unstamp(created), unstamp(finished)
	if err := json.Unmarshal([]byte(question), &r.Question); err != nil {
		return Run{}, fmt.Errorf("%w: the question of run %s: %v", ErrDamaged, r.ID, err)
	}
	if answer.Valid {
		r.Answer = new(agent.Answer)
		if err := json.Unmarshal([]byte(answer.String), r.Answer); err != nil {
			return Run{}, fmt.Errorf("%w: the answer of run %s: %v", ErrDamaged, r.ID, err)
		}
	}
	return r, nil
}

// scanner is a *sql.Row or *sql.Rows.
type scanner interface{ Scan(dest ...any) error }

// collect reads all rows of a query.
func collect[T any](ctx context.Context, db *sql.DB, scan func(scanner) (T, error), query string, args ...any) (all []T, err error) {
	rows, err := db.QueryContext(ctx, query, args...)
	if err != nil {
		return nil, mapped(err)
	}
	defer func() { err = errors.Join(err, rows.Close()) }()
	for rows.Next() {
		one, err := scan(rows)
		if err != nil {
			return nil, err
		}
		all = append(all, one)
	}
	return all, mapped(rows.Err())
}

// updateOne runs a statement that must change something.
func (s *Store) updateOne(ctx context.Context, what, statement string, args ...any) error {
	err := s.update(ctx, func(tx *sql.Tx) error { return mustChange(tx, statement, args...) })
	if err != nil {
		return fmt.Errorf("%s: %w", what, err)
	}
	return nil
}

// rowError turns the error of a row that was asked for into ours.
func rowError(err error) error {
	if errors.Is(err, sql.ErrNoRows) {
		return ErrNotFound
	}
	return mapped(err)
}

// stamp is a time as it is kept; the zero time is 0.
func stamp(t time.Time) int64 {
	if t.IsZero() {
		return 0
	}
	return t.UnixNano()
}

func unstamp(n int64) time.Time {
	if n == 0 {
		return time.Time{}
	}
	return time.Unix(0, n).UTC()
}
