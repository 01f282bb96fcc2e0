# make check: the quick part, for every commit. make test: everything the project promises.
# Both need Go alone to begin with; make test installs a browser and npm packages where it finds none.
DATA ?= ../shared/data
GO ?= go
STATICCHECK := honnef.co/go/tools/cmd/staticcheck@v0.8.2
PACKAGES := agent cmd crawler engine prompts retrieval server store tests

.PHONY: build check test fmt vet lint unit race browser whole eval-extract eval-extract-cross train-extract eval-rank eval-answers eval-golden golden-baseline

build:
	CGO_ENABLED=0 $(GO) build ./...

check: fmt vet lint unit

fmt:
	@out=$$(gofmt -l $(PACKAGES)); if [ -n "$$out" ]; then echo "not formatted (gofmt -w):"; echo "$$out"; exit 1; fi

vet:
	$(GO) vet ./...

lint:
	$(GO) run $(STATICCHECK) ./...

unit:
	SONDE_DATA=none $(GO) test -race -short ./...

# The whole promise: format, vet, lint, a build without cgo, all tests with the
# race detector, then once more without it on the real data sets, where they are.
test: fmt vet lint build race whole

race: browser
	SONDE_DATA=none $(GO) test -race -timeout 30m ./...

whole: browser
	SONDE_DATA=$(abspath $(DATA)) $(GO) test -timeout 40m ./...

# A browser for the page's tests, where none is there.
browser:
	@command -v chromium >/dev/null || command -v chromium-browser >/dev/null || command -v google-chrome >/dev/null || \
	{ echo "installing Chromium for the page's tests"; apt-get update -qq && apt-get install -y -qq chromium; }

# Tables of figures on the data sets (see docs/evaluation.md).
SUITES := tests/golden

eval-golden:
	$(GO) run ./cmd/sonde eval $(SUITES)

# Results that a later run is held against; review the difference before committing it.
golden-baseline:
	$(GO) run ./cmd/sonde eval --json $(SUITES) > tests/golden/baseline.json || true

eval-extract:
	SONDE_DATA=$(abspath $(DATA)) $(GO) test ./crawler/extract -run TestEvalExtract -count 1 -v

# The same on sites that were held out of training, the honest figures: minutes of work.
eval-extract-cross:
	SONDE_DATA=$(abspath $(DATA)) $(GO) test ./crawler/extract -run TestEvalCross -cross -timeout 60m -count 1 -v

# The models of main text anew, from the same data: the same bytes each time.
train-extract:
	SONDE_DATA=$(abspath $(DATA)) $(GO) test ./crawler/extract -run TestTrainModel -train -timeout 60m -count 1 -v

eval-rank:
	SONDE_DATA=$(abspath $(DATA)) $(GO) test ./retrieval -run TestFigures -count 1 -v -sample 0 -timeout 60m

eval-answers:
	SONDE_DATA=$(abspath $(DATA)) $(GO) test ./tests/answers -count 1 -v -sample 16
