package websearch

import (
	"cmp"
	"errors"
	"fmt"
	"math"
	"net/http"
	"net/url"
	"os"
	"slices"
	"sort"
	"strings"
	"time"

	"golang.org/x/time/rate"
)

// Config is the part of the configuration that describes web search.
type Config struct {
	// Providers are asked in this order. Empty: those whose usual variables
	// are set (BRAVE_API_KEY, SEARXNG_URL, …), then the keyless ones.
	Providers []ProviderConfig `yaml:"providers"`
	// Ask is "all" (or empty: every provider at once) or "first" (the next one
	// only where one fails, finds nothing or is slow).
	Ask string `yaml:"ask"`
	// Timeout bounds one provider's reply; 0: 10 s.
	Timeout time.Duration `yaml:"timeout"`
	// HedgeAfter is how long the first provider may take before the next is
	// asked as well, with Ask "first"; 0: 1.5 s.
	HedgeAfter time.Duration `yaml:"hedge_after"`
}

// A ProviderConfig describes one provider.
type ProviderConfig struct {
	Name    string `yaml:"name"`    // in reports; empty: the kind
	Kind    string `yaml:"kind"`    // searxng, duckduckgo, mediawiki, brave, …: see Kinds
	URL     string `yaml:"url"`     // base address; empty: the service's own
	KeyEnv  string `yaml:"key_env"` // the environment variable with the key; empty: the kind's usual one
	Engine  string `yaml:"engine"`  // Google's search engine id (cx); SearXNG's engines, comma-separated
	Country string `yaml:"country"` // two letters, such as "us" or "cn", where the service knows countries
	Pages   int    `yaml:"pages"`   // result pages asked for at most, where the service has pages; 0: 1 (each counts as a search), SearXNG 3
	// Rate bounds the requests a second; 0: what the service is known to allow.
	Rate     float64 `yaml:"rate"`
	Fallback bool    `yaml:"fallback"` // asked only where those before it failed or found nothing
	// Headers are sent with each request; "${NAME}" stands for an environment variable. Generic only.
	Headers map[string]string `yaml:"headers"`
	// Generic describes a service without code; with kind "generic".
	Generic *Generic `yaml:"generic"`
}

// Options are what a Searcher needs.
type Options struct {
	Config
	// Getenv reads an environment variable; nil: os.Getenv.
	Getenv func(string) string
	// HTTP is the client for services on the public web; nil: http.DefaultClient.
	// A provider with a URL in its configuration has a client of its own that
	// reaches that host and port alone, be it private or not.
	HTTP *http.Client
	// Now is the clock; nil: time.Now.
	Now func() time.Time
	// Providers, where set, are asked in place of the configured ones.
	Providers []Provider
}

// A kind is how to make a provider of one kind.
type kind struct {
	base   string  // the service's own address; empty: the configuration must name one
	keyEnv string  // usual variable of the key; empty: it needs none
	pages  int     // result pages asked for where the configuration does not say; 0: 1
	rate   float64 // requests a second that it allows; 0: many
	make   func(*caller, ProviderConfig) (Provider, error)
}

// kinds are the known providers by name.
func kinds() map[string]kind {
	return map[string]kind{
		"baidu":      {base: "https://qianfan.baidubce.com", keyEnv: "BAIDU_SEARCH_API_KEY", rate: 1, make: newBaidu},
		"bocha":      {base: "https://api.bochaai.com", keyEnv: "BOCHA_API_KEY", make: newBocha},
		"brave":      {base: "https://api.search.brave.com", keyEnv: "BRAVE_API_KEY", rate: 1, make: newBrave},
		"duckduckgo": {base: "https://html.duckduckgo.com", rate: 1, make: newDuckDuckGo},
		"exa":        {base: "https://api.exa.ai", keyEnv: "EXA_API_KEY", make: newExa},
		"generic":    {make: newGeneric},
		"google":     {base: "https://www.googleapis.com", keyEnv: "GOOGLE_API_KEY", make: newGoogle},
		"kagi":       {base: "https://kagi.com", keyEnv: "KAGI_API_KEY", make: newKagi},
		"marginalia": {base: "https://api2.marginalia-search.com", rate: 1, make: newMarginalia},
		"mediawiki":  {base: "https://en.wikipedia.org", rate: 5, make: newMediaWiki},
		"searxng":    {pages: 3, make: newSearXNG},
		"serper":     {base: "https://google.serper.dev", keyEnv: "SERPER_API_KEY", make: newSerper},
		"tavily":     {base: "https://api.tavily.com", keyEnv: "TAVILY_API_KEY", make: newTavily},
	}
}

// Kinds lists the kinds of provider, sorted.
func Kinds() []string {
	var names []string
	for k := range kinds() {
		names = append(names, k)
	}
	sort.Strings(names)
	return names
}

// searxngEnv names a SearXNG instance where the configuration names no provider.
const searxngEnv = "SEARXNG_URL"

