package engine

import (
	"crypto/sha256"
	"errors"
	"flag"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"slices"
	"sort"
	"strings"
	"testing"
)

var noteWords = flag.Bool("notewords", false, "note in reader_trained.txt which files' words changed after the training")

// trainedFile lists, a line a file, the words and features that the embedded
// weights were trained with, as a hash; behind it, where they have changed
// since and -notewords was run, the hash that they have now.
const trainedFile = "reader_trained.txt"

// trainedGlobs are the files whose words and features training sees.
var trainedGlobs = []string{"reader_*.go", "reader.go", "span*.go", "question*.go"}

// wordHash is a hash of a file's constants and tables: the names in its lists
// of features and the literals of its package-level declarations. Comments and
// the code of functions do not count.
func wordHash(file string) (string, error) {
	parsed, err := parser.ParseFile(token.NewFileSet(), file, nil, parser.SkipObjectResolution)
	if err != nil {
		return "", err
	}
	h := sha256.New()
	n := 0
	add := func(s string) { n++; fmt.Fprintf(h, "%d %s\n", len(s), s) }
	for _, d := range parsed.Decls {
		g, ok := d.(*ast.GenDecl)
		if !ok || g.Tok != token.CONST && g.Tok != token.VAR {
			continue
		}
		ast.Inspect(g, func(node ast.Node) bool {
			switch node := node.(type) {
			case *ast.BasicLit:
				add(node.Value)
			case *ast.ValueSpec:
				for _, name := range node.Names {
					if g.Tok == token.CONST {
						add(name.Name)
					}
				}
			}
			return true
		})
	}
	if n == 0 {
		return "", nil
	}
	return fmt.Sprintf("%x", h.Sum(nil)[:8]), nil
}

// wordHashes are the hashes of all files that have words or features.
func wordHashes(t *testing.T) map[string]string {
	t.Helper()
	out := map[string]string{}
	for _, glob := range trainedGlobs {
		files, err := filepath.Glob(glob)
		if err != nil {
			t.Fatal(err)
		}
		for _, f := range files {
			h, err := wordHash(f)
			if err != nil {
				t.Fatal(err)
			}
			if h != "" && !strings.HasSuffix(f, "_test.go") {
				out[f] = h
			}
		}
	}
	return out
}

// readTrained is what trainedFile says: per file the hashes that are known.
func readTrained(t *testing.T) map[string][]string {
	t.Helper()
	b, err := os.ReadFile(trainedFile)
	if err != nil && !errors.Is(err, os.ErrNotExist) {
		t.Fatal(err)
	}
	out := map[string][]string{}
	for line := range strings.Lines(string(b)) {
		if f := strings.Fields(line); len(f) > 1 {
			out[f[0]] = f[1:]
		}
	}
	return out
}

// writeTrained writes trainedFile.
func writeTrained(t *testing.T, known map[string][]string) {
	t.Helper()
	lines := make([]string, 0, len(known))
	for f, hashes := range known {
		lines = append(lines, f+" "+strings.Join(hashes, " ")+"\n")
	}
	sort.Strings(lines)
	if err := os.WriteFile(trainedFile, []byte(strings.Join(lines, "")), 0o644); err != nil {
		t.Fatal(err)
	}
}

// noteTrained says that the weights are made with the words as they are.
func noteTrained(t *testing.T) {
	t.Helper()
	known := map[string][]string{}
	for f, h := range wordHashes(t) {
		known[f] = []string{h}
	}
	writeTrained(t, known)
}

// TestTrainedWords sees that a table of words or a list of features was
// changed and the weights were not trained anew.
func TestTrainedWords(t *testing.T) {
	known := readTrained(t)
	now := wordHashes(t)
	for f := range known {
		if now[f] == "" {
			now[f] = "-" // the file is gone, or has no words left
		}
	}
	if *noteWords {
		for f, h := range now {
			switch old := known[f]; {
			case len(old) == 0:
				known[f] = []string{"-", h}
			case old[0] == h:
				known[f] = old[:1]
			default:
				known[f] = []string{old[0], h}
			}
		}
		writeTrained(t, known)
	}
	for f, h := range now {
		if !slices.Contains(known[f], h) {
			t.Errorf("%s: its words or features are not those that the embedded weights were trained with. "+
				"Train anew (see docs/evaluation.md), or note the change: go test ./engine -run TestTrainedWords -notewords", f)
		}
	}
}

func TestWordHash(t *testing.T) {
	dir := t.TempDir()
	hash := func(src string) string {
		t.Helper()
		file := filepath.Join(dir, "a.go")
		if err := os.WriteFile(file, []byte("package a\n"+src), 0o644); err != nil {
			t.Fatal(err)
		}
		h, err := wordHash(file)
		if err != nil {
			t.Fatal(err)
		}
		return h
	}
	base := hash("var cues = set(`because since`)\nconst (\n\tfA = iota\n\tfB\n)\nfunc f() int { return 1 }\n")
	if got := hash("// Cues.\nvar cues = set(`because since`)\n\nconst (\n\tfA = iota\n\tfB\n)\n\nfunc f() int { return 2 }\n"); got != base {
		t.Error("a comment and the code of a function count")
	}
	if hash("var cues = set(`because`)\nconst (\n\tfA = iota\n\tfB\n)\n") == base {
		t.Error("a cue that is gone does not count")
	}
	if hash("var cues = set(`because since`)\nconst (\n\tfB = iota\n\tfA\n)\n") == base {
		t.Error("the order of features does not count")
	}
	if h := hash("func f() string { return \"x\" }\n"); h != "" {
		t.Errorf("a file with no table has the hash %s", h)
	}
}
