package server_test

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"reflect"
	"testing"
	"time"

	"github.com/sonde-search/sonde/agent"
	"github.com/sonde-search/sonde/server"
	"github.com/sonde-search/sonde/store"
)

// storage is the real store as the server wants it.
type storage struct{ *store.Store }

func (s storage) CreateRun(ctx context.Context, r server.Run) error {
	return s.Store.CreateRun(ctx, store.Run(r))
}

func (s storage) Run(ctx context.Context, owner, id string) (server.Run, error) {
	r, err := s.Store.Run(ctx, owner, id)
	return server.Run(r), err
}

func (s storage) Runs(ctx context.Context, q server.RunQuery) ([]server.Run, error) {
	runs, err := s.Store.Runs(ctx, store.RunQuery(q))
	out := make([]server.Run, len(runs))
	for i, r := range runs {
		out[i] = server.Run(r)
	}
	return out, err
}

func (s storage) Conversation(ctx context.Context, owner, id string) (server.Conversation, error) {
	c, err := s.Store.Conversation(ctx, owner, id)
	return server.Conversation(c), err
}

func (s storage) Conversations(ctx context.Context, q server.ConversationQuery) ([]server.Conversation, error) {
	list, err := s.Store.Conversations(ctx, store.ConversationQuery(q))
	out := make([]server.Conversation, len(list))
	for i, c := range list {
		out[i] = server.Conversation(c)
	}
	return out, err
}

func (s storage) CreateConversation(ctx context.Context, c server.Conversation) error {
	return s.Store.CreateConversation(ctx, store.Conversation(c))
}

func openStorage(t testing.TB, dir string) storage {
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
	return storage{s}
}

// TestStorageConformance holds every Storage to what the server relies on: the
// one in memory that these tests use, and the real one.
func TestStorageConformance(t *testing.T) {
	for name, open := range map[string]func(t *testing.T) server.Storage{
		"memory": func(*testing.T) server.Storage { return newMemory() },
		"store":  func(t *testing.T) server.Storage { return openStorage(t, t.TempDir()) },
	} {
		t.Run(name+"/runs", func(t *testing.T) { conformRuns(t, open(t)) })
		t.Run(name+"/conversations", func(t *testing.T) { conformConversations(t, open(t)) })
		t.Run(name+"/keys", func(t *testing.T) {
			s, ctx := open(t), context.Background()
			any, err := s.AnyKey(ctx)
			_, missing := s.KeyOwner(ctx, "sonde_0_0")
			if any || err != nil || !errors.Is(missing, fs.ErrNotExist) || s.Ready(ctx) != nil {
				t.Errorf("%v, %v, %v", any, err, missing)
			}
		})
	}
}

func check(t *testing.T, what string, ok bool, got ...any) {
	t.Helper()
	if !ok {
		t.Errorf("%s: %+v", what, got)
	}
}

func conformRuns(t *testing.T, s server.Storage) {
	ctx, now := context.Background(), time.Date(2025, 2, 14, 9, 0, 0, 5, time.UTC)
	q := agent.Question{Text: "limpets"}.Clean()
	for i := range 3 {
		run := server.Run{ID: fmt.Sprint("run_", i), Owner: "ann", Question: q, Status: server.StatusRunning, Created: now}
		check(t, "creating", s.CreateRun(ctx, run) == nil)
	}
	text := "Limpets graze at night."
	page := &agent.Page{URL: "https://example.org/", Text: text, Snapshot: agent.SnapshotID(text), Fetched: now}
	steps := []agent.Record{
		{ID: 1, At: now, Step: agent.Started{ID: "run_0", Question: q, At: now}},
		{ID: 2, At: now, Step: agent.Paged{State: agent.PageRead, Page: page, Snapshot: page.Snapshot}},
		{ID: 3, At: now.Add(1), Step: agent.Answered{Answer: agent.Answer{Status: agent.StatusPartial, Text: "x"}}},
	}
	check(t, "appending", s.AppendSteps(ctx, "run_0", steps[:2]) == nil)
	check(t, "appending again", s.AppendSteps(ctx, "run_0", steps) == nil)
	got, err := s.StepsWithPages(ctx, "run_0")
	check(t, "steps with pages", err == nil && reflect.DeepEqual(got, steps), got, err)
	got, err = s.Steps(ctx, "run_0", 1, 1)
	check(t, "steps after 1", err == nil && len(got) == 1 && got[0].ID == 2, got, err)
	run, err := s.Run(ctx, "ann", "run_0")
	check(t, "the ended run", err == nil && run.Status == agent.StatusPartial && run.Answer.Text == "x" && run.Finished.Equal(now.Add(1)), run, err)
	for _, owner := range []string{"bob", ""} {
		_, err = s.Run(ctx, owner, "run_0")
		check(t, "another's run", errors.Is(err, fs.ErrNotExist), err)
		_, err = s.Snapshot(ctx, owner, page.Snapshot)
		check(t, "another's snapshot", errors.Is(err, fs.ErrNotExist), err)
	}
	p, err := s.Snapshot(ctx, "ann", page.Snapshot)
	check(t, "a snapshot", err == nil && p.Text == text, p, err)
	list, err := s.Runs(ctx, server.RunQuery{Unfinished: true})
	check(t, "unfinished runs", err == nil && len(list) == 2 && list[0].ID == "run_1" && list[0].Owner == "ann", list, err)
	list, err = s.Runs(ctx, server.RunQuery{Owner: "ann", Before: "run_2", Limit: 1})
	check(t, "runs before the last", err == nil && len(list) == 1 && list[0].ID == "run_1", list, err)
	check(t, "deleting another's", errors.Is(s.DeleteRun(ctx, "bob", "run_0"), fs.ErrNotExist))
	check(t, "deleting", s.DeleteRun(ctx, "ann", "run_0") == nil)
	_, err = s.Run(ctx, "ann", "run_0")
	check(t, "a deleted run", errors.Is(err, fs.ErrNotExist), err)
}

