package main

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"strings"
	"time"

	"github.com/sonde-search/sonde/agent"
	"github.com/sonde-search/sonde/crawler"
	"github.com/sonde-search/sonde/crawler/extract"
	"github.com/sonde-search/sonde/store"
)

// Kinds of a job's items.
const (
	itemFile    = "file" // an upload, or a local file that the command line named
	itemArchive = "archive"
	itemText    = "text"
	itemURL     = "url"
	itemSite    = "site"
)

// Bounds of ingestion.
const (
	ingestAtOnce   = 4           // items of a job at work at the same time
	ingestAttempts = 3           // of an item whose failure may pass
	fatalAttempts  = 10          // an item that was begun so often and never ended ends the process
	minRefresh     = time.Minute // sites are not read again sooner
	maxFileBytes   = 64 << 20
)

// itemOptions is what the library keeps with an item.
type itemOptions struct {
	Title string            `json:"title,omitempty"`
	MIME  string            `json:"mime,omitempty"`
	Path  string            `json:"path,omitempty"` // local file; only the command line sets it
	Pages int               `json:"pages,omitempty"`
	Again bool              `json:"again,omitempty"` // a site is read another time: past the page cache
	Tags  map[string]string `json:"tags,omitempty"`
}

// doItem reads one item and settles it. What is wrong with the item is its
// failure; only the store's failures are errors.
func (l *library) doItem(ctx context.Context, job jobOf, it store.JobItem) error {
	var o itemOptions
	if len(it.Options) > 0 {
		if err := json.Unmarshal(it.Options, &o); err != nil {
			return fmt.Errorf("options of item %d of job %s: %w", it.N, job.id, err)
		}
	}
	switch {
	case ctx.Err() != nil:
		return ctx.Err()
	case it.Attempts > fatalAttempts:
		return l.settleFailed(ctx, job, it, &extract.Error{Reason: agent.SkipPanic, Detail: fmt.Sprintf("it was begun %d times and never ended", it.Attempts-1)})
	case it.Kind == itemSite:
		return l.doSite(ctx, job, it, o)
	case it.Kind == itemArchive:
		return l.doArchive(ctx, job, it, o)
	}
	in := incoming{collection: job.collection, source: it.Source, kind: it.Kind, options: o}
	in.body, in.page, in.fail = l.readItem(ctx, it, o)
	if ctx.Err() != nil {
		return ctx.Err() // the item is taken up again
	}
	if in.fail != nil && passing(in.fail) && it.Attempts < ingestAttempts {
		return l.later(ctx, job, it, in.fail)
	}
	out, doc, err := l.outcome(ctx, in)
	if err != nil {
		return err
	}
	it.State, it.Reason, it.Detail, it.Document = out.State, out.Reason, out.Detail, out.Document
	return l.store.SettleItem(ctx, job.id, it, doc)
}

// later puts an item back for another attempt, after a pause that grows.
func (l *library) later(ctx context.Context, job jobOf, it store.JobItem, fail *extract.Error) error {
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-time.After(l.pause << it.Attempts):
	}
	it.State, it.Reason, it.Detail = store.ItemQueued, fail.Reason, fail.Detail
	return l.store.SettleItem(ctx, job.id, it, nil)
}

func (l *library) settleFailed(ctx context.Context, job jobOf, it store.JobItem, fail *extract.Error) error {
	it.State, it.Reason, it.Detail = store.ItemFailed, fail.Reason, fail.Detail
	return l.store.SettleItem(ctx, job.id, it, nil)
}

// An incoming document: bytes to extract, or a page, or why there is neither.
type incoming struct {
	collection, source, kind string
	options                  itemOptions
	body                     []byte
	page                     *agent.Page
	fail                     *extract.Error
}

// outcome is what becomes of an incoming document: a job's item, and the
// document to keep, nil where what is there stays.
func (l *library) outcome(ctx context.Context, in incoming) (store.JobItem, *store.Document, error) {
	it := store.JobItem{Kind: in.kind, Source: in.source, State: store.ItemDone}
	hash := hashOf(in.body, in.page)
	old, err := l.store.DocumentBySource(ctx, in.collection, in.source)
	if err != nil && !errors.Is(err, store.ErrNotFound) {
		return it, nil, err
	}
	there := old.State == store.DocumentIndexed
	if len(in.options.Tags) == 0 {
		in.options.Tags = old.Tags
	}
	if in.fail == nil && there && old.Hash == hash && maps.Equal(old.Tags, in.options.Tags) && (in.options.Title == "" || old.Page != nil && old.Page.Title == in.options.Title) {
		it.State, it.Document = store.ItemSkipped, old.ID
		return it, nil, nil
	}
	if in.fail == nil && in.page == nil {
		in.page, in.fail = l.extractItem(ctx, in)
		if ctx.Err() != nil {
			return it, nil, ctx.Err()
		}
	}
	if in.fail != nil {
		it.State, it.Reason, it.Detail = store.ItemFailed, in.fail.Reason, in.fail.Detail
		if there {
			return it, nil, nil // what was read before stays
		}
	}
	doc := l.document(in.collection, in.source, in.page, in.fail)
	doc.Hash, doc.Size, doc.Tags = hash, int64(len(in.body)), in.options.Tags
	return it, doc, nil
}

