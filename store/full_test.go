package store

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/sonde-search/sonde/agent"
)

// A full disk is played by SQLite's own bound on the file's size, which fails
// writes in the same way (SQLITE_FULL).
func TestFullDisk(t *testing.T) {
	ctx := context.Background()
	s, err := Open(ctx, t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	run := Run{ID: "r1", Question: agent.Question{Text: "x"}, Created: time.Now()}
	if err := s.CreateRun(ctx, run); err != nil {
		t.Fatal(err)
	}
	limit := func(pages int) {
		t.Helper()
		if _, err := s.write.Exec(fmt.Sprintf("PRAGMA max_page_count = %d", pages)); err != nil {
			t.Fatal(err)
		}
	}
	limit(80)
	step := func(id int64) []agent.Record {
		return []agent.Record{{ID: id, At: time.Now(), Step: agent.Reasoned{Delta: strings.Repeat("limpets ", 2000)}}}
	}
	var acked int64
	for err == nil {
		if err = s.AppendSteps(ctx, "r1", step(acked+1)); err == nil {
			acked++
		}
	}
	if !errors.Is(err, ErrNoSpace) || !errors.Is(err, syscall.ENOSPC) {
		t.Fatalf("a full disk: %v", err)
	}
	// Reading goes on, what was acknowledged is there, what was not is not.
	steps, err := s.Steps(ctx, "r1", 0, 0)
	if err != nil || int64(len(steps)) != acked || acked == 0 {
		t.Errorf("%d steps of %d, %v", len(steps), acked, err)
	}
	limit(1 << 30) // room again
	if err := s.AppendSteps(ctx, "r1", step(acked+1)); err != nil {
		t.Errorf("after there is room again: %v", err)
	}
	if err := s.Ready(ctx); err != nil {
		t.Errorf("ready: %v", err)
	}
}

// A job that panics fails alone; the writer lives on.
func TestPanicInAWriteIsItsError(t *testing.T) {
	ctx := context.Background()
	s, err := Open(ctx, t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	var steps []agent.Record
	if err := s.AppendSteps(ctx, "r1", append(steps, agent.Record{ID: 1, Step: nilStep()})); err == nil {
		t.Error("a step of nothing was kept")
	}
	if err := s.Ready(ctx); err != nil {
		t.Errorf("ready: %v", err)
	}
}

func nilStep() agent.Step { var p *agent.Reasoned; return p }

// Open must stay far below 100 ms, whatever the size.
func BenchmarkOpen(b *testing.B) {
	dir := b.TempDir()
	ctx := context.Background()
	for b.Loop() {
		s, err := Open(ctx, dir)
		if err != nil {
			b.Fatal(err)
		}
		if err := s.Close(); err != nil {
			b.Fatal(err)
		}
	}
}

// One page's step, durable, alone and together with others.
func BenchmarkAppend(b *testing.B) {
	text := strings.Repeat("Limpets graze at night and return to their scar at ebb. ", 400)
	for _, batch := range []int{1, 10, 50} {
		b.Run(fmt.Sprint("batch=", batch), func(b *testing.B) {
			ctx := context.Background()
			s, err := Open(ctx, b.TempDir())
			if err != nil {
				b.Fatal(err)
			}
			defer s.Close()
			if err := s.CreateRun(ctx, Run{ID: "r1", Created: time.Now()}); err != nil {
				b.Fatal(err)
			}
			id := int64(0)
			for b.Loop() {
				var steps []agent.Record
				for range batch {
					id++
					t := fmt.Sprint(id, text)
					page := &agent.Page{Text: t, Snapshot: agent.SnapshotID(t)}
					steps = append(steps, agent.Record{ID: id, Step: agent.Paged{State: agent.PageRead, Page: page}})
				}
				if err := s.AppendSteps(ctx, "r1", steps); err != nil {
					b.Fatal(err)
				}
			}
			b.ReportMetric(float64(b.Elapsed().Microseconds())/float64(id), "µs/page")
		})
	}
}
