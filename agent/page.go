package agent

import (
	"crypto/sha256"
	"encoding/hex"
	"time"
)

// A Hit is an address that a search, a sitemap or a link returned: found, not read.
type Hit struct {
	URL       string  `json:"url"`
	Title     string  `json:"title,omitempty"`
	Snippet   string  `json:"snippet,omitempty"` // never evidence
	Published string  `json:"published,omitempty"`
	Score     float64 `json:"score,omitempty"`
}

// A Page is an address that was fetched and turned into text: read.
type Page struct {
	URL       string    `json:"url"`             // canonical address after redirects; a file's is its path as file:///…
	Asked     string    `json:"asked,omitempty"` // the address asked for, where that differs
	Title     string    `json:"title,omitempty"`
	Site      string    `json:"site,omitempty"` // host, or the site's own name
	Author    string    `json:"author,omitempty"`
	Language  string    `json:"language,omitempty"`  // "zh", "en", …
	Published string    `json:"published,omitempty"` // YYYY-MM-DD
	Modified  string    `json:"modified,omitempty"`  // YYYY-MM-DD
	Fetched   time.Time `json:"fetched"`
	MIME      string    `json:"mime,omitempty"`
	// Text is the snapshot: UTF-8 in a light Markdown. Paragraphs are parted by
	// a blank line; headings begin with "# " to "###### ", list items with "- "
	// or "1. " (indented by two spaces a level), table rows are "| a | b |",
	// code stands between lines of ```.
	Text      string `json:"-"`
	Snapshot  string `json:"snapshot"` // SnapshotID(Text)
	Links     []Link `json:"-"`
	Hidden    int    `json:"hidden,omitempty"`    // characters dropped because a reader would not see them
	Truncated bool   `json:"truncated,omitempty"` // the text was cut at a limit
	// Reading is the model that described the image of which this is the text;
	// empty: the text is the page's own. A reading is never cited.
	Reading    string   `json:"reading,omitempty"`
	Duplicates []string `json:"duplicates,omitempty"`
}

// A Link is an address that a page refers to.
type Link struct {
	URL  string
	Text string
}

// SnapshotID is the name of a snapshot: "sha256:" and the hexadecimal SHA-256
// of the text's UTF-8 bytes.
func SnapshotID(text string) string {
	sum := sha256.Sum256([]byte(text))
	return "sha256:" + hex.EncodeToString(sum[:])
}

// A SkipReason says why an address was not read.
type SkipReason string

// Why an address was not read.
const (
	SkipRobots         SkipReason = "robots"
	SkipBlockedAddress SkipReason = "blocked_address"
	SkipBadAddress     SkipReason = "bad_address"
	SkipTimeout        SkipReason = "timeout"
	SkipTooLarge       SkipReason = "too_large"
	SkipTooSlow        SkipReason = "too_slow"
	SkipNotText        SkipReason = "not_text"
	SkipNoText         SkipReason = "no_text"
	SkipBadFile        SkipReason = "bad_file"
	SkipHTTPStatus     SkipReason = "http_status"
	SkipRateLimited    SkipReason = "rate_limited"
	SkipRedirectLoop   SkipReason = "redirect_loop"
	SkipOffSite        SkipReason = "off_site"
	SkipDuplicate      SkipReason = "duplicate"
	SkipSoft404        SkipReason = "soft_404"
	SkipTrap           SkipReason = "trap"
	SkipNetwork        SkipReason = "network"
	SkipTLS            SkipReason = "tls"
	SkipBudget         SkipReason = "budget"
	SkipCancelled      SkipReason = "cancelled"
	SkipPanic          SkipReason = "internal" // a parser gave up; the page fails, the run goes on
)

// A Skip is an address that was not read, and why.
type Skip struct {
	URL    string     `json:"url"`
	Reason SkipReason `json:"reason"`
	Detail string     `json:"detail,omitempty"` // in words; never an internal address or a secret
}

// A Passage is a span of a snapshot, the unit that is indexed and ranked.
type Passage struct {
	Snapshot  string   `json:"snapshot"`
	URL       string   `json:"url"`
	Title     string   `json:"title,omitempty"`
	Published string   `json:"published,omitempty"`
	Headings  []string `json:"headings,omitempty"` // the path of headings above it
	Start     int      `json:"start"`              // UTF-8 bytes
	End       int      `json:"end"`
	Text      string   `json:"text"` // snapshot[Start:End], exactly
	Score     float64  `json:"score"`
}
