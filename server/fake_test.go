package server_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"iter"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/sonde-search/sonde/agent"
	"github.com/sonde-search/sonde/server"
)

// memory is a Storage in memory. Steps go through JSON, as in a real store.
type memory struct {
	mu    sync.Mutex
	runs  []server.Run
	steps map[string][]agent.Record
	pages map[string]*agent.Page // by owner and snapshot
	convs []server.Conversation
	keys  map[string]string // secret → owner
	keyed bool
	fail  error // what writing answers

	damaged string // a run whose steps cannot be read whole
}

func newMemory() *memory {
	return &memory{steps: map[string][]agent.Record{}, pages: map[string]*agent.Page{}, keys: map[string]string{}}
}

func (m *memory) failing(err error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.fail = err
}

func (m *memory) Ready(context.Context) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.fail
}

func (m *memory) CreateRun(_ context.Context, r server.Run) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.fail == nil {
		m.runs = append(m.runs, r)
	}
	return m.fail
}

func (m *memory) Attachments(_ context.Context, id string) (map[string][]byte, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	out := map[string][]byte{}
	for _, a := range m.run(id).Question.Attachments {
		out[a.Name] = a.Data
	}
	return out, nil
}

func (m *memory) AttachedPages(_ context.Context, owner, conversation string) (list []*agent.Page, err error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	for _, r := range m.runs {
		for _, rec := range m.steps[r.ID] {
			if p, ok := rec.Step.(agent.Paged); ok && p.Attached && p.Page != nil && r.Owner == owner && r.Conversation == conversation {
				list = append(list, p.Page)
			}
		}
	}
	return list, nil
}

func (m *memory) run(id string) *server.Run {
	i := slices.IndexFunc(m.runs, func(r server.Run) bool { return r.ID == id })
	if i < 0 {
		return nil
	}
	return &m.runs[i]
}

func (m *memory) AppendSteps(_ context.Context, id string, steps []agent.Record) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	run := m.run(id)
	if m.fail != nil {
		return m.fail
	}
	for _, r := range steps {
		kept := m.steps[id]
		if r.ID <= int64(len(kept)) {
			continue
		}
		if r.ID != int64(len(kept))+1 {
			return fmt.Errorf("step %d after %d", r.ID, len(kept))
		}
		m.steps[id] = append(kept, r)
		switch s := r.Step.(type) {
		case agent.Paged:
			if s.Page != nil {
				m.pages[run.Owner+" "+s.Page.Snapshot] = s.Page
			}
		case agent.Answered:
			run.Status, run.Finished, run.Answer = s.Status, r.At, &s.Answer
		case agent.Failed:
			run.Status, run.Finished, run.Error = agent.StatusFailed, r.At, s.Message
		}
	}
	return nil
}

func (m *memory) DeleteRun(_ context.Context, owner, id string) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	if r := m.run(id); r == nil || r.Owner != owner {
		return fs.ErrNotExist
	}
	m.runs = slices.DeleteFunc(m.runs, func(r server.Run) bool { return r.ID == id })
	return nil
}

func (m *memory) Run(_ context.Context, owner, id string) (server.Run, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if r := m.run(id); r != nil && r.Owner == owner {
		return *r, nil
	}
	return server.Run{}, fs.ErrNotExist
}

func (m *memory) Runs(_ context.Context, q server.RunQuery) ([]server.Run, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	var list []server.Run
	before := slices.IndexFunc(m.runs, func(r server.Run) bool { return r.ID == q.Before && r.Owner == q.Owner })
	for i, r := range m.runs {
		if q.Unfinished && r.Finished.IsZero() || !q.Unfinished && r.Owner == q.Owner &&
			(q.Conversation == "" || q.Conversation == r.Conversation) && (q.Before == "" || i < before) {
			list = append(list, r)
		}
	}
	if !q.Unfinished {
		slices.Reverse(list)
		list = list[:min(len(list), q.Limit)]
	}
	return list, nil
}

func (m *memory) Steps(_ context.Context, id string, after int64, limit int) ([]agent.Record, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	list := m.steps[id]
	list = slices.Clone(list[min(after, int64(len(list))):])
	if limit > 0 {
		list = list[:min(limit, len(list))]
	}
	return list, nil
}

