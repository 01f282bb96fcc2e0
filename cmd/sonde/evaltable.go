package main

import (
	"encoding/xml"
	"fmt"
	"io"
	"os"
	"strings"
	"text/tabwriter"
)

// printTable writes the results for a person: one line a case, failures
// below their case, differences to the baseline, and the sums.
func printTable(w io.Writer, r evalReport, baseline *evalReport) error {
	t := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	passed, failed := 0, 0
	for _, s := range r.Suites {
		fmt.Fprintf(t, "%s\t%s\t\t\t\n", s.Suite, s.Writer)
		for _, c := range s.Cases {
			fmt.Fprintf(t, "  %s\t%s\t%s\t%d pages\t%.2f s\n", mark(c.Passed), c.ID, c.Status, c.PagesRead, c.Seconds)
			for _, f := range c.Failures {
				fmt.Fprintf(t, "  \t  %s\t\t\t\n", f)
			}
			for _, d := range differences(baseline.find(s, c.ID), c) {
				fmt.Fprintf(t, "  \t  %s\t\t\t\n", d)
			}
		}
		passed += s.Passed
		failed += s.Failed
	}
	if err := t.Flush(); err != nil {
		return fmt.Errorf("printing the table: %w", err)
	}
	_, err := fmt.Fprintf(w, "\n%d passed, %d failed\n", passed, failed)
	return err
}

func mark(passed bool) string {
	if passed {
		return "pass"
	}
	return "FAIL"
}

// differences says in words how a case differs from its baseline.
func differences(old *caseResult, now caseResult) []string {
	if old == nil {
		return nil
	}
	var out []string
	add := func(what, before, after string) {
		if before != after {
			out = append(out, fmt.Sprintf("%s: %s -> %s", what, before, after))
		}
	}
	add("passed", mark(old.Passed), mark(now.Passed))
	add("status", old.Status, now.Status)
	add("answer", oneLine(old.Text), oneLine(now.Text))
	add("cites", paths(old.Cites), paths(now.Cites))
	add("cost", fmt.Sprintf("%.4f", old.Cost), fmt.Sprintf("%.4f", now.Cost))
	if now.Seconds > 2*old.Seconds+0.2 || old.Seconds > 2*now.Seconds+0.2 {
		add("time", fmt.Sprintf("%.2f s", old.Seconds), fmt.Sprintf("%.2f s", now.Seconds))
	}
	return out
}

// paths leaves out scheme and host, which differ from run to run.
func paths(urls []string) string {
	out := make([]string, len(urls))
	for i, u := range urls {
		_, rest, _ := strings.Cut(u, "://")
		_, out[i], _ = strings.Cut(rest, "/")
	}
	return strings.Join(out, " ")
}

func oneLine(s string) string {
	s = strings.Join(strings.Fields(s), " ")
	if r := []rune(s); len(r) > 120 {
		return string(r[:120]) + "…"
	}
	return s
}

// The part of the JUnit format that CI servers read.
type junitSuites struct {
	XMLName xml.Name     `xml:"testsuites"`
	Suites  []junitSuite `xml:"testsuite"`
}

type junitSuite struct {
	Name     string      `xml:"name,attr"`
	Tests    int         `xml:"tests,attr"`
	Failures int         `xml:"failures,attr"`
	Cases    []junitCase `xml:"testcase"`
}

type junitCase struct {
	Name    string        `xml:"name,attr"`
	Class   string        `xml:"classname,attr"`
	Seconds float64       `xml:"time,attr"`
	Failure *junitFailure `xml:"failure,omitempty"`
}

type junitFailure struct {
	Message string `xml:"message,attr"`
	Text    string `xml:",chardata"`
}

func writeJUnit(file string, r evalReport) error {
	var out junitSuites
	for _, s := range r.Suites {
		js := junitSuite{Name: s.Suite + " (" + s.Writer + ")", Tests: len(s.Cases), Failures: s.Failed}
		for _, c := range s.Cases {
			jc := junitCase{Name: c.ID, Class: s.Suite, Seconds: c.Seconds}
			if !c.Passed {
				jc.Failure = &junitFailure{Message: strings.Join(c.Failures, "; "), Text: c.Question + "\n\n" + c.Text}
			}
			js.Cases = append(js.Cases, jc)
		}
		out.Suites = append(out.Suites, js)
	}
	b, err := xml.MarshalIndent(out, "", "  ")
	if err != nil {
		return fmt.Errorf("encoding JUnit XML: %w", err)
	}
	if err := os.WriteFile(file, append([]byte(xml.Header), b...), 0o644); err != nil {
		return fmt.Errorf("writing the JUnit file: %w", err)
	}
	return nil
}
