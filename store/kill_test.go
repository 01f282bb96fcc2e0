package store_test

import (
	"bufio"
	"context"
	crand "crypto/rand"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"sync"
	"testing"

	"github.com/sonde-search/sonde/agent"
	"github.com/sonde-search/sonde/store"
)

// childEnv names the data folder in a process that writes until it is killed.
const childEnv = "SONDE_STORE_CHILD"

// killsEnv is how many kills TestKill makes; a few where it is not set.
const killsEnv = "SONDE_KILLS"

func TestMain(m *testing.M) {
	if dir := os.Getenv(childEnv); dir != "" {
		if err := writeForever(dir); err != nil {
			fmt.Println("error", err)
			os.Exit(1)
		}
	}
	os.Exit(m.Run())
}

// childRuns is how many runs the child writes at the same time.
const childRuns = 4

// writeForever goes on with the folder's runs and job and says on standard
// output what was acknowledged.
func writeForever(dir string) error {
	ctx := context.Background()
	s, err := store.Open(ctx, dir)
	if err != nil {
		return err
	}
	var wg sync.WaitGroup
	errs := make(chan error, childRuns+1)
	for i := range childRuns {
		wg.Go(func() { errs <- writeRun(ctx, s, fmt.Sprint("run", i)) })
	}
	wg.Go(func() { errs <- writeJob(ctx, s) })
	fmt.Println("ready")
	return <-errs
}

// text is the page of a step, different for each.
func text(run string, id int64) string {
	return strings.Repeat(fmt.Sprint(run, " step ", id, " limpets. "), 50)
}

func writeRun(ctx context.Context, s *store.Store, run string) error {
	steps, err := s.Steps(ctx, run, 0, 0)
	if err != nil {
		return err
	}
	for id := int64(len(steps)) + 1; ; id++ {
		r := paged(id, text(run, id))
		if err := s.AppendSteps(ctx, run, []agent.Record{r}); err != nil {
			return err
		}
		fmt.Println(run, id)
	}
}

// writeJob settles items of the job, each with its document, and adds new ones when none are left.
func writeJob(ctx context.Context, s *store.Store) error {
	jobs, err := s.UnfinishedJobs(ctx)
	if err != nil {
		return err
	}
	if err := s.RequeueItems(ctx, jobs[0].ID); err != nil {
		return err
	}
	for {
		items, err := s.TakeItems(ctx, jobs[0].ID, 3)
		if err != nil {
			return err
		}
		for _, it := range items {
			doc := document(it.Source, text(it.Source, 0))
			it.State = store.ItemDone
			if err := s.SettleItem(ctx, jobs[0].ID, it, &doc); err != nil {
				return err
			}
			fmt.Println("item", it.N)
		}
		if len(items) == 0 {
			more := make([]store.JobItem, 50)
			for i := range more {
				more[i] = store.JobItem{Kind: "text", Source: crand.Text()}
			}
			if err := s.AddItems(ctx, jobs[0].ID, more); err != nil {
				return err
			}
		}
	}
}

// TestKill kills a writing process at random points. Nothing that it
// acknowledged may be lost, and nothing may be there twice.
func TestKill(t *testing.T) {
	ctx, dir := context.Background(), t.TempDir()
	s := open(t, dir)
	for i := range childRuns {
		must(t, s.CreateRun(ctx, newRun(fmt.Sprint("run", i), "")))
	}
	must(t, s.CreateCollection(ctx, store.Collection{Name: "tides", Created: day}))
	_, err := s.CreateJob(ctx, store.Job{Collection: "tides", Created: day},
		[]store.JobItem{{Kind: "text", Source: "x"}, {Kind: "text", Source: "y"}, {Kind: "text", Source: "z"}})
	must(t, err)
	must(t, s.Close())
	kills := 6
	if n, err := strconv.Atoi(os.Getenv(killsEnv)); err == nil {
		kills = n
	}
	acked := map[string]int64{}
	items := map[string]bool{}
	for range kills {
		killOne(t, dir, acked, items)
	}
	verify(t, dir, acked, items)
}

// killOne lets a child write and kills it after a random number of acknowledgements.
func killOne(t *testing.T, dir string, acked map[string]int64, items map[string]bool) {
	t.Helper()
	exe, err := os.Executable()
	must(t, err)
	cmd := exec.Command(exe)
	cmd.Env = append(os.Environ(), childEnv+"="+dir)
	out, err := cmd.StdoutPipe()
	must(t, err)
	must(t, cmd.Start())
	lines := bufio.NewScanner(out)
	for n := 1 + rand.IntN(60); lines.Scan(); n-- {
		name, id, _ := strings.Cut(lines.Text(), " ")
		switch {
		case name == "item":
			if items[id] {
				t.Errorf("item %s was settled twice", id)
			}
			items[id] = true
		case strings.HasPrefix(name, "run"):
			seq, err := strconv.ParseInt(id, 10, 64)
			must(t, err)
			acked[name] = seq
		case name == "error":
			t.Errorf("the child failed: %s", id)
		}
		if n == 0 {
			must(t, cmd.Process.Kill())
		}
	}
	if err := cmd.Wait(); err == nil {
		t.Error("the child ended by itself")
	}
}

func verify(t *testing.T, dir string, acked map[string]int64, items map[string]bool) {
	t.Helper()
	ctx, s := context.Background(), open(t, dir)
	must(t, s.Check(ctx))
	for run, last := range acked {
		steps, err := s.StepsWithPages(ctx, run)
		must(t, err)
		if int64(len(steps)) < last {
			t.Errorf("%s: %d steps were acknowledged, %d are there", run, last, len(steps))
		}
		for i, r := range steps {
			p, ok := r.Step.(agent.Paged)
			if r.ID != int64(i)+1 || !ok || p.Page == nil || p.Page.Text != text(run, r.ID) {
				t.Fatalf("%s: step %d is %+v", run, i+1, r)
			}
		}
	}
	jobs, err := s.UnfinishedJobs(ctx)
	must(t, err)
	docs, err := s.Documents(ctx, store.DocumentQuery{Collection: "tides", Limit: 1 << 20})
	must(t, err)
	done := jobs[0].Items[store.ItemDone]
	if done < len(items) || len(docs) != done || len(items) == 0 {
		t.Errorf("%d items were acknowledged, %d are done, %d documents are there", len(items), done, len(docs))
	}
	t.Logf("%d runs, %d items acknowledged", len(acked), len(items))
}
