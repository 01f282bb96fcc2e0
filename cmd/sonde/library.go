package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"path/filepath"
	"sync"
	"time"

	"github.com/sonde-search/sonde/agent"
	"github.com/sonde-search/sonde/crawler"
	"github.com/sonde-search/sonde/retrieval"
	"github.com/sonde-search/sonde/server"
	"github.com/sonde-search/sonde/store"
)

// A library is the knowledge bases: the store is the truth, an index on disk
// per collection a cache of it, and the crawler reads what is added. It is an
// agent.Library and a server.Knowledge.
type library struct {
	store   knowledgeStore
	crawler *crawler.Crawler
	models  *retrieval.Models // nil: words alone
	dir     string            // of the indexes
	log     *slog.Logger
	now     func() time.Time
	patient bool          // a command waits until an index is whole; a server answers meanwhile
	pause   time.Duration // before an item is tried again; longer each time

	own      context.Context // of what goes on in the background; ends with Close
	stop     context.CancelFunc
	building sync.WaitGroup

	mu      sync.Mutex
	shelves map[string]*shelf
	cancels map[string]context.CancelFunc // of jobs at work
	busy    map[string]bool               // collections whose jobs are at work
	wake    chan struct{}
}

func newLibrary(as assembly, cr *crawler.Crawler, models *retrieval.Models, data string) *library {
	l := &library{
		store: as.store, crawler: cr, models: models, dir: filepath.Join(data, "index"), log: as.log, now: time.Now, patient: as.trustSites, pause: time.Second,
		shelves: map[string]*shelf{}, cancels: map[string]context.CancelFunc{}, busy: map[string]bool{}, wake: make(chan struct{}, 1),
	}
	l.own, l.stop = context.WithCancel(context.Background())
	return l
}

// Close ends what goes on in the background and closes the indexes.
func (l *library) Close() error {
	l.stop()
	l.building.Wait()
	l.mu.Lock()
	defer l.mu.Unlock()
	var err error
	for _, s := range l.shelves {
		err = errors.Join(err, s.close())
	}
	l.shelves = map[string]*shelf{}
	return err
}

// shelf returns a collection's index, open.
func (l *library) shelf(ctx context.Context, name string) (*shelf, error) {
	if _, _, err := l.store.Revision(ctx, name); err != nil {
		return nil, fmt.Errorf("collection %q: %w", name, err)
	}
	l.mu.Lock()
	s := l.shelves[name]
	if s == nil {
		s = &shelf{library: l, name: name, dir: filepath.Join(l.dir, name)}
		l.shelves[name] = s
	}
	l.mu.Unlock()
	return s, s.open(ctx)
}

// find ranks passages of one collection.
func (l *library) find(ctx context.Context, name string, q agent.Query, f retrieval.Filter) ([]agent.Passage, error) {
	s, err := l.shelf(ctx, name)
	if err != nil {
		return nil, err
	}
	found, err := s.search(ctx, q, f)
	if err != nil {
		return nil, fmt.Errorf("searching collection %q: %w", name, err)
	}
	out := make([]agent.Passage, len(found))
	for i, p := range found {
		out[i] = p.Passage
	}
	return out, nil
}

// fillVectors embeds what a collection has without a vector, where there is a model.
func (l *library) fillVectors(ctx context.Context, name string) error {
	if l.models == nil {
		return nil
	}
	s, err := l.shelf(ctx, name)
	if err != nil {
		return err
	}
	s.use.RLock()
	defer s.use.RUnlock()
	return s.index.FillVectors(ctx)
}

// collections is the library as agent.Library.
type collections struct{ *library }

// Search ranks passages of the named collections, best first. Scores of
// different indexes do not compare, so the lists are dealt in turn.
func (l collections) Search(ctx context.Context, names []string, q agent.Query) ([]agent.Passage, error) {
	var lists [][]agent.Passage
	longest := 0
	for _, name := range names {
		found, err := l.find(ctx, name, q, retrieval.Filter{})
		if err != nil {
			return nil, err
		}
		lists = append(lists, found)
		longest = max(longest, len(found))
	}
	var out []agent.Passage
	for rank := range longest {
		for _, list := range lists {
			if rank < len(list) && (q.K == 0 || len(out) < q.K) {
				out = append(out, list[rank])
			}
		}
	}
	return out, nil
}

