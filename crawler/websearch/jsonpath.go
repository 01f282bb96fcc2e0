package websearch

import (
	"encoding/json"
	"fmt"
	"strconv"
	"strings"
)

// A jsonPath leads to a value within JSON: names, "[n]" and "*".
type jsonPath []string

// parseJSONPath reads "a.b[0].*.c".
func parseJSONPath(s string) (jsonPath, error) {
	s = strings.TrimPrefix(strings.TrimPrefix(s, "$"), ".")
	if s == "" {
		return nil, nil
	}
	var path jsonPath
	for part := range strings.SplitSeq(strings.ReplaceAll(s, "[", ".["), ".") {
		switch {
		case part == "":
			return nil, fmt.Errorf("path %q has an empty step", s)
		case part == "[*]":
			part = "*"
		case part[0] == '[':
			n, ok := strings.CutSuffix(part[1:], "]")
			if _, err := strconv.ParseUint(n, 10, 31); !ok || err != nil {
				return nil, fmt.Errorf("path %q: write an element as [0]", s)
			}
		}
		path = append(path, part)
	}
	return path, nil
}

// find returns the values that the path leads to.
func (p jsonPath) find(doc json.RawMessage) []json.RawMessage {
	at := []json.RawMessage{doc}
	for _, step := range p {
		var next []json.RawMessage
		for _, v := range at {
			next = append(next, follow(v, step)...)
		}
		at = next
	}
	return at
}

// follow takes one step from a value.
func follow(v json.RawMessage, step string) []json.RawMessage {
	if step == "*" || step[0] == '[' {
		var list []json.RawMessage
		if json.Unmarshal(v, &list) != nil {
			return nil
		}
		if step == "*" {
			return list
		}
		if i, err := strconv.Atoi(strings.Trim(step, "[]")); err == nil && i < len(list) {
			return list[i : i+1]
		}
		return nil
	}
	var fields map[string]json.RawMessage
	if json.Unmarshal(v, &fields) != nil {
		return nil
	}
	if f, ok := fields[step]; ok {
		return []json.RawMessage{f}
	}
	return nil
}

// text is the first value as text: a string as it is, a number or truth value
// as written, an array of strings joined; else "".
func (p jsonPath) text(doc json.RawMessage) string {
	if len(p) == 0 {
		return ""
	}
	for _, v := range p.find(doc) {
		var s string
		var list []string
		switch {
		case string(v) == "null" || len(v) == 0:
		case json.Unmarshal(v, &s) == nil:
			return s
		case json.Unmarshal(v, &list) == nil:
			return strings.Join(list, " ")
		case v[0] != '{' && v[0] != '[':
			return string(v)
		}
	}
	return ""
}

// elements joins the arrays that the path leads to; false where there is none.
// A null in an array's place is an empty array.
func (p jsonPath) elements(doc json.RawMessage) ([]json.RawMessage, bool) {
	var all []json.RawMessage
	found := false
	for _, v := range p.find(doc) {
		var list []json.RawMessage
		if json.Unmarshal(v, &list) == nil {
			all, found = append(all, list...), true
		}
	}
	return all, found
}
