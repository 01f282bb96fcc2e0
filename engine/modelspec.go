package engine

import (
	"errors"
	"fmt"
	"net/url"
	"strings"
)

// A Spec names a model: "preset", "preset:model", "preset:model@base-url", or "builtin".
type Spec struct {
	Preset  string
	Model   string // empty: the preset's default
	BaseURL string // empty: the preset's address
}

// BuiltinSpec is the SPEC of the engine that needs no model.
const BuiltinSpec = "builtin"

// ErrBadSpec is wrapped by every error of ParseSpec.
var ErrBadSpec = errors.New("bad model SPEC")

// Builtin reports whether the SPEC names no model at all.
func (s Spec) Builtin() bool { return s.Preset == "" || s.Preset == BuiltinSpec }

// String is the SPEC as it is written.
func (s Spec) String() string {
	if s.Builtin() {
		return BuiltinSpec
	}
	t := s.Preset
	if s.Model != "" {
		t += ":" + s.Model
	}
	if s.BaseURL != "" {
		t += "@" + s.BaseURL
	}
	return t
}

// maxSpecs bounds a list of SPECs.
const maxSpecs = 8

// ParseSpecs reads SPECs parted by commas: a model, and those that go on, in
// order, where it fails. There is at least one; the empty text is "builtin".
func ParseSpecs(text string) ([]Spec, error) {
	parts := strings.Split(text, ",")
	if len(parts) > maxSpecs {
		return nil, fmt.Errorf("%w: %d models in a row; at most %d are tried", ErrBadSpec, len(parts), maxSpecs)
	}
	specs := make([]Spec, len(parts))
	for i, p := range parts {
		s, err := ParseSpec(p)
		if err != nil {
			return nil, err
		}
		if len(parts) > 1 && strings.TrimSpace(p) == "" {
			return nil, fmt.Errorf("%w: nothing stands beside a comma of %q", ErrBadSpec, text)
		}
		specs[i] = s
	}
	return specs, nil
}

// ParseSpec reads a SPEC. The empty string is "builtin". A key in the SPEC is
// refused: keys come from the environment.
func ParseSpec(text string) (Spec, error) {
	text = strings.TrimSpace(text)
	if text == "" || text == BuiltinSpec {
		return Spec{Preset: BuiltinSpec}, nil
	}
	// The address begins at the last "@" that a scheme follows, since model
	// names may hold "@" and ":" themselves.
	var s Spec
	head := text
	for _, scheme := range []string{"@http://", "@https://"} {
		if i := strings.LastIndex(text, scheme); i >= 0 {
			head, s.BaseURL = text[:i], text[i+1:]
		}
	}
	s.Preset, s.Model, _ = strings.Cut(head, ":")
	s.Preset = strings.ToLower(s.Preset)
	p, ok := presetNamed(s.Preset)
	if !ok {
		return Spec{}, fmt.Errorf("%w: preset %q is not known%s", ErrBadSpec, s.Preset, nearestPreset(s.Preset))
	}
	if s.BaseURL != "" {
		if err := validBase(s.BaseURL); err != nil {
			return Spec{}, fmt.Errorf("%w: %w", ErrBadSpec, err)
		}
	} else if p.URL == "" {
		return Spec{}, fmt.Errorf("%w: %s has no address of its own: write %s:MODEL@http://HOST:PORT/v1", ErrBadSpec, s.Preset, s.Preset)
	}
	if s.Model == "" && p.Model == "" {
		return Spec{}, fmt.Errorf("%w: %s has no default model: write %s:MODEL", ErrBadSpec, s.Preset, s.Preset)
	}
	if strings.ContainsAny(s.Model, " \t\r\n") {
		return Spec{}, fmt.Errorf("%w: the model's name %q holds a space", ErrBadSpec, s.Model)
	}
	return s, nil
}

func validBase(base string) error {
	u, err := url.Parse(base)
	switch {
	case err != nil:
		return errors.New("the base address cannot be read: write one such as http://localhost:8000/v1")
	case u.User != nil || u.RawQuery != "" || u.Fragment != "":
		return errors.New("the base address must not hold a user, a password, a query or a fragment: put the key into the environment")
	case u.Hostname() == "":
		return errors.New("the base address has no host: write one such as http://localhost:8000/v1")
	}
	return nil
}

// nearestPreset is a hint at the preset that was meant, or at the list.
func nearestPreset(name string) string {
	best, bestD := "", 3
	for _, p := range Presets() {
		if d := editDistance(name, p.Name); d < bestD {
			best, bestD = p.Name, d
		}
	}
	if best != "" {
		return fmt.Sprintf(": did you mean %q?", best)
	}
	return ": sonde models ls lists them"
}

// editDistance is the Levenshtein distance of two short strings, in bytes.
func editDistance(a, b string) int {
	if len(a) > 64 || len(b) > 64 {
		return 64
	}
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range len(a) {
		diag := row[0]
		row[0] = i + 1
		for j := range len(b) {
			cost := 1
			if a[i] == b[j] {
				cost = 0
			}
			diag, row[j+1] = row[j+1], min(row[j+1]+1, row[j]+1, diag+cost)
		}
	}
	return row[len(b)]
}
