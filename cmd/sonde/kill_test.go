package main

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"testing"
	"time"
)

// TestMain lets the test binary be the program itself, so that it can be killed.
func TestMain(m *testing.M) {
	if os.Getenv("SONDE_TEST_MAIN") != "" {
		err := run(context.Background(), os.Args[1:], os.Getenv, os.Stdin, os.Stdout, os.Stderr)
		os.Exit(report(os.Stderr, err))
	}
	os.Exit(m.Run())
}

// kills is how often the ingest is killed: a few in every run of the tests,
// more where SONDE_KILLS says so.
func kills(t *testing.T) int {
	t.Helper()
	if n, err := strconv.Atoi(os.Getenv("SONDE_KILLS")); err == nil {
		return n
	}
	return 6
}

// readyWithin is how soon after a kill the server must be ready.
const readyWithin = 5 * time.Second

// startChild runs "sonde serve" as a process of its own and waits until it is ready.
func startChild(t *testing.T, data string, env ...string) (base string, child *exec.Cmd) {
	t.Helper()
	child = exec.Command(os.Args[0], "serve", "--addr", "127.0.0.1:0", "--data", data)
	child.Env = append(append(os.Environ(), "SONDE_TEST_MAIN=1"), env...)
	return awaitChild(t, child), child
}

// awaitChild starts a server and returns its address.
func awaitChild(t *testing.T, child *exec.Cmd) (base string) {
	t.Helper()
	stderr, err := child.StderrPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := child.Start(); err != nil {
		t.Fatal(err)
	}
	var said []string
	lines := bufio.NewScanner(stderr)
	for lines.Scan() {
		said = append(said, lines.Text())
		if _, rest, ok := strings.Cut(lines.Text(), "ready at "); ok {
			base, _, _ = strings.Cut(rest, " ")
			go func() { _, _ = io.Copy(io.Discard, stderr) }()
			return base
		}
	}
	t.Fatalf("the server did not get ready: %s", strings.Join(said, "\n"))
	return ""
}

// numbered is a text that only its number tells apart from others.
func numbered(n int) map[string]string {
	return map[string]string{
		"source": fmt.Sprintf("doc:%d", n), "title": fmt.Sprintf("Report %d", n),
		"text": fmt.Sprintf("Report %d of the weather service. The station of number%dx measured %d millimetres of rain on that day.", n, n, n*7),
	}
}

// TestIngestSurvivesKills kills the server at random moments while documents
// come in. Every document that was acknowledged (202) is there in the end, once.
func TestIngestSurvivesKills(t *testing.T) {
	data := t.TempDir()
	base, child := startChild(t, data)
	postRun(t, base+"/api/collections", map[string]string{"name": "kills"})
	acknowledged, next := map[string]bool{}, 0
	var slowest time.Duration // start after a kill
	for range kills(t) {
		timer := time.AfterFunc(time.Duration(20+rand.IntN(300))*time.Millisecond, func() { _ = child.Process.Kill() })
		for alive := true; alive; next++ {
			doc := numbered(next)
			alive = tryPost(base+"/api/collections/kills/documents", doc)
			if alive {
				acknowledged[doc["source"]] = true
			}
		}
		timer.Stop()
		_ = child.Wait() // it was killed
		began := time.Now()
		base, child = startChild(t, data)
		slowest = max(slowest, time.Since(began))
	}
	defer func() { _ = child.Process.Kill(); _ = child.Wait() }()
	found := awaitDocuments(t, base, acknowledged)
	for source, times := range found {
		if times != 1 {
			t.Errorf("%s is there %d times", source, times)
		}
	}
	last := next - 2
	if !acknowledged[fmt.Sprintf("doc:%d", last)] {
		return
	}
	want := fmt.Sprintf("number%dx", last)
	if !awaitFound(t, fmt.Sprintf("%s/api/collections/kills/search?q=%s+rain", base, want), want) {
		t.Errorf("a search does not find document %d", last)
	}
	if slowest > readyWithin {
		t.Errorf("after a kill the server took %v to get ready", slowest)
	}
	t.Logf("%d kills, %d documents acknowledged, all there once; ready again within %v", kills(t), len(acknowledged), slowest)
}

// awaitFound asks until the answer holds a text; a server searches what is
// there while its index catches up.
func awaitFound(t *testing.T, url, want string) bool {
	t.Helper()
	for deadline := time.Now().Add(20 * time.Second); time.Now().Before(deadline); {
		resp, err := http.Get(url)
		if err != nil {
			t.Fatal(err)
		}
		b, err := io.ReadAll(resp.Body)
		resp.Body.Close()
		if err != nil {
			t.Fatal(err)
		}
		if strings.Contains(string(b), want) {
			return true
		}
	}
	return false
}

// tryPost posts and reports whether the server took it.
func tryPost(url string, body any) bool {
	b, err := json.Marshal(body)
	if err != nil {
		return false
	}
	resp, err := http.Post(url, "application/json", strings.NewReader(string(b)))
	if err != nil {
		return false
	}
	defer resp.Body.Close()
	_, err = io.Copy(io.Discard, resp.Body)
	return err == nil && resp.StatusCode == http.StatusAccepted
}

// awaitDocuments waits until every acknowledged document is indexed, and
// counts how often each source is there.
func awaitDocuments(t *testing.T, base string, acknowledged map[string]bool) map[string]int {
	t.Helper()
	var missing int
	for deadline := time.Now().Add(5 * time.Minute); time.Now().Before(deadline); {
		found := listSources(t, base)
		missing = 0
		for source := range acknowledged {
			if found[source] == 0 {
				missing++
			}
		}
		if missing == 0 {
			return found
		}
	}
	t.Fatalf("%d of %d acknowledged documents are lost", missing, len(acknowledged))
	return nil
}

// listSources reads the whole list of indexed documents.
func listSources(t *testing.T, base string) map[string]int {
	t.Helper()
	found := map[string]int{}
	after := ""
	for {
		resp, err := http.Get(base + "/api/collections/kills/documents?state=indexed&limit=100&after=" + after)
		if err != nil {
			t.Fatal(err)
		}
		var page struct {
			Items []struct{ ID, Source string }
		}
		err = json.NewDecoder(resp.Body).Decode(&page)
		resp.Body.Close()
		if err != nil {
			t.Fatal(err)
		}
		for _, d := range page.Items {
			found[d.Source]++
			after = d.ID
		}
		if len(page.Items) < 100 {
			return found
		}
	}
}
