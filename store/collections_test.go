package store_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"reflect"
	"strings"
	"testing"

	"github.com/sonde-search/sonde/agent"
	"github.com/sonde-search/sonde/store"
)

func document(source, text string) store.Document {
	p := page(text)
	p.Language, p.Published = "en", "2025-02-14"
	return store.Document{
		Collection: "tides", Source: source, State: store.DocumentIndexed, Hash: "h1", Size: int64(len(text)),
		Page: p, Tags: map[string]string{"topic": "limpets", "odd \"name": "x"},
	}
}

func collection(t testing.TB) *store.Store {
	t.Helper()
	s := open(t, t.TempDir())
	must(t, s.CreateCollection(context.Background(), store.Collection{Name: "tides", Description: "d", Created: day}))
	return s
}

func TestCollection(t *testing.T) {
	ctx, s := context.Background(), collection(t)
	if err := s.CreateCollection(ctx, store.Collection{Name: "tides"}); !errors.Is(err, store.ErrExists) {
		t.Errorf("the same name twice: %v", err)
	}
	for _, name := range []string{"", "a b", "../x", "a/b", strings.Repeat("x", 65), "\xff", "a\x00"} {
		if err := s.CreateCollection(ctx, store.Collection{Name: name}); !errors.Is(err, store.ErrInvalid) {
			t.Errorf("name %q: %v", name, err)
		}
	}
	must(t, s.CreateCollection(ctx, store.Collection{Name: "潮汐-2", Created: day}))
	must(t, s.UpdateCollection(ctx, store.Collection{Name: "tides", Description: "new", Settings: json.RawMessage(`{"refresh":"24h"}`)}))
	bad := document("b", "failed text")
	bad.State, bad.Reason, bad.Page = store.DocumentFailed, agent.SkipBadFile, nil
	docs := []store.Document{document("a", "limpets graze"), bad}
	must(t, s.PutDocuments(ctx, docs))
	c, err := s.Collection(ctx, "tides")
	must(t, err)
	want := map[store.DocumentState]int{store.DocumentIndexed: 1, store.DocumentFailed: 1}
	if c.Description != "new" || string(c.Settings) != `{"refresh":"24h"}` || c.Revision != 2 || !reflect.DeepEqual(c.Documents, want) {
		t.Errorf("collection: %+v", c)
	}
	list, err := s.Collections(ctx)
	must(t, err)
	if len(list) != 2 || list[0].Name != "tides" || len(list[1].Documents) != 0 {
		t.Errorf("list: %+v", list)
	}
	must(t, s.DeleteCollection(ctx, "tides"))
	if _, err := s.Text(ctx, agent.SnapshotID("limpets graze")); !errors.Is(err, store.ErrNotFound) {
		t.Errorf("a snapshot outlives its collection: %v", err)
	}
	if err := s.DeleteCollection(ctx, "tides"); !errors.Is(err, store.ErrNotFound) {
		t.Errorf("deleting it again: %v", err)
	}
}

func TestDocumentsAreReplacedBySource(t *testing.T) {
	ctx, s := context.Background(), collection(t)
	docs := []store.Document{document("a", "limpets graze at night")}
	must(t, s.PutDocuments(ctx, docs))
	first := docs[0].ID
	again := []store.Document{document("a", "limpets graze at ebb")}
	again[0].Hash = "h2"
	must(t, s.PutDocuments(ctx, again))
	if again[0].ID != first {
		t.Errorf("the id changed from %s to %s", first, again[0].ID)
	}
	d, err := s.DocumentBySource(ctx, "tides", "a")
	must(t, err)
	if d.Page.Text != "limpets graze at ebb" || d.Hash != "h2" || d.Tags["odd \"name"] != "x" || d.Revision != 2 {
		t.Errorf("document: %+v", d)
	}
	p, err := s.Snapshot(ctx, "anybody", d.Page.Snapshot)
	must(t, err)
	if p.Text != d.Page.Text {
		t.Errorf("snapshot: %q", p.Text)
	}
	removed, err := s.Sweep(ctx)
	must(t, err)
	if removed != 0 {
		t.Errorf("%d old snapshots were left to sweep", removed)
	}
	// All or none: the second of these cannot be kept.
	half := []store.Document{document("c", "limpets home"), {Collection: "nowhere", Source: "d", State: store.DocumentQueued}}
	if err := s.PutDocuments(ctx, half); !errors.Is(err, store.ErrNotFound) {
		t.Errorf("an unknown collection: %v", err)
	}
	if _, err := s.DocumentBySource(ctx, "tides", "c"); !errors.Is(err, store.ErrNotFound) {
		t.Errorf("half a batch was kept: %v", err)
	}
}

