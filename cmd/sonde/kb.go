package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"log/slog"
	"path/filepath"
	"strings"
	"text/tabwriter"

	"github.com/sonde-search/sonde/agent"
	"github.com/sonde-search/sonde/server"
	"github.com/sonde-search/sonde/store"
)

// kbCmd is "sonde kb": knowledge bases, offline.
type kbCmd struct {
	Create kbCreateCmd `cmd:"" help:"Make a collection."`
	Add    kbAddCmd    `cmd:"" help:"Add files, folders, addresses, or standard input."`
	Edit   kbEditCmd   `cmd:"" help:"Change a collection's description or schedule."`
	Ls     kbListCmd   `cmd:"" help:"List the collections, or one's documents."`
	Rm     kbRemoveCmd `cmd:"" help:"Remove a document, or a whole collection."`
	Search kbSearchCmd `cmd:"" help:"Rank passages of a collection."`
	Export kbExportCmd `cmd:"" help:"Write a collection's documents as JSON lines."`
}

// Help is shown below the flags.
func (kbCmd) Help() string {
	return `Examples:
  sonde kb create handbook
  sonde kb add handbook ./docs https://example.org/faq
  sonde kb add handbook --site https://docs.example.org/ --pages 200
  sonde ask --in handbook "How many days of leave are there?"`
}

// withLibrary opens the data folder and its knowledge bases for one command.
func withLibrary(ctx context.Context, con *console, do func(*library) error) error {
	st, err := openStore(ctx, con)
	if err != nil {
		return err
	}
	p, err := assemble(ctx, con, assembly{trustSites: true, store: st, log: slog.New(slog.NewTextHandler(con.stderr, nil))})
	if err != nil {
		return err
	}
	return errors.Join(do(p.library), p.Close())
}

type kbCreateCmd struct {
	Name        string `arg:"" help:"1 to 64 letters, digits, - and _."`
	Description string `help:"What the collection holds."`
	Refresh     string `help:"Read its sites again after this time, such as 24h, while the server runs." placeholder:"TIME"`
}

// Run makes the collection.
func (c *kbCreateCmd) Run(ctx context.Context, con *console) error {
	return withLibrary(ctx, con, func(l *library) error {
		err := l.CreateCollection(ctx, server.CollectionChange{Name: c.Name, Description: &c.Description, Refresh: &c.Refresh})
		if err != nil {
			return fmt.Errorf("making collection %q: %w", c.Name, err)
		}
		return nil
	})
}

type kbEditCmd struct {
	Name        string  `arg:"" help:"The collection."`
	Description *string `help:"What the collection holds."`
	Refresh     *string `help:"Read its sites again after this time, such as 24h, while the server runs; empty: never." placeholder:"TIME"`
}

// Run changes what was given.
func (c *kbEditCmd) Run(ctx context.Context, con *console) error {
	return withLibrary(ctx, con, func(l *library) error {
		err := l.UpdateCollection(ctx, server.CollectionChange{Name: c.Name, Description: c.Description, Refresh: c.Refresh})
		if err != nil {
			return fmt.Errorf("changing collection %q: %w", c.Name, err)
		}
		return nil
	})
}

type kbAddCmd struct {
	Name string            `arg:"" help:"The collection."`
	What []string          `arg:"" optional:"" help:"Files, folders, archives (zip, tar, tar.gz), addresses; - reads a text from standard input."`
	Site []string          `help:"Read this site, links within its host followed (repeatable)." placeholder:"URL" sep:"none"`
	Page int               `name:"pages" help:"Pages of each site, at most." default:"50"`
	Tag  map[string]string `help:"Tag the documents (repeatable)." placeholder:"NAME=VALUE"`
}

