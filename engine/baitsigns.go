package engine

import (
	"slices"
	"strings"
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
	for _, signs := range baitSigns {
		if !slices.ContainsFunc(signs, func(sign string) bool { return !strings.Contains(f, sign) }) {
			return true
		}
	}
	return strings.Contains(f, "ai") && (containsWord(f, "ai") || f[0] >= 0x80)
}
