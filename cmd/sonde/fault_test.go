//go:build linux

package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"
	"unsafe"
)

// fileLimitEnv bounds the size of the files of a child, where no small disk can
// be mounted: a write beyond it fails, as on a full disk.
const fileLimitEnv = "SONDE_TEST_FILE_LIMIT"

func init() {
	if n, err := strconv.ParseUint(os.Getenv(fileLimitEnv), 10, 64); err == nil {
		signal.Ignore(syscall.SIGXFSZ)
		l := syscall.Rlimit{Cur: n, Max: syscall.RLIM_INFINITY & (1<<63 - 1)}
		var now syscall.Rlimit
		if err := syscall.Getrlimit(syscall.RLIMIT_FSIZE, &now); err == nil {
			l.Max = now.Max
		}
		if err := syscall.Setrlimit(syscall.RLIMIT_FSIZE, &l); err != nil {
			panic(err)
		}
	}
}

// A smallDisk is a folder that gets full, and how it gets room again.
type smallDisk struct {
	dir   string
	env   []string
	grow  func(child *os.Process) error
	exact bool // it is a disk: a full one is told as such
}

const diskBytes = 16 << 20

// newSmallDisk mounts a small file system where that is allowed; elsewhere the
// size of a file is bounded instead.
func newSmallDisk(t *testing.T) smallDisk {
	t.Helper()
	dir := t.TempDir()
	size := fmt.Sprintf("size=%d", diskBytes)
	if os.Geteuid() == 0 && syscall.Mount("tmpfs", dir, "tmpfs", 0, size) == nil {
		t.Cleanup(func() {
			if err := syscall.Unmount(dir, syscall.MNT_DETACH); err != nil {
				t.Error(err)
			}
		})
		return smallDisk{dir: dir, exact: true, grow: func(*os.Process) error {
			return syscall.Mount("tmpfs", dir, "tmpfs", syscall.MS_REMOUNT, fmt.Sprintf("size=%d", 20*diskBytes))
		}}
	}
	t.Log("no file system can be mounted here: the size of files is bounded instead")
	return smallDisk{dir: dir, env: []string{fmt.Sprintf("%s=%d", fileLimitEnv, diskBytes/4)}, grow: func(child *os.Process) error {
		var l syscall.Rlimit
		if err := syscall.Getrlimit(syscall.RLIMIT_FSIZE, &l); err != nil {
			return err
		}
		_, _, errno := syscall.RawSyscall6(syscall.SYS_PRLIMIT64, uintptr(child.Pid), syscall.RLIMIT_FSIZE, uintptr(unsafe.Pointer(&l)), 0, 0, 0)
		if errno != 0 {
			return errno
		}
		return nil
	}}
}

// noise is a text that cannot be compressed much, with a word of its own. Its
// other words are long and few: what fills the disk need not keep the analysis busy.
func noise(n, bytes int) map[string]string {
	r := rand.New(rand.NewPCG(uint64(n), 3))
	var b strings.Builder
	fmt.Fprintf(&b, "Report %d speaks of number%dx.\n\n", n, n)
	for b.Len() < bytes {
		for range 30 {
			fmt.Fprintf(&b, "%x", r.Uint64())
		}
		b.WriteString(".\n")
	}
	return map[string]string{"source": fmt.Sprintf("doc:%d", n), "text": b.String()}
}

// post returns the status of a request; 0: there was no reply.
func post(url string, body any) int {
	b, err := json.Marshal(body)
	if err != nil {
		return 0
	}
	resp, err := http.Post(url, "application/json", bytes.NewReader(b))
	if err != nil {
		return 0
	}
	defer resp.Body.Close()
	_, err = io.Copy(io.Discard, resp.Body)
	if err != nil {
		return 0
	}
	return resp.StatusCode
}

