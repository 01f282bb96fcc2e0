package server

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"mime"
	"mime/multipart"
	"net/http"
	"reflect"
	"slices"
	"strings"
	"unicode/utf8"
)

// decode reads a request's JSON body strictly: one object, no field that is
// not known, nothing after it, valid UTF-8, at most limit bytes.
func decode(r *http.Request, limit int64, into any) error {
	body, err := readBody(r, limit)
	if err != nil {
		return err
	}
	return decodeJSON(body, into, true)
}

func readBody(r *http.Request, limit int64) ([]byte, error) {
	media, _, err := mime.ParseMediaType(r.Header.Get("Content-Type"))
	if err != nil || media != "application/json" {
		return nil, errMediaType
	}
	body, err := io.ReadAll(http.MaxBytesReader(nil, r.Body, limit))
	var tooLarge *http.MaxBytesError
	switch {
	case errors.As(err, &tooLarge):
		return nil, tell(errTooLarge, fmt.Sprintf("the request has more than %d bytes: send less", limit))
	case err != nil:
		return nil, fmt.Errorf("%w: reading the body: %w", errBadRequest, err)
	}
	return body, nil
}

// eachPart reads a multipart body part by part, in memory, up to limit bytes.
func eachPart(r *http.Request, limit int64, read func(*multipart.Part) error) error {
	r.Body = http.MaxBytesReader(nil, r.Body, limit)
	parts, err := r.MultipartReader()
	if err != nil {
		return tell(errBadRequest, "the multipart body cannot be read: "+err.Error())
	}
	for {
		part, err := parts.NextPart()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err == nil {
			err = read(part)
		}
		var large *http.MaxBytesError
		var told *toldError
		switch {
		case errors.As(err, &large):
			return tell(errTooLarge, fmt.Sprintf("the upload has more than %d bytes: send less at a time", large.Limit))
		case errors.As(err, &told):
			return err
		case err != nil:
			return tell(errBadRequest, "the multipart body cannot be read: it ends in the middle or is not well-formed")
		}
	}
}

func decodeJSON(body []byte, into any, strict bool) error {
	if len(bytes.TrimSpace(body)) == 0 {
		return tell(errBadRequest, "the body is empty: send a JSON object")
	}
	if !utf8.Valid(body) {
		return tell(errBadRequest, "the body is not valid UTF-8")
	}
	dec := json.NewDecoder(bytes.NewReader(body))
	if strict {
		dec.DisallowUnknownFields()
	}
	if err := dec.Decode(into); err != nil {
		return tell(errBadRequest, sayDecode(err, into))
	}
	if _, err := dec.Token(); !errors.Is(err, io.EOF) {
		return tell(errBadRequest, "something follows the JSON object: send one object and nothing else")
	}
	return nil
}

// sayDecode puts a decoding error into words that say what to do.
func sayDecode(err error, into any) string {
	var syntax *json.SyntaxError
	var kind *json.UnmarshalTypeError
	switch {
	case errors.As(err, &syntax):
		return fmt.Sprintf("the body is not JSON: %v, at byte %d", syntax, syntax.Offset)
	case errors.As(err, &kind) && kind.Field == "":
		return fmt.Sprintf("the body is a JSON %s: send an object", kind.Value)
	case errors.As(err, &kind):
		return fmt.Sprintf("%s is a JSON %s: send %s", kind.Field, kind.Value, sayType(kind.Type))
	case errors.Is(err, io.ErrUnexpectedEOF):
		return "the body is not JSON: it ends in the middle"
	}
	if _, name, ok := strings.Cut(err.Error(), "unknown field "); ok {
		name = strings.Trim(name, `"`)
		text := fmt.Sprintf("field %q is not known", clip(name, 60))
		if near := nearest(name, fieldNames(reflect.TypeOf(into))); near != "" {
			return text + fmt.Sprintf("; did you mean %q?", near)
		}
		return text
	}
	return "the body cannot be read: " + strings.TrimPrefix(err.Error(), "json: ")
}

func sayType(t reflect.Type) string {
	switch t.Kind() {
	case reflect.Bool:
		return "true or false"
	case reflect.Int, reflect.Int64:
		return "a whole number"
	case reflect.Float64:
		return "a number"
	case reflect.Slice:
		return "a list"
	case reflect.String:
		return "a string"
	}
	return "an object"
}

// fieldNames are the JSON names of a struct's fields, those of structs within it too.
func fieldNames(t reflect.Type) []string {
	var names []string
	for t.Kind() == reflect.Pointer || t.Kind() == reflect.Slice {
		t = t.Elem()
	}
	if t.Kind() != reflect.Struct {
		return nil
	}
	for i := range t.NumField() {
		f := t.Field(i)
		name, _, _ := strings.Cut(f.Tag.Get("json"), ",")
		if f.IsExported() && name != "-" && (name != "" || f.Anonymous) {
			if name != "" {
				names = append(names, name)
			}
			names = append(names, fieldNames(f.Type)...)
		}
	}
	return names
}

// nearest is the known name that is closest to the given one, or "".
func nearest(name string, known []string) string {
	best, least := "", max(2, len(name)/3)+1
	for _, k := range known {
		if d := distance(strings.ToLower(name), k); d < least {
			best, least = k, d
		}
	}
	return best
}

// distance is Levenshtein's edit distance, in bytes.
func distance(a, b string) int {
	if len(a) > 60 {
		a = a[:60]
	}
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range len(a) {
		last := slices.Clone(row)
		row[0] = i + 1
		for j := range len(b) {
			cost := 1
			if a[i] == b[j] {
				cost = 0
			}
			row[j+1] = min(last[j+1]+1, row[j]+1, last[j]+cost)
		}
	}
	return row[len(b)]
}

// clip shortens foreign text for a message.
func clip(s string, n int) string {
	if len(s) <= n {
		return s
	}
	return strings.ToValidUTF8(s[:n], "") + "…"
}
