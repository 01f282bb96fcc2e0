package main

import (
	"archive/tar"
	"archive/zip"
	"bytes"
	"compress/gzip"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path"
	"strings"

	"github.com/sonde-search/sonde/agent"
	"github.com/sonde-search/sonde/crawler/extract"
	"github.com/sonde-search/sonde/store"
)

// Bounds of an archive that is added, so that a small one cannot fill the disk.
const (
	maxArchiveFiles = 5000
	maxArchiveBytes = 512 << 20 // unpacked
)

// isArchive reports whether a file is unpacked. Office documents and books are
// zip archives too, and stay whole.
func isArchive(name string) bool {
	name = strings.ToLower(name)
	for _, end := range []string{".zip", ".tar", ".tar.gz", ".tgz"} {
		if strings.HasSuffix(name, end) {
			return true
		}
	}
	return false
}

// An archiveEntry is a file on its way out of its archive.
type archiveEntry struct {
	name string
	read func(limit int64) ([]byte, error)
}

// errArchiveFull ends the unpacking of an archive that is larger than allowed.
var errArchiveFull = fmt.Errorf("it unpacks to more than %d files or %d bytes: the rest was left out", maxArchiveFiles, maxArchiveBytes)

// A packed archive, by its lower-case name.
type packed struct {
	name string
	from io.ReaderAt
	size int64
}

// unpack visits the files of an archive in their order. Nothing is written to
// the disk; names are only labels.
func (p packed) unpack(visit func(archiveEntry) error) error {
	if strings.HasSuffix(p.name, ".zip") {
		return p.unzip(visit)
	}
	var r io.Reader = io.NewSectionReader(p.from, 0, p.size)
	if !strings.HasSuffix(p.name, ".tar") {
		z, err := gzip.NewReader(r)
		if err != nil {
			return fmt.Errorf("it is not a gzip file: %w", err)
		}
		r = z
	}
	return untar(&cappedReader{r: r, left: maxArchiveBytes}, visit)
}

func (p packed) unzip(visit func(archiveEntry) error) error {
	z, err := zip.NewReader(p.from, p.size)
	if err != nil {
		return fmt.Errorf("it is not a zip archive: %w", err)
	}
	for _, e := range z.File {
		if !e.Mode().IsRegular() {
			continue
		}
		err := visit(archiveEntry{name: e.Name, read: func(limit int64) ([]byte, error) {
			if e.Flags&1 != 0 {
				return nil, errors.New("it is encrypted")
			}
			r, err := e.Open()
			if err != nil {
				return nil, err
			}
			defer r.Close()
			return readCapped(r, limit)
		}})
		if err != nil {
			return err
		}
	}
	return nil
}

func untar(r io.Reader, visit func(archiveEntry) error) error {
	t := tar.NewReader(r)
	for {
		h, err := t.Next()
		switch {
		case errors.Is(err, io.EOF):
			return nil
		case err != nil:
			return fmt.Errorf("it breaks off or is damaged: %w", err)
		case h.Typeflag != tar.TypeReg:
			continue
		}
		err = visit(archiveEntry{name: h.Name, read: func(limit int64) ([]byte, error) { return readCapped(t, limit) }})
		if err != nil {
			return err
		}
	}
}

// A cappedReader ends with errArchiveFull after so many bytes.
type cappedReader struct {
	r    io.Reader
	left int64
}

func (c *cappedReader) Read(b []byte) (int, error) {
	if c.left <= 0 {
		return 0, errArchiveFull
	}
	n, err := c.r.Read(b[:min(int64(len(b)), c.left)])
	c.left -= int64(n)
	return n, err
}

// errTooLarge is a file that is larger than allowed.
var errTooLarge = fmt.Errorf("it is larger than %d bytes", maxFileBytes)

func readCapped(r io.Reader, limit int64) ([]byte, error) {
	data, err := io.ReadAll(io.LimitReader(r, limit+1))
	if err == nil && int64(len(data)) > limit {
		err = errTooLarge
	}
	return data, err
}

// label is an archived file's name as it is shown, and never a path. Empty: it
// is left out, as hidden ones are.
func (a archiveEntry) label() string {
	name := strings.TrimPrefix(path.Clean("/"+strings.ReplaceAll(a.name, `\`, "/")), "/")
	for part := range strings.SplitSeq(name, "/") {
		if strings.HasPrefix(part, ".") || part == "__MACOSX" {
			return ""
		}
	}
	return strings.ToValidUTF8(name, "�")
}

// doArchive makes a document of each file of an archive. One that fails does
// not stop the others.
func (l *library) doArchive(ctx context.Context, job jobOf, it store.JobItem, o itemOptions) error {
	p, closeFile, fail := openPacked(it, o)
	if fail != nil {
		return l.settleFailed(ctx, job, it, fail)
	}
	defer closeFile()
	var done []store.JobItem
	var stored error // the store's failure, which is not the archive's
	left := int64(maxArchiveBytes)
	err := p.unpack(func(a archiveEntry) error {
		name := a.label()
		if name == "" {
			return ctx.Err()
		}
		if left <= 0 || len(done) >= maxArchiveFiles {
			return errArchiveFull
		}
		in := incoming{collection: job.collection, source: it.Source + "/" + name, kind: itemFile, options: itemOptions{Tags: o.Tags}}
		var err error
		if in.body, err = a.read(min(left, maxFileBytes)); err != nil {
			in.fail = &extract.Error{Reason: agent.SkipBadFile, Detail: err.Error()}
			if errors.Is(err, errTooLarge) {
				in.fail.Reason = agent.SkipTooLarge
			}
		}
		left -= int64(len(in.body))
		var out store.JobItem
		if out, stored = l.takeIn(ctx, in); stored != nil {
			return stored
		}
		done = append(done, out)
		return ctx.Err()
	})
	if stored != nil || ctx.Err() != nil {
		return errors.Join(stored, ctx.Err()) // it is taken up again; what is there is skipped
	}
	if err := l.store.AddItems(ctx, job.id, done); err != nil {
		return err
	}
	if err != nil {
		reason := agent.SkipBadFile
		if errors.Is(err, errArchiveFull) {
			reason = agent.SkipTooLarge
		}
		return l.settleFailed(ctx, job, it, &extract.Error{Reason: reason, Detail: err.Error()})
	}
	it.State = store.ItemDone
	return l.store.SettleItem(ctx, job.id, it, nil)
}

// openPacked opens an upload's bytes, or a local archive of any size.
func openPacked(it store.JobItem, o itemOptions) (packed, func(), *extract.Error) {
	name := strings.ToLower(it.Source)
	if o.Path == "" {
		return packed{name, bytes.NewReader(it.Payload), int64(len(it.Payload))}, func() {}, nil
	}
	f, err := os.Open(o.Path)
	if err != nil {
		return packed{}, nil, &extract.Error{Reason: agent.SkipBadFile, Detail: "the file is gone or cannot be read"}
	}
	info, err := f.Stat()
	if err != nil {
		_ = f.Close() // it was only read
		return packed{}, nil, &extract.Error{Reason: agent.SkipBadFile, Detail: "the file cannot be read"}
	}
	return packed{name, f, info.Size()}, func() { _ = f.Close() }, nil
}
