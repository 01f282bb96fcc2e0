package extract

import (
	"bytes"
	"flag"
	"hash/fnv"
	"math"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"golang.org/x/net/html"
)

var trainModel = flag.Bool("train", false, "grow the model of main text anew and write model.bin")

// example is a page with the share of each unit that is main text.
type example struct {
	set, name string
	view      *pageView
	label     []float32
	weight    []float32
	gold      string
	x         [][]float32
}

// reference names sites whose pages have one container of main text, and what
// in it is not.
var reference = []struct {
	name, archive, ext string
	every              int
	main               func(n *html.Node) bool
	not                func(n *html.Node) bool
}{
	{"wiki", "cmu-wiki-qa/pages-150-original-html.tar.xz", "o.htm", 3,
		func(n *html.Node) bool { return attr(n, "id") == "bodyContent" },
		func(n *html.Node) bool {
			c, id := attr(n, "class"), attr(n, "id")
			return id == "toc" || id == "catlinks" || id == "siteSub" || id == "jump-to-nav" || id == "contentSub" || hasWord(c, "editsection") || hasWord(c, "navbox") ||
				hasWord(c, "printfooter") || hasWord(c, "catlinks") || hasWord(c, "noprint") || hasWord(c, "references-small") || hasWord(c, "references") || hasWord(c, "toc")
		}},
	{"peps", "sites/en-python-peps.tar.xz", ".html", 20,
		func(n *html.Node) bool { return attr(n, "id") == "pep-content" },
		func(n *html.Node) bool { return attr(n, "id") == "contents" }},
	{"oi", "sites/zh-oi-wiki.tar.xz", ".html", 12,
		func(n *html.Node) bool { return n.Data == "article" && hasWord(attr(n, "class"), "md-content__inner") },
		func(n *html.Node) bool {
			return hasWord(attr(n, "class"), "headerlink") || hasWord(attr(n, "class"), "md-source-file")
		}},
	{"vue", "sites/zh-vue2-docs.tar.xz", ".html", 4,
		func(n *html.Node) bool {
			return n.Data == "div" && hasWord(attr(n, "class"), "content") && hasWord(attr(n, "class"), "with-sidebar")
		},
		func(n *html.Node) bool {
			return attr(n, "id") == "ad" || hasWord(attr(n, "class"), "footer") || hasWord(attr(n, "class"), "guide-links")
		}},
}

// newExample cuts a page into units; nil where it cannot be parsed.
func newExample(in Input) *example {
	doc, err := html.Parse(strings.NewReader(decode(in)))
	if err != nil {
		return nil
	}
	m := readMeta(doc)
	unveil(doc)
	u, err := url.Parse(in.URL)
	if err != nil {
		u = &url.URL{}
	}
	v := view(cut(doc), m, u.Path+"?"+u.RawQuery)
	if len(v.units) == 0 {
		return nil
	}
	e := &example{view: v, label: make([]float32, len(v.units)), weight: make([]float32, len(v.units))}
	for i := range v.units {
		e.x = append(e.x, v.features(i, nil))
	}
	return e
}

// labelByGold says how much of each unit stands in the gold text.
func (e *example) labelByGold(text string) {
	e.gold = text
	set := shingles(text)
	flat := " " + strings.Join(strings.FieldsFunc(text, func(r rune) bool { return isSpace(r) }), " ") + " "
	for i, u := range e.view.units {
		if u.size.tokens >= 4 {
			hit, n := 0, 0
			for s, c := range shingles(u.text) {
				n += c
				if set[s] > 0 {
					hit += min(c, set[s])
				}
			}
			e.label[i] = float32(hit) / float32(n)
		} else if strings.Contains(flat, " "+u.text+" ") {
			e.label[i] = .5 // settled by its neighbours below
		}
	}
	for i := range e.label {
		if e.label[i] == .5 && e.view.units[i].size.tokens < 4 {
			e.label[i] = max(0, min(1, (e.near(i, -1)+e.near(i, 1))/2))
		}
	}
}

func (e *example) near(i, step int) float32 {
	for j := i + step; j >= 0 && j < len(e.label); j += step {
		if e.view.units[j].size.tokens >= 6 {
			return e.label[j]
		}
	}
	return 0
}

// labelByFrame says which units stand in the page's container of main text.
func (e *example) labelByFrame(main, not func(*html.Node) bool) bool {
	var gold []string
	for i, u := range e.view.units {
		in, out := false, false
		for n := u.nodes[0]; n != nil; n = n.Parent {
			in = in || main(n)
			out = out || not(n) && !in
		}
		if in && !out {
			e.label[i] = 1
			gold = append(gold, u.text)
		}
	}
	e.gold = strings.Join(gold, "\n")
	return len(gold) > 3
}

// weigh gives each unit the weight it has in the page's score.
func (e *example) weigh() {
	total, want := float32(0), float32(len(strings.Fields(e.gold)))
	if mainlyHan(e.gold) {
		want = float32(len([]rune(e.gold)))
	}
	for i, u := range e.view.units {
		e.weight[i] = float32(u.size.tokens+1) / (want + 60)
		total += e.weight[i]
	}
	if total > 3 {
		for i := range e.weight {
			e.weight[i] *= 3 / total
		}
	}
}