// Page returns the document whose snapshot a passage names.
func (l collections) Page(ctx context.Context, snapshot string) (*agent.Page, error) {
	return l.store.Snapshot(ctx, "", snapshot)
}

// collectionSettings is what the library keeps in a collection's settings.
type collectionSettings struct {
	Refresh string       `json:"refresh,omitempty"` // a duration; empty: never
	Sites   []siteToRead `json:"sites,omitempty"`
	Read    time.Time    `json:"read,omitzero"` // when the sites were read last
}

// siteToRead is a site that a collection follows.
type siteToRead struct {
	URL   string            `json:"url"`
	Pages int               `json:"pages,omitempty"`
	Tags  map[string]string `json:"tags,omitempty"`
}

func settingsOf(c store.Collection) (collectionSettings, error) {
	var s collectionSettings
	if len(c.Settings) > 0 {
		if err := json.Unmarshal(c.Settings, &s); err != nil {
			return s, fmt.Errorf("settings of collection %q: %w", c.Name, err)
		}
	}
	return s, nil
}

// Collections lists all collections.
func (l *library) Collections(ctx context.Context) ([]server.Collection, error) {
	cs, err := l.store.Collections(ctx)
	if err != nil {
		return nil, err
	}
	out := make([]server.Collection, len(cs))
	for i, c := range cs {
		if out[i], err = describe(c); err != nil {
			return nil, err
		}
	}
	return out, nil
}

func describe(c store.Collection) (server.Collection, error) {
	s, err := settingsOf(c)
	total := 0
	for _, n := range c.Documents {
		total += n
	}
	return server.Collection{
		Name: c.Name, Description: c.Description, Documents: total, Indexed: c.Documents[store.DocumentIndexed],
		Failed: c.Documents[store.DocumentFailed], Refresh: s.Refresh, Created: c.Created, Updated: c.Updated,
	}, err
}

// Collection describes one collection.
func (l *library) Collection(ctx context.Context, name string) (server.Collection, error) {
	c, err := l.store.Collection(ctx, name)
	if err != nil {
		return server.Collection{}, err
	}
	return describe(c)
}

// CreateCollection makes a collection.
func (l *library) CreateCollection(ctx context.Context, ch server.CollectionChange) error {
	if err := store.CheckName(ch.Name); err != nil {
		return err
	}
	c, err := changed(store.Collection{Name: ch.Name, Created: l.now()}, ch)
	if err != nil {
		return err
	}
	return l.store.CreateCollection(ctx, c)
}

// UpdateCollection changes what is not nil.
func (l *library) UpdateCollection(ctx context.Context, ch server.CollectionChange) error {
	c, err := l.store.Collection(ctx, ch.Name)
	if err != nil {
		return err
	}
	if c, err = changed(c, ch); err != nil {
		return err
	}
	return l.store.UpdateCollection(ctx, c)
}

// changed applies a change to a collection.
func changed(c store.Collection, ch server.CollectionChange) (store.Collection, error) {
	settings, err := settingsOf(c)
	if err != nil {
		return c, err
	}
	if ch.Description != nil {
		c.Description = *ch.Description
	}
	if ch.Refresh != nil {
		if d, err := time.ParseDuration(*ch.Refresh); *ch.Refresh != "" && (err != nil || d < minRefresh) {
			return c, fmt.Errorf("%w: refresh %q is not a time of at least %v: write one such as 24h", store.ErrInvalid, *ch.Refresh, minRefresh)
		}
		settings.Refresh = *ch.Refresh
	}
	c.Settings, err = json.Marshal(settings)
	return c, err
}

