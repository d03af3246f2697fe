#!/usr/bin/env python3
"""Compares the #includes under src/freshet, and the link rows of its CMakeLists.txt, with docs/design/layers.md.

Prints one line per violation as file:line: message. Exit code 0: none; 1: some; 2: the table itself cannot be read.
"""

import argparse
import dataclasses
import fnmatch
import pathlib
import re
import sys

INCLUDE = re.compile(r'^\s*#\s*include\s*(?:"([^"]+)"|<([^>]+)>)')
TORCH = re.compile(r"(torch|ATen|c10|caffe2)/")
LINK_ROW = re.compile(r"freshet_folder\(\s*(\w+)([^)]*)\)")
SOURCES = {".cpp", ".hpp", ".h"}


class TableError(Exception):
    """The Markdown table is absent or holds a row that cannot be read."""


@dataclasses.dataclass(frozen=True)
class Row:
    """One row of the table: a folder, or a file pattern inside one."""

    pattern: str
    may_use: frozenset
    torch: str  # "yes", "no" or "sources only"

    def governs(self, path):
        """Whether a path relative to src/freshet belongs to this row."""
        return path.startswith(self.pattern + "/") or fnmatch.fnmatchcase(path, self.pattern)

    def allows_torch(self, path):
        return self.torch == "yes" or (self.torch == "sources only" and path.endswith(".cpp"))


def read_table(page):
    """The rows of the table whose header starts with 'Folder'."""
    rows = []
    columns = None
    for number, line in enumerate(page.read_text(encoding="utf-8").splitlines(), 1):
        if not line.startswith("|"):
            columns = None
            continue
        cells = [cell.strip() for cell in line.strip().strip("|").split("|")]
        if cells[0] == "Folder":
            columns = {name.split(" (")[0].lower(): index for index, name in enumerate(cells)}
        elif columns and not set(line) <= set("|-: "):
            try:
                allowed = cells[columns["may use"]].split(",")
                torch = cells[columns["libtorch"]]
            except (KeyError, IndexError):
                raise TableError(f"{page}:{number}: the row lacks a column") from None
            if torch not in ("yes", "no", "sources only"):
                raise TableError(f"{page}:{number}: LibTorch is '{torch}', expected yes, no or sources only")
            names = frozenset(name.strip(" `") for name in allowed if name.strip(" `"))
            rows.append(Row(cells[0].strip("`"), names, torch))
    folders = {row.pattern for row in rows}
    if not folders:
        raise TableError(f"{page}: no table with a column 'Folder'")
    unknown = sorted({name for row in rows for name in row.may_use} - folders)
    if unknown:
        raise TableError(f"{page}: no row for {', '.join(unknown)}")
    return rows


def governing_row(rows, path):
    """The row with the longest pattern that matches, or None."""
    matching = [row for row in rows if row.governs(path)]
    return max(matching, key=lambda row: len(row.pattern), default=None)


def includes_of(file):
    """(line number, included name) pairs of one file."""
    found = []
    for number, line in enumerate(file.read_text(encoding="utf-8").splitlines(), 1):
        match = INCLUDE.match(line)
        if match:
            found.append((number, match.group(1) or match.group(2)))
    return found


def reaches_torch(name, includes, seen):
    """The chain of headers from `name` (relative to src/) to a LibTorch header, or None."""
    if TORCH.match(name):
        return [name]
    if name in seen:
        return None
    seen.add(name)
    for _, included in includes.get(name, ()):
        chain = reaches_torch(included, includes, seen)
        if chain:
            return [name, *chain]
    return None


def check_file(name, includes, rows):
    """Violations of one file; `name` is relative to src/, as in #include."""
    path = name.removeprefix("freshet/")
    folder = path.split("/")[0]
    row = governing_row(rows, path)
    if row is None:
        yield 1, f"the folder '{folder}' has no row in the table"
        return
    for line, included in includes[name]:
        if included.startswith("freshet/"):
            used = included.split("/")[1]
            if used != folder and used not in row.may_use:
                yield line, f"{row.pattern} may not use {used} (it may use: {', '.join(sorted(row.may_use)) or 'nothing'})"
        if not row.allows_torch(path):
            chain = reaches_torch(included, includes, set())
            if chain:
                through = f", through {' -> '.join(chain)}" if len(chain) > 1 else ""
                yield line, f"LibTorch is not allowed in {path}: {chain[-1]}{through}"


def check_links(cmake, rows):
    """Violations of the freshet_folder(...) rows: a folder links no more than some file in it may include."""
    text = cmake.read_text(encoding="utf-8")
    for match in LINK_ROW.finditer(text):
        folder = match.group(1)
        line = text.count("\n", 0, match.start()) + 1
        own = [row for row in rows if row.pattern == folder or row.pattern.startswith(folder + "/")]
        if not own:
            yield line, f"the folder '{folder}' has no row in the table"
            continue
        allowed = set().union(*(row.may_use for row in own))
        for used in re.findall(r"freshet_(\w+)", match.group(2)):
            if used in {row.pattern for row in rows} and used not in allowed:
                yield line, f"{folder} may not link {used}"
        if "TORCH" in match.group(2).split() and all(row.torch == "no" for row in own):
            yield line, f"{folder} may not link LibTorch"


def check(root):
    """All violations below a source tree, as printable lines."""
    rows = read_table(root / "docs/design/layers.md")
    source = root / "src"
    files = sorted(file for file in (source / "freshet").rglob("*") if file.suffix in SOURCES)
    includes = {file.relative_to(source).as_posix(): includes_of(file) for file in files}
    problems = [f"src/{name}:{line}: {text}" for name in includes for line, text in check_file(name, includes, rows)]
    cmake = source / "freshet/CMakeLists.txt"
    problems += [f"src/freshet/CMakeLists.txt:{line}: {text}" for line, text in check_links(cmake, rows)]
    return problems, len(files)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("root", nargs="?", type=pathlib.Path, default=pathlib.Path(__file__).resolve().parent.parent)
    root = parser.parse_args().root
    try:
        problems, count = check(root)
    except TableError as error:
        print(error, file=sys.stderr)
        return 2
    for problem in problems:
        print(problem)
    print(f"layers: {count} files, {len(problems)} violations of docs/design/layers.md")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
