#!/usr/bin/env bash
# Installs what building Freshet needs and is not there yet: Debian packages and the virtual environment .venv.
# Running it again changes nothing and takes a fraction of a second.
#
# Exit codes: 0 all there; 2 wrong argument; 3 something is missing that could not be installed (it says what to do).
set -euo pipefail

usage() {
  cat <<'TEXT'
usage: scripts/setup.sh [--for-tests] [--for-bench] [--for-lint]

  --for-tests   also what the system tests need (pytest, Chromium)
  --for-bench   also what the benchmarks and their peers need (Google Benchmark; spotpy, numba)
  --for-lint    also what scripts/lint.sh needs

Environment:
  PYTHON                      the interpreter the virtual environment is made with (default python3)
  CMAKE_PREFIX_PATH, Torch_DIR   a LibTorch folder; the torch wheel is then not installed
  PIP_INDEX_URL, PIP_EXTRA_INDEX_URL, PIP_FIND_LINKS, ...   pip's own settings are honoured
  FRESHET_ALLOW_CUDA_WHEEL=1  accept the CUDA build of torch where pip offers no other
TEXT
}

say() { printf 'setup: %s\n' "$*"; }
complain() { printf 'setup: %s\n' "$*" >&2; }
have() { command -v "$1" >/dev/null 2>&1; }

root=$(cd "${BASH_SOURCE[0]%/*}/.." && pwd)
python=${PYTHON:-python3}
for_tests=0 for_bench=0 for_lint=0
for argument in "$@"; do
  case $argument in
    --for-tests) for_tests=1 ;;
    --for-bench) for_bench=1 ;;
    --for-lint) for_lint=1 ;;
    -h | --help) usage; exit 0 ;;
    *) complain "unknown argument: $argument"; usage >&2; exit 2 ;;
  esac
done

# ---- Debian packages ----

# Tools count as present wherever they come from; "command:package".
wanted_tools() {
  printf '%s\n' g++:g++ cmake:cmake ninja:ninja-build ccache:ccache pkg-config:pkg-config git:git node:nodejs npm:npm
  ((for_tests)) && printf '%s\n' chromium:chromium
  ((for_lint)) && printf '%s\n' clang-format-14:clang-format-14 clang-tidy-14:clang-tidy-14 shellcheck:shellcheck
  return 0
}

wanted_libraries() {
  printf '%s\n' libfmt-dev libyaml-cpp-dev nlohmann-json3-dev libnetcdf-dev libxxhash-dev zlib1g-dev libcli11-dev \
    libgtest-dev libgmock-dev
  ((for_bench)) && printf '%s\n' libbenchmark-dev
  return 0
}

missing_packages() {
  local entry
  for entry in $(wanted_tools); do
    have "${entry%%:*}" || printf '%s\n' "${entry#*:}"
  done
  if ! have "$python"; then
    printf '%s\n' python3 python3-venv
  elif ! "$python" -c 'import ensurepip, venv' >/dev/null 2>&1; then
    printf '%s\n' python3-venv
  fi
  local libraries installed
  libraries=$(wanted_libraries)
  # shellcheck disable=SC2086  # one word per package; dpkg-query fails when any is unknown, and still lists the others
  installed=$(dpkg-query --show --showformat '${Package} ${db:Status-Status}\n' $libraries 2>/dev/null || true)
  for entry in $libraries; do
    [[ $'\n'$installed$'\n' == *$'\n'"$entry installed"$'\n'* ]] || printf '%s\n' "$entry"
  done
}