// DeleteCollection removes a collection with its documents and its index.
func (l *library) DeleteCollection(ctx context.Context, name string) error {
	if err := l.store.DeleteCollection(ctx, name); err != nil {
		return err
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	s := l.shelves[name]
	delete(l.shelves, name)
	if s == nil {
		s = &shelf{library: l, name: name, dir: filepath.Join(l.dir, name)}
	}
	return s.remove()
}

// Search ranks passages of one collection, within its filter.
func (l *library) Search(ctx context.Context, q server.CollectionQuery) ([]agent.Passage, error) {
	f := retrieval.Filter{From: q.Filter.Since, Until: q.Filter.Until}
	if q.Filter.Language != "" {
		f.Languages = []string{q.Filter.Language}
	}
	if q.Filter.Tag != "" {
		f.Tags = []string{q.Filter.Tag}
	}
	if q.Filter.Source != "" {
		f.Sources = []string{q.Filter.Source}
	}
	return l.find(ctx, q.Filter.Collection, agent.Query{Text: q.Text, K: q.K, Warn: q.Warn}, f)
}

// Documents lists a collection's documents.
func (l *library) Documents(ctx context.Context, q server.DocumentQuery) ([]server.Document, error) {
	docs, err := l.store.Documents(ctx, store.DocumentQuery{
		Collection: q.Collection, State: store.DocumentState(q.State), Language: q.Language, Source: q.Source,
		Tag: q.Tag, Since: q.Since, Until: q.Until, After: q.After, Limit: q.Limit,
	})
	out := make([]server.Document, len(docs))
	for i, d := range docs {
		out[i] = server.Document{
			ID: d.ID, Source: d.Source, State: string(d.State), Reason: string(d.Reason), Detail: d.Detail,
			Bytes: d.Size, Tags: d.Tags, Added: d.Added, Updated: d.Updated,
		}
		if p := d.Page; p != nil {
			out[i].Title, out[i].Language, out[i].Published, out[i].Snapshot = p.Title, p.Language, p.Published, p.Snapshot
		}
	}
	return out, err
}

// DeleteDocument removes a document; searches do not find it any more.
func (l *library) DeleteDocument(ctx context.Context, collection, id string) error {
	if err := l.store.DeleteDocument(ctx, collection, id); err != nil {
		return err
	}
	s, err := l.shelf(ctx, collection)
	if err == nil {
		err = s.forget(ctx, id)
	}
	if err != nil { // it is gone; the index learns of it when it catches up
		l.log.Warn("taking a document out of the index", "collection", collection, "error", err)
	}
	return nil
}

// allDocuments lists every document of a collection.
func (l *library) allDocuments(ctx context.Context, name string) ([]server.Document, error) {
	if _, err := l.store.Collection(ctx, name); err != nil {
		return nil, err
	}
	out := []server.Document{}
	for q := (server.DocumentQuery{Collection: name, Limit: 500}); ; q.After = out[len(out)-1].ID {
		page, err := l.Documents(ctx, q)
		if err != nil {
			return nil, err
		}
		out = append(out, page...)
		if len(page) < q.Limit {
			return out, nil
		}
	}
}

// export writes a collection's documents as JSON lines, texts included.
func (l *library) export(ctx context.Context, w io.Writer, name string) error {
	docs, err := l.allDocuments(ctx, name)
	if err != nil {
		return fmt.Errorf("exporting collection %q: %w", name, err)
	}
	enc := json.NewEncoder(w)
	enc.SetEscapeHTML(false)
	for _, d := range docs {
		full, err := l.store.Document(ctx, name, d.ID)
		if err != nil {
			return fmt.Errorf("exporting collection %q: %w", name, err)
		}
		line := struct {
			server.Document
			Text string `json:"text"`
		}{Document: d}
		if full.Page != nil {
			line.Text = full.Page.Text
		}
		if err := enc.Encode(line); err != nil {
			return fmt.Errorf("exporting collection %q: %w", name, err)
		}
	}
	return nil
}
