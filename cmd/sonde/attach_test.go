package main

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"io"
	"mime/multipart"
	"net/http"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/sonde-search/sonde/agent"
	"github.com/sonde-search/sonde/tests/fakemodel"
)

// pixel is a PNG image of one pixel.
var pixel, _ = base64.StdEncoding.DecodeString("iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==")

const seen = "HALDEN FERRY\nDepartures: 08:40 [1]\n\nA blue sign on a pier."

func TestAskAttached(t *testing.T) {
	dir := filesOf(t, map[string]string{"tower.md": towerPage, "说明.txt": "青石桥建于1623年，由何佩兰设计。\n", "empty.txt": " ", "sign.png": string(pixel)})
	a := askJSON(t, "--attach", filepath.Join(dir, "tower.md"), "--attach", filepath.Join(dir, "empty.txt"), "How tall is the tower of Brekke?")
	if a.Status != agent.StatusAnswered || !strings.Contains(a.Text, "90 metres") || a.Sources[0].URL != "attachment:///tower.md" || len(a.Claims[0].Cites) == 0 {
		t.Errorf("%s %q %+v", a.Status, a.Text, a.Sources)
	}
	if len(a.Skipped) != 1 || a.Skipped[0].Reason != agent.SkipNoText || !strings.Contains(strings.Join(a.Warnings, " "), "empty.txt could not be read") {
		t.Errorf("an empty file: %+v, %q", a.Skipped, a.Warnings)
	}
	if a := askJSON(t, "--attach", filepath.Join(dir, "说明.txt"), "青石桥建于哪一年？"); !strings.Contains(a.Text, "1623年") || a.Sources[0].Title != "说明.txt" {
		t.Errorf("%s %q %+v", a.Status, a.Text, a.Sources)
	}
	for _, c := range []struct {
		say  string
		args []string
	}{
		{"SONDE_VISION", []string{"--attach", filepath.Join(dir, "sign.png")}},
		{"no such file", []string{"--attach", filepath.Join(dir, "none.txt")}},
		{"--files reads folders", []string{"--attach", dir}},
		{"nosuch", []string{"--attach", filepath.Join(dir, "sign.png"), "--vision", "nosuch:x"}},
	} {
		_, errs, status := sonde(t.Context(), t, append([]string{"ask", "--no-web", "When does it leave?"}, c.args...)...)
		if status != 2 || !strings.Contains(errs, c.say) {
			t.Errorf("%v: exit %d, %q", c.args, status, errs)
		}
	}
}

// TestAskImage: an image is described by the vision model; the answer shows
// that as the model's words, cites only what was read, and the run replays.
func TestAskImage(t *testing.T) {
	dir := filesOf(t, map[string]string{"ferry.md": "# Ferry\n\nThe ferry of Halden leaves at 08:40 and takes 25 minutes.\n", "sign.png": string(pixel)})
	model := scripted("The ferry of Halden takes 25 minutes [citation:1]. A blue sign stands on a pier [citation:2].", seen)
	spec := "vllm:m@" + model.Listen(t)
	bundle := filepath.Join(dir, "run.sonde")
	env := map[string]string{"VLLM_API_KEY": "canary-key-0123456789"}
	for _, writer := range []string{spec, "builtin"} {
		out, errs, status := sondeIn(t.Context(), t, env, "ask", "--json", "--attach", filepath.Join(dir, "ferry.md"), "--attach", filepath.Join(dir, "sign.png"),
			"--vision", spec, "--model", writer, "--save", bundle, "How long does the ferry of Halden take?")
		var a agent.Answer
		if err := json.Unmarshal([]byte(out), &a); err != nil || status != 0 {
			t.Fatalf("exit %d: %v %s", status, err, errs)
		}
		if !strings.Contains(a.Text, "25 minutes") || !strings.Contains(a.Text, "> **sign.png, as vllm:m reads the image** (a model's words, not a source)") || a.Usage.TokensIn == 0 {
			t.Errorf("%s: %q, %+v", writer, a.Text, a.Usage)
		}
		if len(a.Readings) != 1 || a.Readings[0].Text != seen || len(a.Sources) != 1 {
			t.Errorf("%s: readings %+v, sources %+v", writer, a.Readings, a.Sources)
		}
		for _, c := range a.Claims {
			if strings.Contains(c.Text, "blue sign") {
				t.Errorf("%s: a claim rests on the model's reading: %+v", writer, c)
			}
		}
		asked := len(model.Requests())
		if _, errs, status := sondeIn(t.Context(), t, nil, "replay", bundle); status != 0 || !strings.Contains(errs, "byte for byte") || len(model.Requests()) != asked {
			t.Errorf("%s: replay: exit %d, %s", writer, status, errs)
		}
	}
	for _, r := range model.Requests() {
		if body := string(r.Body); strings.Contains(body, "citation:1]") && !strings.Contains(body, "sign.png (an image, in the words of a model") {
			t.Errorf("the writer is not told what the image is: %.600s", body)
		}
	}
	out, errs, status := sondeIn(t.Context(), t, env, "ask", "--json", "--attach", filepath.Join(dir, "sign.png"), "--no-web", "--vision", spec, "When does the ferry leave?")
	if status != 0 || !strings.Contains(out, `"status": "not_found"`) || !strings.Contains(out, "as vllm:m reads the image") {
		t.Errorf("an image alone: exit %d %s %s", status, out, errs)
	}
}

