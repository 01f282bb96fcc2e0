package crawler

import (
	"context"
	"fmt"
	"iter"

	"github.com/sonde-search/sonde/agent"
)

// A CrawlRequest is a crawl without a question.
type CrawlRequest struct {
	URLs  []string // sites or pages; links within each are followed
	Files []string // local files or folders
	Pages int      // read at most; 0: agent.DefaultPages
	Depth int      // links followed from the start; 0: any, negative: none
	Fresh bool     // go past the page cache
	WARC  *WARC    // nil: none
}

// Crawl reads pages without a question, nearest to the start first. An error
// says that an address or file is not one; what the web does wrong is a step.
func (c *Crawler) Crawl(ctx context.Context, req CrawlRequest) (iter.Seq[agent.Step], error) {
	if req.Pages == 0 {
		req.Pages = agent.DefaultPages
	}
	if req.Pages < 0 {
		return nil, fmt.Errorf("crawling: pages must be more than 0, not %d", req.Pages)
	}
	s, err := c.open(ctx, agent.Question{Scope: agent.Scope{Sites: req.URLs, Files: req.Files}, Fresh: req.Fresh})
	if err != nil {
		return nil, fmt.Errorf("crawling: %w", err)
	}
	s.depth = req.Depth
	if req.WARC != nil {
		s.warc = req.WARC
	}
	return func(yield func(agent.Step) bool) {
		defer func() {
			if err := s.Close(); err != nil {
				c.opts.Log.Error("closing a crawl", "error", err)
			}
		}()
		for step := range s.Read(ctx, agent.Plan{Round: 1}, req.Pages) {
			if !yield(step) {
				return
			}
		}
	}, nil
}
