package main

import (
	"context"
	"fmt"
	"net/http"
	"time"

	"github.com/sonde-search/sonde/agent"
	"github.com/sonde-search/sonde/crawler"
	"github.com/sonde-search/sonde/crawler/websearch"
	"github.com/sonde-search/sonde/engine"
	"github.com/sonde-search/sonde/retrieval"
)

// assembly says how the parts are joined for one command.
type assembly struct {
	trustSites bool             // a person typed the sites: they may be private
	model      string           // SPEC; empty: the configured one
	planner    string           // SPEC; empty: the configured one, else model
	now        func() time.Time // nil: time.Now
	cache      crawler.Cache    // nil: no page cache
}

// parts is what assemble joined.
type parts struct {
	agent   *agent.Agent
	crawler *crawler.Crawler
}

// Close releases what the parts hold.
func (p *parts) Close() error { return nil }

// assemble joins crawler, retrieval and engine to an agent.
func assemble(con *console, as assembly) (*parts, error) {
	if as.now == nil {
		as.now = time.Now
	}
	cr, err := newCrawler(con, as)
	if err != nil {
		return nil, err
	}
	builtin := engine.NewBuiltin(engine.BuiltinOptions{Now: as.now})
	a := &agent.Agent{
		Planner: builtin, Writer: builtin, Last: builtin, Web: cr, Index: openIndex, Now: as.now, Model: "builtin",
	}
	return &parts{agent: a, crawler: cr}, nil
}

func openIndex(ctx context.Context) (agent.Index, error) { return retrieval.OpenMemory(ctx) }

func newCrawler(con *console, as assembly) (*crawler.Crawler, error) {
	cfg := con.cfg
	opts := crawler.Options{
		UserAgent: cfg.Crawler.UserAgent, Allow: cfg.Crawler.Allow, TrustSites: as.trustSites,
		Cache: as.cache, Now: as.now,
	}
	search, err := websearch.New(websearch.Options{
		Config: cfg.Search, Getenv: con.getenv, HTTP: &http.Client{Timeout: 20 * time.Second},
	})
	if err != nil {
		return nil, fmt.Errorf("%w: search providers: %w", errUsage, err)
	}
	opts.Search = search
	cr, err := crawler.New(opts)
	if err != nil {
		return nil, fmt.Errorf("%w: crawler: %w", errUsage, err)
	}
	return cr, nil
}
