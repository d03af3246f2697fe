"""Fixtures of the system tests: the program as a user starts it, data to run it on, folders to run it in."""

import os
import pathlib
import shutil
import subprocess

import pytest

ROOT = pathlib.Path(__file__).resolve().parents[2]

# What the program's exit codes mean.
EXIT_OK = 0
EXIT_INPUT_ERROR = 2
EXIT_ENVIRONMENT_ERROR = 3
EXIT_INTERNAL_ERROR = 70


@pytest.fixture(scope="session")
def root():
    """The source tree."""
    return ROOT


@pytest.fixture(scope="session")
def freshet_bin():
    """Path of the program: FRESHET_BIN, or the release build."""
    path = pathlib.Path(os.environ.get("FRESHET_BIN", ROOT / "build/release/bin/freshet"))
    if not path.is_file():
        pytest.fail(f"there is no program at {path}; build it, or set FRESHET_BIN")
    return path


@pytest.fixture(scope="session")
def data_dir():
    """The folder of real data sets; tests that need it are skipped without it."""
    path = os.environ.get("FRESHET_DATA_DIR")
    if not path:
        pytest.skip("FRESHET_DATA_DIR is not set")
    if not pathlib.Path(path).is_dir():
        pytest.fail(f"FRESHET_DATA_DIR is {path}, which is no folder")
    return pathlib.Path(path)


@pytest.fixture(scope="session")
def chromium():
    """Path of a headless browser, for tests that open a report."""
    for name in ("chromium", "chromium-browser", "google-chrome"):
        path = shutil.which(name)
        if path:
            return path
    pytest.skip("there is no Chromium; scripts/setup.sh --for-tests installs it")


@pytest.fixture
def runs(tmp_path):
    """An empty folder for run folders."""
    folder = tmp_path / "runs"
    folder.mkdir()
    return folder


@pytest.fixture
def freshet(freshet_bin, tmp_path):
    """Runs the program in a temporary folder and checks how it ended.

    freshet("data", "check", path, exit_code=EXIT_INPUT_ERROR, stderr=["a.txt:5", "expected"]) returns the
    subprocess.CompletedProcess. Every text in `stderr` must occur in what the program wrote there.
    """

    def run(*arguments, exit_code=EXIT_OK, stderr=(), env=None, cwd=tmp_path, timeout=300, text=True):
        command = [str(freshet_bin), *map(str, arguments)]
        result = subprocess.run(
            command, cwd=cwd, env={**os.environ, **(env or {})}, stdin=subprocess.DEVNULL,
            capture_output=True, text=text, timeout=timeout, check=False,
        )
        wanted = [stderr] if isinstance(stderr, str) else list(stderr)
        absent = [piece for piece in wanted if piece not in result.stderr]
        if result.returncode != exit_code or absent:
            ended = f"signal {-result.returncode}" if result.returncode < 0 else f"exit code {result.returncode}"
            pytest.fail(
                f"{' '.join(command)}\nended with {ended}, expected exit code {exit_code}"
                + (f"; not on stderr: {absent}" if absent else "")
                + f"\n-- stdout\n{result.stdout[-4000:]}\n-- stderr\n{result.stderr[-4000:]}",
                pytrace=False,
            )
        return result

    return run