func loadExamples(t *testing.T) []*example {
	dir := dataDir(t)
	var all []*example
	for _, b := range benchmarks {
		pages := unpacked(t, filepath.Join(dir, b.pages))
		for name, g := range goldSet(t, filepath.Join(dir, b.gold)) {
			if e := newExample(Input{URL: g.URL, ContentType: "text/html", Body: pageFile(t, pages, name)}); e != nil {
				e.set, e.name = b.name, name
				e.labelByGold(g.Text)
				e.weigh()
				all = append(all, e)
			}
		}
	}
	for _, r := range reference {
		pages, n := unpacked(t, filepath.Join(dir, r.archive)), 0
		err := filepath.WalkDir(pages, func(p string, d os.DirEntry, err error) error {
			if err != nil || d.IsDir() || !strings.HasSuffix(p, r.ext) {
				return err
			}
			if n++; n%r.every != 0 {
				return nil
			}
			body, err := os.ReadFile(p)
			if err != nil {
				return err
			}
			if e := newExample(Input{URL: "https://example.org/" + filepath.Base(filepath.Dir(p)) + "/", ContentType: "text/html", Body: body}); e != nil && e.labelByFrame(r.main, r.not) {
				e.set, e.name = r.name, r.name+p
				e.weigh()
				all = append(all, e)
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	slices.SortFunc(all, func(a, b *example) int { return strings.Compare(a.name, b.name) })
	return all
}

const folds = 5

func (e *example) fold() int {
	h := fnv.New32a()
	h.Write([]byte(e.name))
	return int(h.Sum32() % folds)
}

func table(all []*example) *rows {
	var x [][]float32
	var y, w []float32
	for _, e := range all {
		x = append(x, e.x...)
		y = append(y, e.label...)
		w = append(w, e.weight...)
	}
	return binned(x, y, w)
}

// predict sets the probabilities of e's units.
func (e *example) predict(f *forest) {
	for i, u := range e.view.units {
		u.keep = sigmoid(f.odds(e.x[i]))
	}
}

// widen adds the second model's features.
func (e *example) widen() {
	e.view.average()
	for i := range e.x {
		e.x[i] = e.view.secondFeatures(i, e.x[i])
	}
}

func others(all []*example, k int) []*example {
	var out []*example
	for _, e := range all {
		if e.fold() != k {
			out = append(out, e)
		}
	}
	return out
}

func report(t *testing.T, stage string, all []*example, text func(*example) string) {
	means := map[string]*mean{}
	for _, e := range all {
		p, r := score(text(e), e.gold)
		sets := []string{e.set}
		if mainlyHan(e.gold) {
			sets = append(sets, e.set+" zh")
		}
		if os.Getenv("SONDE_EVAL_PAGES") != "" {
			t.Logf("%s %.3f %.3f %s %s", stage, p, r, e.set, e.name)
			if stage == "second" && p*r < .7 {
				for i, u := range e.view.units {
					if u.size.tokens >= 12 && math.Abs(u.keep-float64(e.label[i])) > .5 {
						t.Logf("   off %.2f for %.2f <%s %s> %.90s", u.keep, e.label[i], u.frame.node.Data, attr(u.frame.node.Parent, "class"), u.text)
					}
				}
			}
		}
		for _, s := range sets {
			if means[s] == nil {
				means[s] = &mean{}
			}
			means[s].add(p, r)
		}
	}
	var names []string
	for s := range means {
		names = append(names, s)
	}
	slices.Sort(names)
	for _, s := range names {
		p, r, f := means[s].figures()
		t.Logf("%-10s %-24s %4.0f  P %.3f R %.3f F1 %.3f", stage, s, means[s].n, p, r, f)
	}
}

func kept(e *example) string {
	var b strings.Builder
	for _, u := range e.view.units {
		if u.keep >= .5 {
			b.WriteString(u.text + "\n")
		}
	}
	return b.String()
}

// TestTrainModel checks that the embedded model is whole. With -train it grows
// another by cross validation, prints what that reaches on pages it has not
// seen, and writes the model grown on all.
func TestTrainModel(t *testing.T) {
	if !*trainModel {
		var again []byte
		for _, f := range models() {
			again = f.marshal(again)
		}
		if !bytes.Equal(again, modelBytes) {
			t.Error("model.bin is not what its forests are written as")
		}
		return
	}
	all := loadExamples(t)
	for _, e := range all {
		for i, u := range e.view.units {
			u.keep = float64(e.label[i])
		}
	}
	report(t, "oracle", all, kept)
	b := boosting{trees: 200, leaves: 16, rate: .06, lambda: 2, features: .25, sample: .6, minWeight: .1}
	var out []byte
	for stage := range 2 {
		forests := make([]*forest, folds)
		for k := range folds {
			forests[k] = b.train(table(others(all, k)))
		}
		out = b.train(table(all)).marshal(out)
		for _, e := range all {
			e.predict(forests[e.fold()])
		}
		report(t, []string{"first", "second"}[stage], all, kept)
		for _, e := range all {
			e.widen()
		}
	}
	if err := os.WriteFile("model.bin", out, 0o644); err != nil {
		t.Fatal(err)
	}
}
