#!/usr/bin/env python3
"""Runs a command and prints its wall time and the most memory it held (resident set)."""

import resource
import subprocess
import sys
import time

start = time.perf_counter()
code = subprocess.run(sys.argv[1:]).returncode
usage = resource.getrusage(resource.RUSAGE_CHILDREN)
print(f"wall {time.perf_counter() - start:.1f} s, peak memory {usage.ru_maxrss / 1024:.0f} MiB, exit code {code}")
sys.exit(code)