// Run adds and reads everything, showing progress. Files that fail are named
// and do not stop the others; the exit status is 1 where nothing was taken.
func (c *kbAddCmd) Run(ctx context.Context, con *console) error {
	return withLibrary(ctx, con, func(l *library) error {
		items, err := c.items(con)
		if err != nil {
			return err
		}
		job, err := l.enqueueAll(ctx, c.Name, items)
		if err != nil {
			return fmt.Errorf("adding to collection %q: %w", c.Name, err)
		}
		stop := watchJob(ctx, con, l, job.ID)
		err = l.doJobs(ctx)
		stop()
		if ctx.Err() != nil {
			return errInterrupted
		}
		if err != nil {
			return err
		}
		if job, err = l.Job(ctx, job.ID); err != nil {
			return err
		}
		if err := l.fillVectors(ctx, c.Name); err != nil {
			fmt.Fprintf(con.stderr, "Passages without a vector are found by words; the rest is filled in later: %v\n", err)
		}
		for _, f := range job.Failures {
			fmt.Fprintf(con.stderr, "failed   %s  %s  %s\n", f.Reason, f.Source, f.Detail)
		}
		fmt.Fprintf(con.stdout, "%d added, %d unchanged, %d failed\n", job.Done, job.Skipped, job.Failed)
		if job.Done+job.Skipped == 0 {
			return errReported
		}
		return nil
	})
}

// items lists what the command line names; folders are walked.
func (c *kbAddCmd) items(con *console) ([]pendingItem, error) {
	var items []pendingItem
	for _, w := range c.What {
		switch {
		case w == "-":
			b, err := io.ReadAll(io.LimitReader(con.stdin, maxFileBytes))
			if err != nil {
				return nil, fmt.Errorf("reading standard input: %w", err)
			}
			items = append(items, pendingItem{addition: server.Addition{Text: string(b), Tags: c.Tag}})
		case strings.Contains(w, "://"):
			items = append(items, pendingItem{addition: server.Addition{URLs: []string{w}, Tags: c.Tag}})
		default:
			paths, err := filesBelow(w)
			if err != nil {
				return nil, err
			}
			for _, p := range paths {
				items = append(items, pendingItem{path: p, addition: server.Addition{Tags: c.Tag}})
			}
		}
	}
	if len(c.Site) > 0 {
		items = append(items, pendingItem{addition: server.Addition{Sites: c.Site, Pages: c.Page, Tags: c.Tag}})
	}
	if len(items) == 0 {
		return nil, fmt.Errorf("%w: nothing to add: name files, folders, addresses, --site or -", errUsage)
	}
	return items, nil
}

// filesBelow lists the files of a folder, hidden ones left out; a file is itself.
func filesBelow(root string) ([]string, error) {
	var out []string
	abs, err := filepath.Abs(root)
	if err != nil {
		return nil, err
	}
	err = filepath.WalkDir(abs, func(path string, d fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case path != abs && strings.HasPrefix(d.Name(), "."):
			if d.IsDir() {
				return fs.SkipDir
			}
		case d.Type().IsRegular() || path == abs && !d.IsDir():
			out = append(out, path)
		}
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("%w: reading %s: %w", errUsage, root, err)
	}
	return out, nil
}

// watchJob shows how far a job is until it is stopped.
func watchJob(ctx context.Context, con *console, l *library, id string) (stop func()) {
	p := newProgress(con.stderr)
	return every(ctx, progressEvery*4, func() {
		if j, err := l.Job(ctx, id); err == nil {
			done := j.Done + j.Skipped + j.Failed
			p.show(agent.Paged{State: "indexed", Done: done, Of: done + j.Left})
		}
	}, p.clear)
}

type kbListCmd struct {
	Name string `arg:"" optional:"" help:"A collection, to list its documents."`
	JSON bool   `name:"json" help:"Print JSON."`
}

// Run lists.
func (c *kbListCmd) Run(ctx context.Context, con *console) error {
	return withLibrary(ctx, con, func(l *library) error {
		if c.Name == "" {
			return c.collections(ctx, con, l)
		}
		docs, err := l.allDocuments(ctx, c.Name)
		if err != nil {
			return fmt.Errorf("listing collection %q: %w", c.Name, err)
		}
		if c.JSON {
			return printJSON(con.stdout, docs)
		}
		t := tabwriter.NewWriter(con.stdout, 0, 0, 2, ' ', 0)
		fmt.Fprintln(t, "ID\tSTATE\tBYTES\tSOURCE\tTITLE")
		for _, d := range docs {
			fmt.Fprintf(t, "%s\t%s\t%d\t%s\t%s\n", d.ID, strings.TrimSpace(d.State+" "+d.Reason), d.Bytes, d.Source, d.Title)
		}
		return t.Flush()
	})
}

