package store_test

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/sonde-search/sonde/agent"
	"github.com/sonde-search/sonde/store"
)

func open(t testing.TB, dir string) *store.Store {
	t.Helper()
	s, err := store.Open(context.Background(), dir)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	return s
}

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

var day = time.Date(2025, 2, 14, 9, 30, 0, 123456789, time.UTC)

func newRun(id, owner string) store.Run {
	q := agent.Question{Text: "截至2月8日，日活是多少？ " + id, Scope: agent.Scope{Sites: []string{"https://example.org/"}}}.Clean()
	return store.Run{ID: id, Owner: owner, Question: q, Created: day}
}

func page(text string) *agent.Page {
	return &agent.Page{
		URL: "https://example.org/" + text[:3], Title: "Tidal pools", Fetched: day, Text: text, Snapshot: agent.SnapshotID(text),
	}
}

func paged(id int64, text string) agent.Record {
	p := page(text)
	step := agent.Paged{State: agent.PageRead, URL: p.URL, Snapshot: p.Snapshot, Done: int(id), Of: 50, Page: p}
	return agent.Record{ID: id, At: day.Add(time.Duration(id)), Step: step}
}

func TestRunKeepsWhatWasTold(t *testing.T) {
	ctx, dir := context.Background(), t.TempDir()
	s := open(t, dir)
	run := newRun("r1", "k1")
	must(t, s.CreateRun(ctx, run))
	answer := agent.Answer{ID: "r1", Status: agent.StatusAnswered, Text: "1.19亿 [1]", Claims: []agent.Claim{{Text: "1.19亿"}}}
	steps := []agent.Record{
		{ID: 1, At: day, Step: agent.Started{ID: "r1", Question: run.Question, At: day, Model: "builtin"}},
		paged(2, "limpets graze at night"),
		{ID: 3, At: day.Add(3), Step: agent.Reasoned{Phase: "plan", Delta: "想一想"}},
		{ID: 4, At: day.Add(4), Step: agent.Answered{Answer: answer}},
	}
	must(t, s.AppendSteps(ctx, "r1", steps[:3]))
	must(t, s.AppendSteps(ctx, "r1", steps[2:])) // again: nothing happens twice
	must(t, s.Close())

	s = open(t, dir)
	got, err := s.StepsWithPages(ctx, "r1")
	must(t, err)
	if !reflect.DeepEqual(got, steps) {
		t.Errorf("steps changed:\n got %+v\nwant %+v", got, steps)
	}
	tail, err := s.Steps(ctx, "r1", 2, 1)
	must(t, err)
	if len(tail) != 1 || tail[0].ID != 3 {
		t.Errorf("steps after 2: %v", tail)
	}
	r, err := s.Run(ctx, "k1", "r1")
	must(t, err)
	if r.Status != agent.StatusAnswered || r.Answer == nil || r.Answer.Text != answer.Text || !r.Finished.Equal(day.Add(4)) {
		t.Errorf("run: %+v", r)
	}
	if !reflect.DeepEqual(r.Question, run.Question) {
		t.Errorf("question: %+v", r.Question)
	}
}

func TestStepsAreAppendOnly(t *testing.T) {
	ctx, s := context.Background(), open(t, t.TempDir())
	must(t, s.CreateRun(ctx, newRun("r1", "")))
	must(t, s.AppendSteps(ctx, "r1", []agent.Record{{ID: 1, At: day, Step: agent.Reasoned{Delta: "a"}}}))
	err := s.AppendSteps(ctx, "r1", []agent.Record{{ID: 1, At: day, Step: agent.Reasoned{Delta: "b"}}})
	if !errors.Is(err, store.ErrExists) {
		t.Errorf("another step under a kept id: %v", err)
	}
	if err := s.AppendSteps(ctx, "nobody", nil); !errors.Is(err, store.ErrNotFound) || !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("steps of a run that is not there: %v", err)
	}
	if err := s.CreateRun(ctx, newRun("r1", "")); !errors.Is(err, store.ErrExists) {
		t.Errorf("the same run twice: %v", err)
	}
	lie := paged(2, "limpets")
	step := lie.Step.(agent.Paged)
	step.Page.Text += " changed"
	if err := s.AppendSteps(ctx, "r1", []agent.Record{lie}); !errors.Is(err, store.ErrInvalid) {
		t.Errorf("a snapshot under a wrong hash: %v", err)
	}
}

