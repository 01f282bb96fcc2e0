package websearch

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"testing"
)

func TestSearXNGPages(t *testing.T) {
	srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		p := r.FormValue("pageno")
		fmt.Fprint(w, `{"query":"q","number_of_results":0,"results":[`)
		for i := range 10 {
			if i > 0 {
				fmt.Fprint(w, ",")
			}
			fmt.Fprintf(w, `{"url":"https://e%s.example/%d","title":"T %d","content":"c","publishedDate":null}`, p, i, i)
		}
		fmt.Fprint(w, `],"unresponsive_engines":[]}`)
	}))
	defer srv.Close()
	s, err := New(Options{Config: Config{Providers: []ProviderConfig{{Kind: "searxng", URL: srv.URL}}}})
	if err != nil {
		t.Fatal(err)
	}
	for r := range s.Search(t.Context(), Query{Text: "q", Want: 30}) {
		if r.Err != nil || len(r.Hits) != 30 || r.Hits[29].URL != "https://e3.example/9" {
			t.Fatalf("got %d hits, %v: %+v", len(r.Hits), r.Err, r.Hits)
		}
		return
	}
	t.Fatal("no reply")
}
