package main

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"sync"
	"time"

	"github.com/sonde-search/sonde/agent"
	"github.com/sonde-search/sonde/crawler"
	"github.com/sonde-search/sonde/crawler/extract"
	"github.com/sonde-search/sonde/store"
)

// Kinds of a job's items.
const (
	itemFile = "file" // an upload, or a local file that the command line named
	itemText = "text"
	itemURL  = "url"
	itemSite = "site"
)

// Bounds of ingestion.
const (
	ingestAtOnce   = 2                // items at work at the same time
	ingestAttempts = 3                // of an item whose failure may pass
	minRefresh     = time.Minute      // sites are not read again sooner
	refreshTick    = 30 * time.Second // how often schedules are looked at
	maxFileBytes   = 64 << 20
)

// itemOptions is what the library keeps with an item.
type itemOptions struct {
	Title string            `json:"title,omitempty"`
	MIME  string            `json:"mime,omitempty"`
	Path  string            `json:"path,omitempty"` // local file; only the command line sets it
	Pages int               `json:"pages,omitempty"`
	Tags  map[string]string `json:"tags,omitempty"`
}

// work does the jobs until ctx ends: those that the last process left, then
// those that come, and those that schedules ask for.
func (l *library) work(ctx context.Context) error {
	if err := l.store.RequeueItems(ctx); err != nil {
		return fmt.Errorf("taking up unfinished jobs: %w", err)
	}
	tick := time.NewTicker(refreshTick)
	defer tick.Stop()
	for ctx.Err() == nil {
		if err := l.doJobs(ctx); err != nil && ctx.Err() == nil {
			l.log.Error("ingest", "error", err)
		}
		select {
		case <-ctx.Done():
		case <-l.wake:
		case <-tick.C:
			if err := l.refresh(ctx); err != nil && ctx.Err() == nil {
				l.log.Error("reading sites again", "error", err)
			}
		}
	}
	return nil
}

