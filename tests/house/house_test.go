// Package house holds the rules of the house as tests: which package may
// import what, and how large a room may be.
package house

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
)

const module = "github.com/sonde-search/sonde"

// doors names the one package (below the module) that may import a library.
var doors = map[string]string{
	"github.com/gocolly/colly":        "crawler",
	"github.com/blevesearch/bleve":    "retrieval",
	"github.com/tmc/langchaingo":      "engine",
	"github.com/labstack/echo":        "server",
	"modernc.org/sqlite":              "store",
	"github.com/klippa-app/go-pdfium": "crawler/extract",
	"github.com/xuri/excelize":        "crawler/extract",
	"github.com/alecthomas/kong":      "cmd/sonde",
	"github.com/chromedp":             "cmd/sonde",
}

// arrows lists what each package may import of this module.
var arrows = map[string][]string{
	"agent":             {"agent/lang"},
	"agent/lang":        {},
	"crawler":           {"agent", "agent/lang", "crawler/extract", "crawler/websearch"},
	"crawler/extract":   {"agent", "agent/lang"},
	"crawler/websearch": {"agent", "agent/lang"},
	"retrieval":         {"agent", "agent/lang"},
	"engine":            {"agent", "agent/lang", "prompts"},
	"prompts":           {"agent", "agent/lang"},
	"server":            {"agent", "agent/lang", "server/web"},
	"server/web":        {},
	"store":             {"agent", "agent/lang"},
}

// A room is one Go file with the folder it stands in.
type room struct {
	folder, path string
	file         *ast.File
	fset         *token.FileSet
	lines        int
}

func rooms(t *testing.T) []room {
	t.Helper()
	root, err := filepath.Abs("../..")
	if err != nil {
		t.Fatal(err)
	}
	var out []room
	err = filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if d.IsDir() && (strings.HasPrefix(d.Name(), ".") && path != root || d.Name() == "testdata" || d.Name() == "node_modules") {
			return fs.SkipDir
		}
		if !strings.HasSuffix(path, ".go") || filepath.Dir(path) == root {
			return nil
		}
		b, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		fset := token.NewFileSet()
		f, err := parser.ParseFile(fset, path, b, parser.ParseComments)
		if err != nil {
			return err
		}
		rel, err := filepath.Rel(root, path)
		out = append(out, room{filepath.ToSlash(filepath.Dir(rel)), filepath.ToSlash(rel), f, fset, strings.Count(string(b), "\n")})
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	if len(out) < 50 {
		t.Fatalf("only %d files found: the walk is broken", len(out))
	}
	return out
}

func TestArrows(t *testing.T) {
	for _, r := range rooms(t) {
		if strings.HasSuffix(r.path, "_test.go") || strings.HasPrefix(r.folder, "tests") {
			continue
		}
		for _, imp := range r.file.Imports {
			path, err := strconv.Unquote(imp.Path.Value)
			if err != nil {
				t.Fatal(err)
			}
			checkImport(t, r, path)
		}
	}
}

func checkImport(t *testing.T, r room, path string) {
	t.Helper()
	if inner, ok := strings.CutPrefix(path, module+"/"); ok {
		if allowed, listed := arrows[r.folder]; listed && !contains(allowed, inner) {
			t.Errorf("%s imports %s: not an arrow of the house", r.path, inner)
		} else if !listed && !strings.HasPrefix(r.folder, "cmd/") {
			t.Errorf("%s: package %s is not in the table of arrows", r.path, r.folder)
		}
		if strings.HasPrefix(inner, "cmd/") {
			t.Errorf("%s imports cmd", r.path)
		}
		return
	}
	if strings.HasPrefix(r.folder, "agent") && strings.Contains(strings.Split(path, "/")[0], ".") {
		t.Errorf("%s imports %s: agent imports the standard library alone", r.path, path)
	}
	for library, door := range doors {
		if door != "" && strings.HasPrefix(path, library) && r.folder != door {
			t.Errorf("%s imports %s, whose door is %s", r.path, path, door)
		}
	}
}

func contains(list []string, s string) bool {
	for _, x := range list {
		if x == s {
			return true
		}
	}
	return false
}

// Measures of a comfortable room.
const (
	maxFileLines     = 400
	maxTestFileLines = 600
	maxFuncLines     = 60
	maxParameters    = 4
	maxMethods       = 3
)

func TestMeasures(t *testing.T) {
	for _, r := range rooms(t) {
		isTest := strings.HasSuffix(r.path, "_test.go")
		if limit := map[bool]int{true: maxTestFileLines, false: maxFileLines}[isTest]; r.lines > limit {
			t.Errorf("%s has %d lines, more than %d", r.path, r.lines, limit)
		}
		if isTest {
			continue
		}
		ast.Inspect(r.file, func(n ast.Node) bool {
			measure(t, r, n)
			return true
		})
	}
}

func measure(t *testing.T, r room, n ast.Node) {
	t.Helper()
	switch n := n.(type) {
	case *ast.FuncDecl:
		lines := r.fset.Position(n.End()).Line - r.fset.Position(n.Pos()).Line + 1
		if lines > maxFuncLines {
			t.Errorf("%s: %s has %d lines, more than %d", r.path, n.Name.Name, lines, maxFuncLines)
		}
		// The program's run(ctx, args, getenv, stdin, stdout, stderr) is the one exception.
		if p := n.Type.Params.NumFields(); p > maxParameters && !(r.folder == "cmd/sonde" && n.Name.Name == "run") && p > maxParameters+contextFirst(n) {
			t.Errorf("%s: %s has %d parameters, more than %d", r.path, n.Name.Name, p, maxParameters)
		}
	case *ast.InterfaceType:
		if m := n.Methods.NumFields(); m > maxMethods {
			t.Errorf("%s:%d: an interface of %d methods, more than %d", r.path, r.fset.Position(n.Pos()).Line, m, maxMethods)
		}
	}
}

// contextFirst is 1 where the first parameter is a context, which does not count.
func contextFirst(f *ast.FuncDecl) int {
	if len(f.Type.Params.List) == 0 {
		return 0
	}
	if sel, ok := f.Type.Params.List[0].Type.(*ast.SelectorExpr); ok && sel.Sel.Name == "Context" {
		return 1
	}
	return 0
}

func TestFoldersAreShallow(t *testing.T) {
	seen := map[string]bool{}
	for _, r := range rooms(t) {
		if !seen[r.folder] && strings.Count(r.folder, "/") > 1 {
			seen[r.folder] = true
			t.Errorf("%s is deeper than package/part", r.folder)
		}
	}
}
