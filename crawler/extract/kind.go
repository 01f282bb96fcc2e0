package extract

import (
	"bytes"
	"mime"
	"net/url"
	"path"
	"strings"
	"unicode/utf8"
)

// A kind is a format that is read in its own way.
type kind uint8

const (
	kindBinary kind = iota // none of the others: not text
	kindHTML
	kindPlain
	kindMarkdown
	kindCode
	kindCSV
	kindTSV
	kindJSON
	kindFeed
	kindXML
	kindPDF
	kindDOCX
	kindPPTX
	kindXLSX
	kindODF
	kindEPUB
)

// kinds are the names of each kind: its MIME type and a word for messages.
var kinds = [...]struct{ mime, noun string }{
	kindBinary:   {"application/octet-stream", "file"},
	kindHTML:     {"text/html", "page"},
	kindPlain:    {"text/plain", "text file"},
	kindMarkdown: {"text/markdown", "Markdown file"},
	kindCode:     {"text/x-source", "source file"},
	kindCSV:      {"text/csv", "table"},
	kindTSV:      {"text/tab-separated-values", "table"},
	kindJSON:     {"application/json", "JSON document"},
	kindFeed:     {"application/rss+xml", "feed"},
	kindXML:      {"application/xml", "XML document"},
	kindPDF:      {"application/pdf", "PDF"},
	kindDOCX:     {"application/vnd.openxmlformats-officedocument.wordprocessingml.document", "Word document"},
	kindPPTX:     {"application/vnd.openxmlformats-officedocument.presentationml.presentation", "presentation"},
	kindXLSX:     {"application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", "workbook"},
	kindODF:      {"application/vnd.oasis.opendocument.text", "OpenDocument file"},
	kindEPUB:     {"application/epub+zip", "book"},
}

func (k kind) mime() string { return kinds[k].mime }
func (k kind) noun() string { return kinds[k].noun }

// byExtension says what a file name promises.
var byExtension = map[string]kind{
	".html": kindHTML, ".htm": kindHTML, ".xhtml": kindHTML, ".shtml": kindHTML,
	".txt": kindPlain, ".text": kindPlain, ".log": kindPlain, ".rst": kindPlain, ".adoc": kindPlain,
	".org": kindPlain, ".tex": kindPlain, ".srt": kindPlain, ".vtt": kindPlain,
	".md": kindMarkdown, ".markdown": kindMarkdown, ".mdx": kindMarkdown,
	".csv": kindCSV, ".tsv": kindTSV, ".json": kindJSON, ".jsonl": kindJSON, ".ndjson": kindJSON,
	".rss": kindFeed, ".atom": kindFeed, ".xml": kindXML,
	".pdf": kindPDF, ".docx": kindDOCX, ".docm": kindDOCX, ".pptx": kindPPTX, ".pptm": kindPPTX, ".xlsx": kindXLSX, ".xlsm": kindXLSX,
	".odt": kindODF, ".odp": kindODF, ".ods": kindODF, ".epub": kindEPUB,
	".go": kindCode, ".py": kindCode, ".js": kindCode, ".mjs": kindCode, ".ts": kindCode, ".tsx": kindCode, ".jsx": kindCode,
	".c": kindCode, ".h": kindCode, ".cc": kindCode, ".cpp": kindCode, ".hpp": kindCode, ".cs": kindCode, ".java": kindCode,
	".kt": kindCode, ".swift": kindCode, ".rs": kindCode, ".rb": kindCode, ".php": kindCode, ".pl": kindCode, ".lua": kindCode,
	".sh": kindCode, ".bash": kindCode, ".ps1": kindCode, ".sql": kindCode, ".r": kindCode, ".jl": kindCode, ".scala": kindCode,
	".hs": kindCode, ".ml": kindCode, ".ex": kindCode, ".erl": kindCode, ".clj": kindCode, ".dart": kindCode, ".zig": kindCode,
	".vue": kindCode, ".css": kindCode, ".scss": kindCode, ".proto": kindCode, ".tf": kindCode, ".cmake": kindCode,
	".toml": kindCode, ".yaml": kindCode, ".yml": kindCode, ".ini": kindCode, ".cfg": kindCode, ".conf": kindCode, ".diff": kindCode, ".patch": kindCode,
}

// byMIME says what a Content-Type promises. Types that servers give to
// anything (text/plain, application/octet-stream) promise little: see sniff.
var byMIME = map[string]kind{
	"text/html": kindHTML, "application/xhtml+xml": kindHTML,
	"text/markdown": kindMarkdown, "text/x-markdown": kindMarkdown,
	"text/csv": kindCSV, "application/csv": kindCSV, "text/tab-separated-values": kindTSV,
	"application/json": kindJSON, "application/ld+json": kindJSON, "application/x-ndjson": kindJSON, "application/jsonl": kindJSON, "text/json": kindJSON,
	"application/rss+xml": kindFeed, "application/atom+xml": kindFeed, "application/rdf+xml": kindFeed, "application/feed+json": kindJSON,
	"application/xml": kindXML, "text/xml": kindXML,
	"application/javascript": kindCode, "text/javascript": kindCode, "application/x-javascript": kindCode, "text/css": kindCode,
	"text/x-python": kindCode, "text/x-go": kindCode, "text/x-c": kindCode, "text/x-java": kindCode, "application/x-sh": kindCode,
	"application/yaml": kindCode, "text/yaml": kindCode, "application/toml": kindCode, "application/sql": kindCode,
}

