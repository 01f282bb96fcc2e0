package store_test

import (
	"bytes"
	"context"
	"database/sql"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/sonde-search/sonde/agent"
	"github.com/sonde-search/sonde/store"
)

func TestOneProcessAtATime(t *testing.T) {
	ctx, dir := context.Background(), t.TempDir()
	s := open(t, dir)
	_, err := store.Open(ctx, dir)
	if !errors.Is(err, store.ErrLocked) || !strings.Contains(err.Error(), dir) {
		t.Errorf("a second store on the folder: %v", err)
	}
	beside, err := store.OpenShared(ctx, dir)
	must(t, err)
	_, secret, err := beside.CreateKey(ctx, "k")
	must(t, err)
	must(t, beside.Close())
	if _, err := s.KeyOwner(ctx, secret); err != nil {
		t.Errorf("a key made beside is not seen: %v", err)
	}
	must(t, s.Close())
	if err := s.CreateRun(ctx, newRun("r1", "")); !errors.Is(err, store.ErrClosed) {
		t.Errorf("writing after Close: %v", err)
	}
	must(t, open(t, dir).Close())
}

// execSQL runs statements on a closed store's file.
func execSQL(t *testing.T, dir, statement string) {
	t.Helper()
	db, err := sql.Open("sqlite", filepath.Join(dir, "sonde.db"))
	must(t, err)
	_, err = db.Exec(statement)
	must(t, errors.Join(err, db.Close()))
}

func TestNewerAndForeignFilesAreRefused(t *testing.T) {
	ctx := context.Background()
	newer := t.TempDir()
	must(t, open(t, newer).Close())
	execSQL(t, newer, "PRAGMA user_version = 99")
	if _, err := store.Open(ctx, newer); !errors.Is(err, store.ErrNewer) {
		t.Errorf("a newer file: %v", err)
	}
	foreign := t.TempDir()
	execSQL(t, foreign, "CREATE TABLE tides (x)")
	if _, err := store.Open(ctx, foreign); !errors.Is(err, store.ErrDamaged) {
		t.Errorf("another program's file: %v", err)
	}
}

// Damage anywhere is an error that says what to do, and never a panic.
func TestDamagedFilesAreRefused(t *testing.T) {
	ctx, dir := context.Background(), t.TempDir()
	s := open(t, dir)
	must(t, s.CreateRun(ctx, newRun("r1", "")))
	for i := range 50 {
		must(t, s.AppendSteps(ctx, "r1", []agent.Record{paged(int64(i+1), fmt.Sprintf("%d %s", i, strings.Repeat("limpets graze ", 200)))}))
	}
	must(t, s.Close())
	path := filepath.Join(dir, "sonde.db")
	whole, err := os.ReadFile(path)
	must(t, err)
	tried, refused := 0, 0
	for page := 0; page < len(whole)/4096; page += 3 {
		tried++
		damaged := bytes.Clone(whole)
		for i := range 16 {
			damaged[page*4096+i] ^= 0xff // a page's header; on page 0 the file's
		}
		must(t, os.WriteFile(path, damaged, 0o600))
		s, err := store.Open(ctx, dir)
		if err == nil { // overflow and free pages hold no structure; hashes tell then
			err = errors.Join(readAll(ctx, s), s.Close())
		}
		if errors.Is(err, store.ErrDamaged) {
			refused++
		} else if err != nil {
			t.Errorf("page %d: %v", page, err)
		}
	}
	if refused < tried/2 {
		t.Errorf("only %d of %d damaged files were noticed", refused, tried)
	}
	must(t, os.WriteFile(path, whole[:len(whole)/2], 0o600))
	if _, err := store.Open(ctx, dir); !errors.Is(err, store.ErrDamaged) || !strings.Contains(err.Error(), "backup") {
		t.Errorf("half a file: %v", err)
	}
	must(t, os.WriteFile(path, []byte("not a database, but longer than a header of one hundred bytes, which is where SQLite looks to find that out."), 0o600))
	if _, err := store.Open(ctx, dir); !errors.Is(err, store.ErrDamaged) {
		t.Errorf("a file of text: %v", err)
	}
}

