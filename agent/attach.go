package agent

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"net/url"
	"path"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Bounds of what may come with a question.
const (
	MaxAttachments     = 10
	MaxAttachmentBytes = 20 << 20 // all together
	maxAttachmentName  = 200      // bytes
)

// An Attachment is a file or an image that came with a question. A file that
// holds text becomes a page like any other, with a snapshot, and can be cited;
// an image is described by a model, and that is never cited (see Page.Reading).
type Attachment struct {
	Name  string `json:"name"` // as its sender calls it; never used as a path
	MIME  string `json:"media_type,omitempty"`
	Bytes int    `json:"bytes"`
	Data  []byte `json:"-"`
	// Page is the attachment as it was read for an earlier question of the
	// conversation; it is not read again. Nil: Data is read.
	Page *Page `json:"-"`
}

// URL is the address that stands for the attachment.
func (a Attachment) URL() string {
	u := url.URL{Scheme: "attachment", Path: "/" + a.Name}
	return "attachment://" + u.EscapedPath()
}

// imageMagic begins the files of the usual kinds of images.
var imageMagic = map[string]string{"\x89PNG\r\n": "image/png", "\xff\xd8\xff": "image/jpeg", "GIF8": "image/gif", "BM": "image/bmp", "II*\x00": "image/tiff", "MM\x00*": "image/tiff"}

// ImageType is the media type of an attachment that is an image, by its bytes
// rather than by what its sender says; "" where it is none.
func (a Attachment) ImageType() string {
	if a.Page != nil {
		return ""
	}
	if len(a.Data) > 12 && string(a.Data[:4]) == "RIFF" && string(a.Data[8:12]) == "WEBP" {
		return "image/webp"
	}
	said, _, _ := strings.Cut(strings.ToLower(a.MIME), ";")
	for magic, kind := range imageMagic {
		if bytes.HasPrefix(a.Data, []byte(magic)) && (len(magic) > 2 || !utf8.Valid(a.Data)) {
			return kind
		}
	}
	if strings.HasPrefix(said, "image/") && said != "image/svg+xml" {
		return strings.TrimSpace(said)
	}
	return ""
}

// Citable reports whether the attachment may hold text that can be cited.
func (a Attachment) Citable() bool {
	if a.Page != nil {
		return a.Page.Reading == ""
	}
	return a.ImageType() == ""
}

// Attach reads an attachment. An error is told to the reader, and the run goes
// on; an *Unread says why in a word, any other counts as SkipBadFile.
type Attach func(ctx context.Context, q Question, a Attachment, tell Tell) (*Page, error)

// An Unread is why an attachment could not be read.
type Unread struct {
	Reason SkipReason
	Detail string // in words; never a secret
}

// Error says the reason in words.
func (e *Unread) Error() string {
	if e.Detail != "" {
		return e.Detail
	}
	return string(e.Reason)
}

// A Reading is what a model says that an image shows. It is a model's word and
// no source: no claim rests on it.
type Reading struct {
	Name  string `json:"name"`
	Model string `json:"model"`
	Text  string `json:"text"`
}

// named returns the attachments with names that can stand in an address and a
// prompt, no two alike.
func named(list []Attachment) []Attachment {
	out := slices.Clone(list)
	for i := range out {
		name := path.Base("/" + strings.ReplaceAll(out[i].Name, `\`, "/"))
		name = strings.TrimSpace(strings.Map(func(r rune) rune {
			if unicode.IsControl(r) || r == utf8.RuneError {
				return -1
			}
			return r
		}, name))
		ext := path.Ext(name)
		stem := strings.TrimSuffix(name, ext)
		for len(stem)+len(ext) > maxAttachmentName {
			r, _ := utf8.DecodeLastRuneInString(stem + ext)
			if stem == "" {
				ext = strings.TrimSuffix(ext, string(r))
				continue
			}
			r, _ = utf8.DecodeLastRuneInString(stem)
			stem = strings.TrimSuffix(stem, string(r))
		}
		if stem+ext == "" || stem+ext == "/" {
			stem, ext = "attachment", ""
		}
		name = stem + ext
		for n := 2; slices.ContainsFunc(out[:i], func(a Attachment) bool { return a.Name == name }); n++ {
			name = fmt.Sprintf("%s (%d)%s", stem, n, ext)
		}
		out[i].Name = name
		if out[i].Data != nil {
			out[i].Bytes = len(out[i].Data)
		}
	}
	return out
}

// checkAttachments reports what is wrong with the number or size of what came.
func checkAttachments(list []Attachment) error {
	if len(list) > MaxAttachments {
		return fmt.Errorf("%d attachments came; at most %d are taken: put them into a collection and ask about that", len(list), MaxAttachments)
	}
	total := 0
	for _, a := range list {
		if a.Bytes == 0 && a.Page == nil {
			return fmt.Errorf("the attachment %q is empty", a.Name)
		}
		total += a.Bytes
	}
	if total > MaxAttachmentBytes {
		return fmt.Errorf("the attachments have %d bytes together; at most %d are taken: put them into a collection and ask about that", total, MaxAttachmentBytes)
	}
	return nil
}

// attach reads what came with the question, unless a run that was broken off
// did already, and tells of each like of a page.
func (r *run) attach(ctx context.Context, in *indexing) {
	for _, a := range r.q.Attachments {
		address := a.URL()
		if r.attached[address] || ctx.Err() != nil {
			continue
		}
		r.attached[address] = true
		r.emit(Paged{State: PageReading, URL: address, Title: a.Name, Attached: true})
		page, err := r.readAttachment(ctx, a)
		if ctx.Err() != nil && page == nil {
			return // noteEnd says why
		}
		if err != nil {
			why := &Unread{Reason: SkipBadFile, Detail: err.Error()}
			errors.As(err, &why)
			r.warn(fmt.Sprintf(r.say().notAttached, a.Name, why.Error()))
			r.notePage(Paged{State: PageSkipped, URL: address, Title: a.Name, Reason: why.Reason, Detail: why.Detail, Attached: true})
			continue
		}
		page.URL = address
		if page.Title == "" {
			page.Title = a.Name
		}
		fresh := r.notePage(Paged{State: PageRead, URL: address, Title: page.Title, Snapshot: page.Snapshot, Page: page, Attached: true})
		if fresh != nil {
			in.add(fresh)
		}
	}
}

func (r *run) readAttachment(ctx context.Context, a Attachment) (*Page, error) {
	switch {
	case a.Page != nil:
		p := *a.Page
		p.Duplicates = nil
		return &p, nil
	case r.a.Attach == nil:
		return nil, &Unread{Reason: SkipNotText, Detail: "attachments are not read here"}
	}
	return r.a.Attach(ctx, r.q, a, r.teller("plan"))
}

// noteReading keeps a model's reading of an image apart from what can be cited.
func (r *run) noteReading(p *Page) {
	r.q.Attached = append(r.q.Attached, p)
	r.readings = append(r.readings, Reading{Name: p.Title, Model: p.Reading, Text: p.Text})
}

// readingsText shows what models saw, marked as that, below an answer.
func (r *run) readingsText() string {
	var b strings.Builder
	for _, x := range r.readings {
		fmt.Fprintf(&b, "\n\n> "+r.say().reading, escape(x.Name), escape(x.Model))
		for line := range strings.Lines(strings.TrimSpace(x.Text)) {
			b.WriteString("\n> " + escape(strings.TrimRight(line, "\r\n")) + "  ")
		}
	}
	return b.String()
}
