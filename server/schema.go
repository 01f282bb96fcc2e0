package server

import (
	"fmt"
	"reflect"
	"strings"
	"time"

	"github.com/sonde-search/sonde/agent"
)

// A schema is what the description needs of JSON Schema 2020-12.
type schema struct {
	Ref         string             `json:"$ref,omitempty"`
	Type        any                `json:"type,omitempty"` // a name, or several
	Format      string             `json:"format,omitempty"`
	Description string             `json:"description,omitempty"`
	Enum        []string           `json:"enum,omitempty"`
	Items       *schema            `json:"items,omitempty"`
	Properties  map[string]*schema `json:"properties,omitempty"`
	Required    []string           `json:"required,omitempty"`
	Additional  *schema            `json:"additionalProperties,omitempty"`
	MaxLength   int                `json:"maxLength,omitempty"`
}

// enums are the values of types that have few.
var enums = map[reflect.Type][]string{
	reflect.TypeFor[agent.Verdict]():     {string(agent.Supported), string(agent.Weak), string(agent.Unsupported)},
	reflect.TypeFor[agent.SourceState](): {string(agent.StateRead), string(agent.StateCited)},
	reflect.TypeFor[agent.Stop](): {
		string(agent.StopEnough), string(agent.StopPages), string(agent.StopSeconds), string(agent.StopTokens),
		string(agent.StopCost), string(agent.StopRounds), string(agent.StopCancelled), string(agent.StopError),
	},
	reflect.TypeFor[agent.Status](): {
		string(StatusRunning), string(agent.StatusAnswered), string(agent.StatusPartial),
		string(agent.StatusNotFound), string(agent.StatusFailed), string(agent.StatusCancelled),
	},
}

// schemas derives schemas from Go types; structs with a name become components.
type schemas struct {
	components map[string]*schema
}

func (g *schemas) of(t reflect.Type) (*schema, error) {
	switch {
	case t == reflect.TypeFor[time.Time]():
		return &schema{Type: "string", Format: "date-time"}, nil
	case t == reflect.TypeFor[ChatContent]():
		return &schema{Type: []string{"string", "array", "null"}, Items: &schema{Type: "object"}, Description: "a string, or parts of type text, image_url (a data: URL) or file (file_data)"}, nil
	case enums[t] != nil:
		return &schema{Type: "string", Enum: enums[t]}, nil
	}
	switch t.Kind() {
	case reflect.Pointer:
		return g.of(t.Elem())
	case reflect.Bool:
		return &schema{Type: "boolean"}, nil
	case reflect.Int, reflect.Int64:
		return &schema{Type: "integer"}, nil
	case reflect.Float64:
		return &schema{Type: "number"}, nil
	case reflect.String:
		return &schema{Type: "string"}, nil
	case reflect.Slice:
		items, err := g.of(t.Elem())
		return &schema{Type: []string{"array", "null"}, Items: items}, err
	case reflect.Map:
		values, err := g.of(t.Elem())
		return &schema{Type: "object", Additional: values}, err
	case reflect.Struct:
		return g.object(t)
	}
	return nil, fmt.Errorf("type %v has no JSON schema", t)
}

// object makes a struct a component, or describes it in place where it has no name.
func (g *schemas) object(t reflect.Type) (*schema, error) {
	name := componentName(t)
	ref := &schema{Ref: "#/components/schemas/" + name}
	if g.components[name] != nil {
		return ref, nil
	}
	s := &schema{Type: "object"}
	if name != "" {
		g.components[name] = s // before the fields, which may refer to it
	}
	if err := g.fields(t, s); err != nil {
		return nil, fmt.Errorf("%v: %w", t, err)
	}
	if name == "" {
		return s, nil
	}
	return ref, nil
}

func (g *schemas) fields(t reflect.Type, into *schema) error {
	for i := range t.NumField() {
		f := t.Field(i)
		name, options, _ := strings.Cut(f.Tag.Get("json"), ",")
		if f.Anonymous && name == "" {
			if err := g.fields(f.Type, into); err != nil {
				return err
			}
			continue
		}
		if !f.IsExported() || name == "-" {
			continue
		}
		field, err := g.of(f.Type)
		if err != nil {
			return fmt.Errorf("field %s: %w", f.Name, err)
		}
		if about := f.Tag.Get("jsonschema"); about != "" {
			field.Description = about // beside $ref it is allowed since draft 2019-09
		}
		if into.Properties == nil {
			into.Properties = map[string]*schema{}
		}
		into.Properties[name] = field
		if !strings.Contains(options, "omit") && !optional[t] {
			into.Required = append(into.Required, name)
		}
	}
	return nil
}

// optional are types whose fields may all be missing in requests.
var optional = map[reflect.Type]bool{reflect.TypeFor[agent.Budget](): true}

// componentName is a type's name without its package: List[server.RunJSON] is RunList.
func componentName(t reflect.Type) string {
	name := t.Name()
	if base, arg, ok := strings.Cut(name, "["); ok {
		arg = strings.TrimSuffix(arg, "]")
		arg = arg[strings.LastIndexAny(arg, "./")+1:]
		name = strings.TrimSuffix(arg, "JSON") + base
	}
	return strings.TrimSuffix(name, "JSON")
}
