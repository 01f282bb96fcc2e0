package crawler

import (
	"bytes"
	"compress/gzip"
	"errors"
	"io"

	"github.com/andybalholm/brotli"
	"github.com/klauspost/compress/zstd"

	"github.com/sonde-search/sonde/agent"
)

// errNeedsRoom says that a decoder must begin anew, with a large body's place.
var errNeedsRoom = errors.New("the body is large")

// unpacked decodes what was sent. A decoder never waits for memory: where it
// needs a place that is taken, it is given up, and begins anew with the place.
func (f *fetch) unpacked(sent []byte, codings []string) ([]byte, error) {
	f.roomy = largeBody
	for {
		out, err := f.tryUnpack(sent, codings)
		switch {
		case errors.Is(err, errNeedsRoom) && (f.hasLarge && f.takeHuge() || !f.hasLarge && f.takeLarge()):
			continue
		case f.ctx.Err() != nil:
			return nil, classify(f.ctx, f.ctx.Err())
		case err == nil:
			return out, nil
		case f.cut && len(out) > 0 && errors.Is(err, io.ErrUnexpectedEOF):
			f.truncated = true
			return out, nil
		}
		var known *fetchError
		if errors.As(err, &known) {
			return nil, known
		}
		return nil, failure(agent.SkipBadFile, "the compressed data is damaged")
	}
}

// tryUnpack decodes with a decoder's place.
func (f *fetch) tryUnpack(sent []byte, codings []string) ([]byte, error) {
	if wide := wideWindow(sent, codings[0]) || len(codings) > 1; wide && !f.hasLarge {
		return nil, errNeedsRoom
	} else if wide || f.hasLarge {
		if !f.await(f.shelter.wide) {
			return nil, f.ctx.Err()
		}
		defer func() { <-f.shelter.wide }()
	}
	if !f.await(f.shelter.unpack) {
		return nil, f.ctx.Err()
	}
	defer func() {
		if f.hasLarge {
			sweep() // windows and buffers
		}
		<-f.shelter.unpack
	}()
	var r io.Reader = bytes.NewReader(sent)
	for _, coding := range codings {
		dec, closeIt, err := decoder(r, coding)
		if err != nil {
			return nil, err
		}
		defer closeIt()
		r = dec
	}
	return f.decode(r)
}

// decode reads a decoder to its end, or to the limit, at which text is cut.
func (f *fetch) decode(r io.Reader) ([]byte, error) {
	buf := make([]byte, 0, min(firstBuffer, f.limit+1))
	for f.ctx.Err() == nil {
		if len(buf) == cap(buf) {
			next := f.nextSize(int64(cap(buf)), 0)
			if next > f.roomy && !f.hasLarge || next > hugeBody && !f.hasHuge {
				return nil, errNeedsRoom
			}
			buf = append(make([]byte, 0, next), buf...)
		}
		n, err := r.Read(buf[len(buf):cap(buf)])
		buf = buf[:len(buf)+n]
		switch {
		case int64(len(buf)) > f.limit && f.cut:
			f.truncated = true
			return buf[:f.limit], nil
		case int64(len(buf)) > f.limit:
			return nil, errTooLarge
		case errors.Is(err, io.EOF):
			return buf, nil
		case err != nil:
			return buf, err
		}
	}
	return nil, f.ctx.Err()
}

// decoder undoes one content coding.
func decoder(r io.Reader, coding string) (io.Reader, func(), error) {
	switch coding {
	case "br":
		return brotli.NewReader(r), func() {}, nil
	case "zstd":
		d, err := zstd.NewReader(r, zstd.WithDecoderConcurrency(1), zstd.WithDecoderLowmem(true), zstd.WithDecoderMaxWindow(maxWindow))
		if err != nil {
			return nil, nil, err
		}
		return d, d.Close, nil
	}
	z, err := gzip.NewReader(r)
	return z, func() {}, err
}

// wideWindow reports a stream that asks for a window which no ordinary server
// uses: Brotli with more than 22 bits (RFC 7932, 9.1), or a zstd frame likewise.
func wideWindow(sent []byte, coding string) bool {
	switch {
	case coding == "br":
		return len(sent) > 0 && sent[0]&1 == 1 && sent[0]>>1&7 > 5
	case coding == "zstd":
		var h zstd.Header
		return h.Decode(sent[:min(len(sent), zstd.HeaderMaxSize)]) != nil || h.WindowSize > plainWindow
	}
	return false
}
