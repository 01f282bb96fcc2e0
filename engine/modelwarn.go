package engine

import (
	"fmt"

	"github.com/sonde-search/sonde/prompts"
)

// faultWords say to a reader what happened to a model, in both languages. They
// hold no address, no key, and none of the endpoint's own words.
var faultWords = map[ModelFault][2]string{
	FaultKey:       {"did not accept its key", "不接受所配置的密钥"},
	FaultQuota:     {"has no balance or quota left", "余额或配额已用完"},
	FaultRate:      {"refused because of too many requests", "因请求过多而拒绝"},
	FaultServer:    {"failed on its side", "服务端出错"},
	FaultRequest:   {"refused the request", "拒绝了请求"},
	FaultContext:   {"cannot take in so much text", "无法容纳这么多内容"},
	FaultNetwork:   {"could not be reached", "无法连接"},
	FaultIdle:      {"stopped sending", "长时间没有返回内容"},
	FaultDeadline:  {"was too slow for the time left", "在剩余时间内没有完成"},
	FaultCut:       {"broke off in the middle", "中途断开"},
	FaultMalformed: {"sent something unreadable", "返回的内容无法读取"},
	FaultRefused:   {"refused to answer", "拒绝回答"},
	FaultEndless:   {"did not come to an end", "输出没有尽头"},
	FaultEmpty:     {"gave no answer", "没有给出回答"},
	FaultOpen:      {"failed too often just now and was not asked", "刚才多次失败，因此没有再请求"},
	FaultBudget:    {"was not asked: the tokens or the cost allowed are spent", "没有请求：允许的token数或费用已用完"},
}

// wordsOf says in English and Chinese what became of a model.
func wordsOf(m *ModelError) [2]string {
	if w, ok := faultWords[m.Fault]; ok {
		return w
	}
	return [2]string{"failed", "出错"}
}

// blind says why a model did not describe an image.
func blind(l prompts.Language, e *endpoint, m *ModelError) string {
	if l == prompts.Chinese {
		if m.Fault == FaultRequest {
			return fmt.Sprintf("模型%s拒绝了请求：它能看图片吗？", e)
		}
		return fmt.Sprintf("模型%s%s", e, wordsOf(m)[1])
	}
	if m.Fault == FaultRequest {
		return fmt.Sprintf("the model %s refused the request: is it one that sees images?", e)
	}
	return fmt.Sprintf("the model %s %s", e, wordsOf(m)[0])
}

// warnFailed says that a model failed and who goes on.
func warnFailed(l prompts.Language, e *endpoint, m *ModelError, next string) string {
	w := wordsOf(m)
	if l == prompts.Chinese {
		if next == BuiltinSpec {
			next = "内置引擎"
		} else {
			next = "模型" + next
		}
		return fmt.Sprintf("模型%s%s；由%s继续完成。", e, w[1], next)
	}
	if next == BuiltinSpec {
		next = "the built-in engine"
	}
	return fmt.Sprintf("The model %s %s; %s went on.", e, w[0], next)
}

// warnLength says that an answer ends early.
func warnLength(l prompts.Language, e *endpoint) string {
	if l == prompts.Chinese {
		return fmt.Sprintf("模型%s达到了输出长度上限，回答可能不完整。", e)
	}
	return fmt.Sprintf("The model %s reached its limit of length; the answer may be incomplete.", e)
}

// warnPlan says that a model's plan could not be read.
func warnPlan(l prompts.Language, e *endpoint, next string) string {
	if l == prompts.Chinese {
		return fmt.Sprintf("模型%s给出的计划两次都无法读取；由%s制定计划。", e, map[bool]string{true: "内置引擎", false: "模型" + next}[next == BuiltinSpec])
	}
	if next == BuiltinSpec {
		next = "the built-in engine"
	}
	return fmt.Sprintf("The plan of model %s could not be read, twice; %s planned.", e, next)
}
