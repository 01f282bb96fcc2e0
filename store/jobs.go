package store

import (
	"cmp"
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"github.com/sonde-search/sonde/agent"
)

// A JobState says where a job stands.
type JobState string

// Where a job stands.
const (
	JobRunning   JobState = "running"
	JobDone      JobState = "done" // also where items of it failed
	JobCancelled JobState = "cancelled"
	JobFailed    JobState = "failed" // it could not go on
)

// An ItemState says where an item of a job stands.
type ItemState string

// Where an item stands. Queued and reading ones are left to do.
const (
	ItemQueued  ItemState = "queued"
	ItemReading ItemState = "reading"
	ItemDone    ItemState = "done"
	ItemSkipped ItemState = "skipped" // not changed
	ItemFailed  ItemState = "failed"
)

// maxFailures is how many failed items a Job names.
const maxFailures = 100

// A Job is an ingest at work: items that become documents.
type Job struct {
	ID         string // made by CreateJob where it is empty
	Collection string
	Owner      string
	State      JobState
	Error      string
	Created    time.Time
	Finished   time.Time // zero while it runs
	Items      map[ItemState]int
	Failures   []JobItem // the first failed ones, without payloads
}

// A JobItem is one thing to ingest.
type JobItem struct {
	N        int    // within its job, from 1; set by the store
	Kind     string // file, text, url or site
	Source   string
	Options  json.RawMessage // of whoever made the job
	Payload  []byte          // an upload's bytes; dropped when the item is settled
	State    ItemState
	Reason   agent.SkipReason
	Detail   string
	Attempts int
	Document string // id of what it became
}

// CreateJob keeps a job with its items. It returns the job's id.
func (s *Store) CreateJob(ctx context.Context, j Job, items []JobItem) (string, error) {
	if j.ID == "" {
		j.ID = newName("job")
	}
	packed, err := s.packItems(items)
	if err != nil {
		return "", fmt.Errorf("keeping a job: %w", err)
	}
	err = s.update(ctx, func(tx *sql.Tx) error {
		var n int64
		err := tx.QueryRow(`INSERT INTO jobs (id, collection, owner, state, error, created, finished)
			SELECT ?, n, ?, ?, '', ?, 0 FROM collections WHERE name = ? RETURNING n`,
			j.ID, j.Owner, JobRunning, stamp(j.Created), j.Collection).Scan(&n)
		if err != nil {
			return fmt.Errorf("collection %s: %w", clip(j.Collection), rowError(err))
		}
		return insertItems(tx, n, packed)
	})
	if err != nil {
		return "", fmt.Errorf("keeping a job: %w", err)
	}
	return j.ID, nil
}

// AddItems adds items to a job that runs, such as the files of an archive. One
// that says nothing of its state is queued.
func (s *Store) AddItems(ctx context.Context, job string, items []JobItem) error {
	packed, err := s.packItems(items)
	if err != nil {
		return fmt.Errorf("adding to job %s: %w", clip(job), err)
	}
	err = s.update(ctx, func(tx *sql.Tx) error {
		var n int64
		if err := tx.QueryRow(`SELECT n FROM jobs WHERE id = ? AND finished = 0`, job).Scan(&n); err != nil {
			return rowError(err)
		}
		return insertItems(tx, n, packed)
	})
	if err != nil {
		return fmt.Errorf("adding to job %s: %w", clip(job), err)
	}
	return nil
}

func (s *Store) packItems(items []JobItem) ([]JobItem, error) {
	packed := make([]JobItem, len(items))
	for i, it := range items {
		options, err := jsonText(it.Options)
		if err != nil {
			return nil, fmt.Errorf("item %s: %w", clip(it.Source), err)
		}
		it.Options = json.RawMessage(options)
		if it.Payload != nil {
			it.Payload = s.text.pack(it.Payload)
		}
		packed[i] = it
	}
	return packed, nil
}

func insertItems(tx *sql.Tx, job int64, items []JobItem) error {
	var last int
	if err := tx.QueryRow(`SELECT coalesce(max(n), 0) FROM job_items WHERE job = ?`, job).Scan(&last); err != nil {
		return err
	}
	for i, it := range items {
		_, err := tx.Exec(`INSERT INTO job_items (job, n, kind, source, options, payload, state, reason, detail, attempts, document)
			VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, 0, ?)`, job, last+i+1, it.Kind, it.Source, string(it.Options), it.Payload,
			cmp.Or(it.State, ItemQueued), it.Reason, it.Detail, it.Document)
		if err != nil {
			return err
		}
	}
	return nil
}

// TakeItems marks up to n queued items of a job as being read and returns them
// with their payloads. An item that was taken and not settled when the process
// ended is queued again by RequeueItems.
func (s *Store) TakeItems(ctx context.Context, job string, n int) ([]JobItem, error) {
	var items []JobItem
	err := s.update(ctx, func(tx *sql.Tx) (err error) {
		items, err = s.takeItems(ctx, tx, job, n)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("taking items of job %s: %w", clip(job), err)
	}
	return items, nil
}

func (s *Store) takeItems(ctx context.Context, tx *sql.Tx, job string, n int) (items []JobItem, err error) {
	rows, err := tx.QueryContext(ctx, `UPDATE job_items SET state = ?, attempts = attempts + 1 WHERE (job, n) IN (
			SELECT i.job, i.n FROM job_items i JOIN jobs j ON j.n = i.job
			WHERE j.id = ? AND j.finished = 0 AND i.state = ? ORDER BY i.n LIMIT ?)
		RETURNING n, kind, source, options, payload, attempts`, ItemReading, job, ItemQueued, n)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, rows.Close()) }()
	for rows.Next() {
		it := JobItem{State: ItemReading}
		var options string
		if err := rows.Scan(&it.N, &it.Kind, &it.Source, &options, &it.Payload, &it.Attempts); err != nil {
			return nil, err
		}
		it.Options = json.RawMessage(options)
		if it.Payload != nil {
			if it.Payload, err = s.text.unpack(it.Payload); err != nil {
				return nil, fmt.Errorf("item %d: %w", it.N, err)
			}
		}
		items = append(items, it)
	}
	return items, rows.Err()
}

