package agent

import (
	"fmt"
	"strings"
)

// words are what the loop itself says to a reader, in one language.
type words struct {
	notFound, tried, searched, closest, failed, cancelledEmpty, noCite, providerFailed, page, pages string
	notAttached, reading, nothingHeld                                                               string
	comma                                                                                           string
}

var english = words{
	notFound:       "Not found: what was read does not answer this question.",
	tried:          "Read %s.",
	searched:       "Searched for: %s.",
	closest:        "What came closest: %s.",
	failed:         "Nothing could be read, so there is no answer.",
	cancelledEmpty: "Stopped before anything was found.",
	noCite:         "it names no page that was read",
	providerFailed: "search provider %s failed: %s",
	page:           "1 page", pages: "%d pages",
	nothingHeld: "Nothing that the model %s wrote held against the pages; the built-in engine wrote instead.",
	notAttached: "%s could not be read: %s",
	reading:     "**%s, as %s reads the image** (a model's words, not a source)",
	comma:       ", ",
}

var chinese = words{
	notFound:       "未找到：所读内容没有回答这个问题。",
	tried:          "已阅读%s。",
	searched:       "搜索过：%s。",
	closest:        "最接近的内容：%s。",
	failed:         "没有读到任何内容，因此无法回答。",
	cancelledEmpty: "在找到内容之前已停止。",
	noCite:         "没有引用任何已读的网页",
	providerFailed: "搜索服务 %s 出错：%s",
	page:           "1 个网页", pages: "%d 个网页",
	nothingHeld: "模型 %s 所写的内容都与网页核对不符；改由内置引擎撰写。",
	notAttached: "无法读取 %s：%s",
	reading:     "**%s：模型 %s 对图片的描述**（模型所述，不是来源）",
	comma:       "、",
}

func (r *run) say() *words {
	if r.language() == "zh" {
		return &chinese
	}
	return &english
}

// notFoundText says honestly that there is no answer, and what was tried.
func (r *run) notFoundText() string {
	w := r.say()
	parts := []string{w.notFound}
	if n := r.usage.Read; n == 1 {
		parts = append(parts, fmt.Sprintf(w.tried, w.page))
	} else {
		parts = append(parts, fmt.Sprintf(w.tried, fmt.Sprintf(w.pages, n)))
	}
	if qs := r.searchedFor(); len(qs) > 0 {
		parts = append(parts, fmt.Sprintf(w.searched, strings.Join(qs, w.comma)))
	}
	if titles := r.closestTitles(3); len(titles) > 0 {
		parts = append(parts, fmt.Sprintf(w.closest, strings.Join(titles, w.comma)))
	}
	return strings.Join(parts, " ")
}

// searchedFor lists the searches of the plans, each once.
func (r *run) searchedFor() []string {
	var out []string
	for _, p := range r.plans {
		for _, s := range p.Searches {
			out = append(out, escape(firstRunes(s.Query, 80)))
		}
	}
	return out[:min(6, len(out))]
}

// closestTitles are the titles (or addresses) of the pages with the best passages.
func (r *run) closestTitles(n int) []string {
	var out []string
	seen := map[string]bool{}
	for _, p := range r.passages {
		name := p.Title
		if name == "" {
			name = p.URL
		}
		if !seen[name] && len(out) < n {
			seen[name] = true
			out = append(out, escape(firstRunes(name, 80)))
		}
	}
	return out
}

// failedText says what was tried and how it failed.
func (r *run) failedText() string {
	parts := []string{r.say().failed}
	for _, s := range r.skipped[:min(5, len(r.skipped))] {
		line := fmt.Sprintf("%s: %s", escape(s.URL), s.Reason)
		if s.Detail != "" {
			line += fmt.Sprintf(" (%s)", escape(s.Detail))
		}
		parts = append(parts, "- "+line)
	}
	for _, s := range r.searches {
		if s.Error != "" {
			parts = append(parts, "- "+fmt.Sprintf(r.say().providerFailed, s.Provider, escape(s.Error)))
		}
	}
	if len(parts) == 1 {
		return parts[0]
	}
	return parts[0] + "\n\n" + strings.Join(parts[1:], "\n")
}