// TestFullDiskWhileIngesting fills a disk with documents: what was
// acknowledged stays, reading goes on, and when there is room it goes on too.
func TestFullDiskWhileIngesting(t *testing.T) {
	disk := newSmallDisk(t)
	data := filepath.Join(disk.dir, "data")
	base, child := startChild(t, data, disk.env...)
	defer func() { _ = child.Process.Kill(); _ = child.Wait() }()
	postRun(t, base+"/api/collections", map[string]string{"name": "kills"})
	documents := base + "/api/collections/kills/documents"
	acknowledged, refused, next := map[string]bool{}, 0, 0
	if doc := noise(next, 1000); post(documents, doc) == http.StatusAccepted {
		acknowledged[doc["source"]] = true
	}
	if !awaitFound(t, base+"/api/collections/kills/search?q=number0x", "number0x") {
		t.Fatal("the first document is not found")
	}
	for next = 1; refused < 3 && next < 2000; next++ {
		doc := noise(next, 60_000)
		switch status := post(documents, doc); {
		case status == http.StatusAccepted:
			acknowledged[doc["source"]] = true
		case status == http.StatusInsufficientStorage || !disk.exact && status >= 500:
			refused++
		default:
			t.Fatalf("document %d: status %d", next, status)
		}
	}
	if refused < 3 || len(acknowledged) == 0 {
		t.Fatalf("%d documents were taken, %d refused", len(acknowledged), refused)
	}
	for _, path := range []string{"/healthz", "/api/collections", "/api/collections/kills/documents?limit=5", "/api/collections/kills/search?q=number0x"} {
		resp, err := http.Get(base + path)
		if err != nil {
			t.Fatal(err)
		}
		b, err := io.ReadAll(resp.Body)
		resp.Body.Close()
		if strings.Contains(path, "search") && resp.StatusCode == http.StatusInsufficientStorage {
			continue // its index broke as the disk filled up, and cannot be built anew before there is room
		}
		if err != nil || resp.StatusCode != http.StatusOK {
			t.Errorf("on a full disk %s gives %s: %s (%v)", path, resp.Status, b, err)
		}
	}
	if err := disk.grow(child.Process); err != nil {
		t.Fatal(err)
	}
	began := time.Now()
	for ; ; next++ {
		doc := noise(next, 1000)
		if post(documents, doc) == http.StatusAccepted {
			acknowledged[doc["source"]] = true
			break
		}
		if time.Since(began) > 10*time.Second {
			t.Fatal("10 s after there was room again nothing is taken")
		}
	}
	again := time.Since(began)
	allThereOnce(t, base, acknowledged)
	if want := fmt.Sprintf("number%dx", next); !awaitFound(t, base+"/api/collections/kills/search?q="+want, want) {
		t.Error("a search does not find what was added last")
	}
	t.Logf("%d documents acknowledged, then %d refused; taken again %v after there was room", len(acknowledged), refused, again)
}

// allThereOnce waits until every acknowledged document is indexed.
func allThereOnce(t *testing.T, base string, acknowledged map[string]bool) {
	t.Helper()
	for source, times := range awaitDocuments(t, base, acknowledged) {
		if times != 1 {
			t.Errorf("%s is there %d times", source, times)
		}
	}
}

// TestFailingFsync has the disk fail to flush, from a moment on: nothing is
// acknowledged any more that is not there after a restart.
func TestFailingFsync(t *testing.T) {
	strace, err := exec.LookPath("strace")
	if err != nil {
		t.Skip("strace is not here: it makes fsync fail")
	}
	if out, err := exec.Command(strace, "-o", "/dev/null", "-e", "inject=fsync:error=EIO", "true").CombinedOutput(); err != nil {
		t.Skipf("strace may not trace here: %s", out)
	}
	data := t.TempDir()
	base, child := startChild(t, data) // makes the folder and the collection
	postRun(t, base+"/api/collections", map[string]string{"name": "kills"})
	stopChild(t, child)

	base, child = startTraced(t, data, strace, "-f", "-o", "/dev/null", "-e", "trace=fsync,fdatasync", "-e", "inject=fsync,fdatasync:error=EIO:when=60+")
	acknowledged, refused := map[string]bool{}, 0
	for n := 0; n < 400 && refused < 5; n++ {
		doc := numbered(n)
		if tryPost(base+"/api/collections/kills/documents", doc) {
			acknowledged[doc["source"]] = true
		} else {
			refused++
		}
	}
	if refused < 5 || len(acknowledged) == 0 {
		t.Errorf("%d documents were acknowledged, %d refused", len(acknowledged), refused)
	}
	if resp, err := http.Get(base + "/api/collections/kills/documents"); err != nil || resp.StatusCode != http.StatusOK {
		t.Errorf("reading while fsync fails: %v %v", resp, err)
	} else {
		resp.Body.Close()
	}
	if err := syscall.Kill(-child.Process.Pid, syscall.SIGKILL); err != nil {
		t.Fatal(err)
	}
	_ = child.Wait() // it was killed

	base, child = startChild(t, data)
	defer func() { _ = child.Process.Kill(); _ = child.Wait() }()
	if !tryPost(base+"/api/collections/kills/documents", numbered(100_000)) {
		t.Error("nothing is taken once fsync works again")
	}
	acknowledged["doc:100000"] = true
	allThereOnce(t, base, acknowledged)
	t.Logf("%d documents acknowledged, then %d refused", len(acknowledged), refused)
}

