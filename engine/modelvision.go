package engine

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

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

// CheckPicture reports why a picture cannot be described, whatever the model.
func CheckPicture(p Picture) error {
	switch {
	case !slices.Contains(pictureTypes, p.MIME):
		return fmt.Errorf("reading image %q: type %q is not read: send PNG, JPEG, WebP or GIF", p.Name, p.MIME)
	case len(p.Data) == 0 || len(p.Data) > maxPicture:
		return fmt.Errorf("reading image %q: it has %d bytes; between 1 and %d are read: make it smaller", p.Name, len(p.Data), maxPicture)
	}
	return nil
}

// seeingTime bounds the description of one image.
const seeingTime = 60 * time.Second

// DescribePicture has the first of the vision models that can say what an image
// shows, its text copied out, so that a question can be understood from words.
// The page's text is the description, and Reading says whose it is; an error
// says what to do, and holds no secret. It returns what the calls cost, also
// with an error.
func DescribePicture(ctx context.Context, specs []Spec, o Options, p Picture, question string) (*agent.Page, agent.Usage, error) {
	if err := CheckPicture(p); err != nil {
		return nil, agent.Usage{}, err
	}
	o = o.withDefaults()
	models, err := endpointsOf(specs, o)
	if err != nil {
		return nil, agent.Usage{}, fmt.Errorf("reading image %q: %w", p.Name, err)
	}
	if len(models) == 0 {
		return nil, agent.Usage{}, fmt.Errorf("reading image %q: no vision model is set: name one (such as ollama:qwen2.5vl), or ask about the image's text instead", p.Name)
	}
	ctx, cancel := context.WithTimeout(ctx, seeingTime)
	defer cancel()
	var spent agent.Usage
	for _, e := range models {
		var page *agent.Page
		var cost agent.Usage
		page, cost, err = e.describe(ctx, p, question)
		cost.TokensIn += spent.TokensIn
		cost.TokensOut += spent.TokensOut
		cost.Cost += spent.Cost
		cost.TokensEstimated = cost.TokensEstimated || spent.TokensEstimated
		spent = cost
		if err == nil {
			page.Fetched = o.Now().UTC()
			return page, spent, nil
		}
	}
	return nil, spent, err
}

func (e *endpoint) describe(ctx context.Context, p Picture, question string) (*agent.Page, agent.Usage, error) {
	l := promptLanguage(agent.Question{Text: question})
	msg, err := prompts.Image(l, prompts.ImageData{Question: question, Name: p.Name})
	if err != nil {
		return nil, agent.Usage{}, err
	}
	reply, err := e.converse(ctx, modelAsk{Prompt: msg, Image: &p, Output: 2048}, func(modelDelta) bool { return true })
	if err != nil {
		return nil, reply.Spent, errors.New(blind(l, e, faultOf(err)))
	}
	text := strings.TrimSpace(reply.Text)
	return &agent.Page{Title: p.Name, MIME: p.MIME, Text: text, Snapshot: agent.SnapshotID(text), Reading: e.String()}, reply.Spent, nil
}
