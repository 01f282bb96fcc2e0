package engine

import (
	"slices"
	"strings"
	"sync"
)

// baitSigns are pieces of which each form of such words has all of one line:
// looking for them is many times faster than the forms.
var baitSigns = [][]string{
	{"ignore"}, {"disregard"}, {"forget"}, {"override"}, {"[", "]"}, {"<|"}, {"im_start"}, {"im_end"}, {"endoftext"}, {"<system"}, {"system", ":"}, {"assistant"}, {"llm"}, {"a.i"},
	{"chat", "bot"}, {"chat", "model"}, {"chat", "agent"}, {"chat", "system"}, {"search", "bot"}, {"search", "model"}, {"search", "agent"}, {"search", "system"},
	{"language", "bot"}, {"language", "model"}, {"language", "agent"}, {"language", "system"}, {"answer", "engine"}, {"answer to"}, {"answer", "question"},
	{"prompt"}, {"your", "key"}, {"the", "key"}, {"your", "secret"}, {"the", "secret"}, {"your", "instruction"}, {"the", "instruction"},
	{"忽略"}, {"无视"}, {"忘"}, {"智能"}, {"模型"}, {"聊天"}, {"助手"}, {"机器人"}, {"答案"}, {"回答"},
}

func maybeBait(sentence string) bool {
	f := strings.ReplaceAll(strings.ToLower(sentence), "ſ", "s")
	if baitTable().line(f) {
		return true
	}
	return strings.Contains(f, "ai") && (containsWord(f, "ai") || f[0] >= 0x80)
}

// A signTable finds all signs in one pass over a text.
type signTable struct {
	heads [1 << 10]uint64   // a bit for each two bytes that a sign begins with
	signs [256][]signNumber // by the first byte
	lines []uint64          // the signs of each line, a bit each
}

type signNumber struct {
	text string
	bit  uint64
}

var baitTable = sync.OnceValue(func() *signTable {
	t := &signTable{}
	bits := map[string]uint64{}
	for _, signs := range baitSigns {
		line := uint64(0)
		for _, s := range signs {
			if bits[s] == 0 {
				bits[s] = 1 << len(bits)
				t.add(signNumber{s, bits[s]})
			}
			line |= bits[s]
		}
		t.lines = append(t.lines, line)
	}
	return t
})

func (t *signTable) add(s signNumber) {
	t.signs[s.text[0]] = append(t.signs[s.text[0]], s)
	for second := range 256 {
		if len(s.text) == 1 || s.text[1] == byte(second) {
			at := int(s.text[0])<<8 | second
			t.heads[at/64] |= 1 << (at % 64)
		}
	}
}

// line reports whether the text has all signs of a line.
func (t *signTable) line(text string) bool {
	found := uint64(0)
	for i := range len(text) {
		at := int(text[i]) << 8
		if i+1 < len(text) {
			at |= int(text[i+1])
		}
		if t.heads[at/64]>>(at%64)&1 == 0 {
			continue
		}
		for _, s := range t.signs[text[i]] {
			if strings.HasPrefix(text[i:], s.text) {
				found |= s.bit
			}
		}
	}
	return found != 0 && slices.ContainsFunc(t.lines, func(line uint64) bool { return found&line == line })
}
