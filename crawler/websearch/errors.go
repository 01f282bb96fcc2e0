package websearch

import (
	"context"
	"errors"
	"fmt"
	"net"
	"strings"
	"time"
)

// A Reason says why a search failed.
type Reason string

// Why a search failed.
const (
	Blocked      Reason = "blocked"      // the service takes us for a robot, or refuses this client
	RateLimited  Reason = "rate_limited" // too many queries, or the quota is spent
	Unauthorized Reason = "unauthorized" // no key, or one that the service does not accept
	BadResponse  Reason = "bad_response" // an answer that is not in the documented form, or an error status
	Timeout      Reason = "timeout"      // no answer in time
	Network      Reason = "network"      // no connection
)

// An Error is a search that failed. It never holds a key.
type Error struct {
	Provider   string
	Reason     Reason
	Status     int           // HTTP status, 0 where there was none
	RetryAfter time.Duration // as the service asked; 0 where it did not
	Env        string        // the environment variable that holds the key, with Unauthorized
	Detail     string        // in words
	Resting    bool          // not asked: it failed a moment ago and rests
	paced      bool          // not asked: our own pace for this service left no time
	err        error
}

// Error says what happened and, where there is something, what to do.
func (e *Error) Error() string {
	var b strings.Builder
	b.WriteString(e.Provider + ": " + string(e.Reason))
	if e.Status != 0 {
		fmt.Fprintf(&b, " (HTTP %d)", e.Status)
	}
	if e.Detail != "" {
		b.WriteString(": " + e.Detail)
	}
	if e.Reason == Unauthorized && e.Env != "" {
		b.WriteString(": check the key in the environment variable " + e.Env)
	}
	switch {
	case e.Resting:
		fmt.Fprintf(&b, "; not asked, it rests for another %s", e.RetryAfter.Round(time.Second))
	case e.RetryAfter > 0:
		fmt.Fprintf(&b, "; retry after %s", e.RetryAfter.Round(time.Second))
	}
	return b.String()
}

// Unwrap returns the cause, such as context.DeadlineExceeded.
func (e *Error) Unwrap() error { return e.err }

// ReasonOf is the reason of a failed search, or "" where err is no *Error.
func ReasonOf(err error) Reason {
	var e *Error
	if errors.As(err, &e) {
		return e.Reason
	}
	return ""
}

// transportError types what http.Client.Do or reading a body returned. The
// address is dropped from it: a query string may hold a key.
func transportError(err error) *Error {
	e := &Error{Reason: Network, err: err}
	var ne net.Error
	switch {
	case errors.Is(err, context.DeadlineExceeded), errors.As(err, &ne) && ne.Timeout():
		e.Reason, e.Detail, e.err = Timeout, "no answer in time", context.DeadlineExceeded
	case errors.Is(err, context.Canceled):
		e.Reason, e.Detail, e.err = Timeout, "cancelled", context.Canceled
	default:
		e.Detail, e.err = networkDetail(err), nil
	}
	return e
}

// networkDetail says what failed without naming an internal address.
func networkDetail(err error) string {
	var dns *net.DNSError
	var op *net.OpError
	switch {
	case errors.As(err, &dns):
		return "the host's name was not found"
	case errors.As(err, &op) && op.Op == "dial":
		return "no connection to the host"
	case errors.Is(err, errOtherHost):
		return errOtherHost.Error()
	}
	return "the connection failed"
}

var errOtherHost = errors.New("it redirects to another host")
