"""Fixtures of the system tests: the program as a user starts it, data to run it on, folders to run it in."""

import os
import pathlib
import shutil
import subprocess

import pytest
import tiny_config

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


class Program:
    """Runs the program in a folder and checks how it ended.

    freshet("data", "check", path, exit_code=EXIT_INPUT_ERROR, stderr=["a.txt:5", "expected"]) returns the
    subprocess.CompletedProcess. Every text in `stderr` must occur in what the program wrote there, in any case never
    the words of a crash. The cache of series lies in the folder too.
    """

    def __init__(self, binary, folder):
        self.binary = binary
        self.folder = folder

    def environment(self, env=None):
        return {**os.environ, "XDG_CACHE_HOME": str(self.folder / "cache"), **(env or {})}

    def __call__(self, *arguments, exit_code=EXIT_OK, stderr=(), env=None, cwd=None, timeout=300, text=True, prefix=(),
                 preexec_fn=None):
        command = [*map(str, prefix), str(self.binary), *map(str, arguments)]
        result = subprocess.run(
            command, cwd=cwd or self.folder, env=self.environment(env), stdin=subprocess.DEVNULL,
            capture_output=True, text=text, timeout=timeout, check=False, preexec_fn=preexec_fn,
        )
        wanted = [stderr] if isinstance(stderr, str) else list(stderr)
        said = result.stderr if text else result.stderr.decode()
        absent = [piece for piece in wanted if piece not in said]
        if result.returncode != exit_code or absent or "Internal error" in said:
            ended = f"signal {-result.returncode}" if result.returncode < 0 else f"exit code {result.returncode}"
            pytest.fail(
                f"{' '.join(command)}\nended with {ended}, expected exit code {exit_code}"
                + (f"; not on stderr: {absent}" if absent else "")
                + f"\n-- stdout\n{result.stdout[-4000:]}\n-- stderr\n{result.stderr[-4000:]}",
                pytrace=False,
            )
        return result

    def start(self, *arguments, **options):
        """Starts the program without waiting for it."""
        return subprocess.Popen(
            [str(self.binary), *map(str, arguments)], cwd=self.folder, env=self.environment(), stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, **options,
        )


@pytest.fixture
def freshet(freshet_bin, tmp_path):
    """The program, run in the test's own folder."""
    return Program(freshet_bin, tmp_path)


@pytest.fixture(scope="session")
def virtual_basins(freshet_bin, tmp_path_factory):
    """Four virtual basins, 1990-10-01 to 1996-09-30. Tests that damage data work on a copy: `own_basins`."""
    folder = tmp_path_factory.mktemp("virtual")
    Program(freshet_bin, folder)("synth", "--basins", 4, "--years", 6, "--seed", 3, "--out", folder / "basins")
    return folder / "basins"


@pytest.fixture
def own_basins(virtual_basins, tmp_path):
    """A copy of the virtual basins, to damage."""
    return pathlib.Path(shutil.copytree(virtual_basins, tmp_path / "basins"))


@pytest.fixture
def config(virtual_basins, tmp_path):
    """Writes a configuration for the virtual basins: config(epochs=1, seed=None) changes keys and drops those set to None."""

    def write(file=tmp_path / "config.yml", data_dir=virtual_basins, **changes):
        return tiny_config.write(file, data_dir, **changes)

    return write


@pytest.fixture(scope="session")
def finished_run(freshet_bin, virtual_basins, tmp_path_factory):
    """A run folder of a trained and evaluated model. Tests that change a run work on a copy: `own_run`."""
    folder = tmp_path_factory.mktemp("finished")
    program = Program(freshet_bin, folder)
    program("train", tiny_config.write(folder / "config.yml", virtual_basins), "--out", folder / "run")
    program("evaluate", folder / "run")
    return folder / "run"


@pytest.fixture
def own_run(finished_run, runs):
    """A copy of the finished run, to change."""
    return pathlib.Path(shutil.copytree(finished_run, runs / "finished"))
