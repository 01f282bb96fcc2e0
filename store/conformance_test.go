package store_test

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"reflect"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/sonde-search/sonde/agent"
	"github.com/sonde-search/sonde/store"
)

// An engine is what every store must do, whatever holds it. It is made of the
// small interfaces that its users declare (server/ports.go, cmd/sonde/knowledgestore.go).
type engine interface {
	CreateRun(ctx context.Context, r store.Run) error
	AppendSteps(ctx context.Context, run string, steps []agent.Record) error
	Run(ctx context.Context, owner, id string) (store.Run, error)
	Steps(ctx context.Context, run string, after int64, limit int) ([]agent.Record, error)
	LastStep(ctx context.Context, run string) (int64, error)
	DeleteRun(ctx context.Context, owner, id string) error
	Snapshot(ctx context.Context, owner, id string) (*agent.Page, error)

	CreateCollection(ctx context.Context, c store.Collection) error
	Collection(ctx context.Context, name string) (store.Collection, error)
	DeleteCollection(ctx context.Context, name string) error
	PutDocuments(ctx context.Context, docs []store.Document) error
	DocumentBySource(ctx context.Context, collection, source string) (store.Document, error)
	Documents(ctx context.Context, q store.DocumentQuery) ([]store.Document, error)
	DeleteDocument(ctx context.Context, collection, id string) error
	Changes(ctx context.Context, collection string, after int64, limit int) (store.Changes, error)

	CreateJob(ctx context.Context, j store.Job, items []store.JobItem) (string, error)
	TakeItems(ctx context.Context, job string, n int) ([]store.JobItem, error)
	SettleItem(ctx context.Context, job string, it store.JobItem, doc *store.Document) error
	RequeueItems(ctx context.Context, job string) error
	EndJob(ctx context.Context, job string, state store.JobState, why string) error
	Job(ctx context.Context, id string) (store.Job, error)

	CreateKey(ctx context.Context, name string) (store.Key, string, error)
	KeyOwner(ctx context.Context, secret string) (string, error)
	RevokeKey(ctx context.Context, id string) error
	Ready(ctx context.Context) error
	Close() error
}

// engines are the implementations that the suite runs on. Each opens the same
// data again when it is called again.
func engines(t *testing.T) map[string]func(dir string) engine {
	return map[string]func(dir string) engine{
		"folder": func(dir string) engine { return open(t, dir) },
		"beside": func(dir string) engine { // another process holds the folder
			holder := open(t, dir)
			s, err := store.OpenShared(context.Background(), dir)
			must(t, err)
			return besides{s, holder}
		},
	}
}

// besides closes what it stands beside, too.
type besides struct {
	*store.Store
	holder *store.Store
}

func (b besides) Close() error { return errors.Join(b.Store.Close(), b.holder.Close()) }

func TestConformance(t *testing.T) {
	cases := map[string]func(*testing.T, func() engine){
		"steps survive and go on": conformSteps,
		"owners see their own":    conformOwners,
		"documents by source":     conformDocuments,
		"changes tell all":        conformChanges,
		"a job is done once":      conformJob,
		"all or nothing":          conformAtomic,
		"what is not there":       conformMissing,
		"many writers":            conformConcurrent,
		"cancelled, closed":       conformEnded,
	}
	for kind, openAt := range engines(t) {
		for name, check := range cases {
			t.Run(kind+"/"+name, func(t *testing.T) {
				dir := t.TempDir()
				check(t, func() engine { return openAt(dir) })
			})
		}
	}
}

func conformSteps(t *testing.T, open func() engine) {
	ctx, e := context.Background(), open()
	must(t, e.CreateRun(ctx, newRun("r", "ann")))
	must(t, e.AppendSteps(ctx, "r", []agent.Record{paged(1, "one"), paged(2, "two")}))
	must(t, e.AppendSteps(ctx, "r", []agent.Record{paged(2, "two"), paged(3, "three")})) // told again: once
	must(t, e.Close())
	e = open()
	defer e.Close()
	steps, err := e.Steps(ctx, "r", 1, 0)
	must(t, err)
	last, err := e.LastStep(ctx, "r")
	must(t, err)
	if len(steps) != 2 || steps[0].ID != 2 || last != 3 {
		t.Errorf("steps after the first: %+v, last %d", steps, last)
	}
	p, err := e.Snapshot(ctx, "ann", agent.SnapshotID("two"))
	must(t, err)
	if p.Text != "two" {
		t.Errorf("snapshot %q", p.Text)
	}
	must(t, e.DeleteRun(ctx, "ann", "r"))
	if _, err := e.Run(ctx, "ann", "r"); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("a deleted run: %v", err)
	}
}

