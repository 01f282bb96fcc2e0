package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"iter"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"time"

	"github.com/sonde-search/sonde/agent"
	"github.com/sonde-search/sonde/crawler"
)

// crawlCmd is "sonde crawl": fetch and extract without a question.
type crawlCmd struct {
	URL    []string `arg:"" name:"url" help:"Pages or sites; links within each are followed."`
	Pages  int      `help:"Pages to read, at most." default:"50"`
	Depth  int      `help:"Links to follow from the start, at most (0: only the named pages; default: any)." default:"-1"`
	Out    string   `help:"Write each page's text into this folder, and pages.jsonl." placeholder:"DIR" type:"path"`
	WARC   string   `name:"warc" help:"Write what was sent and received as a web archive (WARC 1.1)." placeholder:"FILE" type:"path"`
	Fresh  bool     `help:"Read pages anew, past the page cache."`
	JSON   bool     `name:"json" help:"Print what was read and skipped as one JSON document."`
	Events bool     `help:"Print one JSON step a line while it runs."`
}

// Help is shown below the flags.
func (crawlCmd) Help() string {
	return `Examples:
  sonde crawl --pages 20 --out pages/ https://peps.python.org/
  sonde crawl --warc site.warc.gz https://example.org/`
}

// crawlResult is what "sonde crawl --json" prints.
type crawlResult struct {
	Pages   []*agent.Page `json:"pages"`
	Skipped []agent.Skip  `json:"skipped"`
}

// Run crawls, showing progress, and prints what was read.
func (c *crawlCmd) Run(ctx context.Context, con *console) (err error) {
	if c.Pages < 1 || c.Pages > agent.MaxPages {
		return fmt.Errorf("%w: pages must be between 1 and %d, not %d", errUsage, agent.MaxPages, c.Pages)
	}
	parts, err := assemble(ctx, con, assembly{trustSites: true})
	if err != nil {
		return err
	}
	defer parts.Close()
	req := crawler.CrawlRequest{URLs: c.URL, Pages: c.Pages, Depth: c.depth(), Fresh: c.Fresh}
	archive, closeArchive, err := openArchive(c.WARC)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, closeArchive()) }()
	req.WARC = archive
	steps, err := parts.crawler.Crawl(ctx, req)
	if err != nil {
		return fmt.Errorf("%w: %w", errUsage, err)
	}
	result, err := c.collect(con, steps)
	if err != nil {
		return err
	}
	if err := c.print(con, result); err != nil {
		return err
	}
	switch {
	case ctx.Err() != nil:
		return errInterrupted
	case len(result.Pages) == 0:
		return errors.New("nothing could be read")
	}
	return nil
}

// openArchive begins a web archive in a file; without a name there is none.
func openArchive(file string) (*crawler.WARC, func() error, error) {
	if file == "" {
		return nil, func() error { return nil }, nil
	}
	f, err := os.Create(file)
	if err != nil {
		return nil, nil, fmt.Errorf("writing the web archive: %w", err)
	}
	w, err := crawler.NewWARC(f, time.Now())
	if err != nil {
		return nil, nil, errors.Join(fmt.Errorf("writing the web archive: %w", err), f.Close())
	}
	return w, func() error { return errors.Join(w.Err(), f.Close()) }, nil
}

// depth is the flag as the crawler counts: 0 is any, negative none.
func (c *crawlCmd) depth() int {
	switch {
	case c.Depth < 0:
		return 0
	case c.Depth == 0:
		return -1
	}
	return c.Depth
}

// collect takes the steps, writing each page as it comes.
func (c *crawlCmd) collect(con *console, steps iter.Seq[agent.Step]) (crawlResult, error) {
	result := crawlResult{Pages: []*agent.Page{}, Skipped: []agent.Skip{}}
	progress := newProgress(con.stderr)
	defer progress.clear()
	lines := json.NewEncoder(con.stdout)
	lines.SetEscapeHTML(false)
	done := 0
	for s := range steps {
		p, ok := s.(agent.Paged)
		if !ok {
			continue
		}
		if p.Attempted {
			done++
		}
		p.Done, p.Of = done, c.Pages
		progress.show(p)
		switch {
		case p.State == agent.PageSkipped:
			result.Skipped = append(result.Skipped, agent.Skip{URL: p.URL, Reason: p.Reason, Detail: p.Detail})
		case p.State == agent.PageRead && p.Page != nil:
			result.Pages = append(result.Pages, p.Page)
			if err := c.save(len(result.Pages), p.Page); err != nil {
				return result, err
			}
		}
		if c.Events {
			if err := lines.Encode(agent.Record{ID: int64(done), At: time.Now().UTC(), Step: p}); err != nil {
				return result, fmt.Errorf("printing a step: %w", err)
			}
		}
	}
	return result, nil
}

// save writes one page's text, and its line of pages.jsonl.
func (c *crawlCmd) save(n int, p *agent.Page) error {
	if c.Out == "" {
		return nil
	}
	if err := os.MkdirAll(c.Out, 0o755); err != nil {
		return fmt.Errorf("writing pages: %w", err)
	}
	name := fmt.Sprintf("%04d-%s.md", n, fileName(p.URL))
	if err := os.WriteFile(filepath.Join(c.Out, name), []byte(p.Text), 0o644); err != nil {
		return fmt.Errorf("writing the text of %s: %w", p.URL, err)
	}
	line, err := json.Marshal(struct {
		File string `json:"file"`
		*agent.Page
	}{name, p})
	if err != nil {
		return fmt.Errorf("describing %s: %w", p.URL, err)
	}
	f, err := os.OpenFile(filepath.Join(c.Out, "pages.jsonl"), os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o644)
	if err != nil {
		return fmt.Errorf("writing pages.jsonl: %w", err)
	}
	_, err = fmt.Fprintf(f, "%s\n", line)
	if err = errors.Join(err, f.Close()); err != nil {
		return fmt.Errorf("writing pages.jsonl: %w", err)
	}
	return nil
}

var notInNames = regexp.MustCompile(`[^\p{L}\p{N}.]+`)

// fileName makes an address a file's name of at most 80 characters.
func fileName(address string) string {
	_, rest, _ := strings.Cut(address, "://")
	name := []rune(strings.Trim(notInNames.ReplaceAllString(rest, "-"), "-."))
	return string(name[:min(80, len(name))])
}

func (c *crawlCmd) print(con *console, r crawlResult) error {
	switch {
	case c.Events:
		return nil
	case c.JSON:
		return printJSON(con.stdout, r)
	}
	for _, p := range r.Pages {
		fmt.Fprintf(con.stdout, "read     %6d  %s  %s\n", len(p.Text), p.URL, p.Title)
	}
	for _, s := range r.Skipped {
		fmt.Fprintf(con.stdout, "skipped  %s  %s  %s\n", s.Reason, s.URL, s.Detail)
	}
	_, err := fmt.Fprintf(con.stdout, "\n%d pages read, %d addresses skipped\n", len(r.Pages), len(r.Skipped))
	return err
}
