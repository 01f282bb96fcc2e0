package main

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"runtime"

	"go.yaml.in/yaml/v3"

	"github.com/sonde-search/sonde/crawler/websearch"
)

// config is what one YAML file, the environment (SONDE_…) and flags set, in
// rising order of precedence.
type config struct {
	Data    string           `yaml:"data"`
	Model   modelNames       `yaml:"model"`   // SPECs of the writing model and of those that go on where it fails
	Planner modelNames       `yaml:"planner"` // SPECs of the planning model, likewise; empty: the same
	Vision  modelNames       `yaml:"vision"`  // SPECs of the models that describe images; empty: images are refused
	Context int              `yaml:"context"` // tokens that the models' context holds; 0: as the presets know it
	Server  serverConfig     `yaml:"server"`
	Crawler crawlerConfig    `yaml:"crawler"`
	Search  websearch.Config `yaml:"search"`

	Retrieval retrievalConfig `yaml:"retrieval"`
}

type serverConfig struct {
	Addr    string   `yaml:"addr"`     // host:port
	Hosts   []string `yaml:"hosts"`    // further Host names that the server answers to
	Auth    string   `yaml:"auth"`     // "auto": keys are asked for once one exists; "required"
	MaxRuns int      `yaml:"max_runs"` // runs at once
}

type crawlerConfig struct {
	Allow       []string `yaml:"allow"` // private hosts, addresses or networks that may be read
	UserAgent   string   `yaml:"user_agent"`
	Concurrency int      `yaml:"concurrency"` // fetches at once
	PerHost     int      `yaml:"per_host"`    // fetches at once from one host that a search found
	PerSite     int      `yaml:"per_site"`    // the same from a site that was asked for
}

// modelNames is one SPEC, or several parted by commas; in YAML also a list.
type modelNames string

// UnmarshalYAML reads a text or a list of texts.
func (m *modelNames) UnmarshalYAML(node *yaml.Node) error {
	var list []string
	if node.Kind != yaml.SequenceNode {
		list = []string{""}
		if err := node.Decode(&list[0]); err != nil {
			return err
		}
	} else if err := node.Decode(&list); err != nil {
		return err
	}
	*m = modelNames(specList(list))
	return nil
}

// loadConfig reads the file (which may be empty: none), then the environment.
func loadConfig(file, data string, getenv func(string) string) (config, error) {
	cfg := config{Model: "builtin", Server: serverConfig{Addr: "127.0.0.1:8080", Auth: "auto", MaxRuns: 16}}
	if file != "" {
		b, err := os.ReadFile(file)
		if err != nil {
			return cfg, fmt.Errorf("reading the configuration: %w", err)
		}
		if err := decodeConfig(b, &cfg); err != nil {
			return cfg, fmt.Errorf("configuration %s: %w", file, err)
		}
	}
	if err := applyEnv(&cfg, getenv); err != nil {
		return cfg, err
	}
	if err := cfg.Retrieval.validate(); err != nil {
		return cfg, err
	}
	if data != "" {
		cfg.Data = data
	}
	if cfg.Data == "" {
		dir, err := userDataDir(getenv)
		if err != nil {
			return cfg, err
		}
		cfg.Data = dir
	}
	return cfg, nil
}

func decodeConfig(b []byte, cfg *config) error {
	var root yaml.Node
	if err := yaml.Unmarshal(b, &root); err != nil {
		return err
	}
	if err := checkKeys(&root, cfg); err != nil {
		return err
	}
	dec := yaml.NewDecoder(bytes.NewReader(b))
	dec.KnownFields(true)
	if err := dec.Decode(cfg); err != nil && len(bytes.TrimSpace(b)) > 0 && root.Kind != 0 {
		return err
	}
	return nil
}

// userDataDir is where a program keeps a user's data, by the system's habit.
func userDataDir(getenv func(string) string) (string, error) {
	if dir := getenv("XDG_DATA_HOME"); dir != "" {
		return filepath.Join(dir, "sonde"), nil
	}
	switch runtime.GOOS {
	case "windows":
		if dir := getenv("LOCALAPPDATA"); dir != "" {
			return filepath.Join(dir, "sonde"), nil
		}
	case "darwin":
		if home := getenv("HOME"); home != "" {
			return filepath.Join(home, "Library", "Application Support", "sonde"), nil
		}
	}
	if home := getenv("HOME"); home != "" {
		return filepath.Join(home, ".local", "share", "sonde"), nil
	}
	return "", fmt.Errorf("no home directory is known: name a data folder with --data DIR or SONDE_DATA")
}
