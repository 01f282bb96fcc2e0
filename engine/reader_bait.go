package engine

import (
	"regexp"
	"strings"
	"unicode/utf8"
)

// baited reports whether a sentence is addressed to whoever answers, a model
// above all, and not to the page's readers: it is never quoted as an answer. A
// sentence that only mentions such words within it is not meant.
func baited(sentence string) bool { return maybeBait(sentence) && bait.MatchString(sentence) }

// beforeBait is the length of what stands in whole sentences before such words; 0 where nothing does.
func beforeBait(sentence string) int {
	if !maybeBait(sentence) {
		return len(sentence)
	}
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

// machine is who such words are addressed to.
const machine = `(?:(?:a\.?i\.?|language|search|chat)\s+(?:assistants?|models?|agents?|systems?|bots?)|a\.?i\.?|llms?|chat\s?bots?|assistants?|answer\s+engines?)`

var bait = regexp.MustCompile(`(?i)^\W*(?:please\s+|now\s+)?(?:ignore|disregard|forget|override)\s+(?:all\s+|any\s+|the\s+|your\s+|every\s+)*(?:of\s+)?(?:the\s+|your\s+)?(?:previous|prior|above|earlier|preceding|foregoing|system)\b` +
	`|\[/?(?:webpage|page|document|source)\s*\d*\s*(?:begin|start|end)\]|<\|?/?(?:im_start|im_end|system|endoftext)\|?>|\[/?INST\]` +
	`|(?:^|[\s\]])(?:system|assistant)\s*:\s*\S` +
	`|^\W*(?:(?:important|urgent)\s+)?(?:notes?|notice|messages?|instructions?|attention|hints?|reminders?)\s*(?:to|for|,)\s*(?:all\s+|any\s+|the\s+)*` + machine + `\b` +
	`|^\W*(?:dear\s+|all\s+)?` + machine + `\s*[,:，：]\s*(?:please|note|when|if|you|do\s+not|always|never|ignore|disregard)\b` +
	`|^\W*(?:各位|所有|任何|致|给|请)?(?:人工智能|ai|大模型|大语言模型|语言模型|智能|聊天)(?:助手|模型|机器人|系统|程序)?(?:们)?[，,：:]?(?:请|你|务必|必须|如果有人|若有人|当有人)` +
	`|\banswer\s+to\s+(?:every|all|any)\s+(?:of\s+the\s+)?questions?\b` +
	`|\b(?:reveal|print|repeat|output|leak)\s+(?:your|the)\s+(?:system\s+prompt|keys?\b|instructions|secrets?\b|prompt\b)` +
	`|^\W*(?:请)?(?:忽略|无视|忘记|忘掉)(?:之前|以上|上面|上述|前面|先前|此前|所有|一切)` +
	`|(?:所有|任何|每个|一切)问题的?(?:答案|回答)`)