func (m *memory) LastStep(_ context.Context, id string) (int64, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	return int64(len(m.steps[id])), nil
}

func (m *memory) StepsWithPages(ctx context.Context, id string) ([]agent.Record, error) {
	if m.damaged == id {
		return nil, errors.New("the steps cannot be read")
	}
	return m.Steps(ctx, id, 0, 0)
}

func (m *memory) Snapshot(_ context.Context, owner, id string) (*agent.Page, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if p := m.pages[owner+" sha256:"+strings.TrimPrefix(id, "sha256:")]; p != nil {
		return p, nil
	}
	return nil, fs.ErrNotExist
}

func (m *memory) conversation(owner, id string) *server.Conversation {
	i := slices.IndexFunc(m.convs, func(c server.Conversation) bool { return c.ID == id && c.Owner == owner })
	if i < 0 {
		return nil
	}
	return &m.convs[i]
}

func (m *memory) Conversation(_ context.Context, owner, id string) (server.Conversation, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if c := m.conversation(owner, id); c != nil {
		return *c, nil
	}
	return server.Conversation{}, fs.ErrNotExist
}

func (m *memory) Conversations(_ context.Context, q server.ConversationQuery) ([]server.Conversation, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	var list []server.Conversation
	for _, c := range slices.Backward(m.convs) {
		if c.Owner == q.Owner && len(list) < q.Limit {
			list = append(list, c)
		}
	}
	return list, nil
}

func (m *memory) Turns(_ context.Context, owner, id string, limit int) ([]agent.Turn, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	var turns []agent.Turn
	for _, r := range m.runs {
		if r.Owner == owner && r.Conversation == id && r.Answer != nil {
			turns = append(turns, agent.Turn{Question: r.Question.Text, Answer: r.Answer.Text, Asked: r.Created})
		}
	}
	return turns[max(0, len(turns)-limit):], nil
}

func (m *memory) CreateConversation(_ context.Context, c server.Conversation) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.convs = append(m.convs, c)
	return m.fail
}

func (m *memory) RenameConversation(_ context.Context, owner, id, title string) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	c := m.conversation(owner, id)
	if c == nil {
		return fs.ErrNotExist
	}
	c.Title = title
	return nil
}

func (m *memory) DeleteConversation(_ context.Context, owner, id string) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.conversation(owner, id) == nil {
		return fs.ErrNotExist
	}
	m.convs = slices.DeleteFunc(m.convs, func(c server.Conversation) bool { return c.ID == id })
	m.runs = slices.DeleteFunc(m.runs, func(r server.Run) bool { return r.Conversation == id })
	return nil
}

func (m *memory) KeyOwner(_ context.Context, secret string) (string, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if owner, ok := m.keys[secret]; ok {
		return owner, nil
	}
	return "", fs.ErrNotExist
}

func (m *memory) KeyUsed(context.Context, string) error { return nil }

func (m *memory) AnyKey(context.Context) (bool, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.keyed || len(m.keys) > 0, nil
}

// script is a Runner whose steps a test feeds by hand. When it is cancelled it
// answers with what it has, as the loop does.
type script struct {
	mu      sync.Mutex
	started chan started // each run that begins
	steps   map[string]chan agent.Step
}

type started struct {
	id string
	q  agent.Question
}

func newScript() *script {
	return &script{started: make(chan started, 1000), steps: map[string]chan agent.Step{}}
}

func (s *script) channel(id string) chan agent.Step {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.steps[id] == nil {
		s.steps[id] = make(chan agent.Step)
	}
	return s.steps[id]
}

func (s *script) Run(ctx context.Context, id string, q agent.Question) iter.Seq[agent.Step] {
	steps := s.channel(id)
	return func(yield func(agent.Step) bool) {
		s.started <- started{id, q}
		if !yield(agent.Started{ID: id, Question: q, Model: "builtin", Resumed: len(q.Prior) > 0}) {
			return
		}
		for {
			select {
			case step, open := <-steps:
				if !open || !yield(step) {
					return
				}
			case <-ctx.Done():
				yield(agent.Answered{Answer: agent.Answer{ID: id, Status: agent.StatusCancelled, Stopped: agent.StopCancelled}})
				return
			}
		}
	}
}

