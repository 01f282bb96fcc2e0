package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
)

// batchJobs bounds how many writes share one transaction.
const batchJobs = 256

// A writeJob is one write that waits for the writer.
type writeJob struct {
	ctx context.Context
	do  func(tx *sql.Tx) error
	err chan error // buffered, told once
}

// update runs do in a transaction and returns when it is durable, or failed.
// Writes that wait at the same time share one transaction and one fsync; each
// can fail alone. do must not keep the transaction.
func (s *Store) update(ctx context.Context, do func(tx *sql.Tx) error) error {
	job := &writeJob{ctx: ctx, do: do, err: make(chan error, 1)}
	select {
	case <-s.stop:
		return ErrClosed
	default:
	}
	select {
	case s.jobs <- job:
	case <-ctx.Done():
		return ctx.Err()
	case <-s.stop:
		return ErrClosed
	}
	select {
	case err := <-job.err:
		return err
	case <-s.done:
	}
	select { // the writer may have told it last
	case err := <-job.err:
		return err
	default:
		return ErrClosed
	}
}

// writeLoop commits what waits, batch by batch, until the store is closed.
func (s *Store) writeLoop() {
	defer close(s.done)
	for {
		select {
		case job := <-s.jobs:
			s.commit(s.waiting(job))
		case <-s.stop:
			select {
			case job := <-s.jobs: // accepted before the end
				s.commit(s.waiting(job))
			default:
				return
			}
		}
	}
}

// waiting takes what has queued up behind the first job.
func (s *Store) waiting(first *writeJob) []*writeJob {
	batch := []*writeJob{first}
	for len(batch) < batchJobs {
		select {
		case job := <-s.jobs:
			batch = append(batch, job)
		default:
			return batch
		}
	}
	return batch
}

// commit runs the jobs in one transaction and tells each its result after the
// commit. A job that fails is rolled back alone, unless its error says that
// the disk did not take it: then nothing of the batch is kept.
func (s *Store) commit(batch []*writeJob) {
	errs := make([]error, len(batch))
	if err := s.transact(batch, errs); err != nil {
		for i := range errs {
			if errs[i] == nil {
				errs[i] = err
			}
		}
	}
	for i, job := range batch {
		job.err <- mapped(errs[i])
	}
}

func (s *Store) transact(batch []*writeJob, errs []error) error {
	tx, err := s.write.BeginTx(context.Background(), nil)
	if err != nil {
		return err
	}
	for i, job := range batch {
		if errs[i] = runJob(tx, job); fatal(errs[i]) {
			if err := tx.Rollback(); err != nil && !fatal(err) {
				return fmt.Errorf("rolling back: %w", errors.Join(errs[i], err))
			}
			return errs[i]
		}
	}
	return tx.Commit()
}

// runJob runs one job between savepoints, so that its failure undoes it alone.
func runJob(tx *sql.Tx, job *writeJob) error {
	if err := job.ctx.Err(); err != nil {
		return err
	}
	if _, err := tx.Exec("SAVEPOINT job"); err != nil {
		return err
	}
	err := job.guarded(tx)
	if err == nil {
		_, err = tx.Exec("RELEASE job")
		return err
	}
	if fatal(err) {
		return err
	}
	if _, undo := tx.Exec("ROLLBACK TO job; RELEASE job"); undo != nil {
		return undo
	}
	return err
}

// guarded runs the job; a panic in it is its error and not the writer's end.
func (j *writeJob) guarded(tx *sql.Tx) (err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("store: internal error: %v", p)
		}
	}()
	return j.do(tx)
}