func conformConversations(t *testing.T, s server.Storage) {
	ctx, now := context.Background(), time.Date(2025, 2, 14, 9, 0, 0, 0, time.UTC)
	check(t, "creating", s.CreateConversation(ctx, server.Conversation{ID: "c", Owner: "ann", Title: "t", Created: now}) == nil)
	run := server.Run{ID: "r", Owner: "ann", Conversation: "c", Question: agent.Question{Text: "limpets"}, Created: now}
	check(t, "a run in it", s.CreateRun(ctx, run) == nil)
	turns, err := s.Turns(ctx, "ann", "c", 5)
	check(t, "no answer, no turn", err == nil && len(turns) == 0, turns, err)
	answer := agent.Answered{Answer: agent.Answer{Status: agent.StatusAnswered, Text: "x"}}
	check(t, "its answer", s.AppendSteps(ctx, "r", []agent.Record{{ID: 1, At: now, Step: answer}}) == nil)
	turns, err = s.Turns(ctx, "ann", "c", 5)
	check(t, "a turn", err == nil && reflect.DeepEqual(turns, []agent.Turn{{Question: "limpets", Answer: "x", Asked: now}}), turns, err)
	_, err = s.Conversation(ctx, "bob", "c")
	check(t, "another's", errors.Is(err, fs.ErrNotExist), err)
	check(t, "renaming another's", errors.Is(s.RenameConversation(ctx, "bob", "c", "mine"), fs.ErrNotExist))
	check(t, "renaming", s.RenameConversation(ctx, "ann", "c", "new") == nil)
	list, err := s.Conversations(ctx, server.ConversationQuery{Owner: "ann", Limit: 5})
	check(t, "listing", err == nil && len(list) == 1 && list[0].Title == "new", list, err)
	check(t, "deleting another's", errors.Is(s.DeleteConversation(ctx, "bob", "c"), fs.ErrNotExist))
	check(t, "deleting", s.DeleteConversation(ctx, "ann", "c") == nil)
	_, err = s.Run(ctx, "ann", "r")
	check(t, "its run is gone", errors.Is(err, fs.ErrNotExist), err)
}

// A server on the real store is stopped in the middle of a run; the next one
// goes on with the pages that were read, and a reader misses nothing.
func TestRestartOnTheRealStore(t *testing.T) {
	dir := t.TempDir()
	s := openStorage(t, dir)
	st := serve(t, func(o *server.Options) { o.Store = s })
	id := st.ask()
	text := "帽贝夜间觅食。"
	page := &agent.Page{URL: "https://example.org/", Text: text, Snapshot: agent.SnapshotID(text)}
	st.script.channel(id) <- agent.Paged{State: agent.PageRead, URL: page.URL, Snapshot: page.Snapshot, Page: page}
	r := st.follow(id, 0)
	r.expect("run", "page")
	st.stop()
	r.end()
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}

	again := serve(t, func(o *server.Options) { o.Store = openStorage(t, dir) })
	begun := <-again.script.started
	if len(begun.q.Prior) != 2 || begun.q.Prior[1].(agent.Paged).Page.Text != text {
		t.Fatalf("the run goes on with %+v", begun.q.Prior)
	}
	again.script.channel(id) <- answered(id, "夜间。[1]")
	r = again.follow(id, 2)
	r.expect("run", "answer")
	r.end()
	if _, got := again.call("GET", "/api/snapshots/"+page.Snapshot, ""); got != text {
		t.Errorf("snapshot: %q", got)
	}
}

// The time from asking to the first event in a reader's hands, steps on the disk.
func BenchmarkFirstEventStored(b *testing.B) {
	firstEvent(b, serve(b, func(o *server.Options) { o.Runner, o.Store = server.RunnerFunc(instant), openStorage(b, b.TempDir()) }))
}