// A write that fails must not undo those that shared its transaction.
func TestWritersShareATransactionButNotFailures(t *testing.T) {
	ctx, s := context.Background(), open(t, t.TempDir())
	must(t, s.CreateRun(ctx, newRun("r0", "")))
	const n = 200
	errs := make([]error, n)
	var wg sync.WaitGroup
	for i := range n {
		wg.Go(func() {
			id := fmt.Sprint("r", i%2*(i+1)) // every second one is r0, which exists
			errs[i] = s.CreateRun(ctx, newRun(id, ""))
		})
	}
	wg.Wait()
	for i, err := range errs {
		if exists := errors.Is(err, store.ErrExists); exists != (i%2 == 0) || err != nil && !exists {
			t.Errorf("run %d: %v", i, err)
		}
	}
	runs, err := s.Runs(ctx, store.RunQuery{Limit: 2 * n})
	must(t, err)
	if len(runs) != n/2+1 {
		t.Errorf("%d runs kept, not %d", len(runs), n/2+1)
	}
}

func TestRunsBelongToTheirOwner(t *testing.T) {
	ctx, s := context.Background(), open(t, t.TempDir())
	for i := range 5 {
		must(t, s.CreateRun(ctx, newRun(fmt.Sprint("a", i), "ann")))
		must(t, s.CreateRun(ctx, newRun(fmt.Sprint("b", i), "bob")))
	}
	must(t, s.AppendSteps(ctx, "a1", []agent.Record{paged(1, "canary of ann")}))
	if _, err := s.Run(ctx, "bob", "a1"); !errors.Is(err, store.ErrNotFound) {
		t.Errorf("bob reads ann's run: %v", err)
	}
	snapshot := agent.SnapshotID("canary of ann")
	if _, err := s.Snapshot(ctx, "bob", snapshot); !errors.Is(err, store.ErrNotFound) {
		t.Errorf("bob reads ann's snapshot: %v", err)
	}
	p, err := s.Snapshot(ctx, "ann", strings.TrimPrefix(snapshot, "sha256:"))
	must(t, err)
	if p.Text != "canary of ann" || p.Title != "Tidal pools" {
		t.Errorf("snapshot: %+v", p)
	}
	list, err := s.Runs(ctx, store.RunQuery{Owner: "ann", Limit: 2})
	must(t, err)
	if len(list) != 2 || list[0].ID != "a4" {
		t.Errorf("first page: %v", list)
	}
	list, err = s.Runs(ctx, store.RunQuery{Owner: "ann", Before: list[1].ID})
	must(t, err)
	if len(list) != 3 || list[0].ID != "a2" {
		t.Errorf("second page: %v", list)
	}
	if err := s.DeleteRun(ctx, "bob", "a1"); !errors.Is(err, store.ErrNotFound) {
		t.Errorf("bob deletes ann's run: %v", err)
	}
	must(t, s.AppendSteps(ctx, "b1", []agent.Record{paged(1, "canary of ann")})) // bob reads the same text
	must(t, s.DeleteRun(ctx, "ann", "a1"))
	if _, err := s.Snapshot(ctx, "bob", snapshot); err != nil {
		t.Errorf("a snapshot that bob's run refers to is gone: %v", err)
	}
	must(t, s.DeleteRun(ctx, "bob", "b1"))
	if _, err := s.Text(ctx, snapshot); !errors.Is(err, store.ErrNotFound) {
		t.Errorf("a snapshot outlives its last run: %v", err)
	}
	if removed, err := s.Sweep(ctx); removed != 0 || err != nil {
		t.Errorf("%d snapshots were left to sweep, %v", removed, err)
	}
}