func (c *kbListCmd) collections(ctx context.Context, con *console, l *library) error {
	cs, err := l.Collections(ctx)
	if err != nil {
		return err
	}
	if c.JSON {
		return printJSON(con.stdout, cs)
	}
	t := tabwriter.NewWriter(con.stdout, 0, 0, 2, ' ', 0)
	fmt.Fprintln(t, "NAME\tDOCUMENTS\tINDEXED\tFAILED\tREFRESH\tDESCRIPTION")
	for _, k := range cs {
		fmt.Fprintf(t, "%s\t%d\t%d\t%d\t%s\t%s\n", k.Name, k.Documents, k.Indexed, k.Failed, dash(k.Refresh), k.Description)
	}
	return t.Flush()
}

type kbRemoveCmd struct {
	Name string `arg:"" help:"The collection."`
	ID   string `arg:"" optional:"" help:"A document's ID or source; without it the whole collection goes."`
}

// Run removes.
func (c *kbRemoveCmd) Run(ctx context.Context, con *console) error {
	return withLibrary(ctx, con, func(l *library) error {
		if c.ID == "" {
			return l.DeleteCollection(ctx, c.Name)
		}
		err := l.DeleteDocument(ctx, c.Name, c.ID)
		if errors.Is(err, store.ErrNotFound) {
			if d, bySource := l.store.DocumentBySource(ctx, c.Name, c.ID); bySource == nil {
				err = l.DeleteDocument(ctx, c.Name, d.ID)
			}
		}
		if err != nil {
			return fmt.Errorf("removing %q from collection %q: %w", c.ID, c.Name, err)
		}
		return nil
	})
}

type kbSearchCmd struct {
	Name   string   `arg:"" help:"The collection."`
	Query  []string `arg:"" help:"What to look for."`
	N      int      `short:"n" help:"Passages, at most." default:"10"`
	Lang   string   `help:"Only documents in this language." placeholder:"zh|en"`
	Tag    string   `help:"Only documents with this tag." placeholder:"NAME[=VALUE]"`
	Source string   `help:"Only documents whose source begins so." placeholder:"PREFIX"`
	Since  string   `help:"Only documents published on or after this day." placeholder:"YYYY-MM-DD"`
	Until  string   `help:"Only documents published on or before this day." placeholder:"YYYY-MM-DD"`
	JSON   bool     `name:"json" help:"Print JSON."`
}

// Run prints the best passages.
func (c *kbSearchCmd) Run(ctx context.Context, con *console) error {
	return withLibrary(ctx, con, func(l *library) error {
		found, err := l.Search(ctx, server.CollectionQuery{Text: strings.Join(c.Query, " "), K: c.N,
			Filter: server.DocumentQuery{Collection: c.Name, Language: c.Lang, Tag: c.Tag, Source: c.Source, Since: c.Since, Until: c.Until},
			Warn:   func(message string) { fmt.Fprintln(con.stderr, "warning  "+message) }})
		if err != nil {
			return err
		}
		if c.JSON {
			return printJSON(con.stdout, found)
		}
		for i, p := range found {
			fmt.Fprintf(con.stdout, "%d. %.3f  %s  %s\n   %s\n", i+1, p.Score, p.URL, p.Title, oneLine(p.Text))
		}
		return nil
	})
}

type kbExportCmd struct {
	Name string `arg:"" help:"The collection."`
}

// Run writes one JSON document a line, texts included.
func (c *kbExportCmd) Run(ctx context.Context, con *console) error {
	return withLibrary(ctx, con, func(l *library) error {
		return l.export(ctx, con.stdout, c.Name)
	})
}
