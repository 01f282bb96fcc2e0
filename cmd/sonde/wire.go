package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"iter"
	"log/slog"
	"slices"
	"sync"
	"time"

	"github.com/sonde-search/sonde/agent"
	"github.com/sonde-search/sonde/crawler"
	"github.com/sonde-search/sonde/crawler/websearch"
	"github.com/sonde-search/sonde/engine"
	"github.com/sonde-search/sonde/retrieval"
	"github.com/sonde-search/sonde/store"
)

// assembly says how the parts are joined for one command.
type assembly struct {
	trustSites bool             // a person typed the sites: they may be private
	model      string           // SPECs, parted by commas; empty: the configured ones
	vision     string           // SPECs; empty: the configured ones
	planner    string           // SPECs; empty: the configured ones, else model
	now        func() time.Time // nil: time.Now
	store      *store.Store     // nil: no collections and no page cache; closed with the parts
	log        *slog.Logger     // nil: discarded
	warc       *crawler.WARC    // nil: none
	tape       *engine.Tape     // records or plays the models' turns; nil: none
}

// parts is what assemble joined. It is a server's Runner too: each question
// may name a model of its own.
type parts struct {
	agent   *agent.Agent // with the assembly's model
	planner string       // SPECs of the assembly's planner; empty: its model
	vision  string       // SPECs of the models that describe images; empty: none
	crawler *crawler.Crawler
	search  *websearch.Searcher
	store   *store.Store // nil without a data folder
	library *library     // nil without a store
	options engine.Options
	closers []io.Closer // closed last to first

	mu       sync.Mutex
	thinkers map[string]engine.Thinker // by planner and writer SPEC
}

// Close releases what the parts hold.
func (p *parts) Close() error {
	var err error
	for _, c := range slices.Backward(p.closers) {
		err = errors.Join(err, c.Close())
	}
	return err
}

// assemble joins crawler, retrieval, engine and store to an agent.
func assemble(ctx context.Context, con *console, as assembly) (*parts, error) {
	if as.now == nil {
		as.now = time.Now
	}
	if as.log == nil {
		as.log = slog.New(slog.DiscardHandler)
	}
	if as.model == "" {
		as.model = string(con.cfg.Model)
	}
	if as.planner == "" {
		as.planner = string(con.cfg.Planner)
	}
	p := &parts{planner: as.planner, vision: cmp.Or(as.vision, string(con.cfg.Vision)), thinkers: map[string]engine.Thinker{}}
	if err := p.join(ctx, con, as); err != nil {
		return nil, errors.Join(err, p.Close())
	}
	return p, nil
}

func (p *parts) join(ctx context.Context, con *console, as assembly) error {
	var cache crawler.Cache
	if as.store != nil {
		p.store = as.store
		p.closers = append(p.closers, as.store)
		pages, err := as.store.OpenPageCache(ctx, 0)
		if err != nil {
			return err
		}
		p.closers = append(p.closers, pages)
		cache = pages
	}
	var err error
	p.search, err = websearch.New(websearch.Options{Config: con.cfg.Search, Getenv: con.getenv, Now: as.now})
	if err != nil {
		return fmt.Errorf("%w: %w", errUsage, err)
	}
	if p.crawler, err = newCrawler(con, as, p.search, cache); err != nil {
		return err
	}
	builtin := engine.NewBuiltin(engine.BuiltinOptions{Now: as.now})
	p.options = engine.Options{Fallback: builtin, Getenv: con.getenv, Health: engine.NewHealth(), Now: as.now, Logger: as.log, Context: con.cfg.Context}
	if as.tape != nil {
		p.options.HTTP = as.tape.Client()
	}
	models := rankModels(con.cfg.Retrieval, con.getenv, as.log)
	p.agent = &agent.Agent{Last: builtin, Web: p.crawler, Index: retrieval.OpenHybrid(models), Now: as.now, Attach: p.attach, Log: as.log}
	if specs, err := engine.ParseSpecs(p.vision); err != nil {
		return fmt.Errorf("%w: vision: %w", errUsage, err)
	} else if err := engine.CheckKeys(specs, p.options); err != nil {
		return fmt.Errorf("%w: vision: %w", errUsage, err)
	}
	if as.store != nil {
		p.library = newLibrary(as, p.crawler, models, con.cfg.Data)
		p.closers = append(p.closers, p.library)
		p.agent.Library = collections{p.library}
	}
	return p.think(p.agent, as.model, as.planner)
}

func openIndex(ctx context.Context) (agent.Index, error) { return retrieval.OpenMemory(ctx) }

// modelReserve is the share of the seconds that is kept for a model's writing.
const modelReserve = 0.4

// think gives the agent the planner and writer that the SPECs name.
func (p *parts) think(a *agent.Agent, model, planner string) error {
	t, err := p.thinker(model, planner)
	if err != nil {
		return fmt.Errorf("%w: %w", errUsage, err)
	}
	a.Planner, a.Writer, a.Model = t, t, model
	a.Resolve = p.resolve
	if c, ok := t.(engine.Condenser); ok {
		a.Resolve = c.Condense
	}
	a.Reserve = 0
	if model != engine.BuiltinSpec {
		a.Reserve = modelReserve
	}
	return nil
}

// resolve completes a follow-up without a model.
func (p *parts) resolve(_ context.Context, q agent.Question, _ agent.Tell) string {
	return engine.Analyse(q.Text, p.agent.Now(), q.Earlier).Text
}

// thinker opens the models of two SPECs, once.
func (p *parts) thinker(model, planner string) (engine.Thinker, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	key := model + "\x00" + planner
	if t := p.thinkers[key]; t != nil {
		return t, nil
	}
	writers, err := engine.ParseSpecs(model)
	if err != nil {
		return nil, err
	}
	o := p.options
	o.Then = writers[1:]
	if planner != "" && planner != model {
		planners, err := engine.ParseSpecs(planner)
		if err != nil {
			return nil, err
		}
		o.Planner, o.PlannerThen = &planners[0], planners[1:]
	}
	t, err := engine.Open(writers[0], o)
	if err != nil {
		return nil, err
	}
	p.thinkers[key] = t
	return t, nil
}

// Run answers a question with the model that it names, or the assembly's.
func (p *parts) Run(ctx context.Context, id string, q agent.Question) iter.Seq[agent.Step] {
	model, planner := cmp.Or(q.Model, p.agent.Model), q.Planner
	if model == p.agent.Model {
		planner = cmp.Or(planner, p.planner)
	}
	if model == p.agent.Model && planner == p.planner {
		return p.agent.Run(ctx, id, q)
	}
	a := *p.agent
	if err := p.think(&a, model, planner); err != nil {
		return func(yield func(agent.Step) bool) { yield(agent.Failed{Message: err.Error(), Err: err}) }
	}
	return a.Run(ctx, id, q)
}

func newCrawler(con *console, as assembly, search crawler.Searcher, cache crawler.Cache) (*crawler.Crawler, error) {
	cfg := con.cfg.Crawler
	opts := crawler.Options{
		Search: search, UserAgent: cfg.UserAgent, Allow: cfg.Allow, TrustSites: as.trustSites, Cache: cache, WARC: as.warc, Now: as.now,
		Polite: crawler.Politeness{Concurrency: cfg.Concurrency, PerHost: cfg.PerHost, PerSite: cfg.PerSite},
	}
	cr, err := crawler.New(opts)
	if err != nil {
		return nil, fmt.Errorf("%w: %w", errUsage, err)
	}
	return cr, nil
}
