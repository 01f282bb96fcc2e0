package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"slices"
	"strings"
	"sync"
	"time"

	"go.yaml.in/yaml/v3"

	"github.com/sonde-search/sonde/agent"
	"github.com/sonde-search/sonde/crawler"
	"github.com/sonde-search/sonde/engine"
	"github.com/sonde-search/sonde/server"
)

// serveCmd is "sonde serve": the HTTP server.
type serveCmd struct {
	Addr        string `help:"Address to listen on (default 127.0.0.1:8080)." placeholder:"HOST:PORT"`
	PrintConfig bool   `help:"Print the configuration in force, secrets masked, and stop."`
}

// Help is shown below the flags.
func (serveCmd) Help() string {
	return `Examples:
  sonde serve
  sonde serve --addr 0.0.0.0:8080 --config sonde.yaml
  sonde serve --print-config`
}

// drainTime is how long streams may take to end after a signal.
const drainTime = 5 * time.Second

// Run serves until ctx ends.
func (c *serveCmd) Run(ctx context.Context, con *console) error {
	if c.Addr != "" {
		con.cfg.Server.Addr = c.Addr
	}
	if c.PrintConfig {
		return printConfig(con)
	}
	log := slog.New(slog.NewTextHandler(con.stderr, nil))
	l, err := net.Listen("tcp", con.cfg.Server.Addr)
	if err != nil {
		return fmt.Errorf("listening on %s: %w: name another with --addr", con.cfg.Server.Addr, err)
	}
	defer l.Close()
	st, err := openStore(ctx, con)
	if err != nil {
		return err
	}
	parts, err := assemble(ctx, con, assembly{store: st, log: log})
	if err != nil {
		return err
	}
	defer parts.Close()
	opts := parts.serverOptions(con, log)
	opts.Addr = l.Addr().String()
	srv, err := server.New(opts)
	if err != nil {
		return fmt.Errorf("%w: %w", errUsage, err)
	}
	working, stopWork := context.WithCancel(ctx)
	var work sync.WaitGroup
	work.Go(func() {
		if err := parts.library.work(working); err != nil {
			log.Error("knowledge bases", "error", err)
		}
	})
	defer work.Wait()
	defer stopWork()
	fmt.Fprintf(con.stderr, "Sonde is ready at http://%s (data in %s)\n", l.Addr(), con.cfg.Data)
	return serveUntil(ctx, l, srv)
}

// serverOptions joins the parts to a server.
func (p *parts) serverOptions(con *console, log *slog.Logger) server.Options {
	return server.Options{
		Runner: p, Store: storage{p.store}, Knowledge: p.library, Version: version, Bundle: writeBundle, WARC: writeWARC,
		Models: con.models, DefaultModel: string(con.cfg.Model), Search: p.findOnWeb, Read: p.readPage, Attachable: p.attachable,
		Hosts: con.cfg.Server.Hosts, Auth: server.Auth(con.cfg.Server.Auth),
		Limits: server.Limits{Runs: con.cfg.Server.MaxRuns}, Log: log,
	}
}

// models lists what a question may name: the configured models, each alone,
// and every preset whose key is set.
func (con *console) models(context.Context) []server.Model {
	var out []server.Model
	configured := strings.Split(string(con.cfg.Model+","+con.cfg.Planner), ",")
	for i, id := range configured {
		id = strings.TrimSpace(id)
		if id != "" && id != engine.BuiltinSpec && !slices.Contains(configured[:i], id) {
			out = append(out, server.Model{ID: id, Owner: "configuration"})
		}
	}
	for _, p := range engine.Presets() {
		if p.Key == "" || con.getenv(p.Key) == "" || p.Model == "" {
			continue
		}
		if id := p.Name + ":" + p.Model; !slices.Contains(configured, id) {
			out = append(out, server.Model{ID: id, Owner: p.Title})
		}
	}
	return out
}

// writeBundle writes a stored run as the file that sonde replay reads.
func writeBundle(_ context.Context, w io.Writer, _ server.Run, steps []agent.Record) error {
	return agent.NewBundle(version, steps).Write(w)
}

// writeWARC writes the pages of a stored run as a web archive.
func writeWARC(_ context.Context, w io.Writer, steps []agent.Record) error {
	return crawler.WriteRunWARC(w, "Sonde/"+version, steps)
}

// serveUntil serves until ctx ends, then lets streams end and leaves runs resumable.
func serveUntil(ctx context.Context, l net.Listener, srv *server.Server) error {
	hs := &http.Server{Handler: srv.Handler(), ReadHeaderTimeout: 10 * time.Second, IdleTimeout: 2 * time.Minute}
	failed := make(chan error, 1)
	go func() { failed <- hs.Serve(l) }()
	select {
	case err := <-failed:
		return fmt.Errorf("serving: %w", err)
	case <-ctx.Done():
	}
	drain, cancel := context.WithTimeout(context.WithoutCancel(ctx), drainTime)
	defer cancel()
	err := errors.Join(srv.Shutdown(drain), hs.Shutdown(drain))
	if err != nil && !errors.Is(err, context.DeadlineExceeded) {
		return fmt.Errorf("stopping: %w", err)
	}
	return nil
}

// printConfig writes the configuration in force as YAML. Keys are never in
// it: they come from the environment alone.
func printConfig(con *console) error {
	b, err := yaml.Marshal(con.cfg)
	if err != nil {
		return fmt.Errorf("printing the configuration: %w", err)
	}
	_, err = con.stdout.Write(b)
	return err
}
