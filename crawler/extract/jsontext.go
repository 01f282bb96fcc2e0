package extract

import (
	"encoding/json"
	"errors"
	"io"
	"strings"
)

// maxJSONDepth is how deep values may nest; deeper ones are left out.
const maxJSONDepth = 64

// readJSON reads JSON, also several values in a row (JSON Lines), as list
// items "- key: value". The members of a list of objects are parted by a blank
// line; keys below an object are joined by dots. What is no JSON is read as
// plain text.
func (j *job) readJSON() {
	src, hidden := clean(decode(j.in))
	d := json.NewDecoder(strings.NewReader(src))
	d.UseNumber()
	r := jsonReader{d: d}
	r.w.cap = MaxText + 4096
	values := 0
	for !r.w.full {
		err := r.value("", 0)
		if errors.Is(err, io.EOF) && values > 0 {
			break
		}
		if err != nil {
			if values == 0 {
				j.readText()
				return
			}
			j.page.Truncated = true
			break
		}
		values++
		r.w.prev = paragraph
	}
	j.page.Text, j.page.Hidden = r.w.String(), hidden
	j.page.Truncated = j.page.Truncated || r.w.full || r.deep
	j.named(oneLine(r.title))
}

type jsonReader struct {
	d     *json.Decoder
	w     writer
	title string
	deep  bool
}

// line writes one fact.
func (r *jsonReader) line(key, value string) {
	value = oneLine(value)
	if value == "" {
		return
	}
	if key != "" {
		value = key + ": " + value
	}
	r.w.raw("- "+value, item)
}

// value reads the next value, which stands under key.
func (r *jsonReader) value(key string, depth int) error {
	t, err := r.d.Token()
	if err != nil {
		return err
	}
	switch t := t.(type) {
	case json.Delim:
		if t == '{' {
			return r.object(key, depth+1)
		}
		return r.list(key, depth+1)
	case string:
		if r.title == "" && (key == "title" || key == "name" || key == "headline") {
			r.title = t
		}
		r.line(key, t)
	case json.Number:
		r.line(key, t.String())
	case bool:
		r.line(key, map[bool]string{true: "true", false: "false"}[t])
	}
	return nil
}

func (r *jsonReader) object(key string, depth int) error {
	for r.d.More() {
		t, err := r.d.Token()
		if err != nil {
			return err
		}
		name, ok := t.(string)
		if !ok {
			return errors.New("a key is no string")
		}
		if key != "" {
			name = key + "." + name
		}
		if err := r.member(oneLine(name), depth); err != nil {
			return err
		}
	}
	_, err := r.d.Token() // the closing brace
	return err
}

// member reads a value, or leaves it out where it nests too deep.
func (r *jsonReader) member(key string, depth int) error {
	if depth < maxJSONDepth && len(key) < 500 {
		return r.value(key, depth)
	}
	r.deep = true
	var left json.RawMessage
	return r.d.Decode(&left)
}

// list reads an array: plain values on one line, objects one below the other.
func (r *jsonReader) list(key string, depth int) error {
	var plain []string
	first := true
	for r.d.More() {
		t, err := r.d.Token()
		if err != nil {
			return err
		}
		switch t := t.(type) {
		case string:
			plain = append(plain, t)
		case json.Number:
			plain = append(plain, t.String())
		case bool:
			plain = append(plain, map[bool]string{true: "true", false: "false"}[t])
		case json.Delim:
			if depth >= maxJSONDepth {
				return errors.New("nested too deep")
			}
			if !first || key == "" {
				r.w.prev = paragraph
			}
			first = false
			if t == '{' {
				err = r.object(key, depth+1)
			} else {
				err = r.list(key, depth+1)
			}
			if err != nil {
				return err
			}
		}
	}
	r.line(key, strings.Join(plain, ", "))
	_, err := r.d.Token()
	return err
}
