package main

import (
	"cmp"
	"fmt"
	"log/slog"
	"time"

	"github.com/sonde-search/sonde/retrieval"
)

// retrievalConfig names the models that rank beside the words. Without any,
// words alone rank.
type retrievalConfig struct {
	Embeddings endpointConfig `yaml:"embeddings"` // a server with OpenAI's /embeddings
	Rerank     endpointConfig `yaml:"rerank"`     // a server with /rerank, as Jina, Cohere, vLLM and others have it
	Wait       time.Duration  `yaml:"wait"`       // what a search spends on them, at most (2s)
}

// endpointConfig is a model server. Its key comes from the environment.
type endpointConfig struct {
	URL     string        `yaml:"url"`   // up to and with /v1
	Model   string        `yaml:"model"` // the server's name of it
	Timeout time.Duration `yaml:"timeout"`
}

// Environment variables of the endpoints' keys.
const (
	embeddingsKey = "SONDE_RETRIEVAL_EMBEDDINGS_KEY"
	rerankKey     = "SONDE_RETRIEVAL_RERANK_KEY"
)

// validate reports half a configuration, and addresses that cannot be one.
func (c retrievalConfig) validate() error {
	for _, e := range []struct {
		name, key string
		endpointConfig
	}{{"retrieval.embeddings", embeddingsKey, c.Embeddings}, {"retrieval.rerank", rerankKey, c.Rerank}} {
		if e.endpointConfig == (endpointConfig{}) {
			continue
		}
		if e.URL == "" || e.Model == "" {
			return fmt.Errorf("%s needs both url and model, such as url: http://localhost:8000/v1 and model: bge-m3; its key, where there is one, comes from %s", e.name, e.key)
		}
		if err := (retrieval.Endpoint{BaseURL: e.URL, Model: e.Model}).Validate(); err != nil {
			return fmt.Errorf("%s: %w", e.name, err)
		}
		if e.Timeout < 0 {
			return fmt.Errorf("%s.timeout must not be negative", e.name)
		}
	}
	if c.Wait < 0 {
		return fmt.Errorf("retrieval.wait must not be negative")
	}
	return nil
}

// rankModels makes the models of a valid configuration; nil where it names none.
func rankModels(c retrievalConfig, getenv func(string) string, log *slog.Logger) *retrieval.Models {
	v := retrieval.Vectors{Wait: c.Wait, Warn: func(message string) { log.Warn("ranking", "warning", message) }}
	if e := c.Embeddings; e.URL != "" {
		v.Model = e.Model
		v.Embedder = e.endpoint(getenv(embeddingsKey), 30*time.Second)
	}
	if e := c.Rerank; e.URL != "" {
		v.Reranker = e.endpoint(getenv(rerankKey), 10*time.Second)
	}
	return retrieval.NewModels(v)
}

func (e endpointConfig) endpoint(key string, timeout time.Duration) retrieval.Endpoint {
	return retrieval.Endpoint{BaseURL: e.URL, Model: e.Model, Key: key, Timeout: cmp.Or(e.Timeout, timeout)}
}
