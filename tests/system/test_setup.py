"""scripts/setup.sh on machines that lack things: faked by a PATH that holds only what each case is to have."""

import os
import shutil
import stat
import subprocess
import sys

import pytest

TOOLS = ["g++", "cmake", "ninja", "ccache", "pkg-config", "git", "node", "npm"]
LIBRARIES = (
    "libfmt-dev libyaml-cpp-dev nlohmann-json3-dev libnetcdf-dev libxxhash-dev zlib1g-dev libcli11-dev "
    "libgtest-dev libgmock-dev"
).split()
INSTALL_LINE = "    sudo apt-get update && sudo apt-get install -y --no-install-recommends "


class Machine:
    """A copy of the set-up script in a folder of its own, and a PATH with faked programs alone."""

    def __init__(self, folder, root):
        self.project = folder / "project"
        self.path = folder / "bin"
        self.log = folder / "log"
        (self.project / "scripts").mkdir(parents=True)
        self.path.mkdir()
        self.log.write_text("")
        shutil.copy(root / "scripts/setup.sh", self.project / "scripts")
        for file in root.glob("requirements*.txt"):
            shutil.copy(file, self.project)
        for name in ("cat", "env", "grep"):
            (self.path / name).symlink_to(shutil.which(name))
        self.program("python3", f'exec {sys.executable} "$@"')
        self.user(0)
        self.packages(LIBRARIES)
        for name in TOOLS:
            self.program(name)

    def program(self, name, body="exit 0"):
        self.write(self.path / name, body)

    def write(self, file, body):
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(f'#!/bin/bash\nprintf "%s\\n" "{file.name} $*" >>{self.log}\n{body}\n')
        file.chmod(file.stat().st_mode | stat.S_IXUSR)

    def user(self, number):
        self.program("id", f"echo {number}")

    def packages(self, installed):
        lines = "".join(f"{name} installed\\n" for name in installed)
        self.program("dpkg-query", f"printf '{lines}'; exit 1")

    def libtorch(self):
        """A LibTorch from elsewhere: no virtual environment is wanted then."""
        config = self.project / "libtorch/share/cmake/Torch/TorchConfig.cmake"
        config.parent.mkdir(parents=True)
        config.touch()
        return {"CMAKE_PREFIX_PATH": str(self.project / "libtorch")}

    def venv(self, pip="exit 0"):
        """A virtual environment without any package, in which pip does `pip`."""
        self.write(self.project / ".venv/bin/python", f'if [[ $1 == -m ]]; then\n{pip}\nfi\nexec {sys.executable} -S "$@"')

    def setup(self, *arguments, env=None):
        return subprocess.run(
            ["/bin/bash", self.project / "scripts/setup.sh", *arguments],
            env={"PATH": str(self.path), "HOME": str(self.project), **(env or {})},
            capture_output=True, text=True, timeout=60, check=False,
        )

    def calls(self, name):
        return [line for line in self.log.read_text().splitlines() if line.split()[0] == name]

    def pip_calls(self):
        return [call for call in self.calls("python") if " -m pip install " in call]


@pytest.fixture
def machine(tmp_path, root):
    return Machine(tmp_path, root)


def report(needs):
    """The body of a pip that offers a torch wheel with these requirements."""
    entries = ",".join(f'"{need}"' for need in needs)
    return (
        'if [[ $* == *--report* ]]; then\n'
        f"""  echo '{{"install": [{{"metadata": {{"version": "2.13.0", "requires_dist": [{entries}]}}}}]}}'\n"""
        "fi\nexit 0"
    )


CUDA_WHEEL = report(["filelock", "nvidia-cudnn-cu13==9.20.0.48; platform_system == 'Linux'"])
CPU_WHEEL = report(["filelock", "sympy>=1.13.3"])


def test_nothing_missing_installs_nothing(machine):
    result = machine.setup(env=machine.libtorch())
    assert result.returncode == 0, result.stderr
    assert "everything is there" in result.stdout
    assert machine.calls("apt-get") == []


@pytest.mark.parametrize("sudo", [None, "exit 1"], ids=["without sudo", "sudo wants a password"])
def test_without_rights_prints_the_exact_command(machine, sudo):
    machine.user(1000)
    machine.packages([])
    machine.program("apt-get")
    for name in TOOLS:
        (machine.path / name).unlink()
    if sudo:
        machine.program("sudo", sudo)
    result = machine.setup(env=machine.libtorch())
    assert result.returncode == 3
    packages = "g++ cmake ninja-build ccache pkg-config git nodejs npm " + " ".join(LIBRARIES)
    assert INSTALL_LINE + packages in result.stderr.splitlines()
    assert machine.calls("apt-get") == []


