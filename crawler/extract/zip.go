package extract

import (
	"archive/zip"
	"bytes"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"path"
	"strings"

	"github.com/sonde-search/sonde/agent"
)

// Limits of a packed document, counted after unpacking.
const (
	maxPart  = 24 << 20 // bytes of one part
	maxParts = 64 << 20 // bytes of all parts read
	maxFiles = 20000    // entries
)

// zipKind says which document a ZIP file is, by the names in it.
func zipKind(b []byte) kind {
	has := func(name string) bool { return bytes.Contains(b, []byte(name)) }
	switch {
	case has("mimetypeapplication/epub+zip"):
		return kindEPUB
	case has("mimetypeapplication/vnd.oasis.opendocument"):
		return kindODF
	case has("word/document"):
		return kindDOCX
	case has("ppt/presentation"):
		return kindPPTX
	case has("xl/workbook"):
		return kindXLSX
	case has("META-INF/container.xml"):
		return kindEPUB
	}
	return kindBinary
}

// errBomb says that a document unpacks to more than is read.
var errBomb = errors.New("it unpacks to more than is read")

// archive is a ZIP file that gives out its parts within the limits. Names are
// only looked up, never used as paths.
type archive struct {
	files map[string]*zip.File
	left  int64
}

func openArchive(b []byte) (*archive, error) {
	z, err := zip.NewReader(bytes.NewReader(b), int64(len(b)))
	if err != nil {
		return nil, &Error{agent.SkipBadFile, "the file is damaged: " + err.Error()}
	}
	if len(z.File) > maxFiles {
		return nil, &Error{agent.SkipTooLarge, fmt.Sprintf("the file packs %d others; at most %d are read", len(z.File), maxFiles)}
	}
	a := &archive{files: make(map[string]*zip.File, len(z.File)), left: maxParts}
	for _, f := range z.File {
		a.files[f.Name] = f
	}
	return a, nil
}

// part unpacks one entry; nil where there is none.
func (a *archive) part(name string) ([]byte, error) {
	f := a.files[strings.TrimPrefix(name, "/")]
	if f == nil {
		return nil, nil
	}
	r, err := f.Open()
	if err != nil {
		return nil, fmt.Errorf("unpacking %s: %w", path.Base(name), err)
	}
	limit := min(maxPart, a.left)
	b, err := io.ReadAll(io.LimitReader(r, limit+1))
	closeErr := r.Close()
	switch {
	case int64(len(b)) > limit:
		return nil, errBomb
	case err != nil:
		return nil, fmt.Errorf("unpacking %s: %w", path.Base(name), err)
	case closeErr != nil:
		return nil, fmt.Errorf("unpacking %s: %w", path.Base(name), closeErr)
	}
	a.left -= int64(len(b))
	return b, nil
}

// fault is the *Error for what went wrong with a packed document.
func fault(k kind, err error) error {
	var known *Error
	switch {
	case errors.As(err, &known):
		return known
	case errors.Is(err, errBomb):
		return &Error{agent.SkipTooLarge, "the " + k.noun() + ": " + errBomb.Error()}
	}
	return &Error{agent.SkipBadFile, "the " + k.noun() + " could not be read: " + err.Error()}
}

// lenient is a decoder of XML that goes on where it can.
func lenient(b []byte) *xml.Decoder {
	d := xml.NewDecoder(bytes.NewReader(b))
	d.Strict = false
	d.Entity = xml.HTMLEntity
	d.AutoClose = xml.HTMLAutoClose
	d.CharsetReader = func(_ string, in io.Reader) (io.Reader, error) { return in, nil } // decoded before
	return d
}

// xmlAttr is the value of the attribute with that local name, or "".
func xmlAttr(e xml.StartElement, name string) string {
	for _, a := range e.Attr {
		if a.Name.Local == name {
			return a.Value
		}
	}
	return ""
}

// maxXMLDepth is how deep elements may nest in a document.
const maxXMLDepth = 2000

// walkXML hands the tokens of b to f until f or the document ends. A document
// that breaks off is read up to there.
func walkXML(b []byte, f func(xml.Token) error) error {
	d := lenient(b)
	depth, n := 0, 0
	for {
		t, err := d.RawToken()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			if n > 0 {
				return nil
			}
			return fmt.Errorf("reading XML: %w", err)
		}
		switch t.(type) {
		case xml.StartElement:
			if depth++; depth > maxXMLDepth {
				return fmt.Errorf("its elements nest deeper than %d", maxXMLDepth)
			}
			n++
		case xml.EndElement:
			depth--
		}
		if err := f(t); err != nil {
			return err
		}
	}
}
