package server

import (
	"encoding/json"
	"fmt"
	"net/http"
	"reflect"
	"regexp"
	"strconv"
	"strings"
)

// The description follows OpenAPI 3.1 (https://spec.openapis.org/oas/v3.1.0).
type (
	apiDoc struct {
		OpenAPI    string                             `json:"openapi"`
		Info       apiInfo                            `json:"info"`
		Paths      map[string]map[string]apiOperation `json:"paths"`
		Components apiComponents                      `json:"components"`
		Security   []map[string][]string              `json:"security"`
	}
	apiInfo struct {
		Title       string `json:"title"`
		Version     string `json:"version"`
		Description string `json:"description"`
	}
	apiOperation struct {
		ID         string                `json:"operationId"`
		Summary    string                `json:"summary"`
		Tags       []string              `json:"tags"`
		Parameters []apiParameter        `json:"parameters,omitempty"`
		Body       *apiBody              `json:"requestBody,omitempty"`
		Responses  map[string]apiReply   `json:"responses"`
		Security   []map[string][]string `json:"security,omitempty"`
	}
	apiParameter struct {
		Name        string  `json:"name"`
		In          string  `json:"in"`
		Required    bool    `json:"required,omitempty"`
		Description string  `json:"description,omitempty"`
		Schema      *schema `json:"schema"`
	}
	apiBody struct {
		Required bool                `json:"required"`
		Content  map[string]apiMedia `json:"content"`
	}
	apiReply struct {
		Description string              `json:"description"`
		Content     map[string]apiMedia `json:"content,omitempty"`
	}
	apiMedia struct {
		Schema *schema `json:"schema,omitempty"`
	}
	apiComponents struct {
		Schemas         map[string]*schema        `json:"schemas"`
		SecuritySchemes map[string]securityScheme `json:"securitySchemes"`
	}
	securityScheme struct {
		Type        string `json:"type"`
		Scheme      string `json:"scheme,omitempty"`
		In          string `json:"in,omitempty"`
		Name        string `json:"name,omitempty"`
		Description string `json:"description,omitempty"`
	}
)

const apiAbout = "Questions answered from pages that were read, every sentence with the exact words that carry it. " +
	"Errors are problem documents (RFC 9457); under /v1 they have OpenAI's shape. Every response has an X-Request-Id. " +
	"A key is needed once one was made: Authorization: Bearer <key>."

// describe writes /openapi.json from the table of routes.
func describe(table []route, version string) ([]byte, error) {
	g := &schemas{components: map[string]*schema{}}
	doc := apiDoc{
		OpenAPI: "3.1.0",
		Info:    apiInfo{"Sonde", version, apiAbout},
		Paths:   map[string]map[string]apiOperation{},
		Components: apiComponents{g.components, map[string]securityScheme{
			"key":    {Type: "http", Scheme: "bearer", Description: "an API key, from sonde key create"},
			"cookie": {Type: "apiKey", In: "cookie", Name: sessionCookie, Description: "set by POST /api/session"},
		}},
		Security: []map[string][]string{{"key": {}}, {"cookie": {}}, {}},
	}
	if version == "" {
		doc.Info.Version = "0"
	}
	for _, r := range table {
		op, err := g.operation(r)
		if err != nil {
			return nil, fmt.Errorf("%s %s: %w", r.method, r.path, err)
		}
		if doc.Paths[r.path] == nil {
			doc.Paths[r.path] = map[string]apiOperation{}
		}
		doc.Paths[r.path][strings.ToLower(r.method)] = op
	}
	return json.Marshal(doc)
}

var pathParam = regexp.MustCompile(`\{(\w+)\}`)

// echoPath is a route's path in echo's form.
func (r route) echoPath() string {
	path := pathParam.ReplaceAllString(r.path, ":$1")
	if r.rest {
		return path[:strings.LastIndex(path, ":")] + "*"
	}
	return path
}

func (g *schemas) operation(r route) (apiOperation, error) {
	op := apiOperation{ID: r.name, Summary: r.summary, Tags: []string{tagOf(r.path)}, Responses: map[string]apiReply{}}
	if r.open {
		op.Security = []map[string][]string{{}}
	}
	for _, m := range pathParam.FindAllStringSubmatch(r.path, -1) {
		op.Parameters = append(op.Parameters, apiParameter{Name: m[1], In: "path", Required: true, Schema: &schema{Type: "string"}})
	}
	for _, p := range r.params {
		op.Parameters = append(op.Parameters, apiParameter{Name: p.name, In: "query", Description: p.about, Schema: &schema{Type: p.kind}})
	}
	if r.in != nil {
		body, err := g.of(reflect.TypeOf(r.in))
		if err != nil {
			return op, err
		}
		op.Body = &apiBody{true, map[string]apiMedia{"application/json": {body}}}
		if r.upload {
			op.Body.Content["multipart/form-data"] = apiMedia{uploadSchema(r.in)}
		}
	}
	for _, reply := range r.out {
		if err := g.reply(op.Responses, reply); err != nil {
			return op, err
		}
	}
	failed := reply{mime: "application/problem+json", body: problem{}, about: "a problem"}
	if strings.HasPrefix(r.path, "/v1/") {
		failed = reply{body: openAIError(problem{}), about: "an error in OpenAI's shape"}
	}
	media, err := g.media(failed)
	op.Responses["default"] = apiReply{failed.about, media}
	return op, err
}

func (g *schemas) reply(into map[string]apiReply, r reply) error {
	media, err := g.media(r)
	if err != nil {
		return err
	}
	code := strconv.Itoa(r.status)
	about := r.about
	if about == "" {
		about = http.StatusText(r.status)
	}
	if before, ok := into[code]; ok { // a second form of the same status
		about = before.Description + "; " + about
		for mime, m := range before.Content {
			media[mime] = m
		}
	}
	into[code] = apiReply{about, media}
	return nil
}

func (g *schemas) media(r reply) (map[string]apiMedia, error) {
	switch {
	case r.body != nil:
		s, err := g.of(reflect.TypeOf(r.body))
		mime := r.mime
		if mime == "" {
			mime = "application/json"
		}
		return map[string]apiMedia{mime: {s}}, err
	case r.mime != "":
		return map[string]apiMedia{r.mime: {&schema{Type: "string"}}}, nil
	}
	return map[string]apiMedia{}, nil
}

// tagOf groups calls: the first word of the path, after /api.
func tagOf(path string) string {
	parts := strings.Split(strings.TrimPrefix(path, "/api"), "/")
	return parts[1]
}

// uploadSchema describes the multipart form of a call.
func uploadSchema(in any) *schema {
	if _, ok := in.(RunRequest); ok {
		return &schema{Type: "object", Properties: map[string]*schema{
			"file":     {Type: "array", Items: &schema{Type: "string", Format: "binary"}, Description: "files and images that the question is about, at most 10 and 20 MiB together"},
			"question": {Type: "string", Description: "what you want to know"},
			"request":  {Type: "string", Description: "all that the JSON body may hold, as JSON, where the question alone is not enough"},
		}}
	}
	return &schema{Type: "object", Properties: map[string]*schema{
		"file": {Type: "array", Items: &schema{Type: "string", Format: "binary"}, Description: "files of every kind that extraction reads"},
		"tags": {Type: "string", Description: "JSON object of strings"},
	}}
}