// sniff says how to read in: what the bytes are beats what the header says,
// since documents are served under every type there is; among texts the header
// beats the extension, which servers that say text/plain leave to us.
func sniff(in Input) kind {
	if k := byMagic(in.Body); k != kindBinary {
		return k
	}
	named, _, err := mime.ParseMediaType(in.ContentType)
	if err != nil {
		named, _, _ = strings.Cut(in.ContentType, ";")
		named = strings.ToLower(strings.TrimSpace(named))
	}
	ext := byExtension[strings.ToLower(path.Ext(pathOf(in.URL)))]
	if binaryBytes(in) {
		return kindBinary
	}
	k, known := byMIME[named]
	switch {
	case known && k != kindXML:
	case strings.HasPrefix(named, "image/"), strings.HasPrefix(named, "audio/"), strings.HasPrefix(named, "video/"), strings.HasPrefix(named, "font/"):
		return kindBinary
	case textual(ext):
		k = ext
	case strings.HasSuffix(named, "+json"):
		k = kindJSON
	case strings.HasSuffix(named, "+xml") || k == kindXML:
		k = kindXML
	case looksHTML(in.Body):
		k = kindHTML
	default:
		k = kindPlain
	}
	if k == kindHTML || k == kindXML || k == kindPlain || k == kindFeed {
		return markup(k, named, in.Body)
	}
	return k
}

// markup settles what markup is: feeds are served as HTML and as plain XML,
// HTML as XML and as plain text without a type.
func markup(k kind, named string, body []byte) kind {
	head := bytes.ToLower(head(body, 2048))
	switch {
	case !bytes.HasPrefix(head, []byte("<")):
		return k
	case bytes.Contains(head, []byte("<rss")), bytes.Contains(head, []byte("<rdf:rdf")),
		bytes.Contains(head, []byte("<feed")) && bytes.Contains(head, []byte("atom")),
		bytes.Contains(head, []byte("<urlset")), bytes.Contains(head, []byte("<sitemapindex")):
		if k != kindHTML || bytes.HasPrefix(head, []byte("<?xml")) && !bytes.Contains(head, []byte("<html")) {
			return kindFeed
		}
	case bytes.Contains(head, []byte("<html")) || bytes.HasPrefix(head, []byte("<!doctype html")):
		if named != "text/plain" {
			return kindHTML
		}
	case k == kindFeed:
		return kindXML
	}
	return k
}

func textual(k kind) bool { return k != kindBinary && k < kindPDF }

// pathOf is the path of an address without host, query and fragment.
func pathOf(address string) string {
	u, err := url.Parse(address)
	if err != nil {
		return ""
	}
	return u.Path
}

// head is the beginning of body without a byte order mark and leading space.
func head(body []byte, n int) []byte {
	body = bytes.TrimPrefix(body, []byte("\xEF\xBB\xBF"))
	body = bytes.TrimLeft(body[:min(len(body), n+512)], " \t\r\n\f")
	return body[:min(len(body), n)]
}

// looksHTML reports whether body begins as HTML does (after the WHATWG MIME
// sniffing standard's table, which every browser follows).
func looksHTML(body []byte) bool {
	h := bytes.ToLower(head(body, 1024))
	if !bytes.HasPrefix(h, []byte("<")) {
		return false
	}
	for _, tag := range []string{"<!doctype html", "<html", "<head", "<script", "<iframe", "<h1", "<div", "<font", "<table", "<a", "<style", "<title", "<b", "<body", "<br", "<p", "<!--", "<meta", "<main", "<article", "<section", "<span", "<ul", "<nav"} {
		if rest, ok := bytes.CutPrefix(h, []byte(tag)); ok && (len(rest) == 0 || bytes.IndexByte([]byte(" \t\r\n>/"), rest[0]) >= 0 || tag == "<!--") {
			return true
		}
	}
	return bytes.HasPrefix(h, []byte("<?xml")) && bytes.Contains(h, []byte("<html"))
}

// byMagic recognises documents by their first bytes.
func byMagic(b []byte) kind {
	if i := bytes.Index(b[:min(len(b), 1024)], []byte("%PDF-")); i >= 0 && (i == 0 || !utf8.Valid(b[:i]) || len(bytes.TrimSpace(b[:i])) == 0) {
		return kindPDF
	}
	if !bytes.HasPrefix(b, []byte("PK\x03\x04")) {
		return kindBinary
	}
	return zipKind(b)
}

// binaryBytes reports whether the body cannot be text in any encoding: it has
// NUL bytes (and is not UTF-16 or UTF-32) or too many control characters.
func binaryBytes(in Input) bool {
	b := in.Body[:min(len(in.Body), 4096)]
	if wideBOM(b) || statesUTF16(in.ContentType) || guessUTF16(b) != "" {
		return false
	}
	control := 0
	for _, c := range b {
		if c == 0 && !looksHTML(in.Body) {
			return true
		}
		if c < 0x20 && c != '\n' && c != '\r' && c != '\t' && c != '\f' && c != 0x1B {
			control++
		}
	}
	return control*20 > len(b)
}