// takeIn keeps what becomes of an incoming document at once.
func (l *library) takeIn(ctx context.Context, in incoming) (store.JobItem, error) {
	it, doc, err := l.outcome(ctx, in)
	if err != nil || doc == nil {
		return it, err
	}
	docs := []store.Document{*doc}
	if err := l.store.PutDocuments(ctx, docs); err != nil {
		return it, err
	}
	it.Document = docs[0].ID
	return it, nil
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
func passing(fail *extract.Error) bool {
	switch fail.Reason {
	case agent.SkipTimeout, agent.SkipTooSlow, agent.SkipNetwork, agent.SkipRateLimited:
		return true
	case agent.SkipHTTPStatus: // the server's own failures
		return strings.Contains(fail.Detail, "answered 5")
	}
	return false
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
func (l *library) extractItem(ctx context.Context, in incoming) (*agent.Page, *extract.Error) {
	mime := in.options.MIME
	if in.kind == itemText {
		mime = "text/markdown; charset=utf-8"
	}
	r, err := extract.Extract(ctx, extract.Input{URL: in.source, ContentType: mime, Body: in.body, Now: l.now()})
	if err != nil {
		var fail *extract.Error
		if !errors.As(err, &fail) {
			fail = &extract.Error{Reason: agent.SkipBadFile, Detail: err.Error()}
		}
		return nil, fail
	}
	if in.options.Title != "" {
		r.Page.Title = in.options.Title
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

// doSite reads a site; each of its pages becomes a document. Pages whose
// failure may pass are tried again as items of their own; those that the server
// says are gone are removed.
func (l *library) doSite(ctx context.Context, job jobOf, it store.JobItem, o itemOptions) error {
	read := 0
	var first agent.Paged
	var again []store.JobItem
	options, err := json.Marshal(itemOptions{Tags: o.Tags})
	if err != nil {
		return err
	}
	req := crawler.CrawlRequest{URLs: []string{it.Source}, Pages: max(o.Pages, 1), Fresh: o.Again}
	err = l.crawl(ctx, req, func(p agent.Paged) error {
		if p.State == agent.PageRead && p.Page != nil {
			read++
			in := incoming{collection: job.collection, source: p.Page.URL, kind: itemURL, options: itemOptions{Tags: o.Tags}, body: []byte(p.Page.Text), page: p.Page}
			_, err := l.takeIn(ctx, in)
			return err
		}
		if p.State != agent.PageSkipped {
			return nil
		}
		if first.Reason == "" {
			first = p
		}
		fail := &extract.Error{Reason: p.Reason, Detail: p.Detail}
		switch {
		case gone(fail):
			return l.removeSource(ctx, job.collection, p.URL)
		case passing(fail):
			again = append(again, store.JobItem{Kind: itemURL, Source: p.URL, Options: options})
		case worthTelling(fail.Reason):
			_, err := l.takeIn(ctx, incoming{collection: job.collection, source: p.URL, kind: itemURL, options: itemOptions{Tags: o.Tags}, fail: fail})
			return err
		}
		return nil
	})
	switch {
	case ctx.Err() != nil:
		return ctx.Err()
	case err != nil && read > 0:
		return err
	case err != nil:
		return l.settleFailed(ctx, job, it, &extract.Error{Reason: agent.SkipBadAddress, Detail: err.Error()})
	case read == 0:
		return l.settleSite(ctx, job, it, first)
	}
	if err := l.store.AddItems(ctx, job.id, again); err != nil {
		return err
	}
	it.State = store.ItemDone
	return l.store.SettleItem(ctx, job.id, it, nil)
}

// settleSite ends a site of which no page could be read, or tries it again.
func (l *library) settleSite(ctx context.Context, job jobOf, it store.JobItem, first agent.Paged) error {
	fail := &extract.Error{Reason: first.Reason, Detail: first.Detail}
	if fail.Reason == "" {
		fail = &extract.Error{Reason: agent.SkipNetwork, Detail: "nothing came back"}
	}
	if passing(fail) && it.Attempts < ingestAttempts {
		return l.later(ctx, job, it, fail)
	}
	return l.settleFailed(ctx, job, it, fail)
}

// gone reports whether the server says that a page is no more.
func gone(fail *extract.Error) bool {
	return fail.Reason == agent.SkipHTTPStatus && (strings.Contains(fail.Detail, "answered 404") || strings.Contains(fail.Detail, "answered 410"))
}

// worthTelling reports whether a site's page that failed is listed as a failed
// document: those that were left out on purpose are not.
func worthTelling(r agent.SkipReason) bool {
	switch r {
	case agent.SkipTooLarge, agent.SkipBadFile, agent.SkipHTTPStatus, agent.SkipTLS, agent.SkipRedirectLoop, agent.SkipPanic:
		return true
	}
	return false
}

// removeSource removes the document of a source, where there is one.
func (l *library) removeSource(ctx context.Context, collection, source string) error {
	d, err := l.store.DocumentBySource(ctx, collection, source)
	if err == nil {
		err = l.DeleteDocument(ctx, collection, d.ID)
	}
	if errors.Is(err, store.ErrNotFound) {
		return nil
	}
	return err
}
