package engine

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/sonde-search/sonde/agent"
	"github.com/sonde-search/sonde/prompts"
)

// A Picture is an image that came with a question.
type Picture struct {
	Name string
	MIME string // image/png, image/jpeg, image/webp or image/gif
	Data []byte
}

// maxPicture bounds an image (bytes): what the strictest providers take.
const maxPicture = 5 << 20

var pictureTypes = []string{"image/png", "image/jpeg", "image/webp", "image/gif"}

// DescribePicture has a vision model say what an image shows, its text copied
// out, so that the question can be answered from words. The page's text is the
// description; an error says what to do, and holds no secret. It returns what
// the call cost, also with an error.
func DescribePicture(ctx context.Context, spec Spec, o Options, p Picture, question string) (*agent.Page, agent.Usage, error) {
	switch {
	case spec.Builtin():
		return nil, agent.Usage{}, fmt.Errorf("reading image %q: no vision model is set: name one (such as ollama:qwen2.5vl), or ask about the image's text instead", p.Name)
	case !slices.Contains(pictureTypes, p.MIME):
		return nil, agent.Usage{}, fmt.Errorf("reading image %q: type %q is not read: send PNG, JPEG, WebP or GIF", p.Name, p.MIME)
	case len(p.Data) == 0 || len(p.Data) > maxPicture:
		return nil, agent.Usage{}, fmt.Errorf("reading image %q: it has %d bytes; between 1 and %d are read: make it smaller", p.Name, len(p.Data), maxPicture)
	}
	o = o.withDefaults()
	e, err := newEndpoint(spec, o)
	if err != nil {
		return nil, agent.Usage{}, fmt.Errorf("reading image %q: %w", p.Name, err)
	}
	msg, err := prompts.Image(promptLanguage(agent.Question{Text: question}), prompts.ImageData{Question: question, Name: p.Name})
	if err != nil {
		return nil, agent.Usage{}, err
	}
	reply, err := e.converse(ctx, modelAsk{Prompt: msg, Image: &p, Output: 2048}, func(modelDelta) bool { return true })
	if err != nil {
		return nil, reply.Spent, fmt.Errorf("reading image %q with %s: %w: is it a model that sees images? sonde models check tells", p.Name, e, err)
	}
	text := strings.TrimSpace(reply.Text)
	return &agent.Page{
		URL: "image:///" + p.Name, Title: p.Name, MIME: p.MIME, Text: text,
		Snapshot: agent.SnapshotID(text), Fetched: o.Now(),
	}, reply.Spent, nil
}
