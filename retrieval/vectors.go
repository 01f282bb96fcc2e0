package retrieval

import (
	"bufio"
	"bytes"
	"crypto/sha256"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"hash/crc32"
	"io"
	"math"
	"math/bits"
	"os"
	"path/filepath"
	"sort"
	"sync"
)

// A vectorKey names a text that was embedded: the first bytes of its SHA-256.
// Passages with the same title and text share their vector.
type vectorKey [12]byte

func keyOf(text string) vectorKey {
	sum := sha256.Sum256([]byte(text))
	return vectorKey(sum[:12])
}

// vectorMagic begins a file of vectors.
const vectorMagic = "sondevec1"

// A vectorFile keeps the vectors of one model as bytes, in slots of one size:
// key, scale, the numbers, CRC-32. A slot whose checksum does not hold is free,
// so that a kill or damage costs embedding a text again and nothing else. In
// memory stay the keys and one bit a number; see nearest.
type vectorFile struct {
	file *os.File
	dims int
	head int64 // bytes before the slots

	mu    sync.RWMutex
	slots map[vectorKey]int32
	keys  []vectorKey // by slot; zero: free
	free  []int32
	mean  []float32 // of the numbers; a bit says whether one is above it
	coded int       // vectors that there were when the mean was taken
	codes []uint64  // words() a slot
}

// vectorHeader stands at the beginning of the file, as JSON in a line.
type vectorHeader struct {
	Magic string `json:"magic"`
	Model string `json:"model"`
	Dims  int    `json:"dims"`
}

func vectorPath(dir, model string) string {
	sum := sha256.Sum256([]byte(model))
	return filepath.Join(dir, fmt.Sprintf("vectors-%x", sum[:6]))
}

// openVectors opens the vectors of a model, nil where there are none. A file
// that cannot be read as such is removed: it is filled again.
func openVectors(dir, model string) (*vectorFile, error) {
	f, err := os.OpenFile(vectorPath(dir, model), os.O_RDWR, 0)
	if errors.Is(err, os.ErrNotExist) {
		return nil, nil
	} else if err != nil {
		return nil, err
	}
	r := bufio.NewReaderSize(f, 1<<18)
	line, err := r.ReadBytes('\n')
	var h vectorHeader
	if err == nil {
		err = json.Unmarshal(line, &h)
	}
	if err != nil || h.Magic != vectorMagic || h.Model != model || h.Dims < 1 || h.Dims > maxVector {
		return nil, errors.Join(f.Close(), os.Remove(f.Name()))
	}
	v := newVectorFile(f, h.Dims, int64(len(line)))
	if err := v.load(r); err != nil {
		return nil, errors.Join(fmt.Errorf("reading the vectors: %w", err), f.Close())
	}
	return v, nil
}

// makeVectors begins a file of vectors anew.
func makeVectors(dir, model string, dims int) (*vectorFile, error) {
	line, err := json.Marshal(vectorHeader{vectorMagic, model, dims})
	if err != nil {
		return nil, err
	}
	f, err := os.OpenFile(vectorPath(dir, model), os.O_CREATE|os.O_TRUNC|os.O_RDWR, 0o600)
	if err != nil {
		return nil, err
	}
	line = append(line, '\n')
	if _, err := f.Write(line); err != nil {
		return nil, errors.Join(err, f.Close())
	}
	return newVectorFile(f, dims, int64(len(line))), nil
}

func newVectorFile(f *os.File, dims int, head int64) *vectorFile {
	return &vectorFile{file: f, dims: dims, head: head, slots: map[vectorKey]int32{}, mean: make([]float32, dims)}
}

func (v *vectorFile) slotSize() int { return len(vectorKey{}) + 4 + v.dims + 4 }
func (v *vectorFile) words() int    { return (v.dims + 63) / 64 }