func conformOwners(t *testing.T, open func() engine) {
	ctx, e := context.Background(), open()
	defer e.Close()
	must(t, e.CreateRun(ctx, newRun("r", "ann")))
	must(t, e.AppendSteps(ctx, "r", []agent.Record{paged(1, "hers")}))
	if _, err := e.Run(ctx, "bob", "r"); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("another's run: %v", err)
	}
	if _, err := e.Snapshot(ctx, "bob", agent.SnapshotID("hers")); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("another's page: %v", err)
	}
	key, secret, err := e.CreateKey(ctx, "laptop")
	must(t, err)
	if owner, err := e.KeyOwner(ctx, secret); err != nil || owner != key.ID {
		t.Errorf("the key's owner: %q %v", owner, err)
	}
	must(t, e.RevokeKey(ctx, key.ID))
	if _, err := e.KeyOwner(ctx, secret); err == nil {
		t.Error("a revoked key is known")
	}
}

func tides(t *testing.T, e engine) {
	t.Helper()
	must(t, e.CreateCollection(context.Background(), store.Collection{Name: "tides", Created: day}))
}

func conformDocuments(t *testing.T, open func() engine) {
	ctx, e := context.Background(), open()
	tides(t, e)
	docs := []store.Document{document("a", "one"), document("b", "two")}
	must(t, e.PutDocuments(ctx, docs))
	again := document("a", "three")
	must(t, e.PutDocuments(ctx, []store.Document{again}))
	must(t, e.Close())
	e = open()
	defer e.Close()
	got, err := e.DocumentBySource(ctx, "tides", "a")
	must(t, err)
	if got.ID != docs[0].ID || got.Page == nil || got.Page.Text != "three" {
		t.Errorf("replaced: %+v", got)
	}
	must(t, e.DeleteDocument(ctx, "tides", docs[1].ID))
	list, err := e.Documents(ctx, store.DocumentQuery{Collection: "tides"})
	must(t, err)
	if len(list) != 1 || list[0].Source != "a" {
		t.Errorf("listed: %+v", list)
	}
	c, err := e.Collection(ctx, "tides")
	must(t, err)
	if total := c.Documents[list[0].State]; total != 1 {
		t.Errorf("counted: %+v", c.Documents)
	}
	must(t, e.DeleteCollection(ctx, "tides"))
	if _, err := e.DocumentBySource(ctx, "tides", "a"); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("a document of a deleted collection: %v", err)
	}
}

// conformChanges follows a collection in small bites, as an index does.
func conformChanges(t *testing.T, open func() engine) {
	ctx, e := context.Background(), open()
	defer e.Close()
	tides(t, e)
	known, revision := map[string]string{}, int64(0)
	follow := func() {
		t.Helper()
		for more := true; more; {
			ch, err := e.Changes(ctx, "tides", revision, 3)
			must(t, err)
			for _, d := range ch.Documents {
				known[d.ID] = d.Page.Text
			}
			for _, id := range ch.Removed {
				delete(known, id)
			}
			revision, more = ch.Revision, ch.More
		}
	}
	var docs []store.Document
	for i := range 8 {
		docs = append(docs, document(fmt.Sprint("d", i), fmt.Sprint("text ", i)))
	}
	must(t, e.PutDocuments(ctx, docs))
	follow()
	must(t, e.DeleteDocument(ctx, "tides", docs[2].ID))
	must(t, e.PutDocuments(ctx, []store.Document{document("d5", "changed")}))
	follow()
	want := map[string]string{}
	for i, d := range docs {
		want[d.ID] = fmt.Sprint("text ", i)
	}
	delete(want, docs[2].ID)
	want[docs[5].ID] = "changed"
	if !reflect.DeepEqual(known, want) {
		t.Errorf("followed: %v, want %v", known, want)
	}
}