install_packages() {
  local as_root=() missing=("$@")
  say "missing Debian packages: ${missing[*]}"
  if [[ $(id -u) != 0 ]]; then
    if have sudo && sudo -n true 2>/dev/null; then
      as_root=(sudo -n)
    fi
  fi
  if ! have apt-get || [[ $(id -u) != 0 && ${#as_root[@]} == 0 ]]; then
    complain "they cannot be installed from here (neither root nor a sudo that asks for no password). Run this, then try again:"
    printf '\n    sudo apt-get update && sudo apt-get install -y --no-install-recommends %s\n\n' "${missing[*]}" >&2
    exit 3
  fi
  local apt=("${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get -o DPkg::Lock::Timeout=300 -qq)
  local install=("${apt[@]}" install -y --no-install-recommends "${missing[@]}")
  # Fresh machines have no package lists, and old lists name files that are gone: update in those two cases only.
  if "${install[@]}" --simulate >/dev/null 2>&1; then
    say "apt-get install ${missing[*]}"
    "${install[@]}" >/dev/null && return
  fi
  say "apt-get update && apt-get install ${missing[*]}"
  if ! { "${apt[@]}" update && "${install[@]}" >/dev/null; }; then
    complain "apt-get could not install the packages; its message is above."
    exit 3
  fi
}

# ---- the virtual environment ----

venv=$root/.venv

# Prints the requirements of a file that .venv lacks, one per line. Local versions count: 2.13.0+cpu is 2.13.0.
missing_requirements() {
  "$venv/bin/python" - "$1" <<'PY'
import importlib.metadata, sys
for line in open(sys.argv[1], encoding="utf-8"):
    name, _, version = line.partition("#")[0].strip().partition("==")
    if not name:
        continue
    try:
        found = importlib.metadata.version(name.partition("[")[0])
    except importlib.metadata.PackageNotFoundError:
        found = ""
    if found.partition("+")[0] != version and not found.startswith(version + "."):
        print(f"{name}=={version}")
PY
}

pip() { "$venv/bin/python" -m pip install --quiet --disable-pip-version-check --no-deps "$@"; }

pip_failed() {
  complain "pip could not install the above into $venv. Without a network, put the wheels into a folder and set"
  complain "PIP_NO_INDEX=1 PIP_FIND_LINKS=<folder>; for another index set PIP_INDEX_URL."
  complain "LibTorch may also come from elsewhere: set CMAKE_PREFIX_PATH to an unpacked LibTorch folder."
  exit 3
}

make_venv() {
  if "$venv/bin/python" -c '' 2>/dev/null; then
    return
  fi
  say "making the virtual environment .venv with $("$python" --version 2>&1)"
  "$python" -m venv --clear "$venv"
  # Older pips fetch a whole wheel where its metadata would do; they work all the same.
  pip pip==26.3 2>/dev/null || say "keeping the pip that came with $python"
}

# The folder of a LibTorch that CMake will find before .venv, or nothing.
provided_torch() {
  local folder suffix
  local -a prefixes
  IFS=: read -r -a prefixes <<<"${Torch_DIR:-}:${CMAKE_PREFIX_PATH:-}"
  for folder in "${prefixes[@]}"; do
    for suffix in '' /Torch /share/cmake/Torch /lib/cmake/Torch; do
      if [[ -n $folder && -e $folder$suffix/TorchConfig.cmake ]]; then
        printf '%s\n' "$folder"
        return
      fi
    done
  done
}

# Whether the torch wheel that pip would choose is a CUDA build: "cpu" or "cuda".
offered_torch_build() {
  local report
  report=$(pip --dry-run --report - "$1") || return 1
  "$venv/bin/python" -c '
import json, sys
wheel = json.loads(sys.argv[1])["install"][0]["metadata"]
needs = [r for r in wheel.get("requires_dist", []) if "extra ==" not in r]
print("cuda" if any(r.startswith(("nvidia-", "cuda-")) for r in needs) else "cpu")' "$report"
}

explain_cuda_wheel() {
  complain "pip offers only the CUDA build of $1 here: about 0.5 GB to fetch, 1.2 GB on disk. Freshet needs its CPU part alone."
  complain "Choose one and run the command again:"
  complain "  the CPU build from pip:  set PIP_EXTRA_INDEX_URL (or PIP_INDEX_URL) to an index that carries CPU wheels;"
  complain "                           PyTorch's installation page names its own under 'Compute Platform: CPU'"
  complain "  a LibTorch archive:      unpack it and set CMAKE_PREFIX_PATH to its folder"
  complain "  the CUDA build anyway:   set FRESHET_ALLOW_CUDA_WHEEL=1; its CPU libraries alone are linked"
}

install_torch() {
  local torch build
  torch=$(grep '^torch==' "$root/requirements.txt")
  build=$(offered_torch_build "$torch") || pip_failed
  if [[ $build == cuda ]]; then
    if [[ ${FRESHET_ALLOW_CUDA_WHEEL:-0} != 1 ]]; then
      explain_cuda_wheel "$torch"
      exit 3
    fi
    say "$torch is a CUDA build: its CPU libraries alone will be linked"
    pip -r "$root/requirements-cuda-wheel.txt" || pip_failed
  fi
  say "installing $torch ($build build)"
  pip "$torch" || pip_failed
}

# Installs what .venv lacks of a requirements file.
install_requirements() {
  local missing
  missing=$(missing_requirements "$1")
  if [[ $missing == *torch==* ]]; then
    install_torch
    missing=$(missing_requirements "$1")
  fi
  if [[ -n $missing ]]; then
    say "installing into .venv: ${missing//$'\n'/ }"
    pip -r "$1" || pip_failed
  fi
}

set_up_python() {
  local provided
  provided=$(provided_torch)
  if [[ -n $provided ]]; then
    say "LibTorch is provided by $provided; the torch wheel is left out"
    ((for_tests || for_bench)) || return 0
  fi
  make_venv
  [[ -n $provided ]] || install_requirements "$root/requirements.txt"
  ((for_tests)) && install_requirements "$root/requirements-test.txt"
  ((for_bench)) && install_requirements "$root/requirements-bench.txt"
  return 0
}

mapfile -t missing < <(missing_packages)
if ((${#missing[@]})); then
  install_packages "${missing[@]}"
fi
set_up_python
say "everything is there"