// SettleItem says what became of an item, and keeps the document that it
// became (nil: none) in the same transaction: an item is done exactly when its
// document is there. The state ItemQueued puts it back for another attempt.
func (s *Store) SettleItem(ctx context.Context, job string, it JobItem, doc *Document) error {
	var puts []packedDocument
	if doc != nil {
		var err error
		if puts, err = s.packDocuments([]Document{*doc}); err != nil {
			return fmt.Errorf("settling item %d of job %s: %w", it.N, clip(job), err)
		}
	}
	err := s.update(ctx, func(tx *sql.Tx) error {
		for i := range puts {
			if err := s.putDocument(tx, &puts[i]); err != nil {
				return err
			}
			it.Document = puts[i].ID
		}
		return mustChange(tx, `UPDATE job_items SET state = ?1, reason = ?2, detail = ?3, document = ?4,
			payload = CASE ?1 WHEN 'queued' THEN payload END
			WHERE job = (SELECT n FROM jobs WHERE id = ?5) AND n = ?6`, it.State, it.Reason, it.Detail, it.Document, job, it.N)
	})
	if err != nil {
		return fmt.Errorf("settling item %d of job %s: %w", it.N, clip(job), err)
	}
	if doc != nil {
		doc.ID, doc.Revision = puts[0].ID, puts[0].Revision
	}
	return nil
}

// RequeueItems queues what was being read of a job when it broke off. It is
// called before the job goes on.
func (s *Store) RequeueItems(ctx context.Context, job string) error {
	err := s.update(ctx, func(tx *sql.Tx) error {
		_, err := tx.Exec(`UPDATE job_items SET state = ? WHERE state = ? AND job = (SELECT n FROM jobs WHERE id = ? AND finished = 0)`, ItemQueued, ItemReading, job)
		return err
	})
	if err != nil {
		return fmt.Errorf("queueing items of job %s again: %w", clip(job), err)
	}
	return nil
}

// EndJob ends a job. Items that are left stay as they are. A job that has
// ended stays as it ended.
func (s *Store) EndJob(ctx context.Context, job string, state JobState, why string) error {
	err := s.update(ctx, func(tx *sql.Tx) error {
		_, err := tx.Exec(`UPDATE jobs SET state = ?, error = ?, finished = ? WHERE id = ? AND finished = 0`, state, why, s.now().UnixNano(), job)
		if err != nil {
			return err
		}
		_, err = tx.Exec(`UPDATE job_items SET payload = NULL WHERE job = (SELECT n FROM jobs WHERE id = ?)`, job)
		return err
	})
	if err != nil {
		return fmt.Errorf("ending job %s: %w", clip(job), err)
	}
	return nil
}

const jobColumns = `SELECT j.id, c.name, j.owner, j.state, j.error, j.created, j.finished,
	(SELECT json_group_object(state, n) FROM (SELECT state, count(*) AS n FROM job_items WHERE job = j.n GROUP BY state))
	FROM jobs j JOIN collections c ON c.n = j.collection WHERE `

func scanJob(row scanner) (Job, error) {
	var j Job
	var counts string
	var created, finished int64
	if err := row.Scan(&j.ID, &j.Collection, &j.Owner, &j.State, &j.Error, &created, &finished, &counts); err != nil {
		return j, rowError(err)
	}
	j.Created, j.Finished = unstamp(created), unstamp(finished)
	if err := json.Unmarshal([]byte(counts), &j.Items); err != nil {
		return j, fmt.Errorf("%w: counts of job %s: %v", ErrDamaged, j.ID, err)
	}
	return j, nil
}

// Job returns one job with its counts and first failures.
func (s *Store) Job(ctx context.Context, id string) (Job, error) {
	j, err := scanJob(s.read.QueryRowContext(ctx, jobColumns+`j.id = ?`, id))
	if err != nil {
		return j, fmt.Errorf("reading job %s: %w", clip(id), err)
	}
	j.Failures, err = collect(ctx, s.read, func(row scanner) (JobItem, error) {
		it := JobItem{State: ItemFailed}
		err := row.Scan(&it.N, &it.Kind, &it.Source, &it.Reason, &it.Detail, &it.Attempts)
		return it, rowError(err)
	}, `SELECT n, kind, source, reason, detail, attempts FROM job_items
		WHERE job = (SELECT n FROM jobs WHERE id = ?) AND state = ? ORDER BY n LIMIT ?`, id, ItemFailed, maxFailures)
	if err != nil {
		return j, fmt.Errorf("reading failures of job %s: %w", clip(id), err)
	}
	return j, nil
}

// UnfinishedJobs lists the jobs that have not ended, oldest first.
func (s *Store) UnfinishedJobs(ctx context.Context) ([]Job, error) {
	jobs, err := collect(ctx, s.read, scanJob, jobColumns+`j.finished = 0 ORDER BY j.n`)
	if err != nil {
		return nil, fmt.Errorf("listing jobs: %w", err)
	}
	return jobs, nil
}
