# The two commands: `make demo` and `make test`. Each installs what is missing, builds, and runs.
.DEFAULT_GOAL := help
JOBS ?= $(shell nproc)
# `make PRESET=ci ...`: what continuous integration builds, in the same folder.
PRESET ?= release
BUILD := build/release

.PHONY: help setup configure build demo test package check-package bench docs fmt lint clean
help:
	@echo "make demo           set up, build, train a regional LSTM on virtual basins, report"
	@echo "make test           set up, build, run all tests"
	@echo "make build          $(BUILD)/bin/freshet"
	@echo "make package        $(BUILD)/freshet-<version>-<system>.tar.gz, relocatable"
	@echo "make check-package  prove that the archive runs alone, without Python"
	@echo "make bench          speed beside its peers, in the same run"
	@echo "make docs           write docs/reference from the program"
	@echo "make fmt lint       format the sources; check format, scripts, clang-tidy"
	@echo "make clean          remove build/ (the virtual environment stays)"

setup:
	@scripts/setup.sh

configure: setup
	@cmake --preset $(PRESET)

build: configure
	@cmake --build $(BUILD) --parallel $(JOBS) --target freshet freshet_stepgen

demo: build
	@scripts/demo.sh $(BUILD)/bin/freshet

test:
	@scripts/setup.sh --for-tests
	@cmake --preset $(PRESET)
	@cmake --build $(BUILD) --parallel $(JOBS)
	@ctest --test-dir $(BUILD) --output-on-failure --parallel $(JOBS)

package: build
	@scripts/package.sh $(BUILD)

check-package: package
	@scripts/check_package.sh $(BUILD)/freshet-*.tar.gz

bench:
	@scripts/setup.sh --for-bench
	@scripts/bench.sh

docs: build
	@scripts/docs.sh $(BUILD)/bin/freshet

fmt:
	@scripts/setup.sh --for-lint
	@git ls-files '*.cpp' '*.hpp' | xargs clang-format-14 -i

lint:
	@scripts/setup.sh --for-lint
	@scripts/lint.sh

clean:
	rm -rf build
