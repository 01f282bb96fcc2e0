package main

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"net/url"
	"path"
	"path/filepath"
	"slices"
	"strings"

	"github.com/sonde-search/sonde/agent"
	"github.com/sonde-search/sonde/server"
	"github.com/sonde-search/sonde/store"
)

// AddDocuments makes a job of what is added and returns at once.
func (l *library) AddDocuments(ctx context.Context, a server.Addition) (server.Job, error) {
	items, err := itemsOf(a)
	if err != nil {
		return server.Job{}, err
	}
	if len(items) == 0 {
		return server.Job{}, fmt.Errorf("%w: nothing to add: give files, text, urls or sites", store.ErrInvalid)
	}
	if err := l.follow(ctx, a); err != nil {
		return server.Job{}, err
	}
	return l.enqueue(ctx, a.Collection, a.Owner, items)
}

func (l *library) enqueue(ctx context.Context, collection, owner string, items []store.JobItem) (server.Job, error) {
	id, err := l.store.CreateJob(ctx, store.Job{Collection: collection, Owner: owner, Created: l.now()}, items)
	if err != nil {
		return server.Job{}, err
	}
	l.awake()
	return l.Job(ctx, id)
}

// A pendingItem is what the command line adds: a local file, or an addition.
type pendingItem struct {
	path     string
	addition server.Addition
}

// enqueueAll makes one job of what the command line adds.
func (l *library) enqueueAll(ctx context.Context, collection string, pending []pendingItem) (server.Job, error) {
	var items []store.JobItem
	for _, p := range pending {
		p.addition.Collection = collection
		if p.path == "" {
			more, err := itemsOf(p.addition)
			if err == nil {
				err = l.follow(ctx, p.addition)
			}
			if err != nil {
				return server.Job{}, err
			}
			items = append(items, more...)
			continue
		}
		options, err := json.Marshal(itemOptions{Path: p.path, Tags: p.addition.Tags})
		if err != nil {
			return server.Job{}, err
		}
		source := url.URL{Scheme: "file", Path: filepath.ToSlash(p.path)}
		kind := itemFile
		if isArchive(p.path) {
			kind = itemArchive
		}
		items = append(items, store.JobItem{Kind: kind, Source: source.String(), Options: options})
	}
	return l.enqueue(ctx, collection, "", items)
}

// itemsOf turns an addition into a job's items.
func itemsOf(a server.Addition) ([]store.JobItem, error) {
	var items []store.JobItem
	add := func(kind, source string, payload []byte, o itemOptions) error {
		o.Tags = a.Tags
		options, err := json.Marshal(o)
		items = append(items, store.JobItem{Kind: kind, Source: source, Payload: payload, Options: options})
		return err
	}
	for _, u := range a.URLs {
		if err := errorsFirst(httpAddress(u), add(itemURL, u, nil, itemOptions{Title: a.Title})); err != nil {
			return nil, err
		}
	}
	for _, u := range a.Sites {
		pages := a.Pages
		if pages == 0 {
			pages = agent.DefaultPages
		}
		if err := errorsFirst(httpAddress(u), add(itemSite, u, nil, itemOptions{Pages: pages})); err != nil {
			return nil, err
		}
	}
	if a.Text != "" {
		source := a.Source
		if source == "" {
			source = "text:" + agent.SnapshotID(a.Text)
		}
		if err := add(itemText, source, []byte(a.Text), itemOptions{Title: a.Title}); err != nil {
			return nil, err
		}
	}
	for _, f := range a.Files {
		kind := itemFile
		if isArchive(f.Name) {
			kind = itemArchive
		}
		if err := add(kind, "upload:///"+strings.TrimLeft(path.Clean("/"+f.Name), "/"), f.Data, itemOptions{MIME: f.MIME}); err != nil {
			return nil, err
		}
	}
	return items, nil
}

func errorsFirst(errs ...error) error {
	for _, err := range errs {
		if err != nil {
			return err
		}
	}
	return nil
}

func httpAddress(s string) error {
	u, err := url.Parse(s)
	if err != nil || u.Scheme != "http" && u.Scheme != "https" || u.Hostname() == "" || u.User != nil {
		return fmt.Errorf("%w: %q is not an http or https address", store.ErrInvalid, s)
	}
	return nil
}

// follow remembers an addition's sites, so that a schedule can read them again.
func (l *library) follow(ctx context.Context, a server.Addition) error {
	if len(a.Sites) == 0 {
		return nil
	}
	return l.updateSettings(ctx, a.Collection, func(s *collectionSettings) {
		for _, u := range a.Sites {
			s.Sites = slices.DeleteFunc(s.Sites, func(old siteToRead) bool { return old.URL == u })
			s.Sites = append(s.Sites, siteToRead{URL: u, Pages: a.Pages, Tags: a.Tags})
		}
		s.Read = l.now()
	})
}

func (l *library) updateSettings(ctx context.Context, name string, change func(*collectionSettings)) error {
	c, err := l.store.Collection(ctx, name)
	if err != nil {
		return err
	}
	s, err := settingsOf(c)
	if err != nil {
		return err
	}
	change(&s)
	if c.Settings, err = json.Marshal(s); err != nil {
		return err
	}
	return l.store.UpdateCollection(ctx, c)
}

// readAgain makes one job of a collection's sites, past the page cache.
func (l *library) readAgain(ctx context.Context, collection string, sites []siteToRead) error {
	var items []store.JobItem
	for _, site := range sites {
		options, err := json.Marshal(itemOptions{Pages: cmp.Or(site.Pages, agent.DefaultPages), Tags: site.Tags, Again: true})
		if err != nil {
			return err
		}
		items = append(items, store.JobItem{Kind: itemSite, Source: site.URL, Options: options})
	}
	if err := l.updateSettings(ctx, collection, func(s *collectionSettings) { s.Read = l.now() }); err != nil {
		return err
	}
	_, err := l.enqueue(ctx, collection, "", items)
	return err
}

// Job describes a job.
func (l *library) Job(ctx context.Context, id string) (server.Job, error) {
	j, err := l.store.Job(ctx, id)
	if err != nil {
		return server.Job{}, err
	}
	out := server.Job{
		ID: j.ID, Collection: j.Collection, State: string(j.State), Error: j.Error, Created: j.Created, Finished: j.Finished,
		Done: j.Items[store.ItemDone], Skipped: j.Items[store.ItemSkipped], Failed: j.Items[store.ItemFailed],
		Left: j.Items[store.ItemQueued] + j.Items[store.ItemReading],
	}
	for _, f := range j.Failures {
		out.Failures = append(out.Failures, server.JobFailure{Source: f.Source, Reason: string(f.Reason), Detail: f.Detail})
	}
	return out, nil
}

// CancelJob stops a job; what it has read stays.
func (l *library) CancelJob(ctx context.Context, id string) error {
	if err := l.store.EndJob(ctx, id, store.JobCancelled, ""); err != nil {
		return err
	}
	l.mu.Lock()
	cancel := l.cancels[id]
	l.mu.Unlock()
	if cancel != nil {
		cancel()
	}
	return nil
}
