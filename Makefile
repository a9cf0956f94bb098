# make run           start the server: make run ARGS="--turn-listen :3479"
# make build         bin/zerortc
# make release       dist: programs for all systems, packages, SHA256SUMS
# make packages      dist: the packages for Debian and for rpm only
# make deb           dist: the Debian package for this machine
# make test          what has to pass before a commit; installs what it needs
# make test-page     all journeys over the pages, in Chromium and Firefox, with pictures of them
# make test-interop  the program against foreign clients; installs them
# make test-hosts    the program among other machines (network namespaces); wants root
# make test-systemd  the Debian package on a booted Debian; wants root
# make test-release  what is given away, made twice: the same bytes
# make bench-signaling  the server beside a bare forwarder: signaling/PERFORMANCE.md
# make bench         the relay beside coturn: turnserver/PERFORMANCE.md; gets coturn
# make bench-chart   the same, and draws it for the README: ten minutes
# make minute        a newcomer's first minute, from a clone to a relayed call, timed
# make fuzz          every fuzz target for a while: make fuzz FUZZTIME=500000x

STATICCHECK := go tool -modfile=.ci/tools/go.mod staticcheck

.PHONY: run build release packages deb test tools format vet staticcheck types unit browser test-page test-interop test-hosts test-systemd test-release bench-signaling bench bench-chart minute fuzz
.NOTPARALLEL:

# As it is released: without C libraries to load, and without what would make
# documents of the flags.
BUILD := -tags urfave_cli_no_docs

run:
	CGO_ENABLED=0 go run $(BUILD) ./cmd/zerortc $(ARGS)

build:
	CGO_ENABLED=0 go build $(BUILD) -o bin/zerortc ./cmd/zerortc

release:
	go run ./deploy/release

packages:
	go run ./deploy/release -only deb,rpm

deb:
	go run ./deploy/release -only deb -targets linux/$$(go env GOARCH)

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

# A short run; test-page does it again, and all the rest.
browser:
	cd web/e2e && go vet ./... && go test -count=1 -timeout 10m ./...

test-page:
	.ci/install-page
	cd web/e2e && go vet -tags page ./... && go tool -modfile=../../.ci/tools/go.mod staticcheck -tags page ./...
	cd web/e2e && go test -tags page -count=1 -timeout 50m ./...

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

bench: build
	.ci/install bench
	go build -o bin/bench ./turnserver/bench
	bin/bench $(ARGS)

bench-chart:
	$(MAKE) bench ARGS="-json bin/bench.json -svg turnserver/bench.svg $(ARGS)"

MACHINE := ./deploy/machine
test-systemd:
	.ci/install systemd
	go vet -tags systemd $(MACHINE)
	$(STATICCHECK) -tags systemd $(MACHINE)
	go test -tags systemd -count=1 -timeout 30m -v $(MACHINE)

RELEASE := ./deploy/release
test-release:
	.ci/install systemd
	go vet -tags release $(RELEASE)
	$(STATICCHECK) -tags release $(RELEASE)
	go test -tags release -count=1 -timeout 50m $(RELEASE)

minute:
	cd web/e2e && go vet -tags minute . && go test -tags minute -run TestMinute -count=1 -timeout 20m . && cat artifacts/minute.txt

export FUZZTIME FLOOR
fuzz:
	.ci/fuzz
