package websearch

import (
	"sync"

	"github.com/sonde-search/sonde/agent"
)

// pages asks for n result pages side by side and joins their hits in order, up
// to the first page that failed; that page's error stands beside the hits.
func pages(n int, page func(i int) ([]agent.Hit, error)) ([]agent.Hit, error) {
	if n <= 1 {
		return page(0)
	}
	type result struct {
		hits []agent.Hit
		err  error
	}
	results := make([]result, n)
	var wg sync.WaitGroup
	for i := range n {
		wg.Go(func() {
			defer func() {
				if v := recover(); v != nil {
					results[i] = result{err: &Error{Reason: BadResponse, Detail: "the reply could not be read"}}
				}
			}()
			results[i].hits, results[i].err = page(i)
		})
	}
	wg.Wait()
	var hits []agent.Hit
	for _, r := range results {
		if r.err != nil {
			return hits, r.err
		}
		hits = append(hits, r.hits...)
	}
	return hits, nil
}
