package main

import (
	"fmt"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"time"

	"go.yaml.in/yaml/v3"
)

// checkKeys refuses a key that v's type does not have, and names the nearest
// one that it has.
func checkKeys(node *yaml.Node, v any) error {
	if node.Kind == yaml.DocumentNode && len(node.Content) == 1 {
		node = node.Content[0]
	}
	return checkNode(node, reflect.TypeOf(v), "")
}

func checkNode(node *yaml.Node, t reflect.Type, path string) error {
	for t.Kind() == reflect.Pointer || t.Kind() == reflect.Slice && node.Kind != yaml.SequenceNode {
		t = t.Elem()
	}
	if node.Kind == yaml.SequenceNode && t.Kind() == reflect.Slice {
		for _, item := range node.Content {
			if err := checkNode(item, t.Elem(), path); err != nil {
				return err
			}
		}
	}
	if node.Kind != yaml.MappingNode || t.Kind() != reflect.Struct {
		return nil
	}
	known := fieldsOf(t)
	for i := 0; i+1 < len(node.Content); i += 2 {
		key := node.Content[i].Value
		f, ok := known[key]
		if !ok {
			return fmt.Errorf("line %d: key %q is not known%s", node.Content[i].Line, path+key, suggestion(key, known))
		}
		if err := checkNode(node.Content[i+1], f.Type, path+key+"."); err != nil {
			return err
		}
	}
	return nil
}

// fieldsOf maps YAML keys to the fields of a struct.
func fieldsOf(t reflect.Type) map[string]reflect.StructField {
	out := map[string]reflect.StructField{}
	for i := range t.NumField() {
		f := t.Field(i)
		name, _, _ := strings.Cut(f.Tag.Get("yaml"), ",")
		if name != "" && name != "-" {
			out[name] = f
		}
	}
	return out
}

func suggestion(key string, known map[string]reflect.StructField) string {
	names := make([]string, 0, len(known))
	for k := range known {
		names = append(names, k)
	}
	slices.Sort(names)
	best, bestD := "", len(key)/2+2
	for _, n := range names {
		if d := editDistance(key, n); d < bestD {
			best, bestD = n, d
		}
	}
	if best == "" {
		return ": known are " + strings.Join(names, ", ")
	}
	return fmt.Sprintf(": did you mean %q?", best)
}

// editDistance is Levenshtein's, in bytes.
func editDistance(a, b string) int {
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := 1; i <= len(a); i++ {
		diagonal := row[0]
		row[0] = i
		for j := 1; j <= len(b); j++ {
			cost := diagonal
			if a[i-1] != b[j-1] {
				cost++
			}
			diagonal = row[j]
			row[j] = min(cost, row[j]+1, row[j-1]+1)
		}
	}
	return row[len(b)]
}

// applyEnv sets every scalar or list key from its environment variable:
// crawler.allow from SONDE_CRAWLER_ALLOW (lists are parted by commas).
func applyEnv(cfg *config, getenv func(string) string) error {
	return envStruct(reflect.ValueOf(cfg).Elem(), "SONDE", getenv)
}

func envStruct(v reflect.Value, prefix string, getenv func(string) string) error {
	for key, f := range fieldsOf(v.Type()) {
		field := v.FieldByIndex(f.Index)
		name := prefix + "_" + strings.ToUpper(key)
		if f.Type.Kind() == reflect.Struct {
			if err := envStruct(field, name, getenv); err != nil {
				return err
			}
			continue
		}
		value := getenv(name)
		if value == "" {
			continue
		}
		if err := setFromText(field, value); err != nil {
			return fmt.Errorf("environment variable %s: %w", name, err)
		}
	}
	return nil
}

func setFromText(field reflect.Value, value string) error {
	switch field.Kind() {
	case reflect.String:
		field.SetString(value)
	case reflect.Int:
		n, err := strconv.Atoi(value)
		if err != nil {
			return fmt.Errorf("%q is not a whole number", value)
		}
		field.SetInt(int64(n))
	case reflect.Int64: // a time.Duration
		d, err := time.ParseDuration(value)
		if err != nil {
			return fmt.Errorf("%q is not a duration: write one such as 1.5s", value)
		}
		field.SetInt(int64(d))
	case reflect.Bool:
		b, err := strconv.ParseBool(value)
		if err != nil {
			return fmt.Errorf("%q is neither true nor false", value)
		}
		field.SetBool(b)
	case reflect.Slice:
		if field.Type().Elem().Kind() != reflect.String {
			return fmt.Errorf("this key can be set in the configuration file only")
		}
		var parts []string
		for p := range strings.SplitSeq(value, ",") {
			if p = strings.TrimSpace(p); p != "" {
				parts = append(parts, p)
			}
		}
		field.Set(reflect.ValueOf(parts))
	}
	return nil
}
