# make run           start the server: make run ARGS="--turn-listen :3479"
# make build         bin/zerortc
# make test          everything that has to pass; installs what it needs
# make test-interop  the program against foreign clients; installs them
# make test-hosts    the program among other machines (network namespaces); wants root
# make bench-signaling  the server beside a bare forwarder: signaling/PERFORMANCE.md
# make fuzz          every fuzz target for a while: make fuzz FUZZTIME=5m

STATICCHECK := go tool -modfile=.ci/tools/go.mod staticcheck

.PHONY: run build test tools format vet staticcheck types unit browser test-interop test-hosts bench-signaling fuzz
.NOTPARALLEL:

run:
	go run ./cmd/zerortc $(ARGS)

build:
	go build -o bin/zerortc ./cmd/zerortc

test: tools format vet staticcheck types unit browser

tools:
	.ci/install

format:
	@files="$$(gofmt -l .)"; if [ -n "$$files" ]; then echo "gofmt -w these:"; echo "$$files"; exit 1; fi

vet:
	go vet ./...

staticcheck:
	$(STATICCHECK) ./...

# -count=1: go test's cache does not know of the programs some tests run.
types:
	tsc -p web/static

unit:
	CGO_ENABLED=1 go test -race -count=1 ./...

browser:
	cd web/e2e && go vet ./... && go test -count=1 ./...

FOREIGN := ./turnserver/interop/foreign
test-interop:
	.ci/install-interop
	go vet -tags foreign $(FOREIGN)
	$(STATICCHECK) -tags foreign $(FOREIGN)
	go test -tags foreign -count=1 -timeout 15m $(FOREIGN)

HOSTS := ./cmd/hosts
test-hosts:
	.ci/install hosts
	go vet -tags hosts $(HOSTS)
	$(STATICCHECK) -tags hosts $(HOSTS)
	go test -tags hosts -count=1 $(HOSTS)

bench-signaling: build
	go build -o bin/bare ./signaling/loadtest/bare
	go run ./signaling/loadtest/compare $(ARGS)

export FUZZTIME FLOOR
fuzz:
	.ci/fuzz
