package extract

import (
	"bytes"
	"mime"
	"regexp"
	"strings"
	"unicode/utf8"
	"unsafe"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/htmlindex"
	"golang.org/x/text/encoding/japanese"
	"golang.org/x/text/encoding/unicode"
)

// decode returns the body of a text as UTF-8. The order: a byte order mark;
// UTF-8 where the bytes are valid as that, since hardly any other text is; the
// header; what the document says of itself; detection. What is stated is only
// believed where the bytes can be that.
func decode(in Input) string {
	b := in.Body
	if rest, ok := bytes.CutPrefix(b, []byte("\xEF\xBB\xBF")); ok {
		return strings.ToValidUTF8(string(rest), "\uFFFD")
	}
	if bytes.HasPrefix(b, []byte("\xFF\xFE")) || bytes.HasPrefix(b, []byte("\xFE\xFF")) {
		return decodeWith(unicode.UTF16(unicode.BigEndian, unicode.ExpectBOM), b)
	}
	if bytes.Contains(b, []byte("\x1B$")) && bytes.Contains(b, []byte("\x1B(")) {
		return decodeWith(japanese.ISO2022JP, b)
	}
	if guess := guessUTF16(b[:min(len(b), 4096)]); guess != "" {
		order := unicode.LittleEndian
		if guess == "utf-16be" {
			order = unicode.BigEndian
		}
		return decodeWith(unicode.UTF16(order, unicode.IgnoreBOM), b)
	}
	if utf8.Valid(b) {
		return unsafe.String(unsafe.SliceData(b), len(b)) // a body is not changed once it came
	}
	return decodeLegacy(b, in.ContentType)
}

// decodeLegacy reads a text that is not (wholly) UTF-8.
func decodeLegacy(b []byte, contentType string) string {
	bad, multi := utf8Share(b)
	if multi > 0 && bad*20 <= multi { // UTF-8 with a few broken bytes
		return strings.ToValidUTF8(string(b), "\uFFFD")
	}
	s := sample(b)
	for _, label := range []string{headerCharset(contentType), metaCharset(b)} {
		if label == "" {
			continue
		}
		e, err := htmlindex.Get(label)
		if err != nil {
			continue
		}
		if name, err := htmlindex.Name(e); err == nil && name != "utf-8" && name != "replacement" && believable(e, name, s) {
			return decodeWith(e, b)
		}
	}
	if e := detect(s); e != nil {
		return decodeWith(e, b)
	}
	return strings.ToValidUTF8(string(b), "\uFFFD")
}

// decodeWith decodes b; what is invalid becomes U+FFFD.
func decodeWith(e encoding.Encoding, b []byte) string {
	out, err := e.NewDecoder().Bytes(b)
	if err != nil { // what was decoded up to there, and no more
		return strings.ToValidUTF8(string(out), "\uFFFD")
	}
	return strings.ToValidUTF8(string(out), "\uFFFD")
}

// utf8Share counts the bytes above ASCII that are invalid as UTF-8, and the
// valid sequences of more than one byte.
func utf8Share(b []byte) (bad, multi int) {
	for len(b) > 0 {
		if b[0] < utf8.RuneSelf {
			b = b[1:]
			continue
		}
		r, n := utf8.DecodeRune(b)
		if r == utf8.RuneError && n == 1 {
			bad++
		} else {
			multi++
		}
		b = b[n:]
	}
	return bad, multi
}

func headerCharset(contentType string) string {
	_, p, err := mime.ParseMediaType(contentType)
	if err != nil {
		_, after, ok := strings.Cut(strings.ToLower(contentType), "charset=")
		if !ok {
			return ""
		}
		after, _, _ = strings.Cut(after, ";")
		return strings.Trim(after, " \"'")
	}
	return strings.TrimSpace(p["charset"])
}

var metaLabel = regexp.MustCompile(`(?i)<meta[^>]*?charset\s*=\s*["']?\s*([a-z0-9_:.\-]+)|^\s*<\?xml[^>]*?encoding\s*=\s*["']([a-z0-9_.\-]+)|^@charset "([a-z0-9_.\-]+)"`)

// metaCharset is what a document says its encoding is, in its first 4 KB.
func metaCharset(b []byte) string {
	m := metaLabel.FindSubmatch(b[:min(len(b), 4096)])
	for _, label := range m[min(1, len(m)):] {
		if len(label) > 0 {
			return string(label)
		}
	}
	return ""
}

// wideBOM reports whether b begins with a UTF-16 byte order mark.
func wideBOM(b []byte) bool {
	return bytes.HasPrefix(b, []byte("\xFF\xFE")) || bytes.HasPrefix(b, []byte("\xFE\xFF"))
}

func statesUTF16(contentType string) bool {
	return strings.HasPrefix(strings.ToLower(headerCharset(contentType)), "utf-16")
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