// unconfigured are the providers that serve where none is configured: the
// first whose usual variable is set, the others behind it; with none, the
// keyless ones side by side.
func unconfigured(getenv func(string) string) []ProviderConfig {
	var ps []ProviderConfig
	if u := strings.TrimSpace(getenv(searxngEnv)); u != "" {
		ps = append(ps, ProviderConfig{Kind: "searxng", URL: u})
	}
	for _, name := range []string{"brave", "tavily", "serper", "exa", "kagi", "bocha", "baidu"} {
		if strings.TrimSpace(getenv(kinds()[name].keyEnv)) != "" {
			ps = append(ps, ProviderConfig{Kind: name, Fallback: len(ps) > 0})
		}
	}
	paid := len(ps) > 0
	for _, name := range []string{"duckduckgo", "mediawiki", "marginalia"} {
		ps = append(ps, ProviderConfig{Kind: name, Fallback: paid})
	}
	return ps
}

// Validate reports the first thing that is wrong with the configuration.
func (c Config) Validate() error {
	if c.Ask != "" && c.Ask != "all" && c.Ask != "first" {
		return fmt.Errorf("ask %q is not known: use all or first", c.Ask)
	}
	if c.Timeout < 0 || c.HedgeAfter < 0 {
		return errors.New("timeout and hedge_after must not be negative")
	}
	known := kinds()
	for i, p := range c.Providers {
		k, ok := known[p.Kind]
		switch {
		case !ok:
			return fmt.Errorf("search provider %d: kind %q is not known: use one of %s", i+1, p.Kind, strings.Join(Kinds(), ", "))
		case p.URL == "" && k.base == "":
			return fmt.Errorf("search provider %d (%s): url is missing: write the address of the service", i+1, p.Kind)
		case p.Rate < 0 || math.IsNaN(p.Rate):
			return fmt.Errorf("search provider %d (%s): rate must not be negative, not %g", i+1, p.Kind, p.Rate)
		case p.Pages < 0 || p.Pages > 10:
			return fmt.Errorf("search provider %d (%s): pages must be between 1 and 10, not %d", i+1, p.Kind, p.Pages)
		}
	}
	return nil
}

// build makes the configured providers.
func build(o Options) ([]slot, error) {
	if len(o.Providers) > 0 {
		slots := make([]slot, len(o.Providers))
		for i, p := range o.Providers {
			slots[i] = slot{Provider: p}
		}
		return slots, nil
	}
	list := o.Config.Providers
	if len(list) == 0 {
		list = unconfigured(o.Getenv)
	}
	var slots []slot
	var names []string
	for i, pc := range list {
		if pc.Name == "" {
			pc.Name = pc.Kind
		}
		if slices.Contains(names, pc.Name) {
			return nil, fmt.Errorf("search provider %d: there are two named %q: give one another name", i+1, pc.Name)
		}
		names = append(names, pc.Name)
		p, err := buildOne(o, pc)
		if err != nil {
			return nil, fmt.Errorf("search provider %q: %w", pc.Name, err)
		}
		slots = append(slots, slot{Provider: p, fallback: pc.Fallback})
	}
	return slots, nil
}

// burst is how many requests may go out at once before the pace holds.
const burst = 2

func buildOne(o Options, pc ProviderConfig) (Provider, error) {
	k := kinds()[pc.Kind]
	c := &caller{name: pc.Name, agent: userAgent, now: o.Now, base: strings.TrimRight(k.base, "/"), env: pc.KeyEnv}
	if c.env == "" {
		c.env = k.keyEnv
	}
	if c.env != "" {
		c.key = strings.TrimSpace(o.Getenv(c.env))
	}
	c.client = lent(o.HTTP)
	if r := cmp.Or(pc.Rate, k.rate); r > 0 && (pc.URL == "" || pc.Rate > 0) {
		c.pace = rate.NewLimiter(rate.Limit(r), burst)
	}
	if pc.URL != "" {
		u, err := url.Parse(pc.URL)
		if err != nil || u.Scheme != "http" && u.Scheme != "https" || u.Hostname() == "" || u.User != nil {
			return nil, errors.New("url is not valid: write one such as https://search.example.org, without a password")
		}
		c.base = strings.TrimRight(pc.URL, "/")
		c.client = configured(u)
	}
	pc.Pages = cmp.Or(pc.Pages, k.pages, 1)
	pc.Headers = expandHeaders(pc.Headers, o.Getenv)
	p, err := k.make(c, pc)
	if err != nil {
		return nil, err
	}
	if c.env != "" && c.key == "" {
		return keylessError{c}, nil
	}
	return p, nil
}

// defaults fills in what is not set.
func (o Options) defaults() Options {
	if o.Getenv == nil {
		o.Getenv = os.Getenv
	}
	if o.HTTP == nil {
		o.HTTP = http.DefaultClient
	}
	if o.Now == nil {
		o.Now = time.Now
	}
	if o.Timeout == 0 {
		o.Timeout = 10 * time.Second
	}
	if o.HedgeAfter == 0 {
		o.HedgeAfter = 1500 * time.Millisecond
	}
	return o
}
