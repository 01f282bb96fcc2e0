package crawler

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"syscall"
	"time"

	"github.com/sonde-search/sonde/agent"
)

// Short names for the reasons of this package.
const (
	reasonBlocked    = agent.SkipBlockedAddress
	reasonBadAddress = agent.SkipBadAddress
)

// A fetchError is a typed reason why an address was not read. Its detail is
// fit for a reader: it holds no address that we resolved and no secret.
type fetchError struct {
	reason agent.SkipReason
	detail string
	status int           // HTTP status, where there was one
	after  time.Duration // Retry-After, where the server said so
	again  bool          // worth one retry
}

func (e *fetchError) Error() string {
	if e.detail == "" {
		return string(e.reason)
	}
	return string(e.reason) + ": " + e.detail
}

func failure(r agent.SkipReason, detail string) *fetchError {
	return &fetchError{reason: r, detail: detail}
}

// Causes with which a fetch's context ends.
var (
	errFirstByte = failure(agent.SkipTimeout, "no answer in time")
	errTotal     = failure(agent.SkipTimeout, "the page took too long")
	errTooSlow   = failure(agent.SkipTooSlow, "the bytes came too slowly")
	errTooLarge  = failure(agent.SkipTooLarge, "larger than the limit")
	errRoundOver = failure(agent.SkipCancelled, "the round ended")
)

// classify turns whatever a fetch returned into a typed failure. The text of
// the error is not used: it may hold addresses.
func classify(ctx context.Context, err error) *fetchError {
	var f *fetchError
	switch cause := context.Cause(ctx); {
	case errors.As(err, &f):
		return f
	case cause != nil && errors.As(cause, &f):
		return f
	case errors.Is(err, context.Canceled) || errors.Is(cause, context.Canceled):
		return failure(agent.SkipCancelled, "")
	}
	var (
		dns  *net.DNSError
		nerr net.Error
		cert *tls.CertificateVerificationError
		rec  tls.RecordHeaderError
		auth x509.UnknownAuthorityError
		aerr tls.AlertError
	)
	switch {
	case errors.As(err, &cert), errors.As(err, &auth):
		return failure(agent.SkipTLS, "the certificate does not hold")
	case errors.As(err, &rec), errors.As(err, &aerr):
		return failure(agent.SkipTLS, "no TLS connection could be made")
	case errors.As(err, &dns) && dns.IsNotFound:
		return failure(agent.SkipNetwork, "the host name is not known")
	case errors.As(err, &dns):
		return failure(agent.SkipNetwork, "the host name could not be resolved")
	case errors.As(err, &nerr) && nerr.Timeout(), errors.Is(err, context.DeadlineExceeded):
		return errFirstByte
	case errors.Is(err, syscall.ECONNREFUSED):
		return failure(agent.SkipNetwork, "connection refused")
	case errors.Is(err, syscall.ECONNRESET), errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF):
		return &fetchError{reason: agent.SkipNetwork, detail: "the connection broke off", again: true}
	}
	return failure(agent.SkipNetwork, "the connection failed")
}

// statusFailure says what a status other than 200 means for the page.
func statusFailure(status int, h http.Header, now time.Time) *fetchError {
	f := &fetchError{reason: agent.SkipHTTPStatus, status: status,
		detail: fmt.Sprintf("the server answered %d %s", status, http.StatusText(status))}
	switch status {
	case http.StatusTooManyRequests:
		f.reason, f.again = agent.SkipRateLimited, true
	case http.StatusServiceUnavailable, http.StatusBadGateway, http.StatusGatewayTimeout:
		f.again = true
	}
	if f.again {
		f.after = retryAfter(h, now)
	}
	return f
}
