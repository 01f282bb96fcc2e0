package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"time"

	"go.yaml.in/yaml/v3"

	"github.com/sonde-search/sonde/server"
	"github.com/sonde-search/sonde/store"
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
	st, err := store.Open(ctx, con.cfg.Data)
	if err != nil {
		return fmt.Errorf("opening the data folder: %w", err)
	}
	defer st.Close()
	parts, err := assemble(con, assembly{})
	if err != nil {
		return err
	}
	defer parts.Close()
	srv, err := server.New(server.Options{
		Runner: parts.agent, Store: storage{st}, Version: version,
		Addr: l.Addr().String(), Hosts: con.cfg.Server.Hosts, Auth: server.Auth(con.cfg.Server.Auth),
		Limits: server.Limits{Runs: con.cfg.Server.MaxRuns}, Log: log,
	})
	if err != nil {
		return fmt.Errorf("%w: %w", errUsage, err)
	}
	fmt.Fprintf(con.stderr, "Sonde is ready at http://%s (data in %s)\n", l.Addr(), con.cfg.Data)
	return serveUntil(ctx, l, srv)
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
