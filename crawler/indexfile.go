package crawler

import (
	"bytes"
	"cmp"
	"encoding/json"
	"errors"
	"regexp"
	"strconv"
	"strings"
	"unicode/utf8"
)

// Bounds of a site's search index. MkDocs writes a Chinese character in six
// bytes and each text twice: 12 million characters take 25 MB.
const (
	maxIndexBytes = 32 << 20 // of the file, decompressed
	maxEntries    = 50000    // pages and sections
	maxIndexText  = 16 << 20 // bytes of texts that are kept
	maxIndexWords = 4 << 20  // words of all pages, where the index lists words
	maxIndexDepth = 4        // of objects that hold the pages
)

var errIndex = errors.New("too much for a search index")

// An entry is what a search index says of a page, or of a section of one.
type entry struct {
	ref   string // its address, as written
	name  bool   // ref is a Sphinx document: its address wants an ending
	title string
	text  string
	stems []string // its words, stemmed by whoever made the index
}

// page is the address without the section.
func (e entry) page() string {
	ref, _, _ := strings.Cut(e.ref, "#")
	return ref
}

// parseIndex reads a search index as MkDocs, Sphinx, HonKit, mdBook, Docusaurus'
// local search and the usual lists of pages with title and text have it. One
// that is damaged is of no use: an error says so.
func parseIndex(body []byte) ([]entry, error) {
	f := &indexFile{dec: json.NewDecoder(bytes.NewReader(bare(body)))}
	if err := f.top(0); err != nil {
		return nil, err
	}
	f.join()
	return f.entries, nil
}

// An indexFile is an index that is being read.
type indexFile struct {
	dec     *json.Decoder
	entries []entry
	text    int // bytes kept
	words   int

	names  []string // Sphinx: documents by number
	titles []string
	docs   []entry  // and what is said of them
	urls   []string // mdBook: addresses by number
}

// top reads an object, or a list of pages or of such objects.
func (f *indexFile) top(depth int) error {
	t, err := f.dec.Token()
	switch {
	case err != nil:
		return err
	case depth > maxIndexDepth:
		return errIndex
	case t == json.Delim('['):
		return f.each(func() error { return f.item("", depth) })
	case t != json.Delim('{'):
		return nil
	}
	return f.members(func(key string) error {
		switch key {
		case "docs", "documents", "store":
			return f.list(depth)
		case "index", "documentStore": // mdBook's pages lie within
			return f.top(depth + 1)
		case "docnames":
			return f.strings(&f.names)
		case "titles":
			return f.strings(&f.titles)
		case "doc_urls":
			return f.strings(&f.urls)
		case "terms", "titleterms":
			return f.terms()
		case "alltitles":
			return f.headings()
		}
		return f.item(key, depth)
	})
}

// each reads the values of a list whose bracket was read.
func (f *indexFile) each(value func() error) error {
	for n := 0; f.dec.More(); n++ {
		if n > maxEntries {
			return errIndex
		}
		if err := value(); err != nil {
			return err
		}
	}
	_, err := f.dec.Token()
	return err
}

// members reads the members of an object whose brace was read.
func (f *indexFile) members(value func(key string) error) error {
	for f.dec.More() {
		t, err := f.dec.Token()
		if err != nil {
			return err
		}
		key, _ := t.(string)
		if err := value(key); err != nil {
			return err
		}
	}
	_, err := f.dec.Token()
	return err
}

// list reads pages: a list, or an object whose names are addresses or numbers.
func (f *indexFile) list(depth int) error {
	t, err := f.dec.Token()
	switch {
	case err != nil:
		return err
	case t == json.Delim('['):
		return f.each(func() error { return f.item("", depth) })
	case t == json.Delim('{'):
		return f.members(func(key string) error { return f.item(key, depth) })
	}
	return nil
}

// decode reads a value; where its parts are of other kinds than expected, they
// are left out.
func (f *indexFile) decode(v any) error {
	err := f.dec.Decode(v)
	if other := (*json.UnmarshalTypeError)(nil); errors.As(err, &other) {
		return nil
	}
	return err
}

// An item is a page or section under the names that tools give its parts.
// Capitals do not count.
type item struct {
	Location *string // MkDocs: the front page's is empty

	URL, U, Href, RelPermalink, Permalink, URI, Ref, SectionRoute string
	Title, PageTitle, SectionTitle, S                             string
	Text, Content, Contents, Body, T, Summary, Description        string

	Documents json.RawMessage // a group of items
}

