#!/usr/bin/env bash
# Makes the relocatable folder and its archive, freshet-<version>-linux-<machine>.tar.gz, in a build folder.
set -euo pipefail

if (($# != 1)); then
  printf 'usage: scripts/package.sh BUILD_FOLDER\n' >&2
  exit 2
fi
root=$(cd "${BASH_SOURCE[0]%/*}/.." && pwd)
build=$(cd "$1" && pwd)
version=$(sed -n 's/^CMAKE_PROJECT_VERSION:STATIC=//p' "$build/CMakeCache.txt")
name=freshet-$version-linux-$(uname -m)

rm -rf "${build:?}/package" "$build"/freshet-*.tar.gz
# The program, and what models of users' own are built with.
for component in package sdk; do
  cmake --install "$build" --component "$component" --strip --prefix "$build/package/$name" >"$build/package.log" || {
    cat "$build/package.log" >&2
    exit 1
  }
done
# Sorted, without owner and with one time: the same files give the same archive.
newest=$(git -C "$root" log -1 --format=%ct 2>/dev/null || date +%s)
tar --create --sort=name --owner=0 --group=0 --numeric-owner --mtime="@$newest" --directory "$build/package" "$name" |
  gzip --no-name >"$build/$name.tar.gz"
printf 'package: %s, %s\n' "$build/$name.tar.gz" "$(du -h "$build/$name.tar.gz" | cut -f1)"
printf 'package: the same as a folder: %s\n' "$build/package/$name"
