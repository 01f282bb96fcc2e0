package engine

import (
	"regexp"
	"strings"
	"unicode/utf8"
)

// baited reports whether a sentence is addressed to whoever answers, a model
// above all, and not to the page's readers: it is never quoted as an answer. A
// sentence that only mentions such words within it is not meant.
func baited(sentence string) bool { return bait.MatchString(sentence) }

// beforeBait is the length of what stands in whole sentences before such words; 0 where nothing does.
func beforeBait(sentence string) int {
	at := bait.FindStringIndex(sentence)
	if at == nil {
		return len(sentence)
	}
	i := strings.LastIndexAny(sentence[:at[0]], ".!?。！？")
	if i < 0 {
		return 0
	}
	_, n := utf8.DecodeRuneInString(sentence[i:])
	return i + n
}

var bait = regexp.MustCompile(`(?i)^\W*(?:please\s+|now\s+)?(?:ignore|disregard|forget|override)\s+(?:all\s+|any\s+|the\s+|your\s+|every\s+)*(?:of\s+)?(?:the\s+|your\s+)?(?:previous|prior|above|earlier|preceding|foregoing|system)\b` +
	`|\[/?(?:webpage|page|document|source)\s*\d*\s*(?:begin|start|end)\]|<\|?/?(?:im_start|im_end|system|endoftext)\|?>|\[/?INST\]` +
	`|(?:^|[\s\]])(?:system|assistant)\s*:\s*\S` +
	`|\banswer\s+to\s+(?:every|all|any)\s+(?:of\s+the\s+)?questions?\b` +
	`|\b(?:reveal|print|repeat|output|leak)\s+(?:your|the)\s+(?:system\s+prompt|keys?\b|instructions|secrets?\b|prompt\b)` +
	`|^\W*(?:请)?(?:忽略|无视|忘记|忘掉)(?:之前|以上|上面|上述|前面|先前|此前|所有|一切)` +
	`|(?:所有|任何|每个|一切)问题的?(?:答案|回答)`)
