package main

import (
	"encoding/json"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// writeFiles makes a folder of files.
func writeFiles(t *testing.T, files map[string]string) string {
	t.Helper()
	dir := t.TempDir()
	for name, text := range files {
		path := filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

// must runs a command that has to succeed and returns what it printed.
func must(t *testing.T, args ...string) string {
	t.Helper()
	out, errs, status := sonde(t.Context(), t, args...)
	if status != 0 {
		t.Fatalf("sonde %s: exit %d\n%s%s", strings.Join(args, " "), status, out, errs)
	}
	return out
}

// handbook makes a data folder with one collection of two documents and a bad file.
func handbook(t *testing.T) (data, dir string) {
	t.Helper()
	data = t.TempDir()
	dir = writeFiles(t, map[string]string{
		"leave.md":     "# Leave\n\nEvery employee of Norbank has 31 days of leave a year.\n",
		"sub/差旅规定.txt": "诺银行员工出差的住宿标准为每晚不超过480元。\n",
		"broken.pdf":   "%PDF-1.7 this is no PDF at all",
		".hidden.txt":  "nobody should read this",
	})
	must(t, "kb", "create", "handbook", "--data", data)
	out, errs, status := sonde(t.Context(), t, "kb", "add", "handbook", dir, "--tag", "team=hr", "--data", data)
	if status != 0 || !strings.Contains(out, "2 added, 0 unchanged, 1 failed") || !strings.Contains(errs, "broken.pdf") {
		t.Fatalf("exit %d: %s%s", status, out, errs)
	}
	return data, dir
}

func TestKnowledgeBaseOffline(t *testing.T) {
	data, dir := handbook(t)
	if out := must(t, "kb", "add", "handbook", dir+"/leave.md", "--data", data); !strings.Contains(out, "1 unchanged") {
		t.Errorf("adding the same file again: %s", out)
	}
	if out := must(t, "kb", "search", "handbook", "住宿标准", "--data", data); !strings.Contains(out, "480元") {
		t.Errorf("search: %s", out)
	}
	if out := must(t, "kb", "search", "handbook", "leave", "--tag", "team=sales", "--data", data); out != "" {
		t.Errorf("a search for another tag found %s", out)
	}
	for question, want := range map[string]string{
		"How many days of leave does an employee of Norbank have?": "31 days",
		"诺银行员工出差的住宿标准是每晚多少元？":                                      "480元",
	} {
		if a := askJSON(t, "--in", "handbook", "--data", data, question); !strings.Contains(a.Text, want) {
			t.Errorf("%s: %s %q", question, a.Status, a.Text)
		}
	}
	if err := os.WriteFile(dir+"/leave.md", []byte("# Leave\n\nEvery employee of Norbank has 33 days of leave a year.\n"), 0o644); err != nil {
		t.Fatal(err)
	}
	must(t, "kb", "add", "handbook", dir+"/leave.md", "--data", data)
	a := askJSON(t, "--in", "handbook", "--data", data, "How many days of leave does an employee of Norbank have?")
	if !strings.Contains(a.Text, "33 days") || strings.Contains(a.Text, "31 days") {
		t.Errorf("after replacing the document: %q", a.Text)
	}
	if n := strings.Count(must(t, "kb", "export", "handbook", "--data", data), "\n"); n != 3 {
		t.Errorf("%d lines exported, want 3", n)
	}
	must(t, "kb", "rm", "handbook", "file://"+dir+"/leave.md", "--data", data)
	if out := must(t, "kb", "search", "handbook", "leave Norbank", "--data", data); strings.Contains(out, "33 days") {
		t.Errorf("a removed document is found: %s", out)
	}
	must(t, "kb", "rm", "handbook", "--data", data)
	if _, errs, status := sonde(t.Context(), t, "ask", "--in", "handbook", "--data", data, "How many days?"); status == 0 || !strings.Contains(errs, "handbook") {
		t.Errorf("asking a collection that is gone: exit %d, %s", status, errs)
	}
}

func TestDamagedIndexIsRebuilt(t *testing.T) {
	data, _ := handbook(t)
	var files []string
	err := filepath.WalkDir(filepath.Join(data, "index"), func(path string, d fs.DirEntry, err error) error {
		if err == nil && d.Type().IsRegular() && filepath.Ext(path) != ".revision" {
			files = append(files, path)
		}
		return err
	})
	if err != nil || len(files) == 0 {
		t.Fatalf("index files %v, %v", files, err)
	}
	for _, f := range files {
		b, err := os.ReadFile(f)
		if err != nil || len(b) == 0 {
			continue // it went with an earlier round
		}
		b[len(b)/2] ^= 0xff
		if err := os.WriteFile(f, b, 0o644); err != nil {
			t.Fatal(err)
		}
		out := must(t, "kb", "search", "handbook", "days of leave", "--data", data)
		if !strings.Contains(out, "31 days") {
			t.Errorf("with a flipped byte in %s: %q", filepath.Base(f), out)
		}
	}
}

func TestBackupAndRestoreWhileRunning(t *testing.T) {
	data, _ := handbook(t)
	startServe(t, data)
	file := filepath.Join(t.TempDir(), "backup.db")
	must(t, "backup", "--data", data, file)
	fresh := filepath.Join(t.TempDir(), "restored")
	must(t, "restore", "--data", fresh, file)
	var after []struct{ Source, Snapshot string }
	if err := json.Unmarshal([]byte(must(t, "kb", "ls", "handbook", "--json", "--data", fresh)), &after); err != nil {
		t.Fatal(err)
	}
	if len(after) != 3 {
		t.Errorf("%d documents after the restore, want 3", len(after))
	}
	a := askJSON(t, "--in", "handbook", "--data", fresh, "How many days of leave does an employee of Norbank have?")
	if !strings.Contains(a.Text, "31 days") {
		t.Errorf("the restored collection says %q", a.Text)
	}
	if _, errs, status := sonde(t.Context(), t, "restore", "--data", data, file); status != 1 || errs == "" {
		t.Errorf("a restore over a folder in use: exit %d, %s", status, errs)
	}
}

func TestKeysBesideARunningServer(t *testing.T) {
	data := t.TempDir()
	base, _ := startServe(t, data)
	secret := strings.TrimSpace(must(t, "key", "create", "tests", "--data", data))
	resp, body := postRun(t, base+"/api/runs", runBody{Question: "Who?", Sites: []string{"http://127.0.0.1:1/"}})
	if resp.StatusCode != 401 {
		t.Errorf("without the key: %s %s", resp.Status, body)
	}
	if list := must(t, "key", "ls", "--data", data); strings.Contains(list, secret) || !strings.Contains(list, "tests") {
		t.Errorf("key ls prints %s", list)
	}
}
