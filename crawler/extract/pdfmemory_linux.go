package extract

import (
	"context"
	"sync"
	"syscall"

	"github.com/tetratelabs/wazero/experimental"
)

// withPDFMemory gives the instances of the PDF engine their memory from the
// system: room for all that one may take is reserved, pages of it are used as
// they are touched, growing moves nothing, and they are given back when the
// document is read. The collector's memory would be copied with every growth
// and kept until its next cycle: 200 MB for what needs 50.
func withPDFMemory(ctx context.Context) context.Context {
	return experimental.WithMemoryAllocator(ctx, experimental.MemoryAllocatorFunc(pdfSpaces.take))
}

// pdfSpaces are reserved and at rest. One instance works at a time, so there is
// hardly ever more than one. None is ever unmapped: what still looked into it
// would bring the process down.
var pdfSpaces spaces

type spaces struct {
	mu   sync.Mutex
	free [][]byte
}

func (s *spaces) take(_, limit uint64) experimental.LinearMemory {
	s.mu.Lock()
	defer s.mu.Unlock()
	if n := len(s.free); n > 0 {
		m := &pdfMemory{home: s, all: s.free[n-1]}
		s.free = s.free[:n-1]
		return m
	}
	b, err := syscall.Mmap(-1, 0, pdfMemoryPages<<16, syscall.PROT_READ|syscall.PROT_WRITE, syscall.MAP_ANON|syscall.MAP_PRIVATE|syscall.MAP_NORESERVE)
	if err != nil { // no address space: the collector's memory then
		b = make([]byte, min(limit, pdfMemoryPages<<16))
		return &pdfMemory{all: b}
	}
	return &pdfMemory{home: s, all: b}
}

type pdfMemory struct {
	home *spaces // nil: not of the system's memory
	all  []byte
}

// Reallocate returns the first size bytes; nil where that is more than there are.
func (m *pdfMemory) Reallocate(size uint64) []byte {
	if size > uint64(len(m.all)) {
		return nil
	}
	return m.all[:size:len(m.all)]
}

// Free gives the memory back to the system, and keeps the space; what is taken
// next begins with zeros.
func (m *pdfMemory) Free() {
	if m.home == nil || m.all == nil {
		return
	}
	if err := syscall.Madvise(m.all, syscall.MADV_DONTNEED); err == nil {
		m.home.mu.Lock()
		defer m.home.mu.Unlock()
		m.home.free = append(m.home.free, m.all)
	}
	m.all = nil
}