func conformJob(t *testing.T, open func() engine) {
	ctx, e := context.Background(), open()
	tides(t, e)
	id, err := e.CreateJob(ctx, store.Job{Collection: "tides", Created: day}, []store.JobItem{{Kind: "text", Source: "a", Payload: []byte("x")}, {Kind: "text", Source: "b"}})
	must(t, err)
	took, err := e.TakeItems(ctx, id, 1)
	must(t, err)
	doc := document("a", "limpets")
	took[0].State = store.ItemDone
	must(t, e.SettleItem(ctx, id, took[0], &doc))
	if more, err := e.TakeItems(ctx, id, 5); err != nil || len(more) != 1 || more[0].Source != "b" {
		t.Fatalf("took %+v %v", more, err)
	}
	must(t, e.Close()) // the second is at work
	e = open()
	defer e.Close()
	must(t, e.RequeueItems(ctx, id))
	more, err := e.TakeItems(ctx, id, 5)
	must(t, err)
	if len(more) != 1 || more[0].Source != "b" || more[0].Attempts != 2 {
		t.Fatalf("took after a restart %+v", more)
	}
	more[0].State, more[0].Reason = store.ItemFailed, agent.SkipTimeout
	must(t, e.SettleItem(ctx, id, more[0], nil))
	must(t, e.EndJob(ctx, id, store.JobDone, ""))
	must(t, e.EndJob(ctx, id, store.JobCancelled, "late")) // it stays as it ended
	j, err := e.Job(ctx, id)
	must(t, err)
	if j.State != store.JobDone || j.Items[store.ItemDone] != 1 || j.Items[store.ItemFailed] != 1 || len(j.Failures) != 1 {
		t.Errorf("job %+v", j)
	}
}

func conformAtomic(t *testing.T, open func() engine) {
	ctx, e := context.Background(), open()
	defer e.Close()
	tides(t, e)
	bad := document("b", "two")
	bad.Collection = "nowhere"
	if err := e.PutDocuments(ctx, []store.Document{document("a", "one"), bad}); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("a document of no collection: %v", err)
	}
	if list, err := e.Documents(ctx, store.DocumentQuery{Collection: "tides"}); err != nil || len(list) != 0 {
		t.Errorf("half of it is there: %+v %v", list, err)
	}
	if err := e.CreateCollection(ctx, store.Collection{Name: "tides", Created: day}); !errors.Is(err, fs.ErrExist) {
		t.Errorf("the same collection again: %v", err)
	}
	for _, name := range []string{"", "a b", "../x", strings.Repeat("x", 65)} {
		if err := e.CreateCollection(ctx, store.Collection{Name: name}); !errors.Is(err, fs.ErrInvalid) {
			t.Errorf("collection %q: %v", name, err)
		}
	}
}

func conformMissing(t *testing.T, open func() engine) {
	ctx, e := context.Background(), open()
	defer e.Close()
	for what, err := range map[string]error{
		"run":        second(e.Run(ctx, "", "none")),
		"collection": second(e.Collection(ctx, "none")),
		"document":   second(e.DocumentBySource(ctx, "none", "x")),
		"changes":    second(e.Changes(ctx, "none", 0, 1)),
		"job":        second(e.Job(ctx, "none")),
		"snapshot":   second(e.Snapshot(ctx, "", agent.SnapshotID("none"))),
		"deletion":   e.DeleteCollection(ctx, "none"),
	} {
		if !errors.Is(err, fs.ErrNotExist) {
			t.Errorf("%s that is not there: %v", what, err)
		}
	}
	must(t, e.Ready(ctx))
}

func second[T any](_ T, err error) error { return err }

func conformConcurrent(t *testing.T, open func() engine) {
	ctx, e := context.Background(), open()
	tides(t, e)
	var wg sync.WaitGroup
	for w := range 8 {
		wg.Go(func() {
			for i := range 5 {
				if err := e.PutDocuments(ctx, []store.Document{document(fmt.Sprint(w, "-", i), fmt.Sprint(w, i))}); err != nil {
					t.Error(err)
				}
			}
		})
	}
	wg.Wait()
	must(t, e.Close())
	e = open()
	defer e.Close()
	list, err := e.Documents(ctx, store.DocumentQuery{Collection: "tides", Limit: 100})
	must(t, err)
	var revisions []int64
	for _, d := range list {
		revisions = append(revisions, d.Revision)
	}
	slices.Sort(revisions)
	if len(list) != 40 || len(slices.Compact(revisions)) != 40 {
		t.Errorf("%d documents with %d revisions", len(list), len(slices.Compact(revisions)))
	}
}

func conformEnded(t *testing.T, open func() engine) {
	e := open()
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if err := e.CreateRun(ctx, newRun("late", "")); !errors.Is(err, context.Canceled) {
		t.Errorf("a cancelled write: %v", err)
	}
	must(t, e.Close())
	if err := e.CreateRun(context.Background(), newRun("later", "")); err == nil {
		t.Error("a closed store took a run")
	}
	e = open()
	defer e.Close()
	for _, id := range []string{"late", "later"} {
		if _, err := e.Run(context.Background(), "", id); !errors.Is(err, fs.ErrNotExist) {
			t.Errorf("run %s: %v", id, err)
		}
	}
}
