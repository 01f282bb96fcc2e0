package server

import (
	"net/http"
	"strconv"
	"sync/atomic"
	"time"

	"github.com/labstack/echo/v4"
	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/prometheus/client_golang/prometheus/promhttp"

	"github.com/sonde-search/sonde/agent"
)

// metrics are what /metrics shows, in a registry of their own.
type metrics struct {
	registry *prometheus.Registry
	requests *prometheus.CounterVec
	latency  *prometheus.HistogramVec
	runs     *prometheus.CounterVec
	steps    *prometheus.CounterVec
	pages    *prometheus.CounterVec
	tokens   *prometheus.CounterVec
	seconds  prometheus.Histogram
	active   prometheus.Gauge
	shed     prometheus.Counter
}

func newMetrics(streams *atomic.Int64) *metrics {
	counter := func(name, help string, labels ...string) *prometheus.CounterVec {
		return prometheus.NewCounterVec(prometheus.CounterOpts{Namespace: "sonde", Name: name, Help: help}, labels)
	}
	m := &metrics{
		registry: prometheus.NewRegistry(),
		requests: counter("http_requests_total", "HTTP requests by route, method and status.", "route", "method", "status"),
		runs:     counter("runs_total", "Runs that ended, by status.", "status"),
		steps:    counter("steps_total", "Steps of runs, by kind.", "kind"),
		pages:    counter("pages_total", "Pages attempted, by result: read, or why they were skipped.", "result"),
		tokens:   counter("tokens_total", "Model tokens, by direction.", "direction"),
		latency: prometheus.NewHistogramVec(prometheus.HistogramOpts{
			Namespace: "sonde", Name: "http_request_seconds", Help: "Time of HTTP requests; streams count to their end.",
			Buckets: []float64{.001, .005, .02, .1, .5, 2, 10, 60},
		}, []string{"route"}),
		seconds: prometheus.NewHistogram(prometheus.HistogramOpts{
			Namespace: "sonde", Name: "run_seconds", Help: "Wall time of runs.", Buckets: []float64{.1, .5, 1, 2, 5, 10, 30, 60, 120, 600},
		}),
		active: prometheus.NewGauge(prometheus.GaugeOpts{Namespace: "sonde", Name: "runs_active", Help: "Runs at work."}),
		shed:   prometheus.NewCounter(prometheus.CounterOpts{Namespace: "sonde", Name: "runs_shed_total", Help: "Questions refused because too many were at work."}),
	}
	open := prometheus.NewGaugeFunc(prometheus.GaugeOpts{Namespace: "sonde", Name: "streams_open", Help: "Event streams open."},
		func() float64 { return float64(streams.Load()) })
	m.registry.MustRegister(m.requests, m.latency, m.runs, m.steps, m.pages, m.tokens, m.seconds, m.active, m.shed, open,
		collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}))
	return m
}

func (m *metrics) handler() http.Handler {
	return promhttp.HandlerFor(m.registry, promhttp.HandlerOpts{})
}

// step counts a step that was stored.
func (m *metrics) step(s agent.Step) {
	m.steps.WithLabelValues(s.Kind()).Inc()
	switch s := s.(type) {
	case agent.Paged:
		switch s.State {
		case agent.PageRead:
			m.pages.WithLabelValues("read").Inc()
		case agent.PageSkipped:
			m.pages.WithLabelValues(string(s.Reason)).Inc()
		}
	case agent.Answered:
		m.tokens.WithLabelValues("in").Add(float64(max(0, s.Usage.TokensIn)))
		m.tokens.WithLabelValues("out").Add(float64(max(0, s.Usage.TokensOut)))
	}
}

// request counts a request under its route, never under its path.
func (m *metrics) request(c echo.Context, took time.Duration) {
	route := c.Path()
	if route == "" {
		route = "none"
	}
	method := c.Request().Method
	switch method {
	case http.MethodGet, http.MethodPost, http.MethodPatch, http.MethodDelete, http.MethodHead:
	default:
		method = "other"
	}
	m.requests.WithLabelValues(route, method, strconv.Itoa(c.Response().Status)).Inc()
	m.latency.WithLabelValues(route).Observe(took.Seconds())
}