// load reads every slot.
func (v *vectorFile) load(r io.Reader) error {
	b := make([]byte, v.slotSize())
	for slot := int32(0); ; slot++ {
		_, err := io.ReadFull(r, b)
		if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
			break // a last slot that a kill cut is written again
		} else if err != nil {
			return err
		}
		key, _, ok := v.parse(b)
		if !ok {
			key = vectorKey{}
			v.free = append(v.free, slot)
		} else {
			v.slots[key] = slot
		}
		v.keys = append(v.keys, key)
	}
	return v.encode()
}

// parse reads a slot; false where it is free.
func (v *vectorFile) parse(b []byte) (vectorKey, quantised, bool) {
	key := vectorKey(b[:12])
	end := len(b) - 4
	if key == (vectorKey{}) || crc32.ChecksumIEEE(b[:end]) != binary.LittleEndian.Uint32(b[end:]) {
		return key, quantised{}, false
	}
	q := quantised{q: make([]int8, v.dims), scale: math.Float32frombits(binary.LittleEndian.Uint32(b[12:]))}
	for i := range q.q {
		q.q[i] = int8(b[16+i])
	}
	return key, q, true
}

// read returns the vector in a slot; false where it is free or damaged.
func (v *vectorFile) read(slot int32, b []byte) (vectorKey, quantised, bool) {
	if _, err := v.file.ReadAt(b, v.head+int64(slot)*int64(v.slotSize())); err != nil {
		return vectorKey{}, quantised{}, false
	}
	return v.parse(b)
}

// put keeps a vector. It is in the file when it returns; a kill may lose it.
func (v *vectorFile) put(key vectorKey, q quantised) error {
	v.mu.Lock()
	defer v.mu.Unlock()
	if _, ok := v.slots[key]; ok {
		return nil
	}
	slot := int32(len(v.keys))
	if n := len(v.free); n > 0 {
		slot = v.free[n-1]
	}
	b := make([]byte, 0, v.slotSize())
	b = append(b, key[:]...)
	b = binary.LittleEndian.AppendUint32(b, math.Float32bits(q.scale))
	for _, x := range q.q {
		b = append(b, byte(x))
	}
	b = binary.LittleEndian.AppendUint32(b, crc32.ChecksumIEEE(b))
	if _, err := v.file.WriteAt(b, v.head+int64(slot)*int64(v.slotSize())); err != nil {
		return fmt.Errorf("keeping a vector: %w", err)
	}
	if int(slot) == len(v.keys) {
		v.keys, v.codes = append(v.keys, key), append(v.codes, make([]uint64, v.words())...)
	} else {
		v.free = v.free[:len(v.free)-1]
		v.keys[slot] = key
	}
	v.slots[key] = slot
	v.code(slot, q)
	if len(v.slots) >= 2*max(v.coded, 64) {
		return v.encode()
	}
	return nil
}

// drop removes vectors, from the file too.
func (v *vectorFile) drop(keys []vectorKey) error {
	v.mu.Lock()
	defer v.mu.Unlock()
	empty := make([]byte, v.slotSize())
	for _, key := range keys {
		slot, ok := v.slots[key]
		if !ok {
			continue
		}
		if _, err := v.file.WriteAt(empty, v.head+int64(slot)*int64(v.slotSize())); err != nil {
			return fmt.Errorf("removing a vector: %w", err)
		}
		delete(v.slots, key)
		v.keys[slot] = vectorKey{}
		v.free = append(v.free, slot)
	}
	return nil
}

// code sets a slot's bits.
func (v *vectorFile) code(slot int32, q quantised) {
	row := v.codes[int(slot)*v.words():][:v.words()]
	clear(row)
	for i, x := range q.q {
		if float32(x)*q.scale > v.mean[i] {
			row[i/64] |= 1 << (i % 64)
		}
	}
}

