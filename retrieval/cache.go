package retrieval

import "sync"

// A cache keeps values in memory up to a size: what was not asked for while
// half of it filled anew is forgotten. It may be used by many goroutines.
type cache[K comparable, V any] struct {
	size func(V) int // bytes of a value
	half int         // bytes of a generation

	mu         sync.Mutex
	young, old map[K]V
	used       int // bytes of young
}

func newCache[K comparable, V any](bytes int, size func(V) int) *cache[K, V] {
	return &cache[K, V]{size: size, half: bytes / 2, young: map[K]V{}}
}

func (c *cache[K, V]) get(k K) (V, bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	v, ok := c.young[k]
	if ok {
		return v, true
	}
	if v, ok = c.old[k]; ok {
		c.insert(k, v)
	}
	return v, ok
}

func (c *cache[K, V]) put(k K, v V) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.insert(k, v)
}

func (c *cache[K, V]) insert(k K, v V) {
	n := c.size(v)
	if n > c.half {
		return // it would be all there is
	}
	if c.used += n; c.used > c.half {
		c.old, c.young, c.used = c.young, map[K]V{}, n
	}
	c.young[k] = v
}