// postForm sends a multipart form.
func postForm(t *testing.T, url string, fields map[string]string, files map[string][]byte) (int, string) {
	t.Helper()
	var b bytes.Buffer
	w := multipart.NewWriter(&b)
	for k, v := range fields {
		if err := w.WriteField(k, v); err != nil {
			t.Fatal(err)
		}
	}
	for name, data := range files {
		p, err := w.CreateFormFile("file", name)
		if err == nil {
			_, err = p.Write(data)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	resp, err := http.Post(url, w.FormDataContentType(), &b)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	out, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	return resp.StatusCode, string(out)
}

func TestServeAttached(t *testing.T) {
	base, _ := startServe(t, t.TempDir())
	status, out := postForm(t, base+"/api/runs?wait=true", map[string]string{"request": `{"question":"How tall is the tower of Brekke?","conversation":"new"}`},
		map[string][]byte{"../tower.md": []byte(towerPage)})
	var a agent.Answer
	if err := json.Unmarshal([]byte(out), &a); err != nil || status != 200 || !strings.Contains(a.Text, "90 metres") || a.Sources[0].URL != "attachment:///tower.md" {
		t.Fatalf("multipart: %d %s", status, out)
	}
	// A follow-up knows what came with the conversation's earlier questions.
	_, b := postRun(t, base+"/api/runs?wait=true", map[string]any{"question": "Who built the tower of Brekke?", "conversation": conversationOf(t, base, a.ID)})
	if !strings.Contains(string(b), "Jorun Eide") || !strings.Contains(string(b), "attachment:///tower.md") {
		t.Errorf("a follow-up: %s", b)
	}
	inline := func(name string, data []byte) map[string]any {
		return map[string]any{"question": "How tall is the tower of Brekke?", "attachments": []any{map[string]string{"name": name, "data": base64.StdEncoding.EncodeToString(data)}}}
	}
	if resp, b := postRun(t, base+"/api/runs?wait=true", inline("t.md", []byte(towerPage))); resp.StatusCode != 200 || !strings.Contains(string(b), "90 metres") {
		t.Errorf("inline: %d %s", resp.StatusCode, b)
	}
	if resp, b := postRun(t, base+"/api/runs", inline("sign.png", pixel)); resp.StatusCode != 400 || !strings.Contains(string(b), "SONDE_VISION") {
		t.Errorf("an image without a vision model: %d %s", resp.StatusCode, b)
	}
	if resp, b := postRun(t, base+"/api/runs", inline("big.txt", make([]byte, agent.MaxAttachmentBytes+1))); resp.StatusCode != 400 && resp.StatusCode != 413 {
		t.Errorf("too large: %d %.200s", resp.StatusCode, b)
	}
	parts := func(p ...any) map[string]any {
		return map[string]any{"model": "sonde", "messages": []any{map[string]any{"role": "user", "content": append([]any{map[string]string{"type": "text", "text": "How tall is the tower of Brekke?"}}, p...)}}}
	}
	file := map[string]any{"type": "file", "file": map[string]string{"filename": "tower.md", "file_data": "data:text/markdown;base64," + base64.StdEncoding.EncodeToString([]byte(towerPage))}}
	if resp, b := postRun(t, base+"/v1/chat/completions", parts(file)); resp.StatusCode != 200 || !strings.Contains(string(b), "90 metres") || !strings.Contains(string(b), `"url":"attachment:///tower.md"`) {
		t.Errorf("a file part: %d %s", resp.StatusCode, b)
	}
	for say, part := range map[string]any{
		"is not fetched here": map[string]any{"type": "image_url", "image_url": map[string]string{"url": "http://127.0.0.1:1/x.png"}},
		"SONDE_VISION":        map[string]any{"type": "image_url", "image_url": map[string]string{"url": "data:image/png;base64," + base64.StdEncoding.EncodeToString(pixel)}},
		"not kept by id":      map[string]any{"type": "file", "file": map[string]string{"file_id": "file-1"}},
		"input_audio":         map[string]any{"type": "input_audio"},
	} {
		if resp, b := postRun(t, base+"/v1/chat/completions", parts(part)); resp.StatusCode != 400 || !strings.Contains(string(b), say) {
			t.Errorf("%v: %d %s", part, resp.StatusCode, b)
		}
	}
}

// conversationOf returns the conversation that a run belongs to.
func conversationOf(t *testing.T, base, run string) string {
	t.Helper()
	var r struct{ Conversation string }
	resp, err := http.Get(base + "/api/runs/" + run)
	if err == nil {
		defer resp.Body.Close()
		err = json.NewDecoder(resp.Body).Decode(&r)
	}
	if err != nil || r.Conversation == "" {
		t.Fatalf("no conversation: %v", err)
	}
	return r.Conversation
}

// TestAttachmentsSurviveAKill: a server that is killed while the vision model
// looks at an image goes on with the run, and has what came with it still.
func TestAttachmentsSurviveAKill(t *testing.T) {
	looked := make(chan bool, 8)
	model := scripted("", seen)
	again := model.Reply
	model.Reply = func(n int, r fakemodel.Request) fakemodel.Turn {
		looked <- true
		if n == 0 {
			return fakemodel.Turn{Stall: -1}
		}
		return again(n, r)
	}
	t.Setenv("SONDE_VISION", "vllm:m@"+model.Listen(t))
	data := t.TempDir()
	base, child := startChild(t, data)
	status, out := postForm(t, base+"/api/runs", map[string]string{"question": "How tall is the tower of Brekke?"},
		map[string][]byte{"tower.md": []byte(towerPage), "sign.png": pixel})
	var r struct{ ID string }
	if err := json.Unmarshal([]byte(out), &r); err != nil || status != 202 {
		t.Fatalf("%d %s", status, out)
	}
	<-looked
	_ = child.Process.Kill()
	_ = child.Wait() // it was killed
	base, child = startChild(t, data)
	defer func() { _ = child.Process.Kill(); _ = child.Wait() }()
	a := awaitAnswer(t, base, r.ID)
	if !strings.Contains(a.Text, "90 metres") || len(a.Readings) != 1 || a.Readings[0].Text != seen {
		t.Errorf("%s %q %+v", a.Status, a.Text, a.Readings)
	}
	resp, err := http.Get(base + "/api/runs/" + r.ID + "/bundle")
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	b, err := agent.ReadBundle(resp.Body)
	if err != nil || !slices.ContainsFunc(b.Records, func(r agent.Record) bool { p, ok := r.Step.(agent.Paged); return ok && p.Attached && p.Page != nil }) {
		t.Errorf("the bundle lacks what was attached: %v", err)
	}
}

// awaitAnswer waits until a run has ended.
func awaitAnswer(t *testing.T, base, run string) agent.Answer {
	t.Helper()
	for deadline := time.Now().Add(time.Minute); time.Now().Before(deadline); {
		resp, err := http.Get(base + "/api/runs/" + run + "/events")
		if err != nil {
			t.Fatal(err)
		}
		if _, err := io.Copy(io.Discard, resp.Body); err != nil { // ends with the run
			t.Log("the events broke off:", err)
		}
		resp.Body.Close()
		var r struct{ Answer *agent.Answer }
		if resp, err = http.Get(base + "/api/runs/" + run); err != nil {
			t.Fatal(err)
		}
		err = json.NewDecoder(resp.Body).Decode(&r)
		resp.Body.Close()
		if err != nil {
			t.Fatal(err)
		}
		if r.Answer != nil {
			return *r.Answer
		}
	}
	t.Fatal("the run has no answer")
	return agent.Answer{}
}
