package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"github.com/sonde-search/sonde/agent"
	"github.com/sonde-search/sonde/crawler/extract"
	"github.com/sonde-search/sonde/engine"
)

// attachable reports why an attachment cannot be read here, before a run
// begins: an image needs a model that sees.
func (p *parts) attachable(a agent.Attachment) error {
	if a.ImageType() == "" {
		return nil
	}
	if p.vision == "" || p.vision == engine.BuiltinSpec {
		return fmt.Errorf("%w: the image %q cannot be read: no vision model is configured: set SONDE_VISION (or vision in the configuration file, or --vision) "+
			"to the SPEC of a model that sees images, such as ollama:qwen2.5vl", agent.ErrBadQuestion, a.Name)
	}
	if err := engine.CheckPicture(engine.Picture{Name: a.Name, MIME: a.ImageType(), Data: a.Data}); err != nil {
		return fmt.Errorf("%w: %w", agent.ErrBadQuestion, err)
	}
	return nil
}

// attach reads an attachment for a run: an image with the vision model, all
// else as a page of that kind is read.
func (p *parts) attach(ctx context.Context, q agent.Question, a agent.Attachment, tell agent.Tell) (*agent.Page, error) {
	if mime := a.ImageType(); mime != "" {
		return p.see(ctx, q, engine.Picture{Name: a.Name, MIME: mime, Data: a.Data}, tell)
	}
	r, err := extract.Extract(ctx, extract.Input{URL: a.URL(), ContentType: a.MIME, Body: a.Data, Now: p.agent.Now()})
	if err != nil {
		fail := &extract.Error{Reason: agent.SkipBadFile, Detail: err.Error()}
		errors.As(err, &fail)
		return nil, &agent.Unread{Reason: fail.Reason, Detail: fail.Detail}
	}
	r.Page.Title, r.Page.Site, r.Page.Fetched = a.Name, "", p.agent.Now().UTC()
	return r.Page, nil
}

func (p *parts) see(ctx context.Context, q agent.Question, pic engine.Picture, tell agent.Tell) (*agent.Page, error) {
	specs, err := engine.ParseSpecs(p.vision)
	if err != nil {
		return nil, err
	}
	page, spent, err := engine.DescribePicture(ctx, specs, p.options, pic, q.Text)
	tell(agent.Note{Spent: spent})
	if err != nil {
		return nil, &agent.Unread{Reason: agent.SkipNotText, Detail: err.Error()}
	}
	return page, nil
}

// readAttachments reads what --attach names.
func readAttachments(paths []string) ([]agent.Attachment, error) {
	var out []agent.Attachment
	total := int64(0)
	for _, name := range paths {
		info, err := os.Stat(name)
		switch {
		case err != nil:
			return nil, fmt.Errorf("%w: attaching %q: there is no such file", errUsage, name)
		case !info.Mode().IsRegular():
			return nil, fmt.Errorf("%w: attaching %q: it is not a file: --files reads folders", errUsage, name)
		}
		if total += info.Size(); total > agent.MaxAttachmentBytes {
			return nil, fmt.Errorf("%w: attaching %q: more than %d bytes together: --files reads large files", errUsage, name, agent.MaxAttachmentBytes)
		}
		b, err := os.ReadFile(name)
		if err != nil {
			return nil, fmt.Errorf("attaching %q: it cannot be read; check the permissions", name)
		}
		out = append(out, agent.Attachment{Name: filepath.Base(name), Data: b})
	}
	return out, nil
}
