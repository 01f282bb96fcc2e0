package retrieval

import "testing"

func TestCacheForgetsWhatIsNotAskedFor(t *testing.T) {
	c := newCache[int](100, func(n int) int { return 10 })
	for i := range 30 {
		c.put(i, i)
		if v, ok := c.get(0); !ok || v != 0 {
			t.Fatalf("after %d values, what is asked for again and again is gone", i)
		}
	}
	kept := 0
	for i := range 30 {
		if _, ok := c.get(i); ok {
			kept++
		}
	}
	if kept == 30 || kept < 5 {
		t.Errorf("%d of 30 values are kept where ten fit", kept)
	}
	big := newCache[int](100, func(n int) int { return n })
	big.put(1, 51)
	if _, ok := big.get(1); ok {
		t.Error("a value larger than half of it is kept")
	}
}