// item reads one; key is its name, where it has one.
func (f *indexFile) item(key string, depth int) error {
	var it item
	if err := f.decode(&it); err != nil {
		return err
	}
	if len(it.Documents) > 0 && depth < maxIndexDepth {
		outer := f.dec
		f.dec = json.NewDecoder(bytes.NewReader(it.Documents))
		err := f.list(depth + 1)
		f.dec = outer
		return err
	}
	e := entry{ref: cmp.Or(it.URL, it.U, it.Href, it.RelPermalink, it.Permalink, it.URI, it.Ref, it.SectionRoute),
		title: cmp.Or(it.SectionTitle, it.Title, it.PageTitle, it.S),
		text:  plain(cmp.Or(it.Text, it.Content, it.Contents, it.Body, it.T, it.Summary, it.Description))}
	switch {
	case it.Location != nil:
		e.ref = *it.Location
	case e.ref == "" && isRef(key):
		e.ref = key
	case e.ref == "":
		return nil
	}
	if e.title == "" && it.T != "" {
		e.title, e.text = e.text, "" // Docusaurus: a heading
	}
	if e.title == "" && e.text == "" {
		return nil
	}
	return f.add(e)
}

// isRef reports whether a member's name may be an address, or its number.
func isRef(key string) bool {
	_, err := strconv.Atoi(key)
	return err == nil || strings.ContainsAny(key, "./")
}

// add keeps an entry; beyond what is kept of texts, its title alone.
func (f *indexFile) add(e entry) error {
	if len(f.entries) >= maxEntries {
		return errIndex
	}
	if len(e.ref) > maxAddress {
		return nil
	}
	e.title = clip(e.title)
	if f.text += len(e.text); f.text > maxIndexText {
		f.text -= len(e.text)
		e.text = ""
	}
	f.entries = append(f.entries, e)
	return nil
}

func (f *indexFile) strings(to *[]string) error {
	t, err := f.dec.Token()
	if err != nil || t != json.Delim('[') {
		return err
	}
	return f.each(func() error {
		var s string
		if err := f.decode(&s); err != nil {
			return err
		}
		*to = append(*to, s)
		return nil
	})
}

// numbers are the documents that hold a word: Sphinx writes one alone without
// brackets.
type numbers []int

// UnmarshalJSON reads a number or a list of them.
func (n *numbers) UnmarshalJSON(b []byte) error {
	if b[0] == '[' {
		return json.Unmarshal(b, (*[]int)(n))
	}
	*n = numbers{0}
	return json.Unmarshal(b, &(*n)[0])
}

// doc is Sphinx's document of a number, nil where there cannot be one.
func (f *indexFile) doc(n int) *entry {
	if n < 0 || n >= maxEntries {
		return nil
	}
	for n >= len(f.docs) {
		f.docs = append(f.docs, entry{})
	}
	return &f.docs[n]
}

// terms reads Sphinx's words and the documents that hold them. English is
// stemmed; Chinese stands in words or whole phrases.
func (f *indexFile) terms() error {
	t, err := f.dec.Token()
	if err != nil || t != json.Delim('{') {
		return err
	}
	return f.members(func(word string) error {
		var in numbers
		if err := f.decode(&in); err != nil {
			return err
		}
		if f.words += len(in); f.words > maxIndexWords {
			return errIndex
		}
		for _, n := range in {
			switch d := f.doc(n); {
			case d == nil:
			case isASCII(word):
				d.stems = append(d.stems, word)
			case f.text < maxIndexText:
				d.text += word + "\n"
				f.text += len(word)
			}
		}
		return nil
	})
}

// headings reads Sphinx's titles of sections: {"title": [[document, "section"]]}.
func (f *indexFile) headings() error {
	t, err := f.dec.Token()
	if err != nil || t != json.Delim('{') {
		return err
	}
	return f.members(func(title string) error {
		var places [][]json.RawMessage
		if err := f.decode(&places); err != nil {
			return err
		}
		for _, p := range places {
			var n int
			if len(p) == 0 || json.Unmarshal(p[0], &n) != nil {
				continue
			}
			if d := f.doc(n); d != nil && f.text < maxIndexText {
				d.text += title + "\n"
				f.text += len(title)
			}
		}
		return nil
	})
}

// join puts together what stands in several places of the file.
func (f *indexFile) join() {
	for n, name := range f.names {
		e := entry{}
		if n < len(f.docs) {
			e = f.docs[n]
		}
		if n < len(f.titles) {
			e.title = plain(f.titles[n])
		}
		e.ref, e.name = name, true
		f.entries = append(f.entries, e)
	}
	sections := map[string]int{}
	for i := range f.entries {
		e := &f.entries[i]
		if n, err := strconv.Atoi(e.ref); err == nil && n >= 0 && n < len(f.urls) {
			e.ref = f.urls[n]
		}
		if strings.Contains(e.ref, "#") {
			sections[e.page()] += len(e.text)
		}
	}
	for i := range f.entries { // MkDocs: a page's text is that of its sections once more
		e := &f.entries[i]
		if n := sections[e.ref]; n > 0 && n >= len(e.text)/2 {
			e.text = ""
		}
	}
}

func isASCII(s string) bool {
	return strings.IndexFunc(s, func(r rune) bool { return r >= utf8.RuneSelf }) < 0
}

// tag matches the tags that some tools leave in texts.
var tag = regexp.MustCompile(`</?[a-zA-Z][^<>]{0,300}>`)

// plain is a text without tags.
func plain(s string) string {
	if strings.IndexByte(s, '<') < 0 {
		return s
	}
	return tag.ReplaceAllString(s, " ")
}
