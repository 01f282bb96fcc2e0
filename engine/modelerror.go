package engine

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"regexp"
	"strings"
	"time"
)

// A ModelFault says in which way a model call failed.
type ModelFault string

// The ways in which a model call fails.
const (
	FaultKey       ModelFault = "key"       // 401 or 403: the key is missing, wrong, or not allowed this
	FaultQuota     ModelFault = "quota"     // no balance or quota left
	FaultRate      ModelFault = "rate"      // 429
	FaultServer    ModelFault = "server"    // 5xx
	FaultRequest   ModelFault = "request"   // 4xx: the endpoint refuses the request as it is
	FaultContext   ModelFault = "context"   // the prompt is too long for the model
	FaultNetwork   ModelFault = "network"   // no connection, or it broke
	FaultIdle      ModelFault = "idle"      // nothing came for too long
	FaultDeadline  ModelFault = "deadline"  // the time for this call was over
	FaultCut       ModelFault = "cut"       // the stream ended before the reply did
	FaultMalformed ModelFault = "malformed" // what came is not what the wire format promises
	FaultRefused   ModelFault = "refused"   // the model or a filter refused
	FaultEndless   ModelFault = "endless"   // more came than is allowed, or the same again and again
	FaultEmpty     ModelFault = "empty"     // the reply holds no answer
	FaultOpen      ModelFault = "open"      // not asked: it failed too often just now
	FaultBudget    ModelFault = "budget"    // not asked: the tokens or the money are spent
	FaultCancelled ModelFault = "cancelled"
)

// A ModelError is a failed model call.
type ModelError struct {
	Fault      ModelFault
	Status     int           // HTTP status, where there was one
	RetryAfter time.Duration // as the endpoint asked; 0: it did not
	Detail     string        // what the endpoint said, without secrets; for logs and checks
	Err        error         // the cause, where there is one
}

// Error says what went wrong, with the endpoint's own words but no secret.
func (e *ModelError) Error() string {
	s := "model call failed (" + string(e.Fault) + ")"
	if e.Status != 0 {
		s = fmt.Sprintf("model call failed (%s, status %d)", e.Fault, e.Status)
	}
	if e.Detail != "" {
		s += ": " + e.Detail
	}
	return s
}

// Unwrap returns the cause.
func (e *ModelError) Unwrap() error { return e.Err }

// retryable reports whether the same request may fare better.
func (e *ModelError) retryable() bool {
	switch e.Fault {
	case FaultRate, FaultServer, FaultNetwork, FaultIdle, FaultCut, FaultMalformed:
		return true
	}
	return false
}

// faultOf returns err as a ModelError.
func faultOf(err error) *ModelError {
	var m *ModelError
	switch {
	case err == nil:
		return nil
	case errors.As(err, &m):
		return m
	case errors.Is(err, ErrNoTurn):
		return &ModelError{Fault: FaultRequest, Detail: err.Error(), Err: err}
	case errors.Is(err, context.Canceled):
		return &ModelError{Fault: FaultCancelled, Err: err}
	case errors.Is(err, context.DeadlineExceeded):
		return &ModelError{Fault: FaultDeadline, Err: err}
	}
	return &ModelError{Fault: FaultNetwork, Detail: redact(err.Error(), ""), Err: err}
}

// Secrets that an endpoint may repeat in its messages.
var secretish = regexp.MustCompile(`(?i)\b(?:sk|ak|rk|pk|gsk|xai|hf|key|api)[-_][A-Za-z0-9*_\-.]{6,}|\bbearer\s+[A-Za-z0-9*_\-./+=]{8,}|\bbce-v3/\S+|\bAIza[\w-]{20,}|\b[A-F0-9]{32,}(?:\.[A-Za-z0-9]{8,})?|\beyJ[A-Za-z0-9_\-.]{20,}`)

// maxDetail bounds an endpoint's own words in an error (characters).
const maxDetail = 300

// redact removes the key and whatever looks like one, and addresses' queries,
// and bounds the length.
func redact(s, key string) string {
	if key != "" {
		s = strings.ReplaceAll(s, key, "…")
	}
	s = secretish.ReplaceAllString(s, "…")
	s = strings.Join(strings.Fields(s), " ")
	if r := []rune(s); len(r) > maxDetail {
		s = string(r[:maxDetail]) + "…"
	}
	return s
}

// wireError is an error object in any of the shapes that endpoints send:
// {"error":{"message","code","type"}}, {"error":"…"}, {"message","code"},
// {"object":"error",…}, {"base_resp":{"status_code","status_msg"}}, {"error_code","error_msg"}.
type wireError struct {
	Error     json.RawMessage `json:"error"`
	Object    string          `json:"object"`
	Type      string          `json:"type"`
	Message   json.RawMessage `json:"message"`
	Code      json.RawMessage `json:"code"`
	Status    json.RawMessage `json:"status"`
	Detail    json.RawMessage `json:"detail"`
	ErrorCode json.RawMessage `json:"error_code"`
	ErrorMsg  string          `json:"error_msg"`
	BaseResp  *struct {
		Code int    `json:"status_code"`
		Msg  string `json:"status_msg"`
	} `json:"base_resp"`
}