def test_names_only_what_is_missing(machine):
    machine.user(1000)
    machine.packages([name for name in LIBRARIES if name != "libnetcdf-dev"])
    (machine.path / "ccache").unlink()
    result = machine.setup(env=machine.libtorch())
    assert result.returncode == 3
    assert INSTALL_LINE + "ccache libnetcdf-dev" in result.stderr.splitlines()


def test_tests_need_a_browser_and_benchmarks_their_library(machine):
    machine.user(1000)
    result = machine.setup("--for-tests", "--for-bench", env=machine.libtorch())
    assert result.returncode == 3
    assert INSTALL_LINE + "chromium libbenchmark-dev" in result.stderr.splitlines()


def test_no_apt_get_prints_the_command_even_to_root(machine):
    machine.packages([])
    result = machine.setup(env=machine.libtorch())
    assert result.returncode == 3
    assert INSTALL_LINE + " ".join(LIBRARIES) in result.stderr.splitlines()


def test_root_installs_without_an_update_when_the_lists_are_good(machine):
    machine.packages(LIBRARIES[1:])
    machine.program("apt-get")
    result = machine.setup(env=machine.libtorch())
    assert result.returncode == 0, result.stderr
    calls = machine.calls("apt-get")
    assert not any(call.endswith(" update") for call in calls)
    assert calls[-1].endswith("install -y --no-install-recommends libfmt-dev")


def test_root_updates_when_a_package_is_unknown(machine):
    machine.packages(LIBRARIES[1:])
    updated = machine.project / "updated"
    machine.program("apt-get", f"case $* in *update) : >{updated} ;; *) [[ -e {updated} ]] ;; esac")
    result = machine.setup(env=machine.libtorch())
    assert result.returncode == 0, result.stderr
    assert sum(call.endswith(" update") for call in machine.calls("apt-get")) == 1


def test_sudo_without_a_password_is_used(machine):
    machine.user(1000)
    machine.packages(LIBRARIES[1:])
    machine.program("apt-get")
    machine.program("sudo", 'while [[ $1 == -* ]]; do shift; done; [[ $1 == true ]] || exec "$@"')
    result = machine.setup(env=machine.libtorch())
    assert result.returncode == 0, result.stderr
    assert machine.calls("apt-get")[-1].endswith(" libfmt-dev")


def test_apt_that_fails_ends_with_its_code(machine):
    machine.packages(LIBRARIES[1:])
    machine.program("apt-get", "exit 100")
    assert machine.setup(env=machine.libtorch()).returncode == 3


def test_cuda_wheel_is_explained_and_not_installed(machine):
    machine.venv(CUDA_WHEEL)
    result = machine.setup()
    assert result.returncode == 3
    for piece in ("CUDA build", "PIP_EXTRA_INDEX_URL", "CMAKE_PREFIX_PATH", "FRESHET_ALLOW_CUDA_WHEEL=1"):
        assert piece in result.stderr
    assert all("--dry-run" in call for call in machine.pip_calls())


def test_cuda_wheel_with_consent_brings_what_its_cpu_part_links(machine):
    machine.venv(CUDA_WHEEL)
    result = machine.setup(env={"FRESHET_ALLOW_CUDA_WHEEL": "1"})
    assert result.returncode == 0, result.stderr
    installs = [call for call in machine.pip_calls() if "--dry-run" not in call]
    assert any("requirements-cuda-wheel.txt" in call for call in installs)
    assert any(call.endswith("torch==2.13.0") for call in installs)
    assert all("--no-deps" in call for call in installs)


def test_cpu_wheel_is_installed_without_questions(machine):
    machine.venv(CPU_WHEEL)
    result = machine.setup()
    assert result.returncode == 0, result.stderr
    assert "cpu build" in result.stdout
    assert not any("cuda" in call for call in machine.pip_calls())


def test_pip_without_a_network_says_what_to_do(machine):
    machine.venv("echo 'ERROR: no route to host' >&2; exit 1")
    result = machine.setup()
    assert result.returncode == 3
    for piece in ("no route to host", "PIP_FIND_LINKS", "CMAKE_PREFIX_PATH"):
        assert piece in result.stderr


def test_unknown_argument(machine):
    result = machine.setup("--for-test")
    assert result.returncode == 2
    assert "--for-test" in result.stderr


def test_requirements_are_pinned(root):
    for file in root.glob("requirements*.txt"):
        for line in file.read_text().splitlines():
            if line and not line.startswith("#"):
                name, operator, version = line.partition("==")
                assert operator and version and name.replace("-", "").replace("_", "").isalnum(), f"{file.name}: {line}"
    assert os.access(root / "scripts/setup.sh", os.X_OK)
    assert os.access(root / ".ci/run", os.X_OK)