func TestConversation(t *testing.T) {
	ctx, s := context.Background(), open(t, t.TempDir())
	must(t, s.CreateConversation(ctx, store.Conversation{ID: "c1", Owner: "ann", Created: day}))
	for i, id := range []string{"r1", "r2", "r3"} {
		r := newRun(id, "ann")
		r.Conversation, r.Created = "c1", day.Add(time.Duration(i)*time.Minute)
		must(t, s.CreateRun(ctx, r))
		if id != "r3" {
			a := agent.Answer{Status: agent.StatusAnswered, Text: "answer of " + id}
			must(t, s.AppendSteps(ctx, id, []agent.Record{{ID: 1, At: day, Step: agent.Answered{Answer: a}}}))
		}
	}
	bad := newRun("r4", "bob")
	bad.Conversation = "c1"
	if err := s.CreateRun(ctx, bad); !errors.Is(err, store.ErrNotFound) {
		t.Errorf("bob asks in ann's conversation: %v", err)
	}
	if _, err := s.Run(ctx, "bob", "r4"); !errors.Is(err, store.ErrNotFound) {
		t.Errorf("the refused run is kept: %v", err)
	}
	c, err := s.Conversation(ctx, "ann", "c1")
	must(t, err)
	if c.Turns != 3 || !strings.HasPrefix(c.Title, "截至2月8日") || !c.Updated.Equal(day.Add(2*time.Minute)) {
		t.Errorf("conversation: %+v", c)
	}
	turns, err := s.Turns(ctx, "ann", "c1", 1)
	must(t, err)
	if len(turns) != 1 || turns[0].Answer != "answer of r2" || !strings.HasSuffix(turns[0].Question, "r2") {
		t.Errorf("last turn: %+v", turns)
	}
	must(t, s.RenameConversation(ctx, "ann", "c1", "日活"))
	list, err := s.Conversations(ctx, store.ConversationQuery{Owner: "ann"})
	must(t, err)
	if len(list) != 1 || list[0].Title != "日活" {
		t.Errorf("list: %+v", list)
	}
	must(t, s.DeleteConversation(ctx, "ann", "c1"))
	if _, err := s.Run(ctx, "ann", "r1"); !errors.Is(err, store.ErrNotFound) {
		t.Errorf("a run outlives its conversation: %v", err)
	}
}

func TestKeys(t *testing.T) {
	ctx, dir := context.Background(), t.TempDir()
	s := open(t, dir)
	if any, err := s.AnyKey(ctx); any || err != nil {
		t.Errorf("a new store has keys: %v, %v", any, err)
	}
	k, secret, err := s.CreateKey(ctx, "laptop")
	must(t, err)
	if owner, err := s.KeyOwner(ctx, secret); owner != k.ID || err != nil {
		t.Errorf("owner %q, %v", owner, err)
	}
	for _, wrong := range []string{"", "sonde_", secret + "x", secret[:len(secret)-1], "sonde_" + k.ID + "_", "' OR 1=1 --", "sonde_' OR 1=1 --_x"} {
		if owner, err := s.KeyOwner(ctx, wrong); !errors.Is(err, store.ErrNotFound) {
			t.Errorf("key %q is %q's: %v", wrong, owner, err)
		}
	}
	must(t, s.KeyUsed(ctx, k.ID))
	must(t, s.RevokeKey(ctx, k.ID))
	if _, err := s.KeyOwner(ctx, secret); !errors.Is(err, store.ErrNotFound) {
		t.Errorf("a revoked key holds: %v", err)
	}
	if any, err := s.AnyKey(ctx); !any || err != nil {
		t.Errorf("after the last key was revoked: %v, %v", any, err)
	}
	must(t, s.Close())
	for _, name := range []string{"sonde.db", "sonde.db-wal"} {
		b, err := os.ReadFile(filepath.Join(dir, name))
		if err != nil && !errors.Is(err, fs.ErrNotExist) {
			t.Fatal(err)
		}
		if strings.Contains(string(b), secret[len(secret)-20:]) {
			t.Errorf("%s holds the secret", name)
		}
	}
}
