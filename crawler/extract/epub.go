package extract

import (
	"encoding/xml"
	"net/url"
	"path"
	"strings"

	"golang.org/x/net/html"
)

// opf is what is read of a book's package document.
type opf struct {
	title, author, lang, date string
	href                      map[string]string // by manifest id
	spine                     []string
}

// readEPUB reads a book: its chapters in reading order.
func (j *job) readEPUB() error {
	a, err := openArchive(j.in.Body)
	if err != nil {
		return fault(kindEPUB, err)
	}
	at, err := rootFile(a)
	if err != nil {
		return fault(kindEPUB, err)
	}
	b, err := a.part(at)
	if err == nil && b == nil {
		err = errNoPart("package document")
	}
	if err != nil {
		return fault(kindEPUB, err)
	}
	book, err := readOPF(b)
	if err != nil {
		return fault(kindEPUB, err)
	}
	var parts []string
	size := 0
	for _, id := range book.spine {
		name, err := url.PathUnescape(book.href[id])
		if err != nil {
			name = book.href[id]
		}
		chapter, err := a.part(path.Join(path.Dir(at), name))
		if err != nil {
			return fault(kindEPUB, err)
		}
		text := j.chapter(chapter)
		if text != "" {
			parts = append(parts, text)
		}
		if size += len(text); size > MaxText {
			break
		}
	}
	j.page.Text = strings.Join(parts, "\n\n")
	j.page.Title, j.page.Author = oneLine(book.title), cleanAuthor(oneLine(book.author))
	j.page.Language = language(j.page.Text, book.lang)
	j.page.Published = j.believed(isoDay(book.date))
	j.named(firstLine(j.page.Text))
	return nil
}

func (j *job) chapter(b []byte) string {
	doc, err := html.Parse(strings.NewReader(decode(Input{Body: b})))
	if err != nil { // nested too deep: this chapter is left out
		j.page.Truncated = true
		return ""
	}
	j.page.Hidden += unveil(doc)
	return render([]*html.Node{doc}, nil)
}

// rootFile is the name of the package document.
func rootFile(a *archive) (string, error) {
	b, err := a.part("META-INF/container.xml")
	if err != nil {
		return "", err
	}
	at := ""
	err = walkXML(b, func(t xml.Token) error {
		if e, ok := t.(xml.StartElement); ok && e.Name.Local == "rootfile" && at == "" {
			at = xmlAttr(e, "full-path")
		}
		return nil
	})
	if err == nil && at == "" {
		err = errNoPart("root file")
	}
	return at, err
}

func readOPF(b []byte) (opf, error) {
	o := opf{href: map[string]string{}}
	var into *string
	err := walkXML(b, func(t xml.Token) error {
		switch t := t.(type) {
		case xml.StartElement:
			into = nil
			switch t.Name.Local {
			case "title":
				into = &o.title
			case "creator":
				into = &o.author
			case "language":
				into = &o.lang
			case "date":
				into = &o.date
			case "item":
				if m := xmlAttr(t, "media-type"); strings.Contains(m, "html") {
					o.href[xmlAttr(t, "id")] = xmlAttr(t, "href")
				}
			case "itemref":
				o.spine = append(o.spine, xmlAttr(t, "idref"))
			}
			if into != nil && *into != "" {
				into = nil // the first one counts
			}
		case xml.EndElement:
			into = nil
		case xml.CharData:
			if into != nil {
				*into += string(t)
			}
		}
		return nil
	})
	return o, err
}
