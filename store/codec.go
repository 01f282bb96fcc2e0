package store

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"strings"

	"github.com/klauspost/compress/zstd"
)

// maxTextBytes bounds one decompressed text, so that a damaged or hostile file
// cannot fill the memory.
const maxTextBytes = 256 << 20

// A codec compresses texts with Zstandard (RFC 8878). It is safe for
// concurrent use.
type codec struct {
	enc *zstd.Encoder
	dec *zstd.Decoder
}

func newCodec() (*codec, error) {
	enc, err := zstd.NewWriter(nil, zstd.WithEncoderConcurrency(2), zstd.WithWindowSize(1<<18), zstd.WithLowerEncoderMem(true))
	if err != nil {
		return nil, fmt.Errorf("making the compressor: %w", err)
	}
	dec, err := zstd.NewReader(nil, zstd.WithDecoderConcurrency(2), zstd.WithDecoderMaxMemory(maxTextBytes), zstd.WithDecoderLowmem(true))
	if err != nil {
		return nil, fmt.Errorf("making the decompressor: %w", err)
	}
	return &codec{enc, dec}, nil
}

func (c *codec) close() {
	c.enc.Close()
	c.dec.Close()
}

func (c *codec) pack(b []byte) []byte { return c.enc.EncodeAll(b, nil) }

func (c *codec) unpack(b []byte) ([]byte, error) {
	out, err := c.dec.DecodeAll(b, nil)
	if err != nil {
		return nil, fmt.Errorf("%w: %v", ErrDamaged, err)
	}
	return out, nil
}

// snapshotKey turns "sha256:<64 hex digits>", with or without the prefix, into
// the 32 bytes under which a snapshot is kept.
func snapshotKey(id string) ([]byte, error) {
	b, err := hex.DecodeString(strings.TrimPrefix(id, "sha256:"))
	if err != nil || len(b) != sha256.Size {
		return nil, fmt.Errorf("%w: %q is not a snapshot's name: write sha256: and 64 hexadecimal digits", ErrInvalid, clip(id))
	}
	return b, nil
}

func snapshotName(key []byte) string { return "sha256:" + hex.EncodeToString(key) }

// clip shortens foreign text for an error message.
func clip(s string) string {
	if len(s) > 80 {
		return strings.ToValidUTF8(s[:80], "") + "…"
	}
	return s
}
