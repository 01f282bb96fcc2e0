package websearch

import (
	"errors"
	"slices"
	"sync"
	"time"
)

// Bounds of the pauses of a provider that failed.
const (
	firstRest   = 2 * time.Second  // after a timeout, a broken reply or no connection
	blockedRest = 60 * time.Second // after being blocked, limited or refused
	maxRest     = time.Hour
)

// restList knows which providers rest, and until when. Each failure in a row
// doubles the pause; a reply ends it.
type restList struct {
	now  func() time.Time
	mu   sync.Mutex
	down map[string]*resting
}

type resting struct {
	until time.Time
	fails int
	last  *Error
}

func newRestList(now func() time.Time) *restList {
	return &restList{now: now, down: map[string]*resting{}}
}

// note records how a search went. One that gave hits before it failed counts
// as a success, unless the service asked for a pause.
func (l *restList) note(name string, r Reply) {
	l.mu.Lock()
	defer l.mu.Unlock()
	var e *Error
	failed := errors.As(r.Err, &e)
	switch {
	case failed && e.paced: // it was not asked, so nothing is known of it
		return
	case !failed, len(r.Hits) > 0 && e.RetryAfter == 0:
		delete(l.down, name)
		return
	}
	d := l.down[name]
	if d == nil {
		d = &resting{}
		l.down[name] = d
	}
	// Searches of one plan run side by side: those that fail together count once.
	if now := l.now(); d.fails == 0 || !now.Before(d.until) {
		d.fails++
		d.until = now.Add(pause(e, d.fails))
	}
	if e.RetryAfter > 0 {
		d.until = l.now().Add(e.RetryAfter)
	}
	d.last = e
}

// pause is how long a provider rests after so many failures in a row.
func pause(e *Error, fails int) time.Duration {
	p := firstRest
	switch e.Reason {
	case Blocked, RateLimited, Unauthorized:
		p = blockedRest
	}
	for range min(fails-1, 12) {
		p *= 2
	}
	return min(p, maxRest)
}

// part splits the providers into those to ask, in order, and errors for those
// that rest. Where all rest and one of them failed for a passing reason, the
// one that would wake first is asked all the same: no search at all is worse.
func (l *restList) part(slots []slot) (awake []slot, rest []*Error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	now := l.now()
	first := -1
	var firstUntil time.Time
	for i, s := range slots {
		d := l.down[s.Name()]
		if d == nil || !now.Before(d.until) {
			awake = append(awake, s)
			continue
		}
		e := *d.last
		e.Resting, e.RetryAfter = true, d.until.Sub(now)
		rest = append(rest, &e)
		passing := e.Reason == Timeout || e.Reason == Network || e.Reason == BadResponse
		if passing && (first < 0 || d.until.Before(firstUntil)) {
			first, firstUntil = i, d.until
		}
	}
	if len(awake) > 0 || first < 0 {
		return awake, rest
	}
	name := slots[first].Name()
	rest = slices.DeleteFunc(rest, func(e *Error) bool { return e.Provider == name })
	return slots[first : first+1], rest
}
