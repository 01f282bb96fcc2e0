package extract

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"runtime/debug"
	"strconv"
	"strings"
	"testing"

	"github.com/sonde-search/sonde/agent"
)

// pdfOf is a PDF with one line of text a page.
func pdfOf(lines ...string) []byte {
	var b bytes.Buffer
	var at []int
	object := func(s string) {
		at = append(at, b.Len())
		fmt.Fprintf(&b, "%d 0 obj\n%s\nendobj\n", len(at), s)
	}
	b.WriteString("%PDF-1.4\n")
	var kids strings.Builder
	for i := range lines {
		fmt.Fprintf(&kids, "%d 0 R ", 4+2*i)
	}
	object("<</Type/Catalog/Pages 2 0 R>>")
	object(fmt.Sprintf("<</Type/Pages/Kids[%s]/Count %d>>", kids.String(), len(lines)))
	object("<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>")
	for i, l := range lines {
		object(fmt.Sprintf("<</Type/Page/Parent 2 0 R/MediaBox[0 0 600 800]/Resources<</Font<</F 3 0 R>>>>/Contents %d 0 R>>", 5+2*i))
		s := "BT /F 12 Tf 72 700 Td (" + l + ") Tj ET"
		object(fmt.Sprintf("<</Length %d>>stream\n%s\nendstream", len(s), s))
	}
	object("<</Title(Harbour depths)/Author(Mei Lin)/CreationDate(D:20240203040506Z)>>")
	xref := b.Len()
	fmt.Fprintf(&b, "xref\n0 %d\n0000000000 65535 f \n", len(at)+1)
	for _, a := range at {
		fmt.Fprintf(&b, "%010d 00000 n \n", a)
	}
	fmt.Fprintf(&b, "trailer<</Size %d/Root 1 0 R/Info %d 0 R>>\nstartxref\n%d\n%%%%EOF", len(at)+1, len(at), xref)
	return b.Bytes()
}

func TestPDF(t *testing.T) {
	p := mustExtract(t, Input{URL: "https://e.org/d", ContentType: "application/pdf", Body: pdfOf("The north pier is 14 m deep.", "The south pier is 9 m deep.")}).Page
	if want := "## Page 1\n\nThe north pier is 14 m deep.\n\n## Page 2\n\nThe south pier is 9 m deep."; p.Text != want {
		t.Errorf("text:\n%s", p.Text)
	}
	if p.Title != "Harbour depths" || p.Author != "Mei Lin" || p.Published != "2024-02-03" || p.MIME != "application/pdf" {
		t.Errorf("%+v", p)
	}
}

// resident is the memory of the process in bytes.
func resident(t *testing.T) int {
	b, err := os.ReadFile("/proc/self/statm")
	if err != nil {
		t.Skipf("memory is measured on Linux: %v", err)
	}
	n, err := strconv.Atoi(strings.Fields(string(b))[1])
	if err != nil {
		t.Fatal(err)
	}
	return n * os.Getpagesize()
}

// TestHostilePDF reads files that are made to break readers: none panics, and
// none takes more than 64 MB beyond the loaded engine.
func TestHostilePDF(t *testing.T) {
	files, err := filepath.Glob(filepath.Join(dataDir(t), "vectors", "pdf-hostile", "*.pdf"))
	if err != nil {
		t.Fatal(err)
	}
	mustExtract(t, Input{URL: "https://e.org/d", Body: pdfOf("x")}) // loads the engine
	runtime.GC()
	debug.FreeOSMemory()
	before, most, read := resident(t), 0, 0
	for _, f := range files {
		body, err := os.ReadFile(f)
		if err != nil {
			t.Fatal(err)
		}
		_, err = Extract(context.Background(), Input{URL: "file://" + f, Body: body, Now: day})
		var e *Error
		if errors.As(err, &e) && e.Reason == agent.SkipPanic {
			t.Errorf("%s: %v", filepath.Base(f), err)
		}
		if err == nil {
			read++
		}
		most = max(most, resident(t))
	}
	t.Logf("%d of %d files have text; memory rose by %d MB at most", read, len(files), (most-before)>>20)
	if most-before > 64<<20 {
		t.Errorf("memory rose by %d MB; at most 64 are expected", (most-before)>>20)
	}
}
