package engine

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

func sayPlan(p planReply) string {
	var s []string
	for _, x := range p.Searches {
		s = append(s, x.Query)
	}
	var o []string
	for _, x := range p.Open {
		o = append(o, fmt.Sprint(x.N, x.URL))
	}
	return fmt.Sprintf("%s|%v|%s|%s|%s", p.Thought, p.Enough, strings.Join(s, ";"), strings.Join(o, ";"), strings.Join(p.Terms, ";"))
}

func TestReadPlan(t *testing.T) {
	for _, c := range []struct{ name, in, want string }{
		{"good", `{"thought":"t","enough":false,"searches":[{"query":"a b"},{"query":"c"}],"open":[1,2],"terms":["x"]}`, "t|false|a b;c|1;2|x"},
		{"fences", "```json\n{\"enough\": true}\n```", "|true|||"},
		{"prose around", "Sure! {\"searches\":[\"a\"]} Hope that helps {smile}", "|false|a||"},
		{"the last of two", `{"searches":["old"]} better: {"searches":["new"]}`, "|false|new||"},
		{"the fuller of two", `{"thought":"t","searches":["full"],"enough":false} {"enough":true}`, "t|false|full||"},
		{"inside another object", `{"plan":{"searches":["a"],"enough":false}}`, "|false|a||"},
		{"comments", "{ // what\n \"searches\": [\"a\"], /* and */ \"enough\": false # end\n}", "|false|a||"},
		{"trailing commas", `{"searches":["a","b",],"open":[1,],}`, "|false|a;b|1|"},
		{"single quotes", `{'searches': ['it''s', 'a "b" c'], 'enough': False}`, `|false|it''s;a "b" c||`},
		{"Python", `{"enough": True, "thought": None, "searches": []}`, "|true|||"},
		{"no quotes", `{searches: [alpha beta, gamma], enough: true}`, "|true|alpha beta;gamma||"},
		{"Chinese punctuation", `｛“searches”：［“日活 用户”，“下载量”］，“enough”：false｝`, "|false|日活 用户;下载量||"},
		{"Chinese keys", `{"思考":"想","搜索":["甲"],"足够":"否"}`, "想|false|甲||"},
		{"Chinese quotes inside", `{"thought":"他说“好”，然后走了","searches":["甲"]}`, "他说“好”，然后走了|false|甲||"},
		{"quotes inside", `{"thought":"the so-called "open" model, as they say","searches":["a"]}`, `the so-called "open" model, as they say|false|a||`},
		{"line breaks in strings", "{\"thought\":\"one\ntwo\",\"searches\":[\"a\"]}", "one\ntwo|false|a||"},
		{"LaTeX", `{"thought":"\frac{1}{2} \times \theta \(x\)","searches":["a"]}`, `\frac{1}{2} \times \theta \(x\)|false|a||`},
		{"escapes", `{"thought":"a\tb\n\"c\" \u4e2d\ud83d\ude00","searches":["a"]}`, "a\tb\n\"c\" 中😀|false|a||"},
		{"comma missing between lines", "{\"thought\":\"t\"\n\"searches\":[\"a\"\n\"b\"]}", "t|false|a;b||"},
		{"cut in a string", `{"thought":"t","searches":[{"query":"first"},{"query":"sec`, "t|false|first;sec||"},
		{"cut in a key", `{"searches":["a"],"op`, "|false|a||"},
		{"cut after a colon", `{"searches":["a"],"open":`, "|false|a||"},
		{"bracket missing", `{"searches":["a","b","enough":false}`, "|false|a;b;enough;||"},
		{"numbers as text", `{"open":["3","#4","[5]"],"searches":[]}`, "|false||3;4;5|"},
		{"objects to open", `{"open":[{"n":2},{"url":"https://a.example/"}],"searches":[]}`, "|false||2;0https://a.example/|"},
		{"one search as text", `{"searches":"a b","enough":"true"}`, "|true|a b||"},
		{"other names", `{"queries":[{"q":"a"}],"done":false}`, "|false|a||"},
		{"arrow", `{"searches" => ["a"]}`, "|false|a||"},
	} {
		p, err := readPlan(c.in)
		if err != nil {
			t.Errorf("%s: %v", c.name, err)
			continue
		}
		got := sayPlan(p)
		if c.name == "bracket missing" { // where the end belongs is a guess; the searches must be there
			if !strings.Contains(got, "a;b") {
				t.Errorf("%s: %s", c.name, got)
			}
			continue
		}
		if got != c.want {
			t.Errorf("%s: %s, want %s", c.name, got, c.want)
		}
	}
}

func TestReadPlanRefuses(t *testing.T) {
	for in, want := range map[string]error{
		"":                         errNoJSON,
		"I would search.":          errNoJSON,
		`["a","b"]`:                errNoJSON,
		`{"answer":"119 million"}`: errNoPlan,
		"{}":                       errNoPlan,
	} {
		if _, err := readPlan(in); !errors.Is(err, want) {
			t.Errorf("readPlan(%q) = %v, want %v", in, err, want)
		}
	}
}

// dataFolder is a folder of the development data, or skips the test.
func dataFolder(t *testing.T, name string) string {
	t.Helper()
	root := os.Getenv("SONDE_DATA")
	if root == "" {
		root = filepath.Join("..", "..", "shared", "data")
	}
	dir := filepath.Join(root, name)
	if _, err := os.Stat(dir); err != nil {
		t.Skipf("no data at %s: set SONDE_DATA", dir)
	}
	return dir
}

// TestJSONTestSuite: nothing in it makes the reader panic or hang, and what
// must be accepted is.
func TestJSONTestSuite(t *testing.T) {
	files, err := filepath.Glob(filepath.Join(dataFolder(t, "vectors/json-test-suite"), "*"))
	if err != nil {
		t.Fatal(err)
	}
	if sub, err := filepath.Glob(filepath.Join(dataFolder(t, "vectors/json-test-suite"), "*", "*.json")); err == nil {
		files = append(files, sub...)
	}
	n, good := 0, 0
	for _, f := range files {
		b, err := os.ReadFile(f)
		if err != nil || filepath.Ext(f) != ".json" {
			continue
		}
		n++
		for _, in := range []string{string(b), `{"searches":` + string(b) + `}`, `{"searches":["a"],"terms":` + string(b)} {
			start := time.Now()
			p, err := readPlan(in)
			if d := time.Since(start); d > 2*time.Second {
				t.Errorf("%s took %v", filepath.Base(f), d)
			}
			if strings.HasPrefix(filepath.Base(f), "y_") && strings.HasPrefix(in, `{"searches":["a"]`) {
				if err != nil || len(p.Searches) != 1 {
					t.Errorf("%s: %v, %d searches", filepath.Base(f), err, len(p.Searches))
				}
				good++
			}
		}
	}
	t.Logf("%d files, %d of them valid", n, good)
	if n < 100 {
		t.Errorf("only %d files", n)
	}
}

func FuzzReadPlan(f *testing.F) {
	f.Add(`{"thought":"t","searches":[{"query":"a"}],"open":[1]}`)
	f.Add("｛'a'：[“b”，{c:\\ud800\\u}")
	f.Add(`{"searches":["a" "b" /* x`)
	f.Fuzz(func(t *testing.T, s string) {
		p, err := readPlan(s)
		if err != nil {
			return
		}
		total := len(p.Thought)
		for _, x := range p.Searches {
			total += len(x.Query) + len(x.Why)
		}
		if total > 4*len(s)+64 {
			t.Fatalf("%d bytes of plan from %d", total, len(s))
		}
	})
}