func readAll(ctx context.Context, s *store.Store) error {
	_, err := s.StepsWithPages(ctx, "r1")
	return err
}

// The restore drill: what was backed up while in use comes back whole.
func TestBackupAndRestore(t *testing.T) {
	ctx, s := context.Background(), collection(t)
	must(t, s.CreateRun(ctx, newRun("r1", "ann")))
	must(t, s.PutDocuments(ctx, []store.Document{document("a", "limpets")}))
	writing, stop := make(chan error), make(chan struct{})
	go func() {
		for i := int64(1); ; i++ {
			select {
			case <-stop:
				writing <- nil
				return
			default:
			}
			if err := s.AppendSteps(ctx, "r1", []agent.Record{paged(i, fmt.Sprintf("%d limpets", i))}); err != nil {
				writing <- err
				return
			}
		}
	}()
	backup := filepath.Join(t.TempDir(), "backup.db")
	must(t, s.Backup(ctx, backup))
	close(stop)
	must(t, <-writing)
	if err := s.Backup(ctx, backup); !errors.Is(err, store.ErrExists) {
		t.Errorf("over an older backup: %v", err)
	}
	dir := filepath.Join(t.TempDir(), "new")
	must(t, store.Restore(ctx, backup, dir))
	if err := store.Restore(ctx, backup, dir); !errors.Is(err, store.ErrExists) {
		t.Errorf("over a store: %v", err)
	}
	r := open(t, dir)
	must(t, r.Check(ctx))
	steps, err := r.StepsWithPages(ctx, "r1")
	must(t, err)
	for i, rec := range steps {
		if rec.ID != int64(i+1) || rec.Step.(agent.Paged).Page == nil {
			t.Fatalf("step %d of the backup: %+v", i+1, rec)
		}
	}
	if d, err := r.DocumentBySource(ctx, "tides", "a"); err != nil || d.Page.Text != "limpets" {
		t.Errorf("document of the backup: %+v, %v", d, err)
	}
	bad := filepath.Join(t.TempDir(), "bad.db")
	must(t, os.WriteFile(bad, []byte("not a backup"), 0o600))
	empty := t.TempDir()
	if err := store.Restore(ctx, bad, empty); !errors.Is(err, store.ErrDamaged) {
		t.Errorf("restoring what is not a backup: %v", err)
	}
	must(t, open(t, empty).Close()) // the folder is still good for a new store
}

func TestPageCache(t *testing.T) {
	ctx, dir := context.Background(), t.TempDir()
	s := open(t, dir)
	c, err := s.OpenPageCache(ctx, 8000)
	must(t, err)
	for i := range 10 {
		must(t, c.Put(ctx, fmt.Sprint(i), bytes.Repeat([]byte{byte(i)}, 900)))
	}
	must(t, c.Put(ctx, "9", bytes.Repeat([]byte{42}, 800)))
	must(t, c.Put(ctx, "large", make([]byte, 1001)))
	if n := c.Size(); n > 8000 || n < 6000 {
		t.Errorf("%d bytes are kept of at most 8000", n)
	}
	for key, want := range map[string]int{"0": 0, "1": 0, "8": 900, "9": 800, "large": 0, "' OR 1=1": 0} {
		if b, err := c.Get(ctx, key); err != nil || len(b) != want {
			t.Errorf("key %s: %d bytes, %v", key, len(b), err)
		}
	}
	size := c.Size()
	must(t, c.Close())
	c, err = s.OpenPageCache(ctx, 8000)
	must(t, err)
	if c.Size() != size {
		t.Errorf("size %d after opening again, not %d", c.Size(), size)
	}
	must(t, c.Close())
	must(t, os.WriteFile(filepath.Join(dir, "cache.db"), bytes.Repeat([]byte("damaged "), 1000), 0o600))
	c, err = s.OpenPageCache(ctx, 8000)
	must(t, err)
	if b, err := c.Get(ctx, "9"); b != nil || err != nil {
		t.Errorf("a damaged cache is begun anew: %v, %v", b, err)
	}
	must(t, c.Close())
}