// doJobs does every job that has not ended, oldest first.
func (l *library) doJobs(ctx context.Context) error {
	jobs, err := l.store.UnfinishedJobs(ctx)
	if err != nil {
		return err
	}
	for _, j := range jobs {
		err := l.doJob(ctx, j.ID, j.Collection)
		if errors.Is(err, context.Canceled) && ctx.Err() == nil {
			continue // this job alone was cancelled
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// doJob does one job to its end. A kill leaves it to be taken up again.
func (l *library) doJob(ctx context.Context, id, collection string) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	l.mu.Lock()
	l.cancels[id] = cancel
	l.mu.Unlock()
	defer func() {
		l.mu.Lock()
		delete(l.cancels, id)
		l.mu.Unlock()
	}()
	for {
		items, err := l.store.TakeItems(ctx, id, ingestAtOnce)
		if err != nil {
			return err
		}
		if len(items) == 0 {
			return l.store.EndJob(ctx, id, store.JobDone, "")
		}
		if err := l.doItems(ctx, id, collection, items); err != nil {
			return err
		}
		if s, err := l.shelf(ctx, collection); err != nil {
			return err
		} else if err := s.catchUp(ctx); err != nil {
			return err
		}
	}
}

func (l *library) doItems(ctx context.Context, job, collection string, items []store.JobItem) error {
	errs := make([]error, len(items))
	var wg sync.WaitGroup
	for i, it := range items {
		wg.Go(func() { errs[i] = l.doItem(ctx, job, collection, it) })
	}
	wg.Wait()
	return errors.Join(errs...)
}

// doItem reads one item and settles it. What is wrong with the item is its
// failure; only the store's failures are errors.
func (l *library) doItem(ctx context.Context, job, collection string, it store.JobItem) error {
	var o itemOptions
	if len(it.Options) > 0 {
		if err := json.Unmarshal(it.Options, &o); err != nil {
			return fmt.Errorf("options of item %d of job %s: %w", it.N, job, err)
		}
	}
	if it.Kind == itemSite {
		return l.doSite(ctx, job, collection, it, o)
	}
	body, page, fail := l.readItem(ctx, it, o)
	if ctx.Err() != nil {
		return ctx.Err() // the item is taken up again
	}
	hash := hashOf(body, page)
	old, err := l.store.DocumentBySource(ctx, collection, it.Source)
	if err != nil && !errors.Is(err, store.ErrNotFound) {
		return err
	}
	if fail == nil && old.Hash == hash && old.State == store.DocumentIndexed {
		it.State, it.Document = store.ItemSkipped, old.ID
		return l.store.SettleItem(ctx, job, it, nil)
	}
	if fail == nil && page == nil {
		page, fail = l.extractItem(ctx, it, o, body)
	}
	if fail != nil && passing(fail.Reason) && it.Attempts+1 < ingestAttempts {
		it.State, it.Reason, it.Detail = store.ItemQueued, fail.Reason, fail.Detail
		return l.store.SettleItem(ctx, job, it, nil)
	}
	doc := l.document(collection, it.Source, page, fail)
	doc.Hash, doc.Size, doc.Tags = hash, int64(len(body)), o.Tags
	it.State = store.ItemDone
	if fail != nil {
		it.State, it.Reason, it.Detail = store.ItemFailed, fail.Reason, fail.Detail
		if old.State == store.DocumentIndexed {
			return l.store.SettleItem(ctx, job, it, nil) // what was read before stays
		}
	}
	return l.store.SettleItem(ctx, job, it, doc)
}

// document is what an item became.
func (l *library) document(collection, source string, page *agent.Page, fail *extract.Error) *store.Document {
	doc := &store.Document{Collection: collection, Source: source, State: store.DocumentIndexed, Page: page, Added: l.now(), Updated: l.now()}
	if fail != nil {
		doc.State, doc.Reason, doc.Detail, doc.Page = store.DocumentFailed, fail.Reason, fail.Detail, nil
	}
	return doc
}

// passing reports whether a failure may be gone at the next attempt.
func passing(r agent.SkipReason) bool {
	return r == agent.SkipTimeout || r == agent.SkipTooSlow || r == agent.SkipNetwork || r == agent.SkipRateLimited
}

func hashOf(body []byte, page *agent.Page) string {
	if page != nil {
		return page.Snapshot
	}
	sum := sha256.Sum256(body)
	return hex.EncodeToString(sum[:])
}

// readItem gets an item's bytes, or its page where the crawler read it.
func (l *library) readItem(ctx context.Context, it store.JobItem, o itemOptions) ([]byte, *agent.Page, *extract.Error) {
	switch {
	case it.Kind == itemURL:
		var page *agent.Page
		var fail *extract.Error
		err := l.crawl(ctx, crawler.CrawlRequest{URLs: []string{it.Source}, Pages: 1, Depth: -1}, func(p agent.Paged) error {
			if p.State == agent.PageRead && p.Page != nil {
				page = p.Page
			} else if p.State == agent.PageSkipped && fail == nil {
				fail = &extract.Error{Reason: p.Reason, Detail: p.Detail}
			}
			return nil
		})
		switch {
		case err != nil:
			return nil, nil, &extract.Error{Reason: agent.SkipBadAddress, Detail: err.Error()}
		case page != nil:
			return []byte(page.Text), page, nil
		case fail == nil:
			fail = &extract.Error{Reason: agent.SkipNetwork, Detail: "nothing came back"}
		}
		return nil, nil, fail
	case o.Path != "":
		return readLocal(o.Path)
	}
	return it.Payload, nil, nil
}

// readLocal reads a file that the command line named.
func readLocal(path string) ([]byte, *agent.Page, *extract.Error) {
	info, err := os.Stat(path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil, nil, &extract.Error{Reason: agent.SkipBadFile, Detail: "the file is gone"}
	case err == nil && info.Size() > maxFileBytes:
		return nil, nil, &extract.Error{Reason: agent.SkipTooLarge, Detail: fmt.Sprintf("%d bytes, more than %d", info.Size(), maxFileBytes)}
	}
	b, err := os.ReadFile(path)
	if err != nil {
		return nil, nil, &extract.Error{Reason: agent.SkipBadFile, Detail: "the file cannot be read"}
	}
	return b, nil, nil
}

// extractItem turns an upload's or file's bytes into a page.
func (l *library) extractItem(ctx context.Context, it store.JobItem, o itemOptions, body []byte) (*agent.Page, *extract.Error) {
	mime := o.MIME
	if it.Kind == itemText {
		mime = "text/markdown; charset=utf-8"
	}
	r, err := extract.Extract(ctx, extract.Input{URL: it.Source, ContentType: mime, Body: body, Now: l.now()})
	if err != nil {
		var fail *extract.Error
		if !errors.As(err, &fail) {
			fail = &extract.Error{Reason: agent.SkipBadFile, Detail: err.Error()}
		}
		return nil, fail
	}
	if o.Title != "" {
		r.Page.Title = o.Title
	}
	r.Page.Fetched = l.now().UTC()
	return r.Page, nil
}

// crawl runs a crawl and hands each page's end to f.
func (l *library) crawl(ctx context.Context, req crawler.CrawlRequest, f func(agent.Paged) error) error {
	steps, err := l.crawler.Crawl(ctx, req)
	if err != nil {
		return err
	}
	for s := range steps {
		if p, ok := s.(agent.Paged); ok && p.State != agent.PageReading {
			if err := f(p); err != nil {
				return err
			}
		}
	}
	return nil
}

// doSite reads a site; each of its pages becomes a document.
func (l *library) doSite(ctx context.Context, job, collection string, it store.JobItem, o itemOptions) error {
	read := 0
	var first agent.Paged
	err := l.crawl(ctx, crawler.CrawlRequest{URLs: []string{it.Source}, Pages: max(o.Pages, 1), Fresh: false}, func(p agent.Paged) error {
		if p.State != agent.PageRead || p.Page == nil {
			if p.State == agent.PageSkipped && first.Reason == "" {
				first = p
			}
			return nil
		}
		read++
		return l.putPage(ctx, collection, p.Page, o.Tags)
	})
	it.State = store.ItemDone
	switch {
	case ctx.Err() != nil:
		return ctx.Err()
	case err != nil && read > 0:
		return err
	case err != nil:
		it.State, it.Reason, it.Detail = store.ItemFailed, agent.SkipBadAddress, err.Error()
	case read == 0:
		it.State, it.Reason, it.Detail = store.ItemFailed, first.Reason, first.Detail
	}
	return l.store.SettleItem(ctx, job, it, nil)
}

// putPage keeps a site's page, unless it is there unchanged.
func (l *library) putPage(ctx context.Context, collection string, p *agent.Page, tags map[string]string) error {
	old, err := l.store.DocumentBySource(ctx, collection, p.URL)
	if err != nil && !errors.Is(err, store.ErrNotFound) {
		return err
	}
	if old.Hash == p.Snapshot && old.State == store.DocumentIndexed {
		return nil
	}
	doc := l.document(collection, p.URL, p, nil)
	doc.Hash, doc.Size, doc.Tags = p.Snapshot, int64(len(p.Text)), tags
	return l.store.PutDocuments(ctx, []store.Document{*doc})
}
