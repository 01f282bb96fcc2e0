package extract

import (
	"bytes"
	"mime"
	"strings"
	"unicode/utf8"

	"github.com/saintfish/chardet"
	"golang.org/x/net/html/charset"
	"golang.org/x/text/encoding/htmlindex"
)

// decode returns the body of a text as UTF-8. The order: a byte order mark;
// UTF-8 where the bytes are valid as that, since hardly any other text is; the
// header; what the document says of itself; detection.
func decode(in Input) string {
	b := in.Body
	if rest, ok := bytes.CutPrefix(b, []byte("\xEF\xBB\xBF")); ok {
		return strings.ToValidUTF8(string(rest), "\uFFFD")
	}
	if utf8.Valid(b) {
		return string(b)
	}
	if e, name, certain := charset.DetermineEncoding(b, in.ContentType); certain && name != "utf-8" {
		if out, err := e.NewDecoder().Bytes(b); err == nil {
			return string(out)
		}
	}
	if r, err := chardet.NewTextDetector().DetectBest(b); err == nil {
		if e, err := htmlindex.Get(strings.Replace(r.Charset, "GB-18030", "gb18030", 1)); err == nil {
			if out, err := e.NewDecoder().Bytes(b); err == nil {
				return string(out)
			}
		}
	}
	return strings.ToValidUTF8(string(b), "\uFFFD")
}

// wideBOM reports whether b begins with a UTF-16 or UTF-32 byte order mark.
func wideBOM(b []byte) bool {
	return bytes.HasPrefix(b, []byte("\xFF\xFE")) || bytes.HasPrefix(b, []byte("\xFE\xFF")) || bytes.HasPrefix(b, []byte("\x00\x00\xFE\xFF"))
}

func statesUTF16(contentType string) bool {
	_, p, err := mime.ParseMediaType(contentType)
	return err == nil && strings.HasPrefix(strings.ToLower(p["charset"]), "utf-16")
}

// guessUTF16 recognises UTF-16 without a mark: "utf-16le", "utf-16be" or "".
func guessUTF16(b []byte) string {
	var even, odd int
	b = b[:len(b)&^1]
	for i := 0; i+1 < len(b); i += 2 {
		if b[i] == 0 {
			even++
		}
		if b[i+1] == 0 {
			odd++
		}
	}
	n := len(b) / 2
	switch {
	case n < 4:
		return ""
	case odd*2 > n && even*20 < n:
		return "utf-16le"
	case even*2 > n && odd*20 < n:
		return "utf-16be"
	}
	return ""
}