func TestDocumentsAreFiltered(t *testing.T) {
	ctx, s := context.Background(), collection(t)
	docs := []store.Document{document("https://a.org/x_1", "one"), document("https://a.org/xy1", "two"), document("z", "three")}
	docs[1].Page.Language, docs[1].Page.Published = "zh", "2024-01-01"
	docs[2].State, docs[2].Tags = store.DocumentQueued, nil
	must(t, s.PutDocuments(ctx, docs))
	for _, c := range []struct {
		name string
		q    store.DocumentQuery
		want string
	}{
		{"all", store.DocumentQuery{}, "0 1 2"},
		{"state", store.DocumentQuery{State: store.DocumentQueued}, "2"},
		{"language", store.DocumentQuery{Language: "zh"}, "1"},
		{"prefix", store.DocumentQuery{Source: "https://a.org/x_"}, "0"},
		{"since", store.DocumentQuery{Since: "2025-01-01"}, "0 2"},
		{"tag", store.DocumentQuery{Tag: "topic"}, "0 1"},
		{"tag and value", store.DocumentQuery{Tag: "topic=limpets", Language: "en"}, "0"},
		{"tag and other value", store.DocumentQuery{Tag: "topic=x"}, ""},
		{"hostile tag", store.DocumentQuery{Tag: `x"] OR 1=1 --`}, ""},
		{"page", store.DocumentQuery{Limit: 1, After: docs[0].ID}, "1"},
		{"other collection", store.DocumentQuery{Collection: "nowhere"}, ""},
	} {
		if c.q.Collection == "" {
			c.q.Collection = "tides"
		}
		list, err := s.Documents(ctx, c.q)
		must(t, err)
		var got []string
		for _, d := range list {
			for i := range docs {
				if docs[i].ID == d.ID {
					got = append(got, fmt.Sprint(i))
				}
			}
		}
		if strings.Join(got, " ") != c.want {
			t.Errorf("%s: %v, not %v", c.name, got, c.want)
		}
	}
}

// An index that was away catches up from the revision it had.
func TestChanges(t *testing.T) {
	ctx, s := context.Background(), collection(t)
	docs := []store.Document{document("a", "one"), document("b", "two"), document("c", "three")}
	must(t, s.PutDocuments(ctx, docs))
	ch, err := s.Changes(ctx, "tides", 0, 2)
	must(t, err)
	if len(ch.Documents) != 2 || !ch.More || ch.Revision != 2 || ch.Documents[0].Page.Text != "one" {
		t.Errorf("first part: %+v", ch)
	}
	ch, err = s.Changes(ctx, "tides", ch.Revision, 2)
	must(t, err)
	if len(ch.Documents) != 1 || ch.More || ch.Revision != 3 {
		t.Errorf("second part: %+v", ch)
	}
	must(t, s.DeleteDocument(ctx, "tides", docs[0].ID))
	replaced := []store.Document{document("b", "two again")}
	must(t, s.PutDocuments(ctx, replaced))
	ch, err = s.Changes(ctx, "tides", 3, 0)
	must(t, err)
	if len(ch.Documents) != 1 || ch.Documents[0].Page.Text != "two again" || !reflect.DeepEqual(ch.Removed, []string{docs[0].ID}) || ch.Revision != 5 {
		t.Errorf("after a removal: %+v", ch)
	}
	if err := s.DeleteDocument(ctx, "tides", docs[0].ID); !errors.Is(err, store.ErrNotFound) {
		t.Errorf("removing it again: %v", err)
	}
	if c, err := s.Collection(ctx, "tides"); err != nil || c.Revision != 5 {
		t.Errorf("a failed removal moved the revision: %+v, %v", c, err)
	}
}

