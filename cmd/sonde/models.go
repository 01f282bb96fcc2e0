package main

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"text/tabwriter"

	"github.com/sonde-search/sonde/engine"
)

// modelsCmd is "sonde models": presets, and whether a model works.
type modelsCmd struct {
	Ls    modelsListCmd  `cmd:"" help:"List the presets."`
	Check modelsCheckCmd `cmd:"" help:"Try one model end to end."`
}

// Help is shown below the flags.
func (modelsCmd) Help() string {
	return `Examples:
  sonde models ls
  sonde models check ollama:deepseek-r1:7b
  DEEPSEEK_API_KEY=… sonde models check deepseek:deepseek-reasoner`
}

type modelsListCmd struct {
	JSON bool `name:"json" help:"Print the presets with all that is known of them, as one JSON document."`
}

// Run prints the presets.
func (c modelsListCmd) Run(con *console) error {
	presets := engine.Presets()
	if c.JSON {
		return printJSON(con.stdout, presets)
	}
	t := tabwriter.NewWriter(con.stdout, 0, 0, 2, ' ', 0)
	fmt.Fprintln(t, "PRESET\tSERVICE\tDEFAULT MODEL\tKEY\tADDRESS")
	fmt.Fprintln(t, "builtin\tthe built-in engine, no model\t-\t-\t-")
	for _, p := range presets {
		fmt.Fprintf(t, "%s\t%s\t%s\t%s\t%s\n", p.Name, p.Title, dash(p.Model), keyState(p, con.getenv), dash(p.URL))
	}
	return t.Flush()
}

// keyState names a preset's key variable and says whether it is set.
func keyState(p engine.Preset, getenv func(string) string) string {
	switch {
	case p.Key == "":
		return "-"
	case getenv(p.Key) != "":
		return p.Key + " (set)"
	}
	return p.Key
}

func dash(s string) string {
	if s == "" {
		return "-"
	}
	return s
}

func printJSON(w io.Writer, v any) error {
	enc := json.NewEncoder(w)
	enc.SetEscapeHTML(false)
	enc.SetIndent("", "  ")
	if err := enc.Encode(v); err != nil {
		return fmt.Errorf("printing: %w", err)
	}
	return nil
}

type modelsCheckCmd struct {
	Spec string `arg:"" help:"preset, preset:model or preset:model@base-url."`
	JSON bool   `name:"json" help:"Print the findings as one JSON document."`
}

// Run tries the model and prints what was found and what to do.
func (c *modelsCheckCmd) Run(ctx context.Context, con *console) error {
	spec, err := engine.ParseSpec(c.Spec)
	if err != nil {
		return fmt.Errorf("%w: %w", errUsage, err)
	}
	r, err := engine.CheckModel(ctx, spec, engine.Options{
		Getenv: con.getenv, Context: con.cfg.Context, Fallback: engine.NewBuiltin(engine.BuiltinOptions{}),
	})
	if err != nil {
		return fmt.Errorf("%w: %w", errUsage, err)
	}
	if c.JSON {
		err = printJSON(con.stdout, r)
	} else {
		err = printReport(con.stdout, r)
	}
	switch {
	case err != nil:
		return err
	case ctx.Err() != nil:
		return errInterrupted
	case !r.OK():
		return errReported
	}
	return nil
}

func printReport(w io.Writer, r engine.Report) error {
	t := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	fmt.Fprintf(t, "model\t%s (%s)\n", r.Spec, r.Title)
	fmt.Fprintf(t, "reachable\t%s\n", yesNo(r.Reachable))
	fmt.Fprintf(t, "key\t%s\n", dash(r.Key))
	fmt.Fprintf(t, "streams\t%s\n", yesNo(r.Streams))
	fmt.Fprintf(t, "reasoning\t%s\n", dash(r.Reasoning))
	fmt.Fprintf(t, "JSON plans\t%s %s\n", yesNo(r.JSON), r.JSONHow)
	fmt.Fprintf(t, "tools\t%s\n", yesNo(r.Tools))
	fmt.Fprintf(t, "first token\t%.2f s\n", r.FirstToken)
	fmt.Fprintf(t, "tokens/s\t%.1f\n", r.TokensPerSec)
	fmt.Fprintf(t, "tokens\t%d in, %d out\n", r.TokensIn, r.TokensOut)
	for _, a := range r.Advice {
		fmt.Fprintf(t, "what to do\t%s\n", a)
	}
	return t.Flush()
}

func yesNo(b bool) string {
	if b {
		return "yes"
	}
	return "no"
}
