package agent

import (
	"fmt"
	"path"
	"runtime"
	"runtime/debug"
	"strings"
)

// A Panic is the error of a run that a mistake in Sonde's own code ended.
type Panic struct {
	Doing string // what the run was doing, in words
	Value any    // what was panicked with
	Place string // function and line
	Stack []byte
}

// Error says in one line what panicked.
func (p *Panic) Error() string {
	return fmt.Sprintf("internal error while %s: %v (%s)", p.Doing, p.Value, p.Place)
}

// caught makes a panic of the run's parts the run's error. It is deferred. A
// panic of whoever takes the steps is none of the run's and goes on.
func (r *run) caught(err *error) {
	if r.telling {
		return
	}
	value := recover()
	if value == nil {
		return
	}
	p := &Panic{Doing: r.doing, Value: value, Place: panicPlace(), Stack: debug.Stack()}
	if r.a.Log != nil {
		r.a.Log.Error("panic in a run", "run", r.id, "panic", p, "stack", string(p.Stack))
	}
	*err = p
}

// panicPlace is where the panic that is being recovered from came about.
func panicPlace() string {
	calls := make([]uintptr, 64)
	frames := runtime.CallersFrames(calls[:runtime.Callers(0, calls)])
	panicking := false
	for {
		f, more := frames.Next()
		switch {
		case f.Function == "runtime.gopanic":
			panicking = true
		case panicking && !strings.HasPrefix(f.Function, "runtime."):
			return fmt.Sprintf("%s, %s:%d", path.Base(f.Function), path.Base(f.File), f.Line)
		}
		if !more {
			return "place unknown"
		}
	}
}