func TestJob(t *testing.T) {
	ctx, dir := context.Background(), t.TempDir()
	s := open(t, dir)
	must(t, s.CreateCollection(ctx, store.Collection{Name: "tides", Created: day}))
	items := []store.JobItem{
		{Kind: "file", Source: "a.pdf", Payload: []byte("bytes"), Options: json.RawMessage(`{"depth":1}`)},
		{Kind: "url", Source: "https://a.org/"}, {Kind: "url", Source: "https://b.org/"},
	}
	id, err := s.CreateJob(ctx, store.Job{Collection: "tides", Owner: "ann", Created: day}, items)
	must(t, err)
	if _, err := s.CreateJob(ctx, store.Job{Collection: "nowhere"}, items); !errors.Is(err, store.ErrNotFound) {
		t.Errorf("a job for an unknown collection: %v", err)
	}
	took, err := s.TakeItems(ctx, id, 2)
	must(t, err)
	if len(took) != 2 || string(took[0].Payload) != "bytes" || string(took[0].Options) != `{"depth":1}` || took[0].Attempts != 1 {
		t.Fatalf("took %+v", took)
	}
	took[0].State = store.ItemDone
	doc := document("a.pdf", "limpets")
	must(t, s.SettleItem(ctx, id, took[0], &doc))
	must(t, s.Close()) // killed while the second item is read

	s = open(t, dir)
	jobs, err := s.UnfinishedJobs(ctx)
	must(t, err)
	want := map[store.ItemState]int{store.ItemDone: 1, store.ItemReading: 1, store.ItemQueued: 1}
	if len(jobs) != 1 || jobs[0].ID != id || !reflect.DeepEqual(jobs[0].Items, want) {
		t.Fatalf("jobs: %+v", jobs)
	}
	must(t, s.RequeueItems(ctx, id))
	must(t, s.AddItems(ctx, id, []store.JobItem{{Kind: "url", Source: "https://a.org/2"}}))
	took, err = s.TakeItems(ctx, id, 10)
	must(t, err)
	if len(took) != 3 || took[0].N != 2 || took[0].Attempts != 2 || took[2].N != 4 {
		t.Fatalf("took after a restart: %+v", took)
	}
	took[0].State, took[0].Reason = store.ItemFailed, agent.SkipTimeout
	must(t, s.SettleItem(ctx, id, took[0], nil))
	took[1].State = store.ItemQueued
	must(t, s.SettleItem(ctx, id, took[1], nil))
	must(t, s.EndJob(ctx, id, store.JobCancelled, ""))
	must(t, s.EndJob(ctx, id, store.JobDone, "")) // it stays cancelled
	j, err := s.Job(ctx, id)
	must(t, err)
	want = map[store.ItemState]int{store.ItemDone: 1, store.ItemFailed: 1, store.ItemQueued: 1, store.ItemReading: 1}
	if j.State != store.JobCancelled || !reflect.DeepEqual(j.Items, want) || len(j.Failures) != 1 || j.Failures[0].Reason != agent.SkipTimeout || j.Owner != "ann" {
		t.Errorf("job: %+v", j)
	}
	if took, err = s.TakeItems(ctx, id, 10); err != nil || len(took) != 0 {
		t.Errorf("a cancelled job gives %v, %v", took, err)
	}
	if d, err := s.DocumentBySource(ctx, "tides", "a.pdf"); err != nil || d.ID != doc.ID {
		t.Errorf("the settled document: %+v, %v", d, err)
	}
}
