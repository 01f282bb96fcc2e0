package server

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"mime"
	"mime/multipart"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/sonde-search/sonde/agent"
)

// AttachmentJSON is a file or image that comes with a request, its bytes in it.
type AttachmentJSON struct {
	Name      string `json:"name" jsonschema:"its file name"`
	MediaType string `json:"media_type,omitempty" jsonschema:"such as application/pdf or image/png; default: found out from the bytes"`
	Data      string `json:"data" jsonschema:"its bytes in base64, or a data: URL; all attachments together have at most 20 MiB"`
}

// attachedBody is how much larger than others a JSON body with attachments may be.
const attachedBody = agent.MaxAttachmentBytes/3*4 + 64<<10

// attachments decodes what came with a request.
func attachments(list []AttachmentJSON) ([]agent.Attachment, error) {
	if len(list) > agent.MaxAttachments {
		return nil, fmt.Errorf("%w: %d attachments came; at most %d are taken", agent.ErrBadQuestion, len(list), agent.MaxAttachments)
	}
	var out []agent.Attachment
	for _, j := range list {
		media, data, err := decodeData(j.Data)
		if err != nil {
			return nil, tell(errBadRequest, fmt.Sprintf("the attachment %q: %v", clip(j.Name, 60), err))
		}
		if j.MediaType != "" {
			media = j.MediaType
		}
		out = append(out, agent.Attachment{Name: j.Name, MIME: media, Bytes: len(data), Data: data})
	}
	return out, nil
}

var errData = errors.New("its data is not base64: send its bytes in base64, or as data:TYPE;base64,…")

// decodeData reads base64, or a data: URL (RFC 2397) that holds it.
func decodeData(text string) (media string, data []byte, err error) {
	if rest, ok := strings.CutPrefix(text, "data:"); ok {
		head, body, ok := strings.Cut(rest, ",")
		kind, isBase64 := strings.CutSuffix(head, ";base64")
		if !ok || !isBase64 {
			return "", nil, errData
		}
		media, text = kind, body
	}
	data, err = base64.StdEncoding.DecodeString(text)
	if err != nil {
		data, err = base64.RawStdEncoding.DecodeString(strings.TrimRight(text, "="))
	}
	if err != nil {
		return "", nil, errData
	}
	return media, data, nil
}

// readRun reads the body of POST /api/runs: JSON, or multipart/form-data with
// the JSON as "request" (or the question alone as "question") and files.
func (s *Server) readRun(r *http.Request) (RunRequest, error) {
	var body RunRequest
	media, _, err := mime.ParseMediaType(r.Header.Get("Content-Type"))
	if err != nil || media != "multipart/form-data" {
		if err := s.decodeAttached(r, &body, true); err != nil {
			return body, err
		}
		body.attached, err = attachments(body.Attachments)
		return body, err
	}
	var files []agent.Attachment
	err = eachPart(r, s.opts.Limits.Body+attachedBody, func(p *multipart.Part) error {
		data, err := io.ReadAll(p)
		switch {
		case err != nil:
			return err
		case p.FileName() != "":
			files = append(files, agent.Attachment{Name: p.FileName(), MIME: p.Header.Get("Content-Type"), Bytes: len(data), Data: data})
			return nil
		case p.FormName() == "request":
			return decodeJSON(data, &body, true)
		case p.FormName() == "question":
			body.Question = string(data)
			return nil
		}
		return tell(errBadRequest, fmt.Sprintf("form field %q is not known: send request (JSON), question and file", clip(p.FormName(), 40)))
	})
	if err != nil {
		return body, err
	}
	inline, err := attachments(body.Attachments)
	body.attached = append(inline, files...)
	return body, err
}

// decodeAttached is decode for bodies that may hold attachments: only these
// may make one larger than others.
func (s *Server) decodeAttached(r *http.Request, into any, strict bool) error {
	limit := s.opts.Limits.Body
	raw, err := readBody(r, limit+attachedBody)
	if err != nil {
		return err
	}
	if err := decodeJSON(raw, into, strict); err != nil {
		return err
	}
	size := len(raw)
	switch body := into.(type) {
	case *RunRequest:
		size -= dataSize(body.Attachments)
	case *ChatRequest:
		for _, m := range body.Messages {
			size -= dataSize(m.Content.attached)
		}
	}
	if int64(size) > limit {
		return tell(errTooLarge, fmt.Sprintf("the request has more than %d bytes beside its attachments: send less", limit))
	}
	return nil
}

func dataSize(list []AttachmentJSON) (n int) {
	for _, a := range list {
		n += len(a.Data)
	}
	return n
}

