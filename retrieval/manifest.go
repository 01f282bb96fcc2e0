package retrieval

import (
	"bufio"
	"context"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"hash/crc32"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"sort"
	"strings"
	"time"

	bolt "go.etcd.io/bbolt"
)

// manifestFormat is the version of the folder's layout.
const manifestFormat = 1

// A manifest says what the folder of an index must hold.
type manifest struct {
	Format   int               `json:"format"`
	Analyzer int               `json:"analyzer"`
	Clean    bool              `json:"clean"`           // closed; Root and Files hold
	Root     uint32            `json:"root,omitempty"`  // CRC-32 of root.bolt
	Files    map[string]uint32 `json:"files,omitempty"` // CRC-32 of each segment
	Sum      uint32            `json:"sum"`             // CRC-32 of this with Sum 0
}

func (m manifest) sum() (uint32, error) {
	m.Sum = 0
	b, err := json.Marshal(m)
	return crc32.ChecksumIEEE(b), err
}

// write replaces the manifest by way of a second file.
func (m manifest) write(dir string) error {
	var err error
	if m.Sum, err = m.sum(); err != nil {
		return err
	}
	b, err := json.Marshal(m)
	if err != nil {
		return err
	}
	path := filepath.Join(dir, "manifest.json")
	f, err := os.OpenFile(path+".new", os.O_CREATE|os.O_TRUNC|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	_, err = f.Write(b)
	if err = errors.Join(err, f.Sync(), f.Close()); err != nil {
		return fmt.Errorf("writing the manifest: %w", err)
	}
	return os.Rename(path+".new", path)
}

func readManifest(dir string) (manifest, error) {
	b, err := os.ReadFile(filepath.Join(dir, "manifest.json"))
	if err != nil {
		return manifest{}, err
	}
	var m manifest
	if err := json.Unmarshal(b, &m); err != nil {
		return m, fmt.Errorf("%w (manifest: %v)", ErrDamaged, err)
	}
	if sum, err := m.sum(); err != nil || sum != m.Sum {
		return m, fmt.Errorf("%w (the manifest does not match its checksum)", ErrDamaged)
	}
	if m.Format != manifestFormat {
		return m, fmt.Errorf("%w (layout %d, this program knows %d)", ErrDamaged, m.Format, manifestFormat)
	}
	return m, nil
}

// check verifies every file of the folder. An empty folder gives a new manifest.
func (d *Disk) check(ctx context.Context) (manifest, error) {
	fresh := manifest{Format: manifestFormat, Analyzer: analyzerVersion}
	m, err := readManifest(d.dir)
	root := filepath.Join(d.dir, listsFolder, "root.bolt")
	_, rootErr := os.Stat(root)
	switch {
	case errors.Is(err, fs.ErrNotExist) && errors.Is(rootErr, fs.ErrNotExist):
		return fresh, nil
	case errors.Is(err, fs.ErrNotExist):
		return m, fmt.Errorf("%w (the manifest is missing)", ErrDamaged)
	case err != nil:
		return m, err
	case errors.Is(rootErr, fs.ErrNotExist) && !m.Clean:
		return fresh, nil // killed before the first batch
	case rootErr != nil:
		return m, fmt.Errorf("%w (%v)", ErrDamaged, rootErr)
	}
	if m.Clean {
		sum, _, err := sumFile(root)
		if err != nil || sum != m.Root {
			return m, fmt.Errorf("%w (root.bolt does not match its checksum)", ErrDamaged)
		}
	}
	names, err := rootSegments(root, d.options.Lock)
	if err != nil {
		return m, fmt.Errorf("%w (root.bolt: %v)", ErrDamaged, err)
	}
	for _, name := range names {
		if err := ctx.Err(); err != nil {
			return m, err
		}
		if err := checkSegment(filepath.Join(d.dir, listsFolder, name), m.Files[name]); err != nil {
			return m, fmt.Errorf("%w (%s: %v)", ErrDamaged, name, err)
		}
	}
	return m, nil
}

// checkSegment compares a segment with the checksum in its last four bytes,
// which bleve writes and does not read, and with the manifest's, where not 0.
func checkSegment(path string, want uint32) error {
	sum, last, err := sumFile(path)
	switch {
	case err != nil:
		return err
	case sum != last:
		return errors.New("it does not match its checksum")
	case want != 0 && sum != want:
		return errors.New("it is another file than was written")
	}
	return nil
}

// sumFile returns the CRC-32 of a file. Of a segment, that is of all but the
// last four bytes, which are returned as a number.
func sumFile(path string) (sum, last uint32, err error) {
	f, err := os.Open(path)
	if err != nil {
		return 0, 0, err
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return 0, 0, err
	}
	size := info.Size()
	if strings.HasSuffix(path, ".zap") {
		if size -= 4; size < 0 {
			return 0, 0, io.ErrUnexpectedEOF
		}
	}
	h := crc32.NewIEEE()
	r := bufio.NewReaderSize(f, 1<<18)
	if _, err := io.CopyN(h, r, size); err != nil {
		return 0, 0, err
	}
	if strings.HasSuffix(path, ".zap") {
		var b [4]byte
		if _, err := io.ReadFull(r, b[:]); err != nil {
			return 0, 0, err
		}
		last = binary.BigEndian.Uint32(b[:])
	}
	return h.Sum32(), last, nil
}

// rootSegments names the segments of the newest state in root.bolt. bleve
// itself would fall back to an older state where one of them is missing, and
// lose what was added since.
func rootSegments(path string, wait time.Duration) ([]string, error) {
	var names []string
	err := guarded(func() error {
		db, err := bolt.Open(path, 0o600, &bolt.Options{ReadOnly: true, Timeout: wait})
		if err != nil {
			return err
		}
		defer db.Close()
		return db.View(func(tx *bolt.Tx) error {
			if err := walk(tx.Cursor().Bucket()); err != nil {
				return err
			}
			states := tx.Bucket([]byte("s"))
			if states == nil {
				return nil
			}
			key, _ := states.Cursor().Last()
			if key == nil {
				return nil
			}
			state := states.Bucket(key)
			if state == nil {
				return errors.New("the newest state is missing")
			}
			return state.ForEachBucket(func(k []byte) error {
				if p := state.Bucket(k).Get([]byte("p")); p != nil {
					names = append(names, string(p))
				}
				return nil
			})
		})
	})
	sort.Strings(names)
	return names, err
}

// walk reads every key of a bucket and of those in it. (bolt's own check runs
// in a goroutine where a panic cannot be caught.)
func walk(b *bolt.Bucket) error {
	return b.ForEach(func(k, v []byte) error {
		if v != nil {
			return nil
		}
		if in := b.Bucket(k); in != nil {
			return walk(in)
		}
		return fmt.Errorf("bucket %x cannot be read", k)
	})
}

// seal writes the manifest of a closed index.
func (d *Disk) seal() error {
	m, err := readManifest(d.dir)
	if err != nil {
		return err
	}
	root := filepath.Join(d.dir, listsFolder, "root.bolt")
	if m.Root, _, err = sumFile(root); err != nil {
		return err
	}
	names, err := rootSegments(root, d.options.Lock)
	if err != nil {
		return err
	}
	m.Files = map[string]uint32{}
	for _, n := range names {
		if m.Files[n], _, err = sumFile(filepath.Join(d.dir, listsFolder, n)); err != nil {
			return err
		}
	}
	m.Clean = true
	return m.write(d.dir)
}

// quarantine moves the files aside. Of earlier ones it keeps the last.
func (d *Disk) quarantine() error {
	old, err := filepath.Glob(filepath.Join(d.dir, "damaged-*"))
	if err != nil {
		return err
	}
	sort.Strings(old)
	for len(old) > 1 {
		if err := os.RemoveAll(old[0]); err != nil {
			return err
		}
		old = old[1:]
	}
	to := filepath.Join(d.dir, "damaged-"+time.Now().UTC().Format("20060102T150405.000000000"))
	if err := os.Rename(filepath.Join(d.dir, listsFolder), to); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("moving the damaged index aside: %w", err)
	}
	if err := os.Remove(filepath.Join(d.dir, "manifest.json")); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	return nil
}

func folderSize(dir string) (int64, error) {
	var n int64
	err := filepath.WalkDir(dir, func(_ string, e fs.DirEntry, err error) error {
		if err != nil || e.IsDir() {
			return err
		}
		info, err := e.Info()
		if errors.Is(err, fs.ErrNotExist) {
			return nil // merged away meanwhile
		} else if err != nil {
			return err
		}
		n += info.Size()
		return nil
	})
	return n, err
}
