package agent

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"iter"
	"strings"
	"testing"
	"time"
)

// recorded runs a question and returns its bundle after a trip through its file.
func recorded(ctx context.Context, t *testing.T, a *Agent, q Question) *Bundle {
	t.Helper()
	var records []Record
	for s := range a.Run(ctx, "run-1", q) {
		records = append(records, Record{ID: int64(len(records) + 1), At: time.Unix(1700000000, int64(len(records))).UTC(), Step: s})
	}
	var file bytes.Buffer
	if err := NewBundle("test", records).Write(&file); err != nil {
		t.Fatal(err)
	}
	b, err := ReadBundle(&file)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func linesOf(t *testing.T, records []Record) string {
	t.Helper()
	var b strings.Builder
	for _, r := range records {
		line, err := json.Marshal(r)
		if err != nil {
			t.Fatal(err)
		}
		b.Write(line)
		b.WriteByte('\n')
	}
	return b.String()
}

// thoughtful is a model of a writer: it reasons, errs, spends and warns.
func thoughtful(_ context.Context, e Evidence, tell Tell) iter.Seq2[Claim, error] {
	return func(yield func(Claim, error) bool) {
		tell(Note{Reasoning: "let me see", Spent: Usage{TokensIn: 10, TokensOut: 5, Cost: 0.25}, Model: "some:model"})
		tell(Note{Warning: "the model was slow"})
		p := e.Passages[0]
		if !yield(Claim{Text: "An invention.", Cites: []Cite{{Snapshot: p.Snapshot}}}, nil) {
			return
		}
		cite, _ := NewCite(p.Snapshot, e.Pages[p.Snapshot].Text, p.Start, p.End)
		yield(Claim{Text: p.Text, Cites: []Cite{cite}}, nil)
		tell(Note{Status: StatusPartial})
	}
}

func TestReplayGivesTheSameBytes(t *testing.T) {
	clock := time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)
	tick := func() time.Time { clock = clock.Add(137 * time.Millisecond); return clock }
	tests := []struct {
		name   string
		writer Writer // of the run
		again  Writer // of the replay; nil: the tape
		budget Budget
		cancel string // address at which the run is cancelled
	}{
		{name: "built-in", writer: writeFunc(quoteAll), again: writeFunc(quoteAll)},
		{name: "a model's turns", writer: writeFunc(thoughtful)},
		{name: "out of pages", writer: writeFunc(quoteAll), again: writeFunc(quoteAll), budget: Budget{Pages: 3}},
		{name: "out of rounds", writer: writeFunc(quoteAll), again: writeFunc(quoteAll), budget: Budget{Rounds: 1}},
		{name: "cancelled", writer: writeFunc(quoteAll), again: writeFunc(quoteAll), cancel: "http://site.test/3"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			ctx, cancel := context.WithCancel(t.Context())
			s := newShelf("one river", "two rivers", "three rivers", "four seas")
			s.broken["http://site.test/2"] = SkipTimeout
			s.before = func(url string) {
				if url == tt.cancel {
					cancel()
				}
			}
			a := newTestAgent(s)
			a.Now, a.Writer = tick, tt.writer
			b := recorded(ctx, t, a, Question{Text: "river", Budget: tt.budget})
			again := &Agent{Index: a.Index, Writer: tt.again}
			var got []Record
			for r := range Replay(t.Context(), again, b) {
				got = append(got, r)
			}
			if g, w := linesOf(t, got), linesOf(t, b.Records); g != w {
				t.Errorf("replayed\n%s\nrecorded\n%s", g, w)
			}
		})
	}
}

func TestReadBundleRefuses(t *testing.T) {
	b := recorded(t.Context(), t, newTestAgent(newShelf("one river")), Question{Text: "river"})
	write := func(change func(b *Bundle)) *bytes.Buffer {
		c := *b
		c.Records = append([]Record(nil), b.Records...)
		change(&c)
		var file bytes.Buffer
		if err := c.Write(&file); err != nil {
			t.Fatal(err)
		}
		return &file
	}
	forged := *b.Pages[SnapshotID("one river")]
	forged.Text = "one forged river"
	tests := []struct {
		name string
		file *bytes.Buffer
	}{
		{"no gzip", bytes.NewBufferString("hello")},
		{"no answer", write(func(b *Bundle) { b.Records = b.Records[:3] })},
		{"no start", write(func(b *Bundle) { b.Records = b.Records[1:] })},
		{"forged page", write(func(b *Bundle) { b.Pages = map[string]*Page{forged.Snapshot: &forged} })},
		{"cut off", bytes.NewBuffer(write(func(*Bundle) {}).Bytes()[:100])},
	}
	for _, tt := range tests {
		if _, err := ReadBundle(tt.file); !errors.Is(err, ErrBadBundle) {
			t.Errorf("%s: error %v", tt.name, err)
		}
	}
}

func FuzzReadBundle(f *testing.F) {
	f.Add([]byte(`{"sonde_bundle":1}` + "\n"))
	f.Add([]byte(`{"sonde_bundle":1}` + "\n" + `{"step":{"id":1,"event":"run","data":{}}}` + "\n" + `{"page":{"snapshot":"x","text":"y"}}`))
	f.Fuzz(func(t *testing.T, lines []byte) {
		b := &Bundle{Pages: map[string]*Page{}}
		for n, line := range bytes.Split(lines, []byte("\n")) {
			var l bundleLine
			if json.Unmarshal(line, &l) != nil || b.take(n+1, l) != nil {
				return
			}
		}
		if b.complete() == nil {
			if _, ok := b.Answer(); !ok {
				t.Error("a complete bundle without an answer")
			}
		}
	})
}
