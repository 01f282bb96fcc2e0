# make check: the quick part, for every commit. make test: everything the project promises.
DATA ?= ../shared/data
export SONDE_DATA := $(abspath $(DATA))

GO ?= go
STATICCHECK := honnef.co/go/tools/cmd/staticcheck@v0.8.2

.PHONY: check test build fmt vet lint unit

build:
	CGO_ENABLED=0 $(GO) build ./...

check: fmt vet lint unit

fmt:
	@out=$$(gofmt -l agent cmd crawler engine prompts retrieval server store tests third_party); \
	if [ -n "$$out" ]; then echo "not formatted (gofmt -w):"; echo "$$out"; exit 1; fi

vet:
	$(GO) vet ./...

lint:
	$(GO) run $(STATICCHECK) ./...

unit:
	$(GO) test -race -short ./...
