package main

import (
	"context"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"
)

var update = flag.Bool("update", false, "write docs/screenshot.png anew")

// newBrowser opens headless Chromium. SONDE_BROWSER names it (make test sets
// it); without one the test is skipped.
func newBrowser(t *testing.T) context.Context {
	t.Helper()
	path := os.Getenv("SONDE_BROWSER")
	if path == "" {
		for _, name := range []string{"chromium", "chromium-browser", "google-chrome"} {
			if found, err := exec.LookPath(name); err == nil {
				path = found
				break
			}
		}
	}
	if path == "" || testing.Short() {
		t.Skip("no Chromium was found (or -short): make test installs one")
	}
	opts := append(chromedp.DefaultExecAllocatorOptions[:], chromedp.ExecPath(path), chromedp.NoSandbox,
		chromedp.Flag("disable-quic", true), chromedp.Flag("force-prefers-reduced-motion", true), chromedp.Flag("disable-component-update", true), chromedp.WindowSize(1440, 900),
		chromedp.UserDataDir(t.TempDir()))
	alloc, cancelAlloc := chromedp.NewExecAllocator(t.Context(), opts...)
	t.Cleanup(cancelAlloc)
	ctx, cancel := chromedp.NewContext(alloc)
	t.Cleanup(cancel)
	return ctx
}

func TestPageInABrowser(t *testing.T) {
	ctx := newBrowser(t)
	w := startWeb(t)
	base, _ := startServe(t, t.TempDir(), hostOf(w.URL("en/")))
	var mu sync.Mutex
	var foreign, errs []string
	do := func(actions ...chromedp.Action[chromedp.Void]) {
		t.Helper()
		for _, a := range actions {
			if _, err := chromedp.Run(ctx, a); err != nil {
				t.Fatal(err)
			}
		}
	}
	text := func(selector string) string {
		t.Helper()
		s, err := chromedp.Run(ctx, chromedp.Text(selector))
		if err != nil {
			t.Fatal(err)
		}
		return s
	}
	do(chromedp.Navigate("about:blank"))
	ctx, cancel := context.WithTimeout(ctx, 3*time.Minute)
	defer cancel()
	err := chromedp.Listen(ctx, func(ev any) {
		mu.Lock()
		defer mu.Unlock()
		switch ev := ev.(type) {
		case *network.EventRequestWillBeSent:
			if u := ev.Request.URL; !strings.HasPrefix(u, base) && !strings.HasPrefix(u, "data:") && !strings.HasPrefix(u, "blob:") {
				foreign = append(foreign, u)
			}
		case *runtime.EventExceptionThrown:
			errs = append(errs, ev.ExceptionDetails.Text)
		}
	})
	if err != nil {
		t.Fatal(err)
	}
	do(chromedp.Navigate(base+"/"), chromedp.WaitVisible("#question"),
		chromedp.Click("#scope-toggle"), chromedp.WaitVisible("#sites"), chromedp.SendKeys("#sites", w.URL("en/")),
		chromedp.SendKeys("#question", "Who built the water mill of Halden?"), chromedp.Click("#send"),
		chromedp.WaitVisible("button.mark"))
	answer := text("#turns")
	do(chromedp.Click("button.mark"), chromedp.WaitVisible("#panel-body mark"))
	marked := text("#panel-body mark")
	for patience := time.Now().Add(10 * time.Second); !strings.Contains(marked, "Jorun Eide") && time.Now().Before(patience); {
		marked = text("#panel-body mark") // on a busy machine the panel may still be filling
	}
	shot, err := chromedp.Run(ctx, chromedp.FullScreenshot(100))
	if err != nil {
		t.Fatal(err)
	}
	mu.Lock()
	defer mu.Unlock()
	if !strings.Contains(answer, "Jorun Eide") || !strings.Contains(marked, "Jorun Eide") {
		t.Errorf("the answer says %q, the quote %q", answer, marked)
	}
	if len(foreign) > 0 || len(errs) > 0 {
		t.Errorf("requests elsewhere %v, script errors %v", foreign, errs)
	}
	if *update {
		if err := os.WriteFile(filepath.Join("..", "..", "docs", "screenshot.png"), shot, 0o644); err != nil {
			t.Fatal(err)
		}
	}
}

// TestAttachInABrowser attaches a file and an image on the page, asks a model
// about them, and finds the answer, the model's reasoning, and what it saw.
func TestAttachInABrowser(t *testing.T) {
	ctx := newBrowser(t)
	spec := "vllm:m@" + scripted("The tower of Brekke is 90 metres tall [citation:1].", seen).Listen(t)
	base, _ := startServeWith(t, t.TempDir(), fmt.Sprintf("{model: %q, vision: %q}", spec, spec))
	dir := filesOf(t, map[string]string{"tower.md": towerPage, "sign.png": string(pixel)})
	ctx, cancel := context.WithTimeout(ctx, 3*time.Minute)
	defer cancel()
	for _, a := range []chromedp.Action[chromedp.Void]{
		chromedp.Navigate(base + "/"), chromedp.WaitVisible("#question"),
		chromedp.SetUploadFiles("#attach-files", []string{filepath.Join(dir, "tower.md"), filepath.Join(dir, "sign.png")}), chromedp.WaitVisible("#attached .file"),
		chromedp.SendKeys("#question", "How tall is the tower of Brekke?"), chromedp.Click("#send"), chromedp.WaitVisible("button.mark"),
		chromedp.WaitVisible(".reading"), chromedp.Click(".fold.reasoning summary"), chromedp.WaitVisible(".fold.reasoning .thinking"),
	} {
		if _, err := chromedp.Run(ctx, a); err != nil {
			t.Fatal(err)
		}
	}
	shown, err := chromedp.Run(ctx, chromedp.Text("#turns"))
	for _, want := range []string{"90 metres", "tower.md", "sign.png", "HALDEN FERRY", "Let me plan.", "Let me write."} {
		if err != nil || !strings.Contains(shown, want) {
			t.Errorf("the page lacks %q: %q (%v)", want, shown, err)
		}
	}
}
