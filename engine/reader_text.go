package engine

import (
	"strings"
	"unicode/utf8"

	"github.com/sonde-search/sonde/agent"
	"github.com/sonde-search/sonde/agent/lang"
)

// A readToken is a word or Han character of a sentence, with what the reader's features need.
type readToken struct {
	text       string // folded
	id         uint32 // of the stem, or of the Han character
	pair       uint32 // of the Han bigram that begins here, 0 where none does
	group      uint16 // of synonyms, 0 where none
	start, end int    // bytes of the sentence
	kind       lang.Kind
	upper      bool // begins with a capital
	stop       bool
	gap        byte // punctuation between the token before and this one: 0 none, ',' light, '.' heavy, '(' bracket, '"' quote
}

// A readSentence is one sentence of a passage.
type readSentence struct {
	passage    int // index into the evidence's passages
	page       *agent.Page
	index      int // within its passage
	start, end int // bytes of the snapshot
	text       string
	folded     string // what fold gave
	block      lang.BlockKind
	tokens     []readToken
	language   string
	hits       []readHit
	feat       []float32
	cover      float64 // idf-weighted share of the question's units that it has
	learned    float64 // score of the trained scorer
	score      float64 // what it is ranked by
	own        int8    // whose it is: ownerSame, ownerOther, ownerUnknown
	others     bool    // a fact of another subject, where the one asked of has its own
	copies     []int   // sentences of other pages that say the same
}

// fold is the sentence's folded text, worked out once.
func (s *readSentence) fold() string {
	if s.folded == "" {
		s.folded = lang.Fold(s.text)
	}
	return s.folded
}

// A readHit is a question's unit found in a sentence.
type readHit struct {
	unit, token int
	weight      float64
}

// gapMark sums up the punctuation between two words.
func gapMark(s string) byte {
	var g byte
	if s == "–" || s == "—" { // within a name or a range, no pause
		return 0
	}
	for _, r := range s {
		switch r {
		case ' ', '\t', '\n', '-', '\'', '’', '·', '\u3000', '\u00a0', '%', '$', '°', '/':
		case ',', '，', '、', ':', '：':
			if g == 0 {
				g = ','
			}
		case '(', ')', '（', '）', '[', ']', '【', '】':
			g = '('
		case '"', '“', '”', '「', '」', '《', '》', '‘', '『', '』':
			if g == 0 || g == ',' {
				g = '"'
			}
		case '.', '。', ';', '；', '!', '?', '！', '？', '—', '–', '|':
			g = '.'
		}
	}
	return g
}

// A readPassage is a passage prepared for the reader.
type readPassage struct {
	*agent.Passage
	page     *agent.Page
	context  []readToken // of its title and headings
	from, to int         // its sentences
	cover    float64     // of its whole text and context
	names    float64
	about    float64 // how far its page or section is about what is asked of, 0 to 1
	titled   float64 // the same of its page alone
}

// maxReadPassages bounds the work of one answer, and with it its time.
const maxReadPassages = 80

// maxSentenceBytes bounds a sentence that is a candidate: what is longer is no
// sentence but a dump (a minified script, a list without marks).
const maxSentenceBytes = 1600

// readPassages splits the evidence into sentences, each once even where passages overlap.
func readPassages(e agent.Evidence) ([]readPassage, []readSentence) {
	n := min(len(e.Passages), maxReadPassages)
	passages := make([]readPassage, 0, n)
	sentences := make([]readSentence, 0, n*6)
	type place struct {
		snapshot string
		start    int
	}
	seen := map[place]bool{}
	words := &lexicon{known: map[string]lexeme{}}
	for i := range n {
		p := &e.Passages[i]
		page := e.Pages[p.Snapshot]
		if page == nil || p.Start < 0 || p.End > len(page.Text) || p.Start >= p.End {
			continue
		}
		rp := readPassage{Passage: p, page: page, from: len(sentences)}
		rp.context = words.tokens(p.Title + "\n" + strings.Join(p.Headings, "\n"))
		from := markerStart(page.Text, p.Start)
		for _, s := range words.sentences(page.Text[from:p.End]) {
			at := place{p.Snapshot, from + s.start}
			if seen[at] {
				continue
			}
			seen[at] = true
			s.passage, s.page, s.index = len(passages), page, len(sentences)-rp.from
			s.start, s.end = s.start+from, s.end+from
			sentences = append(sentences, s)
		}
		rp.to = len(sentences)
		passages = append(passages, rp)
	}
	return passages, sentences
}

// markerStart moves start back over the marker of its line ("## ", "- ", "1. "),
// so that a passage that begins behind one is still known for a heading or an item.
func markerStart(text string, start int) int {
	line := strings.LastIndexByte(text[:start], '\n') + 1
	if start-line <= 10 && strings.Trim(text[line:start], "#-*|.) 0123456789") == "" {
		return line
	}
	return start
}

// sentences are the sentences of a passage's text, offsets within it.
func (x *lexicon) sentences(text string) []readSentence {
	blocks := lang.Blocks(text)
	b := 0
	var out []readSentence
	for _, sp := range lang.Sentences(text) {
		sp.End = sp.Start + beforeBait(text[sp.Start:sp.End])
		if sp.End == sp.Start {
			continue
		}
		for b < len(blocks)-1 && blocks[b].End <= sp.Start {
			b++
		}
		s := readSentence{start: sp.Start, end: sp.End, text: text[sp.Start:sp.End]}
		if b < len(blocks) {
			s.block = blocks[b].Kind
		}
		if len(s.text) > maxSentenceBytes {
			out = append(out, clauseSentences(s)...)
			continue
		}
		out = append(out, s)
	}
	for i := range out {
		out[i].tokens = x.tokens(out[i].text)
		out[i].language = lang.Detect(out[i].text)
	}
	return out
}

// clauseSentences cuts an overlong sentence at spaces and commas into parts that can be shown.
func clauseSentences(s readSentence) []readSentence {
	var out []readSentence
	from := 0
	for from < len(s.text) {
		end := len(s.text)
		if end-from > maxSentenceBytes/2 {
			end = cutBefore(s.text, from, from+maxSentenceBytes/2)
		}
		part := s
		part.start, part.end, part.text = s.start+from, s.start+end, s.text[from:end]
		if t := strings.TrimSpace(part.text); t != "" {
			lead := strings.Index(part.text, t)
			part.start += lead
			part.end = part.start + len(t)
			part.text = t
			out = append(out, part)
		}
		from = end
	}
	return out
}

// cutBefore is a good place to cut s in (from, to]: after a mark or space, else between characters.
func cutBefore(s string, from, to int) int {
	if i := strings.LastIndexAny(s[from:to], "。，；,; \t\n|"); i > 0 {
		_, n := utf8.DecodeRuneInString(s[from+i:])
		return from + i + n
	}
	for to > from+1 && !utf8.RuneStart(s[to]) {
		to--
	}
	return to
}
