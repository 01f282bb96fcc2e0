package main

import (
	"archive/zip"
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/url"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/sonde-search/sonde/agent"
	"github.com/sonde-search/sonde/server"
	"github.com/sonde-search/sonde/store"
)

// Bounds of an archive that is added, so that a small one cannot fill the disk.
const (
	maxArchiveFiles = 5000
	maxArchiveBytes = 512 << 20 // decompressed
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
	select {
	case l.wake <- struct{}{}:
	default: // it is awake already
	}
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
		items = append(items, store.JobItem{Kind: itemFile, Source: source.String(), Options: options})
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
		files, err := unpack(f)
		if err != nil {
			return nil, err
		}
		for _, f := range files {
			if err := add(itemFile, "upload:///"+strings.TrimLeft(path.Clean("/"+f.Name), "/"), f.Data, itemOptions{MIME: f.MIME}); err != nil {
				return nil, err
			}
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

// unpack returns the files of a zip archive, or the file itself. Office
// documents and books are zip archives too, and stay whole.
func unpack(f server.Upload) ([]server.Upload, error) {
	if !strings.EqualFold(path.Ext(f.Name), ".zip") {
		return []server.Upload{f}, nil
	}
	z, err := zip.NewReader(bytes.NewReader(f.Data), int64(len(f.Data)))
	if err != nil {
		return nil, fmt.Errorf("%w: %q is not a zip archive: %w", store.ErrInvalid, f.Name, err)
	}
	if len(z.File) > maxArchiveFiles {
		return nil, fmt.Errorf("%w: %q holds %d files; at most %d are taken", store.ErrInvalid, f.Name, len(z.File), maxArchiveFiles)
	}
	var out []server.Upload
	left := int64(maxArchiveBytes)
	for _, e := range z.File {
		if e.FileInfo().IsDir() || strings.HasPrefix(path.Base(e.Name), ".") {
			continue
		}
		data, err := unpackEntry(e, min(left, maxFileBytes))
		if err != nil {
			return nil, fmt.Errorf("%w: %q in %q: %w", store.ErrInvalid, e.Name, f.Name, err)
		}
		left -= int64(len(data))
		out = append(out, server.Upload{Name: f.Name + "/" + e.Name, Data: data})
	}
	return out, nil
}

func unpackEntry(e *zip.File, limit int64) ([]byte, error) {
	r, err := e.Open()
	if err != nil {
		return nil, err
	}
	defer r.Close()
	data, err := io.ReadAll(io.LimitReader(r, limit+1))
	if err == nil && int64(len(data)) > limit {
		err = fmt.Errorf("it is larger than %d bytes", limit)
	}
	return data, err
}

// follow remembers an addition's sites, so that a schedule can read them again.
func (l *library) follow(ctx context.Context, a server.Addition) error {
	if len(a.Sites) == 0 {
		return nil
	}
	return l.updateSettings(ctx, a.Collection, func(s *collectionSettings) {
		for _, u := range a.Sites {
			s.Sites = slices.DeleteFunc(s.Sites, func(old siteToRead) bool { return old.URL == u })
			s.Sites = append(s.Sites, siteToRead{URL: u, Pages: a.Pages})
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

// refresh makes jobs of the sites whose time has come.
func (l *library) refresh(ctx context.Context) error {
	cs, err := l.store.Collections(ctx)
	if err != nil {
		return err
	}
	for _, c := range cs {
		s, err := settingsOf(c)
		if err != nil {
			return err
		}
		every, err := time.ParseDuration(s.Refresh)
		if err != nil || len(s.Sites) == 0 || l.now().Sub(s.Read) < max(every, minRefresh) {
			continue // no schedule, or not yet
		}
		for _, site := range s.Sites {
			if _, err := l.AddDocuments(ctx, server.Addition{Collection: c.Name, Sites: []string{site.URL}, Pages: site.Pages}); err != nil {
				return err
			}
		}
	}
	return nil
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
