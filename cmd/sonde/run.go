package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/alecthomas/kong"

	"github.com/sonde-search/sonde/agent"
	"github.com/sonde-search/sonde/crawler/extract"
)

// version is what "sonde --version" prints; the build may set it.
var version = "0.1.0-dev"

// cli is the command line: one field a command.
type cli struct {
	Config  string           `help:"Configuration file (YAML)." placeholder:"FILE" env:"SONDE_CONFIG"`
	Data    string           `help:"Data folder (default: the user's data directory, sonde below it)." placeholder:"DIR"`
	Version kong.VersionFlag `help:"Print the version."`

	Serve   serveCmd   `cmd:"" help:"Run the HTTP server: web chat, REST, OpenAI-compatible API."`
	Ask     askCmd     `cmd:"" help:"Answer one question, with a proof for every sentence."`
	Crawl   crawlCmd   `cmd:"" help:"Fetch and extract pages, without a question."`
	KB      kbCmd      `cmd:"" name:"kb" help:"Knowledge bases: create, add, list, remove, search, export."`
	Eval    evalCmd    `cmd:"" help:"Run golden-answer suites."`
	Replay  replayCmd  `cmd:"" help:"Run a saved run again, offline."`
	Models  modelsCmd  `cmd:"" help:"List model presets, or check one model end to end."`
	Key     keyCmd     `cmd:"" help:"Manage API keys."`
	MCP     mcpCmd     `cmd:"" name:"mcp" help:"Serve the Model Context Protocol over standard input and output."`
	Backup  backupCmd  `cmd:"" help:"Write the whole data folder as one file, also while a server runs."`
	Restore restoreCmd `cmd:"" help:"Put a backup into an empty data folder."`
}

// A console is what a command reads from, writes to and is configured by.
type console struct {
	getenv func(string) string
	stdin  io.Reader
	stdout io.Writer // answers and data
	stderr io.Writer // progress and logs
	cfg    config
}

// Errors that decide the exit status.
var (
	errUsage       = errors.New("wrong usage")
	errInterrupted = errors.New("interrupted")
	errReported    = errors.New("failed") // the reader was told already
)

// run is the whole program: main and the end-to-end tests call it alike.
func run(ctx context.Context, args []string, getenv func(string) string, stdin io.Reader, stdout, stderr io.Writer) error {
	if len(args) > 0 && args[0] == extract.PrepareArg {
		return extract.PreparePDF(ctx) // a child of this very program, see PrepareArg
	}
	var c cli
	exited := false
	parser, err := kong.New(&c,
		kong.Name("sonde"),
		kong.Description("Sonde answers questions by reading, and shows the proof of every sentence."),
		kong.Vars{"version": "sonde " + version},
		kong.Writers(stdout, stderr),
		kong.Exit(func(int) { exited = true }),
		kong.ConfigureHelp(kong.HelpOptions{Compact: true}),
		kong.UsageOnError(),
	)
	if err != nil {
		return fmt.Errorf("building the command line: %w", err)
	}
	if len(args) == 0 {
		args = []string{"--help"}
	}
	parsed, err := parser.Parse(args)
	if exited {
		return nil // --help or --version
	}
	if err != nil {
		return fmt.Errorf("%w: %w (see sonde --help)", errUsage, err)
	}
	cfg, err := loadConfig(c.Config, c.Data, getenv)
	if err != nil {
		return fmt.Errorf("%w: %w", errUsage, err)
	}
	con := &console{getenv: getenv, stdin: stdin, stdout: stdout, stderr: stderr, cfg: cfg}
	parsed.BindTo(ctx, (*context.Context)(nil))
	return parsed.Run(con)
}

// report prints an error for a person and returns the exit status: 0 done, 1
// the work failed, 2 wrong usage, 130 interrupted.
func report(stderr io.Writer, err error) int {
	status := exitStatus(err)
	if err != nil && !errors.Is(err, errReported) && status != 130 {
		fmt.Fprintln(stderr, "sonde: "+strings.TrimPrefix(err.Error(), errUsage.Error()+": "))
	}
	return status
}

func exitStatus(err error) int {
	switch {
	case err == nil:
		return 0
	case errors.Is(err, errInterrupted):
		return 130
	case errors.Is(err, errUsage), errors.Is(err, agent.ErrBadQuestion):
		return 2
	}
	return 1
}