// attach checks what came with a request, and adds what came with the earlier
// questions of its conversation.
func (s *Server) attach(ctx context.Context, owner, conversation string, body RunRequest, q *agent.Question) error {
	for _, a := range body.attached {
		if s.opts.Attachable == nil {
			break
		}
		if err := s.opts.Attachable(a); err != nil {
			return err
		}
	}
	q.Attachments = body.attached
	if conversation != "" && body.Conversation != newConversation {
		earlier, err := s.carried(ctx, owner, conversation)
		if err != nil {
			return err
		}
		q.Attachments = append(earlier, q.Attachments...)
	}
	// The oldest are left behind where there are too many.
	total := 0
	for i, a := range slices.Backward(q.Attachments) {
		total += a.Bytes
		if a.Page != nil && (len(q.Attachments)-i > agent.MaxAttachments || total > agent.MaxAttachmentBytes) {
			q.Attachments = q.Attachments[i+1:]
			break
		}
	}
	if body.Web == nil && len(body.Sites)+len(body.Collections) == 0 {
		q.Scope.Web = !slices.ContainsFunc(q.Attachments, agent.Attachment.Citable)
	}
	*q = q.Clean()
	return q.Validate()
}

// carried are the attachments of a conversation's earlier questions, as they were read.
func (s *Server) carried(ctx context.Context, owner, conversation string) ([]agent.Attachment, error) {
	pages, err := s.opts.Store.AttachedPages(ctx, owner, conversation)
	if err != nil {
		return nil, err
	}
	var out []agent.Attachment
	for _, p := range pages {
		out = append(out, agent.Attachment{Name: attachedName(p), MIME: p.MIME, Bytes: len(p.Text), Page: p})
	}
	return out, nil
}

// attachedName is the name of the attachment that became a page.
func attachedName(p *agent.Page) string {
	if u, err := url.Parse(p.URL); err == nil && u.Path != "" {
		return u.Path
	}
	return p.Title
}

// reattach gives the question of an interrupted run back what came with it.
func (g *manager) reattach(ctx context.Context, r Run, q *agent.Question) error {
	if len(q.Attachments) == 0 {
		return nil
	}
	data, err := g.store.Attachments(ctx, r.ID)
	if err != nil {
		return err
	}
	var pages []*agent.Page
	if r.Conversation != "" {
		if pages, err = g.store.AttachedPages(ctx, r.Owner, r.Conversation); err != nil {
			return err
		}
	}
	q.Attachments = slices.Clone(q.Attachments)
	for i := range q.Attachments {
		a := &q.Attachments[i]
		a.Data = data[a.Name]
		for _, p := range pages {
			if a.Data == nil && strings.TrimPrefix(attachedName(p), "/") == a.Name {
				a.Page = p
			}
		}
	}
	return nil
}

// Parts of a chat message beside its text, in the shapes of OpenAI's chat
// completions and responses (https://platform.openai.com/docs/guides/images-vision,
// https://platform.openai.com/docs/guides/pdf-files).
type chatPart struct {
	Type     string          `json:"type"`
	Text     string          `json:"text"`
	ImageURL json.RawMessage `json:"image_url"` // {"url"}, or the URL itself
	File     *chatFile       `json:"file"`
	chatFile                 // of input_file
}

type chatFile struct {
	Name string `json:"filename"`
	Data string `json:"file_data"`
	ID   string `json:"file_id"`
	URL  string `json:"file_url"`
}

// take puts a part into the content.
func (c *ChatContent) take(p chatPart) error {
	switch p.Type {
	case "text", "input_text", "output_text":
		if c.Text != "" {
			c.Text += "\n"
		}
		c.Text += p.Text
		return nil
	case "image_url", "input_image":
		return c.takeImage(p)
	case "file", "input_file":
		f := p.chatFile
		if p.File != nil {
			f = *p.File
		}
		if f.Data == "" {
			return errors.New("a file is read only from file_data (data:TYPE;base64,…): files are not kept by id here, nor fetched from an address: name that in sites")
		}
		if f.Name == "" {
			f.Name = "file"
		}
		c.attached = append(c.attached, AttachmentJSON{Name: f.Name, Data: f.Data})
		return nil
	}
	return fmt.Errorf("a message's part of type %q cannot be read here: send text, image_url or file", clip(p.Type, 40))
}

func (c *ChatContent) takeImage(p chatPart) error {
	var address string
	if json.Unmarshal(p.ImageURL, &address) != nil {
		var in struct {
			URL string `json:"url"`
		}
		if err := json.Unmarshal(p.ImageURL, &in); err != nil {
			return errors.New("an image_url must be an object with a url")
		}
		address = in.URL
	}
	rest, ok := strings.CutPrefix(address, "data:")
	if !ok {
		return errors.New("an image's address is not fetched here: send the image itself as data:image/png;base64,…")
	}
	kind, _, _ := strings.Cut(rest, ";")
	_, ext, _ := strings.Cut(kind, "/")
	if len(ext) > 8 || ext == "" {
		ext = "bin"
	}
	c.attached = append(c.attached, AttachmentJSON{Name: "image." + ext, Data: address})
	return nil
}

// chatAttachments is what came with a conversation's messages, each once, the
// latest where there are too many.
func chatAttachments(messages []ChatMessage) ([]agent.Attachment, error) {
	var list []AttachmentJSON
	for _, m := range messages {
		for _, a := range m.Content.attached {
			if m.Role == "user" && !slices.Contains(list, a) {
				list = append(list, a)
			}
		}
	}
	return attachments(list[max(0, len(list)-agent.MaxAttachments):])
}