// words returns the error's code and message; ok is false where there is none.
func (w wireError) words() (code, message string, ok bool) {
	if e := strings.TrimSpace(string(w.Error)); e != "" && e != "null" && e != "false" && e != `""` && e != "{}" {
		var in struct {
			Message json.RawMessage `json:"message"`
			Code    json.RawMessage `json:"code"`
			Type    string          `json:"type"`
		}
		if json.Unmarshal(w.Error, &in) == nil {
			return plainJSON(in.Code) + " " + in.Type, plainJSON(in.Message), true
		}
		return "", plainJSON(w.Error), true
	}
	switch {
	case w.BaseResp != nil && w.BaseResp.Code != 0:
		return fmt.Sprint(w.BaseResp.Code), w.BaseResp.Msg, true
	case len(w.ErrorCode) > 0 && w.ErrorMsg != "":
		return plainJSON(w.ErrorCode), w.ErrorMsg, true
	case w.Object == "error" || w.Type == "error", len(w.Code) > 0 && len(w.Message) > 0 && plainJSON(w.Code) != "0":
		return plainJSON(w.Code), plainJSON(w.Message), true
	case len(w.Detail) > 0:
		return "", plainJSON(w.Detail), true
	}
	return "", "", false
}

// plainJSON is a JSON value as text: a string without quotes, others as they are.
func plainJSON(raw json.RawMessage) string {
	var s string
	if json.Unmarshal(raw, &s) == nil {
		return s
	}
	if t := string(raw); t != "null" {
		return t
	}
	return ""
}

// statusError is the error of a reply that is not 200.
func statusError(status int, header http.Header, body []byte, e *endpoint) *ModelError {
	m := &ModelError{Status: status, RetryAfter: retryAfter(header, e.opt.Now())}
	code, message := "", strings.TrimSpace(string(body))
	var w wireError
	if json.Unmarshal(body, &w) == nil {
		if c, msg, ok := w.words(); ok {
			code, message = c, msg
		}
	} else if strings.HasPrefix(message, "<") {
		message = "" // a proxy's page
	}
	m.Detail = redact(message, e.key)
	m.Fault = classify(status, code+" "+message)
	return m
}

// inBandError is the error of an error object inside a reply with status 200.
func inBandError(code, message string, e *endpoint) *ModelError {
	status := 0
	if _, err := fmt.Sscanf(strings.TrimSpace(code), "%d", &status); err != nil || status < 400 || status > 599 {
		status = 0
	}
	fault := classify(status, code+" "+message)
	return &ModelError{Fault: fault, Status: status, Detail: redact(strings.TrimSpace(message), e.key)}
}

var (
	contextWords = regexp.MustCompile(`(?i)context.{0,20}(length|window|size)|too long|maximum.{0,20}tokens|max_input|exceed.{0,30}(token|length)|prompt is too|输入.{0,6}(过长|超)`)
	quotaWords   = regexp.MustCompile(`(?i)insufficient|balance|billing|arrear|quota.{0,20}exceed|exceed.{0,30}quota|insufficient_quota|余额|欠费`)
	rateWords    = regexp.MustCompile(`(?i)rate.?limit|too many requests|throttl|限流|tpm|rpm|concurren`)
	filterWords  = regexp.MustCompile(`(?i)content.?(filter|policy|exists risk)|sensitive|moderation|data_inspection|safety|敏感|risk`)
	keyWords     = regexp.MustCompile(`(?i)unauthori[sz]ed|invalid.{0,12}(api.?)?key|authentication|permission`)
	busyWords    = regexp.MustCompile(`(?i)overload|busy|unavailable|capacity|try again|internal|server_error|timeout|繁忙`)
)

// classify names the fault of a status and an endpoint's own words. The words
// decide where the status leaves room: providers send "no balance" as 400,
// 402, 403 or 429, and filters as 400 or 200.
func classify(status int, words string) ModelFault {
	switch {
	case status == http.StatusUnauthorized:
		return FaultKey
	case status == http.StatusPaymentRequired:
		return FaultQuota
	case status == http.StatusTooManyRequests:
		if quotaWords.MatchString(words) && !rateWords.MatchString(words) {
			return FaultQuota
		}
		return FaultRate
	case status == http.StatusForbidden && quotaWords.MatchString(words):
		return FaultQuota
	case status == http.StatusForbidden:
		return FaultKey
	case status == http.StatusRequestTimeout, status >= 500:
		return FaultServer
	case contextWords.MatchString(words):
		return FaultContext
	case filterWords.MatchString(words):
		return FaultRefused
	case quotaWords.MatchString(words):
		return FaultQuota
	case status >= 300:
		return FaultRequest
	case rateWords.MatchString(words):
		return FaultRate
	case keyWords.MatchString(words):
		return FaultKey
	case busyWords.MatchString(words):
		return FaultServer
	}
	return FaultServer
}
