# The two commands: `make demo` and `make test`. Each installs what is missing, builds, and runs.
.DEFAULT_GOAL := help
JOBS ?= $(shell nproc)
BUILD := build/release

.PHONY: help setup build demo test package bench docs fmt lint clean
help:
	@echo "make demo     set up, build, train a regional LSTM on virtual basins, open the report"
	@echo "make test     set up, build, run all tests"
	@echo "make build    build/release/bin/freshet"
	@echo "make package  build/release/freshet-<version>-<system>.tar.gz, relocatable"
	@echo "make bench docs fmt lint clean"

setup:
	@scripts/setup.sh

build: setup
	@cmake --preset release
	@cmake --build $(BUILD) --parallel $(JOBS)

demo: setup
	@cmake --preset release
	@cmake --build $(BUILD) --parallel $(JOBS) --target freshet
	@scripts/demo.sh $(BUILD)/bin/freshet

test: build
	@scripts/setup.sh --for-tests
	@ctest --test-dir $(BUILD) --output-on-failure --parallel $(JOBS)

package: build
	@scripts/package.sh $(BUILD)

bench: setup
	@cmake --preset bench
	@cmake --build build/bench --parallel $(JOBS)
	@scripts/bench.sh build/bench

docs: build
	@scripts/docs.sh $(BUILD)/bin/freshet

fmt:
	@git ls-files '*.cpp' '*.hpp' | xargs clang-format-14 -i

lint:
	@scripts/lint.sh

clean:
	rm -rf build