// encode takes the mean of all vectors and sets everybody's bits anew: the
// vectors of most models lie to one side of zero.
func (v *vectorFile) encode() error {
	sum := make([]float64, v.dims)
	v.each(func(_ int32, q quantised) {
		for i, x := range q.q {
			sum[i] += float64(x) * float64(q.scale)
		}
	})
	for i := range v.mean {
		v.mean[i] = float32(sum[i] / float64(max(len(v.slots), 1)))
	}
	v.coded = len(v.slots)
	v.codes = make([]uint64, len(v.keys)*v.words())
	v.each(v.code)
	return nil
}

// each visits every vector, reading the file from its beginning.
func (v *vectorFile) each(visit func(slot int32, q quantised)) {
	r := bufio.NewReaderSize(io.NewSectionReader(v.file, v.head, math.MaxInt64-v.head), 1<<18)
	b := make([]byte, v.slotSize())
	for slot := range v.keys {
		if _, err := io.ReadFull(r, b); err != nil {
			return // it was cut: what is missing is found missing by read
		}
		if key, q, ok := v.parse(b); ok && key == v.keys[slot] {
			visit(int32(slot), q)
		}
	}
}

func (v *vectorFile) len() int {
	v.mu.RLock()
	defer v.mu.RUnlock()
	return len(v.slots)
}

// all returns the keys of all vectors.
func (v *vectorFile) all() []vectorKey {
	v.mu.RLock()
	defer v.mu.RUnlock()
	out := make([]vectorKey, 0, len(v.slots))
	for k := range v.slots {
		out = append(out, k)
	}
	return out
}

func (v *vectorFile) has(key vectorKey) bool {
	v.mu.RLock()
	defer v.mu.RUnlock()
	_, ok := v.slots[key]
	return ok
}

// A neighbour is a vector near a query's.
type neighbour struct {
	key    vectorKey
	cosine float64
}

// exact is the number of vectors up to which all are compared number by number.
const exact = 4000

// nearest returns the n vectors nearest to the query's, best first. In a large
// file the bits choose those that are read and compared (Charikar, "Similarity
// estimation techniques from rounding algorithms", 2002).
func (v *vectorFile) nearest(query quantised, n int) []neighbour {
	v.mu.RLock()
	defer v.mu.RUnlock()
	if len(query.q) != v.dims {
		return nil
	}
	var out []neighbour
	b := make([]byte, v.slotSize())
	for _, slot := range v.likely(query, max(20*n, exact/4)) {
		if key, q, ok := v.read(slot, b); ok && key == v.keys[slot] {
			out = append(out, neighbour{key, query.cosine(q)})
		}
	}
	sort.Slice(out, func(i, j int) bool {
		if out[i].cosine != out[j].cosine {
			return out[i].cosine > out[j].cosine
		}
		return bytes.Compare(out[i].key[:], out[j].key[:]) < 0
	})
	return out[:min(n, len(out))]
}

// likely returns about n slots whose bits differ least from the query's.
func (v *vectorFile) likely(query quantised, n int) []int32 {
	if len(v.slots) <= max(exact, n) {
		out := make([]int32, 0, len(v.slots))
		for slot, key := range v.keys {
			if key != (vectorKey{}) {
				out = append(out, int32(slot))
			}
		}
		return out
	}
	w := v.words()
	want := make([]uint64, w)
	for i, x := range query.q {
		if float32(x)*query.scale > v.mean[i] {
			want[i/64] |= 1 << (i % 64)
		}
	}
	differ := make([]uint16, len(v.keys))
	count := make([]int, 64*w+1)
	for slot := range v.keys {
		d := 0
		for i, x := range v.codes[slot*w : slot*w+w] {
			d += bits.OnesCount64(x ^ want[i])
		}
		differ[slot] = uint16(d)
		count[d]++
	}
	bound, sum := 0, 0
	for sum < n && bound < len(count) {
		sum += count[bound]
		bound++
	}
	out := make([]int32, 0, sum)
	for slot, d := range differ {
		if int(d) < bound && v.keys[slot] != (vectorKey{}) {
			out = append(out, int32(slot))
		}
	}
	return out
}

func (v *vectorFile) close() error { return v.file.Close() }