// instant answers every question at once.
func instant(_ context.Context, id string, q agent.Question) iter.Seq[agent.Step] {
	return func(yield func(agent.Step) bool) {
		_ = yield(agent.Started{ID: id, Question: q, Model: "builtin"}) && yield(answered(id, "Limpets graze at night. [1]"))
	}
}

func answered(id, text string) agent.Answered {
	claim := agent.Claim{Text: "Limpets graze at night.", Verdict: agent.Supported, Cites: []agent.Cite{{Source: 1}}}
	source := agent.Source{N: 1, URL: "https://example.org/limpets", Title: "Limpets", State: agent.StateCited}
	return agent.Answered{Answer: agent.Answer{ID: id, Status: agent.StatusAnswered, Text: text, Claims: []agent.Claim{claim}, Sources: []agent.Source{source}}}
}

// A site is a server under test.
type site struct {
	*httptest.Server
	t      testing.TB
	server *server.Server
	store  *memory
	script *script
}

// serve starts a server; change may alter its options.
func serve(t testing.TB, change func(*server.Options)) *site {
	t.Helper()
	st := &site{t: t, store: newMemory(), script: newScript()}
	o := server.Options{Runner: st.script, Store: st.store, Version: "test"}
	if change != nil {
		change(&o)
	}
	if m, ok := o.Store.(*memory); ok {
		st.store = m
	}
	if s, ok := o.Runner.(*script); ok {
		st.script = s
	}
	s, err := server.New(o)
	if err != nil {
		t.Fatal(err)
	}
	st.server, st.Server = s, httptest.NewServer(s.Handler())
	t.Cleanup(st.stop)
	return st
}

func (st *site) stop() {
	ctx, cancel := context.WithTimeout(context.Background(), 5*time.Second)
	defer cancel()
	if err := st.server.Shutdown(ctx); err != nil {
		st.t.Error(err)
	}
	st.Close()
}

// call sends a request and reads the whole reply.
func (st *site) call(method, path, body string, headers ...string) (*http.Response, string) {
	st.t.Helper()
	req, err := http.NewRequest(method, st.URL+path, strings.NewReader(body))
	if err != nil {
		st.t.Fatal(err)
	}
	if body != "" {
		req.Header.Set("Content-Type", "application/json")
	}
	for i := 0; i < len(headers); i += 2 {
		req.Header.Set(headers[i], headers[i+1])
		if headers[i] == "Host" {
			req.Host = headers[i+1]
		}
	}
	res, err := st.Client().Do(req)
	if err != nil {
		st.t.Fatal(err)
	}
	defer res.Body.Close()
	b, err := io.ReadAll(res.Body)
	if err != nil {
		st.t.Fatalf("%s %s: %v", method, path, err)
	}
	return res, string(b)
}

// get reads JSON that must come with the given status.
func get[T any](st *site, status int, method, path, body string, headers ...string) T {
	st.t.Helper()
	res, text := st.call(method, path, body, headers...)
	if res.StatusCode != status {
		st.t.Fatalf("%s %s: status %d, not %d: %s", method, path, res.StatusCode, status, text)
	}
	var v T
	if err := json.Unmarshal([]byte(text), &v); err != nil {
		st.t.Fatalf("%s %s: %v in %s", method, path, err, text)
	}
	return v
}

// ask starts a run and waits until its runner is at work.
func (st *site) ask(headers ...string) string {
	st.t.Helper()
	run := get[server.RunJSON](st, 202, "POST", "/api/runs", `{"question":"When do limpets graze?"}`, headers...)
	select {
	case s := <-st.script.started:
		if s.id != run.ID {
			st.t.Fatalf("run %s began, not %s", s.id, run.ID)
		}
	case <-time.After(5 * time.Second):
		st.t.Fatal("the run did not begin")
	}
	return run.ID
}

// newRequest is a POST of JSON under a context.
func newRequest(t testing.TB, ctx context.Context, url string, body io.Reader) *http.Request {
	t.Helper()
	req, err := http.NewRequestWithContext(ctx, "POST", url, body)
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Content-Type", "application/json")
	return req
}

// Client is the client of the site's own test server, where it has one.
func (st *site) Client() *http.Client {
	if c := st.Server.Client(); c != nil {
		return c
	}
	return http.DefaultClient
}
