package extract

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/klippa-app/go-pdfium"
	pdfiumerrors "github.com/klippa-app/go-pdfium/errors"
	"github.com/klippa-app/go-pdfium/references"
	"github.com/klippa-app/go-pdfium/requests"
	"github.com/sonde-search/sonde/agent"
)

// Limits of one PDF.
const (
	maxPDF      = 32 << 20         // bytes
	maxPDFPages = 1000             // pages read; the rest is left out, and the text marked as truncated
	maxPDFTime  = 20 * time.Second // beyond that what was read counts
)

// readPDF reads the text of a PDF. In a document of several pages each begins
// with a heading "## Page 3", so that a passage tells its page. A page that is
// only an image has no text.
func (j *job) readPDF(ctx context.Context) error {
	if len(j.in.Body) > maxPDF {
		return &Error{agent.SkipTooLarge, fmt.Sprintf("the PDF has %d MB; at most %d are read", len(j.in.Body)>>20, maxPDF>>20)}
	}
	ctx, cancel := context.WithTimeout(ctx, maxPDFTime+compileTime)
	defer cancel()
	var text string
	err := pdfs.use(ctx, func(p pdfium.Pdfium) error {
		var err error
		text, err = j.pdfText(p)
		return err
	})
	var known *Error
	switch {
	case errors.As(err, &known):
		return known
	case err != nil && ctx.Err() != nil && text == "":
		return &Error{agent.SkipTooSlow, "the PDF took too long to read"}
	case err != nil && text == "":
		return &Error{agent.SkipBadFile, "the PDF could not be read: " + err.Error()}
	}
	j.page.Truncated = j.page.Truncated || err != nil
	j.page.Text = text
	if strings.TrimSpace(j.page.Title) == "" {
		j.page.Title = firstLine(text)
	}
	j.page.Language = language(text, "")
	return nil
}

// pdfText reads all pages. An error after some text leaves that text.
func (j *job) pdfText(p pdfium.Pdfium) (string, error) {
	opened, err := p.OpenDocument(&requests.OpenDocument{File: &j.in.Body})
	if err != nil {
		if errors.Is(err, pdfiumerrors.ErrPassword) {
			return "", &Error{agent.SkipBadFile, "the PDF needs a password"}
		}
		return "", err
	}
	doc := opened.Document
	j.pdfMeta(p, doc)
	count, err := p.FPDF_GetPageCount(&requests.FPDF_GetPageCount{Document: doc})
	if err != nil {
		return "", err
	}
	var w writer
	w.cap = MaxText + 4096
	start := time.Now()
	for i := range min(count.PageCount, maxPDFPages) {
		if w.full || time.Since(start) > maxPDFTime {
			j.page.Truncated = true
			break
		}
		got, err := p.GetPageText(&requests.GetPageText{Page: requests.Page{ByIndex: &requests.PageByIndex{Document: doc, Index: i}}})
		if err != nil { // this page is broken; others may not be
			j.page.Truncated = true
			continue
		}
		if text := pdfPage(got.Text); text != "" {
			if count.PageCount > 1 {
				w.raw(fmt.Sprintf("## Page %d", i+1), paragraph)
			}
			w.raw(text, paragraph)
		}
	}
	j.page.Truncated = j.page.Truncated || count.PageCount > maxPDFPages
	return w.String(), nil
}

// pdfMeta reads title, author and dates; what is missing stays empty.
func (j *job) pdfMeta(p pdfium.Pdfium, doc references.FPDF_DOCUMENT) {
	meta, err := p.GetMetaData(&requests.GetMetaData{Document: doc})
	if err != nil {
		return
	}
	for _, tag := range meta.Tags {
		switch v := oneLine(tag.Value); tag.Tag {
		case "Title":
			if !strings.HasPrefix(v, "Microsoft ") && !strings.EqualFold(v, "untitled") {
				j.page.Title = v
			}
		case "Author":
			j.page.Author = cleanAuthor(v)
		case "CreationDate":
			j.page.Published = j.believed(pdfDate(v))
		case "ModDate":
			j.page.Modified = j.believed(pdfDate(v))
		}
	}
}

// pdfDate is the day of a PDF date "D:20250208…" as YYYY-MM-DD, or "".
func pdfDate(s string) string {
	s = strings.TrimPrefix(s, "D:")
	if len(s) < 8 {
		return ""
	}
	t, err := time.Parse("20060102", s[:8])
	if err != nil {
		return ""
	}
	return t.Format(time.DateOnly)
}

// pdfPage makes paragraphs of a page's lines: words that a line end divides are
// joined, and so are lines that go on.
func pdfPage(s string) string {
	s = strings.NewReplacer("\r\n", "\n", "\r", "\n").Replace(s)
	s = strings.NewReplacer("\u0002\n", "", "\uFFFE\n", "", "\u0002", "", "\uFFFE", "").Replace(s)
	s, _ = tidy(s)
	return unwrap(s)
}
