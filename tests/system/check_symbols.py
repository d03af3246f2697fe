"""Which functions of kernels for one instruction set the linker could take for others.

    python3 check_symbols.py FILE...    object files or archives; prints such functions, exit code 1 if there are any

An inline function or template that the compiler does not inline is a weak symbol, and of several with one name the linker
keeps any. One compiled for AVX-512 could so be run by a processor without it. Therefore each weak function in a file that is
compiled for AVX2 or AVX-512 must have a vector of that set in its name, which no other file's functions have.
"""

import re
import subprocess
import sys

VECTORS = {"avx2": re.compile(r"\bkernels::(Float8|Double4)\b"), "avx512": re.compile(r"\bkernels::(Float16|Double8)\b")}
WEAK_FUNCTION = re.compile(r"^(.*):[0-9a-f]+ W (.*)$", re.MULTILINE)


def weak_functions(files):
    """(file name, function) of each weak function in object files and archives."""
    command = ["nm", "--demangle", "--print-file-name", *map(str, files)]
    return WEAK_FUNCTION.findall(subprocess.run(command, capture_output=True, text=True, check=True).stdout)


def instruction_set(file):
    """The set that a file of kernels is compiled for, as its name says; None: any processor."""
    match = re.search(r"_(avx2|avx512)\.", file)
    return match[1] if match else None


def shared_functions(files):
    """(file name, function) of those that files of other sets could have too, and the number of functions looked at."""
    shared, count = [], 0
    for file, function in weak_functions(files):
        vectors = VECTORS.get(instruction_set(file))
        if vectors is None:
            continue
        count += 1
        if not vectors.search(function):
            shared.append((file, function))
    return shared, count


if __name__ == "__main__":
    found, looked_at = shared_functions(sys.argv[1:])
    for name, text in found:
        print(f"{name}: {text}")
    print(f"{looked_at} functions of AVX2 and AVX-512 files, {len(found)} of them not theirs alone")
    sys.exit(1 if found else 0)
