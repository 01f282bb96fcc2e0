package server_test

import (
	"encoding/json"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/sonde-search/sonde/server"
)

// openAPI is as much of the description as the tests look at.
type openAPI struct {
	OpenAPI string
	Paths   map[string]map[string]struct {
		OperationID string
		Summary     string
		Parameters  []struct{ Name, In string }
		Responses   map[string]struct{ Description string }
	}
	Components struct{ Schemas map[string]json.RawMessage }
}

// The description names every call of the contract, each with a summary, its
// path's parameters and its replies, and refers only to schemas that are there.
func TestOpenAPIIsComplete(t *testing.T) {
	st := serve(t, nil)
	_, text := st.call("GET", "/openapi.json", "")
	var doc openAPI
	if err := json.Unmarshal([]byte(text), &doc); err != nil || doc.OpenAPI != "3.1.0" {
		t.Fatalf("%v in %.200s", err, text)
	}
	for _, call := range []string{
		"post /api/runs", "get /api/runs", "get /api/runs/{id}", "get /api/runs/{id}/events", "post /api/runs/{id}/cancel",
		"get /api/runs/{id}/bundle", "get /api/runs/{id}/warc", "get /api/snapshots/{sha256}", "get /api/collections", "post /api/collections",
		"get /api/collections/{name}", "patch /api/collections/{name}", "delete /api/collections/{name}",
		"post /api/collections/{name}/documents", "get /api/collections/{name}/documents", "delete /api/collections/{name}/documents/{id}",
		"get /api/collections/{name}/search", "get /api/jobs/{id}", "get /api/conversations", "get /api/conversations/{id}",
		"patch /api/conversations/{id}", "delete /api/conversations/{id}", "post /v1/chat/completions", "get /v1/models",
		"get /healthz", "get /readyz", "get /metrics",
	} {
		method, path, _ := strings.Cut(call, " ")
		if _, ok := doc.Paths[path][method]; !ok {
			t.Errorf("%s is not described", call)
		}
	}
	seen := map[string]bool{}
	for path, methods := range doc.Paths {
		for method, op := range methods {
			if seen[op.OperationID] || op.Summary == "" || len(op.Responses) < 2 {
				t.Errorf("%s %s: %+v", method, path, op)
			}
			seen[op.OperationID] = true
			for _, name := range regexp.MustCompile(`\{(\w+)\}`).FindAllStringSubmatch(path, -1) {
				if !slices.ContainsFunc(op.Parameters, func(p struct{ Name, In string }) bool { return p.Name == name[1] && p.In == "path" }) {
					t.Errorf("%s %s: parameter %s is not described", method, path, name[1])
				}
			}
			// Each described call is served: none is "no such address".
			p := regexp.MustCompile(`\{\w+\}`).ReplaceAllString(path, "x")
			res, got := st.call(strings.ToUpper(method), p, "")
			if res.StatusCode == 405 || res.StatusCode == 404 && strings.Contains(got, `"detail":"code=404`) {
				t.Errorf("%s %s is described and not served: %s", method, p, got)
			}
		}
	}
	for _, ref := range regexp.MustCompile(`"#/components/schemas/([^"]*)"`).FindAllStringSubmatch(text, -1) {
		if doc.Components.Schemas[ref[1]] == nil {
			t.Errorf("schema %q is referred to and not there", ref[1])
		}
	}
}

// A reply has no field that its schema does not know.
func TestRepliesAreAsDescribed(t *testing.T) {
	st := serve(t, func(o *server.Options) { o.Runner = server.RunnerFunc(scholar) })
	_, text := st.call("GET", "/openapi.json", "")
	var doc openAPI
	if err := json.Unmarshal([]byte(text), &doc); err != nil {
		t.Fatal(err)
	}
	type object struct {
		Properties map[string]json.RawMessage
		Required   []string
	}
	_, answer := st.call("POST", "/api/runs?wait=true", `{"question":"limpets","conversation":"new"}`)
	_, runs := st.call("GET", "/api/runs", "")
	_, bad := st.call("GET", "/api/runs/x", "")
	_, chat := st.call("POST", "/v1/chat/completions", `{"messages":[{"role":"user","content":"limpets"}]}`)
	_, convs := st.call("GET", "/api/conversations", "")
	for name, reply := range map[string]string{"RunAnswer": answer, "RunList": runs, "problem": bad, "ChatCompletion": chat, "ConversationList": convs} {
		var schema object
		if err := json.Unmarshal(doc.Components.Schemas[name], &schema); err != nil {
			t.Fatalf("schema %s: %v", name, err)
		}
		var fields map[string]json.RawMessage
		if err := json.Unmarshal([]byte(reply), &fields); err != nil {
			t.Fatalf("%s: %v in %s", name, err, reply)
		}
		for f := range fields {
			if schema.Properties[f] == nil {
				t.Errorf("%s: field %s is not described", name, f)
			}
		}
		for _, f := range schema.Required {
			if fields[f] == nil {
				t.Errorf("%s: field %s is required and missing in %s", name, f, reply)
			}
		}
	}
}
