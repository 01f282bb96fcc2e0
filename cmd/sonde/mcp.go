package main

import (
	"context"
	"fmt"
	"log/slog"

	"github.com/sonde-search/sonde/agent"
	"github.com/sonde-search/sonde/crawler"
	"github.com/sonde-search/sonde/crawler/websearch"
	"github.com/sonde-search/sonde/server"
)

// mcpCmd is "sonde mcp": the Model Context Protocol over standard input and output.
type mcpCmd struct{}

// Help is shown below the flags.
func (mcpCmd) Help() string {
	return `Tools: ask, search, read_page. Example, in a client's configuration:
  {"mcpServers": {"sonde": {"command": "sonde", "args": ["mcp"]}}}`
}

// Run serves until the client leaves.
func (mcpCmd) Run(ctx context.Context, con *console) error {
	st, err := openStore(ctx, con)
	if err != nil {
		return err
	}
	log := slog.New(slog.NewTextHandler(con.stderr, nil))
	parts, err := assemble(ctx, con, assembly{store: st, log: log})
	if err != nil {
		return err
	}
	defer parts.Close()
	srv, err := server.New(parts.serverOptions(con, log))
	if err != nil {
		return fmt.Errorf("%w: %w", errUsage, err)
	}
	return srv.ServeStdio(ctx)
}

// findOnWeb asks the search providers for the tool "search".
func (p *parts) findOnWeb(ctx context.Context, query string, k int) ([]agent.Hit, error) {
	var lists [][]agent.Hit
	var failed error
	for r := range p.search.Search(ctx, websearch.Query{Text: query, Want: k}) {
		if r.Err != nil {
			failed = r.Err
		}
		lists = append(lists, r.Hits)
	}
	hits := websearch.Fuse(lists...)
	if len(hits) == 0 && failed != nil {
		return nil, fmt.Errorf("searching the web: %w", failed)
	}
	return hits[:min(k, len(hits))], nil
}

// readPage reads one page, guarded as in a run, for the tool "read_page".
func (p *parts) readPage(ctx context.Context, url string) (*agent.Page, error) {
	steps, err := p.crawler.Crawl(ctx, crawler.CrawlRequest{URLs: []string{url}, Pages: 1, Depth: -1})
	if err != nil {
		return nil, err
	}
	var skipped agent.Paged
	for s := range steps {
		switch s, ok := s.(agent.Paged); {
		case ok && s.State == agent.PageRead && s.Page != nil:
			return s.Page, nil
		case ok && s.State == agent.PageSkipped && skipped.Reason == "":
			skipped = s
		}
	}
	return nil, fmt.Errorf("%s was not read: %s %s", url, skipped.Reason, skipped.Detail)
}