// startTraced is startChild below another program.
func startTraced(t *testing.T, data string, below ...string) (base string, child *exec.Cmd) {
	t.Helper()
	args := append(below[1:], os.Args[0], "serve", "--addr", "127.0.0.1:0", "--data", data)
	child = exec.Command(below[0], args...)
	child.SysProcAttr = &syscall.SysProcAttr{Setpgid: true} // so that both are killed
	child.Env = append(os.Environ(), "SONDE_TEST_MAIN=1")
	return awaitChild(t, child), child
}

func stopChild(t *testing.T, child *exec.Cmd) {
	t.Helper()
	if err := child.Process.Signal(os.Interrupt); err != nil {
		t.Fatal(err)
	}
	_ = child.Wait() // its exit status says that it was interrupted
}

// TestServerSurvivesDamage damages each file of the index, while the server is
// down and while it runs: it lives, and finds what it found before.
func TestServerSurvivesDamage(t *testing.T) {
	data := t.TempDir()
	base, child := startChild(t, data)
	defer func() { _ = child.Process.Kill(); _ = child.Wait() }()
	postRun(t, base+"/api/collections", map[string]string{"name": "kills"})
	acknowledged := map[string]bool{}
	for n := range 40 {
		if doc := numbered(n); tryPost(base+"/api/collections/kills/documents", doc) {
			acknowledged[doc["source"]] = true
		}
	}
	allThereOnce(t, base, acknowledged)
	find := func(what string) {
		t.Helper()
		if !awaitFound(t, base+"/api/collections/kills/search?q=number7x+rain", "number7x") {
			t.Errorf("%s: a search finds nothing", what)
		}
	}
	find("before")
	harms := map[string]func(b []byte) []byte{
		"flipped": func(b []byte) []byte { b[len(b)/3] ^= 0x10; return b },
		"cut":     func(b []byte) []byte { return b[:len(b)/2] },
	}
	for name, harm := range harms {
		stopChild(t, child)
		for _, f := range indexFiles(t, data) {
			harmFile(t, f, harm)
			base, child = startChild(t, data)
			find(name + " " + filepath.Base(f))
			stopChild(t, child)
		}
		base, child = startChild(t, data)
		find(name + ", before it is done while running")
		for _, f := range indexFiles(t, data) { // under the running server
			harmFile(t, f, harm)
		}
		for n := 1000; n < 1020; n++ {
			if !tryPost(base+"/api/collections/kills/documents", numbered(n)) {
				t.Errorf("%s while running: document %d is refused", name, n)
			}
		}
		find(name + " while running")
	}
	if err := child.Process.Signal(syscall.Signal(0)); err != nil {
		t.Errorf("the server has died: %v", err)
	}
}

// indexFiles lists the files of the collection's index, with the note beside it.
func indexFiles(t *testing.T, data string) []string {
	t.Helper()
	var files []string
	for _, pattern := range []string{"kills/lists/*", "kills/manifest.json", "kills.revision"} {
		found, err := filepath.Glob(filepath.Join(data, "index", pattern))
		if err != nil {
			t.Fatal(err)
		}
		files = append(files, found...)
	}
	if len(files) < 3 {
		t.Fatalf("files of the index: %v", files)
	}
	return files
}

func harmFile(t *testing.T, path string, harm func([]byte) []byte) {
	t.Helper()
	b, err := os.ReadFile(path)
	if err != nil || len(b) == 0 {
		return // it went with an earlier round
	}
	f, err := os.OpenFile(path, os.O_WRONLY, 0) // in place: the mapping sees it
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	b = harm(b)
	if _, err := f.WriteAt(b, 0); err != nil {
		t.Fatal(err)
	}
	if err := f.Truncate(int64(len(b))); err != nil {
		t.Fatal(err)
	}
}
