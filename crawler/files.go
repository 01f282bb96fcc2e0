package crawler

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net/url"
	"os"
	"path/filepath"
	"strings"

	"github.com/sonde-search/sonde/agent"
	"github.com/sonde-search/sonde/crawler/extract"
)

// fileOrigin stands for all local files.
const fileOrigin = "file://"

// textExt are the endings of files that are read without a look inside first.
var textExt = wordSet(`.html .htm .xhtml .md .markdown .mdx .txt .text .rst .adoc .org .tex .csv .tsv .json .jsonl .xml .rss .atom
	.yaml .yml .toml .log .pdf .docx .xlsx .pptx .epub .odt .ods .odp .rtf`)

// skippedDirs hold nothing that a person wrote for reading.
var skippedDirs = wordSet(`node_modules __pycache__ vendor venv`)

// walkFiles lists the files of a path, which may be a file or a folder. Hidden
// files, links and what cannot hold text are left out. An error names the path.
func walkFiles(ctx context.Context, name string, l Limits) ([]*candidate, error) {
	root, err := filepath.Abs(name)
	if err != nil {
		return nil, fmt.Errorf("reading %q: %w", name, err)
	}
	info, err := os.Stat(root)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil, fmt.Errorf("reading %q: there is no such file or folder", name)
	case err != nil:
		return nil, fmt.Errorf("reading %q: it cannot be opened; check the permissions", name)
	case info.Mode().IsRegular():
		return []*candidate{fileCandidate(root, root, fromStart)}, nil
	case !info.IsDir():
		return nil, fmt.Errorf("reading %q: it is neither a file nor a folder", name)
	}
	var out []*candidate
	seen := 0
	err = filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
		if seen++; seen > l.Files {
			return fs.SkipAll
		}
		if ctx.Err() != nil {
			return ctx.Err()
		}
		if err != nil {
			if path == root {
				return err
			}
			return nil // a folder inside that may not be opened is like one that is not there
		}
		hidden := path != root && strings.HasPrefix(d.Name(), ".")
		switch {
		case d.IsDir() && (hidden || path != root && skippedDirs[d.Name()]):
			return fs.SkipDir
		case d.Type().IsRegular() && !hidden && mayHoldText(path, d, l):
			out = append(out, fileCandidate(path, root, fromFiles))
		}
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("reading %q: the folder cannot be listed; check the permissions", name)
	}
	if len(out) > peekFrom {
		for _, c := range out[:min(len(out), maxPeeks)] {
			c.peek = peek(c.file)
		}
	}
	return out, nil
}

// Bounds of the look into the files of a large folder, by which those worth
// reading are chosen. Their names often say little.
const (
	peekFrom  = 30   // files
	maxPeeks  = 4000 // files
	peekBytes = 4096 // of each
)

// peek is the beginning of a text file, without tags; "" where it is none.
func peek(path string) string {
	if ext := strings.ToLower(filepath.Ext(path)); documentExt[ext] {
		return ""
	}
	f, err := os.Open(path)
	if err != nil {
		return "" // it is told when the file is read
	}
	b, err := io.ReadAll(io.LimitReader(f, peekBytes))
	if cerr := f.Close(); err != nil || cerr != nil || bytes.IndexByte(b, 0) >= 0 {
		return ""
	}
	var out strings.Builder
	in := false
	for _, r := range string(b) {
		switch {
		case r == '<':
			in = true
		case r == '>':
			in = false
			out.WriteByte(' ')
		case !in:
			out.WriteRune(r)
		}
	}
	return out.String()
}

func mayHoldText(path string, d fs.DirEntry, l Limits) bool {
	info, err := d.Info()
	if err != nil || info.Size() == 0 || info.Size() > l.FileBytes {
		return false
	}
	ext := strings.ToLower(filepath.Ext(path))
	return textExt[ext] || !notPage.MatchString(path)
}

// fileCandidate describes a file by its path below the folder that was named.
func fileCandidate(path, root string, src source) *candidate {
	rel, err := filepath.Rel(filepath.Dir(root), path)
	if err != nil {
		rel = filepath.Base(path)
	}
	u := fileURL(path)
	stem := strings.TrimSuffix(rel, filepath.Ext(rel))
	return &candidate{
		addr:   address{url: u, text: u.String(), key: fileOrigin + filepath.Clean(path), origin: fileOrigin},
		file:   path,
		source: src,
		title:  splitWords(filepath.Base(stem)),
		depth:  strings.Count(filepath.ToSlash(rel), "/"),
	}
}

// fileURL is the file:///… address of an absolute path.
func fileURL(path string) *url.URL {
	p := filepath.ToSlash(path)
	if !strings.HasPrefix(p, "/") {
		p = "/" + p // a drive letter
	}
	return &url.URL{Scheme: "file", Path: p}
}

// readFile reads and extracts one local file.
func (r *round) readFile(fl *flight) {
	s, out := r.Session, outcome{fl: fl, url: fl.asked}
	defer func() {
		if v := recover(); v != nil {
			out.err = failure(agent.SkipPanic, "reading it failed inside")
		}
		s.land(out)
	}()
	l := s.crawler.opts.Limits
	ext := strings.ToLower(filepath.Ext(fl.c.file))
	limit, cutText := l.TextBytes, true
	if documentExt[ext] {
		limit, cutText = l.FileBytes, false
	}
	fl.f.limit = limit
	body, truncated, f := fl.f.load(fl.c.file)
	s.arrive(fl)
	switch {
	case f != nil:
		out.err = f
		return
	case truncated && !cutText:
		out.err = errTooLarge
		return
	case !textExt[ext] && bytes.IndexByte(body[:min(len(body), 8<<10)], 0) >= 0:
		out.err = failure(agent.SkipNotText, "it is not text")
		return
	}
	in := extract.Input{URL: fl.c.addr.text, Body: body, Now: s.crawler.opts.Now()}
	p, err := s.crawler.parse(r.parsers, in, fl.index, false)
	out.res, out.counts, out.err = p.res, p.counts, err
	if out.err == nil {
		out.res.Page.Truncated = out.res.Page.Truncated || truncated
	}
}

// load reads a local file, up to the fetch's limit.
func (f *fetch) load(path string) (body []byte, truncated bool, _ *fetchError) {
	file, err := os.Open(path)
	if err != nil {
		return nil, false, failure(agent.SkipBadFile, "it cannot be opened")
	}
	defer file.Close()
	var size int64
	if info, err := file.Stat(); err == nil {
		size = info.Size()
	}
	body, truncated, err = f.collect(file, size)
	switch {
	case err != nil && f.ctx.Err() != nil:
		return nil, false, classify(f.ctx, err)
	case err != nil:
		return nil, false, failure(agent.SkipBadFile, "it cannot be read")
	}
	return body, truncated, nil
}
