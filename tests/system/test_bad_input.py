"""Hostile input: each case ends with one clear error that says where, with the right exit code, and nothing is lost."""

import os
import resource
import shutil
import subprocess

import pytest
import run_files
import tiny_config
from conftest import EXIT_ENVIRONMENT_ERROR, EXIT_INPUT_ERROR

BASIN = "99000002"


def forcing(data):
    return next(data.glob(f"basin_mean_forcing/daymet/*/{BASIN}_*"))


def streamflow(data):
    return next(data.glob(f"usgs_streamflow/*/{BASIN}_*"))


def attributes(data, topic):
    return data / f"camels_attributes_v2.0/camels_{topic}.txt"


def edit(file, change):
    """Passes the lines of a file through `change`, which alters the list or returns another."""
    lines = file.read_text().splitlines(keepends=True)
    file.write_text("".join(change(lines) or lines))


def set_cell(number, cell, text):
    """Replaces the first occurrence of a line's cell (counted from 0)."""

    def change(lines):
        words = lines[number - 1].split()
        head, tail = lines[number - 1].rsplit(words[cell], 1) if cell else lines[number - 1].split(words[cell], 1)
        lines[number - 1] = head + text + tail

    return change


def swap(first, second):
    def change(lines):
        lines[first - 1], lines[second - 1] = lines[second - 1], lines[first - 1]

    return change


def repeat(number):
    return lambda lines: lines.insert(number, lines[number - 1])


def keep_characters(count):
    return lambda lines: ["".join(lines)[:count]]


def set_flow(value):
    """Every day of the discharge record has this value."""
    return lambda lines: [f"{line[:19]}{value:>9} A\n" for line in lines]


def set_attribute(row, name, text):
    """Sets one cell of a table with semicolons; row None: all rows."""

    def change(lines):
        column = lines[0].strip().split(";").index(name)
        for i in range(1, len(lines)):
            cells = lines[i].rstrip("\n").split(";")
            if row in (None, cells[0]):
                cells[column] = text
                lines[i] = ";".join(cells) + "\n"

    return change


# What is done to which file, and what the error must say. {file} is the damaged file.
DAMAGES = {
    "forcing cut off in a line": (forcing, keep_characters(60000), ["{file}:", BASIN]),
    "forcing cut off in its header": (forcing, keep_characters(10), ["{file}:", BASIN]),
    "forcing empty": (forcing, keep_characters(0), ["{file}", BASIN]),
    "forcing without days": (forcing, lambda lines: lines[:4], ["{file}", BASIN]),
    "text in the forcing": (forcing, set_cell(100, 8, "n/a"), ["{file}:100", BASIN, "tmax(C)", "1991-01-04", "n/a", "number"]),
    "infinity in the forcing": (forcing, set_cell(100, 6, "inf"), ["{file}:100", BASIN, "srad(W/m2)", "inf"]),
    "a day twice in the forcing": (forcing, repeat(200), ["{file}:201", BASIN, "1991-04-14"]),
    "days of the forcing not in order": (forcing, swap(200, 201), ["{file}:201", BASIN, "1991-04-1"]),
    "an impossible day in the forcing": (forcing, set_cell(200, 2, "31"), ["{file}:200", BASIN, "no such day", "month 4, day 31"]),
    "a cell too few in the forcing": (forcing, lambda lines: lines.__setitem__(99, lines[99].rsplit(None, 1)[0] + "\n"), ["{file}:100", BASIN]),
    "a cell too many in the forcing": (forcing, lambda lines: lines.__setitem__(99, lines[99].rstrip() + " 3.1\n"), ["{file}:100", BASIN]),
    "no area in the forcing": (forcing, lambda lines: lines.__setitem__(2, "\n"), ["{file}:", BASIN, "area"]),
    "area zero": (forcing, lambda lines: lines.__setitem__(2, "0\n"), ["{file}:3", BASIN, "area"]),
    "a zero byte": (forcing, lambda lines: lines.__setitem__(49, "\0" * 60 + "\n"), ["{file}:50", BASIN]),
    "discharge cut off": (streamflow, keep_characters(30000), ["{file}:", BASIN]),
    "text in the discharge": (streamflow, set_cell(50, 4, "Ice"), ["{file}:50", BASIN, "Ice", "number"]),
    "a day twice in the discharge": (streamflow, repeat(50), ["{file}:51", BASIN, "1990-11-19"]),
    "days of the discharge not in order": (streamflow, swap(50, 51), ["{file}:51", BASIN, "1990-11-"]),
    "another basin's discharge": (streamflow, set_cell(1, 0, "99000001"), ["{file}:1", BASIN, "99000001"]),
    "no discharge at all": (streamflow, set_flow("-999.00"), [BASIN, "QObs(mm/d)", "no observation", "training"]),
    "discharge the same every day": (streamflow, set_flow("7.00"), [BASIN, "QObs(mm/d)", "constant", "training"]),
    "an attribute missing for a basin": (lambda data: attributes(data, "clim"), set_attribute(BASIN, "aridity", ""), [BASIN, "aridity", "missing"]),
    "an attribute that is text": (lambda data: attributes(data, "clim"), set_attribute(BASIN, "aridity", "dry"), [BASIN, "aridity", "number", "dry"]),
    "an attribute the same everywhere": (lambda data: attributes(data, "clim"), set_attribute(None, "aridity", "1.25"), ["aridity", "same for all 4", "1.25"]),
    "a basin without attributes": (lambda data: attributes(data, "topo"), lambda lines: [line for line in lines if BASIN not in line], [BASIN, "elev_mean"]),
    "a basin twice in the attributes": (lambda data: attributes(data, "topo"), lambda lines: [*lines, lines[-1]], ["{file}:6", "99000004"]),
    "a torn line of attributes": (lambda data: attributes(data, "clim"), lambda lines: [*lines[:3], lines[3][:20] + "\n"], ["{file}:4"]),
}


@pytest.mark.parametrize("case", DAMAGES)
def test_damaged_data(freshet, config, own_basins, runs, case):
    where, change, pieces = DAMAGES[case]
    file = where(own_basins)
    edit(file, change)
    result = freshet("train", config(data_dir=own_basins), "--out", runs / "run", exit_code=EXIT_INPUT_ERROR,
                     stderr=[piece.format(file=file) for piece in pieces])
    assert len(result.stderr.splitlines()) == 1, result.stderr
    assert not (runs / "run").exists()


def test_every_damaged_basin_is_named_at_once(freshet, config, own_basins, runs):
    files = sorted(own_basins.glob("basin_mean_forcing/daymet/*/*"))[:3]
    for file in files:
        edit(file, set_cell(100, 5, "n/a"))
    freshet("train", config(data_dir=own_basins), "--out", runs / "run", exit_code=EXIT_INPUT_ERROR,
            stderr=[*(f"{file}:100" for file in files), "3 problems."])


def test_windows_line_ends_and_a_missing_last_line_end(freshet, config, own_basins, runs):
    freshet("train", config(epochs=1), "--out", runs / "unix")
    for file in own_basins.rglob("*.txt"):
        file.write_bytes(file.read_bytes().rstrip(b"\n").replace(b"\n", b"\r\n"))
    freshet("train", config(epochs=1, data_dir=own_basins), "--out", runs / "windows")
    assert run_files.weights(runs / "unix") == run_files.weights(runs / "windows")


BASIN_LISTS = {
    "not on disk": ("99000001\n9900002\n99000077\n", ["{file}:2", "9900002", "99000077", "{file}:3", "Did you mean 99000002?"]),
    "listed twice": ("99000001\n99000002\n99000001\n", ["{file}:3", "99000001", "twice"]),
    "two on a line": ("99000001 99000002\n", ["{file}:1", "one basin id a line", "99000001 99000002"]),
    "empty": ("# none\n\n", ["{file}", "empty"]),
}


@pytest.mark.parametrize("case", BASIN_LISTS)
@pytest.mark.parametrize("key", ["train_basin_file", "test_basin_file"])
def test_bad_basin_lists(freshet, config, runs, tmp_path, case, key):
    content, pieces = BASIN_LISTS[case]
    file = tmp_path / "list.txt"
    file.write_text(content)
    freshet("train", config(**{key: "list.txt"}), "--out", runs / "run", exit_code=EXIT_INPUT_ERROR,
            stderr=[piece.format(file=file) for piece in pieces])
    assert not (runs / "run").exists()


def test_all_that_is_wrong_with_a_configuration_is_told_at_once(freshet, config, runs):
    file = config(
        hiden_size=8, epochs="many", learning_rate=-1, loss="NES", train_start_date="1991-02-30", test_end_date="1990-01-01",
        train_basin_file="absent.txt", data_dir="absent", optimizer=["Adam"], early_stopping="perhaps", dataset="camels",
        batch_size=2.5, clip_targets_to_zero="QObs", validation_metric="nes", dynamic_inputs=["prcp(mm/day)", "prcp(mm/day)"],
    )
    numbers = {line.split(":")[0]: i for i, line in enumerate(file.read_text().splitlines(), 1)}
    result = freshet("train", file, "--out", runs / "run", exit_code=EXIT_INPUT_ERROR, stderr=[
        "`hiden_size` is not a known key. Did you mean `hidden_size`?", "`NSE`", "a date of the calendar", "1991-02-30", "absent.txt",
        "Did you mean `camels_us`?", "a whole number", "`QObs` is not one of `target_variables`", "Did you mean `nse`?", "twice",
    ])
    for key in ("hiden_size", "epochs", "learning_rate", "loss", "train_start_date", "test_end_date", "train_basin_file", "data_dir",
                "optimizer", "early_stopping", "dataset", "batch_size", "clip_targets_to_zero", "validation_metric", "dynamic_inputs"):
        assert f"{file}:{numbers[key]}:" in result.stderr, key
    assert "problems." in result.stderr and not (runs / "run").exists()


@pytest.mark.parametrize("content, pieces", [
    ("", ["`dataset` is missing", "`data_dir` is missing"]),
    ("- a\n- b\n", [":1: ", "key: value"]),
    ("dataset: [a\nx: 1\n", ["not valid YAML", ":2:"]),
    ("dataset: a\n\tepochs: 3\n", ["not valid YAML", ":2:"]),
    ("seed: 1\nepochs: 2\nseed: 3\n", [":3:1", "`seed` is given twice"]),
    ("target_variable: a\ntarget_variables: a\n", ["the same key"]),
    ("\0\1\2", ["config.yml"]),
    ("seed: *nothing\n", ["not valid YAML", ":1:"]),
    ("seed: 99999999999999999999\n", [":1:", "whole number"]),
    ("? [1, 2]\n: 3\n", [":1:", "not a known key"]),
    ("x: " + "[" * 3000, ["not valid YAML"]),
], ids=["empty", "list", "bracket", "tab", "twice", "alias", "binary", "anchor", "huge", "odd key", "deep"])
def test_broken_configurations(freshet, tmp_path, content, pieces):
    file = tmp_path / "config.yml"
    file.write_text(content)
    freshet("train", file, exit_code=EXIT_INPUT_ERROR, stderr=[str(file), *pieces])


def test_a_configuration_that_is_no_file(freshet, tmp_path):
    freshet("train", tmp_path, exit_code=EXIT_INPUT_ERROR, stderr=[str(tmp_path), "folder"])
    freshet("train", tmp_path / "absent.yml", exit_code=EXIT_INPUT_ERROR, stderr="absent.yml")


def test_an_unset_environment_variable(freshet, config):
    freshet("train", config(data_dir="${FRESHET_NO_SUCH_PLACE}/data"), exit_code=EXIT_INPUT_ERROR,
            stderr=["data_dir", "environment variable `FRESHET_NO_SUCH_PLACE` is not set"])


@pytest.mark.parametrize("change, pieces", [
    ({"dynamic_inputs": ["prcp(mm/day)", "srad"]}, ["srad", "Did you mean `srad(W/m2)`?"]),
    ({"target_variables": "QObs", "clip_targets_to_zero": None}, ["QObs", "Did you mean `QObs(mm/d)`?"]),
    ({"static_attributes": ["elev_maen", "aridty"]}, ["elev_maen", "Did you mean `elev_mean`?", "aridty", "Did you mean `aridity`?"]),
    ({"forcings": "daymt"}, ["daymt", "Did you mean `daymet`?"]),
    ({"forcings": "nldas"}, ["nldas", "daymet"]),
    ({"train_start_date": "2001-10-01", "train_end_date": "2002-09-30"}, ["no basin has a record in the training period", "days within 1990-10-01 to 1996-09-30", "2001-10-01 to 2002-09-30"]),
    ({"test_start_date": "2001-10-01", "test_end_date": "2002-09-30"}, ["no basin has a record in the test period", "2001-10-01 to 2002-09-30"]),
    ({"dynamic_inputs": []}, ["`dynamic_inputs` is empty"]),
    ({"target_variables": [], "clip_targets_to_zero": None}, ["`target_variables` is empty"]),
    ({"dynamic_inputs": ["prcp(mm/day)", "QObs(mm/d)"]}, ["`QObs(mm/d)` is a target"]),
    ({"loss": "KGE", "predict_last_n": 1}, ["too short for the loss KGE", "at least 10"]),
    ({"experiment_name": "../x"}, ["experiment_name", "run_dir"]),
    ({"seq_length": 5000}, ["no training sample", "record"]),
    ({"train_start_date": None}, ["train_end_date", "train_start_date"]),
    ({"train_start_date": None, "train_end_date": None}, ["train_start_date"]),
    ({"validation_start_date": None, "validation_end_date": None}, ["validation needs", "validation_start_date"]),
    ({"area_source": "gages"}, ["area_source", "gages2"]),
    ({"static_attributes": ["gauge_name"]}, ["gauge_name", "not a number"]),
], ids=lambda value: "-".join(value)[:40] if isinstance(value, dict) else "")
def test_a_configuration_that_does_not_fit_the_data(freshet, config, runs, change, pieces):
    freshet("train", config(**change), "--out", runs / "run", exit_code=EXIT_INPUT_ERROR, stderr=pieces)
    assert not (runs / "run").exists()


@pytest.mark.parametrize("arguments, pieces", [
    (["trian", "x"], ["`trian` is not a verb", "Did you mean `train`?"]),
    (["train"], ["config", "required"]),
    (["train", "config.yml", "--sed", "3"], ["`--sed` is not an option of `freshet train`", "Did you mean `--set`?"]),
    (["train", "config.yml", "--set"], ["--set"]),
    (["evaluate"], ["run"]),
    (["synth", "--basins", "many", "--out", "x"], ["--basins", "many"]),
    (["synth", "--basins", "0", "--out", "x"], ["basins", "0"]),
    (["synth", "--basins", "-3", "--out", "x"], ["basins", "-3"]),
    (["synth", "--years", "0", "--out", "x"], ["years"]),
    (["synth", "--basins", "2"], ["--out"]),
    (["list", "modles"], ["modles", "Did you mean `models`?"]),
    (["data"], ["subcommand"]),
    (["data", "chek", "."], ["chek", "Did you mean `check`?"]),
    (["data", "check", "."], ["CAMELS-US", "caravan", "generic"]),
    (["data", "check", "absent"], ["absent"]),
    (["data", "check", ".", "--dataset", "camels"], ["camels", "Did you mean `camels_us`?"]),
], ids=lambda value: " ".join(value)[:30])
def test_wrong_words_on_the_command_line(freshet, tmp_path, arguments, pieces):
    freshet(*arguments, exit_code=EXIT_INPUT_ERROR, stderr=pieces)
    assert list(tmp_path.iterdir()) == []


def test_synth_does_not_write_into_a_used_folder(freshet, own_basins):
    before = {file: file.read_bytes() for file in own_basins.rglob("*") if file.is_file()}
    freshet("synth", "--basins", 2, "--years", 2, "--out", own_basins, exit_code=EXIT_INPUT_ERROR, stderr=str(own_basins))
    assert before == {file: file.read_bytes() for file in own_basins.rglob("*") if file.is_file()}


def cache_file(tmp_path):
    found, = (tmp_path / "cache/freshet").iterdir()
    return found


@pytest.mark.parametrize("damage", ["bit in a series", "bit in the directory", "cut", "empty", "text"])
def test_a_damaged_cache_is_noticed_and_rebuilt(freshet, config, runs, tmp_path, damage):
    file = config(epochs=1)
    freshet("train", file, "--out", runs / "first")
    cache = cache_file(tmp_path)
    whole = cache.read_bytes()
    content = bytearray(whole)
    if damage.startswith("bit"):
        content[-5000 if "series" in damage else 200] ^= 1
    cache.write_bytes({"cut": content[:-100], "empty": b"", "text": b"hello\n"}.get(damage, content))
    freshet("train", file, "--out", runs / "second", stderr=["warning:", str(cache), "read from their sources"])
    assert run_files.weights(runs / "first") == run_files.weights(runs / "second")
    assert cache.read_bytes() == whole
    assert str(cache) not in freshet("train", file, "--out", runs / "third").stderr


def test_a_source_that_changed_behind_the_cache(freshet, config, own_basins, runs):
    """Other content behind the same size and time is found by --verify-cache, and by any run after a touch."""
    file = config(epochs=1, data_dir=own_basins)
    freshet("train", file, "--out", runs / "first")
    source = forcing(own_basins)
    times = source.stat().st_atime_ns, source.stat().st_mtime_ns
    edit(source, lambda lines: lines.__setitem__(900, lines[900].replace(lines[900].split()[6], lines[900].split()[6][::-1].replace(".", "9", 1)[:-2] + ".9", 1)[:len(lines[900])]))
    os.utime(source, ns=times)
    freshet("train", file, "--verify-cache", "--out", runs / "second", exit_code=EXIT_INPUT_ERROR, stderr=[BASIN, "other content", str(source)])


def test_a_cache_that_cannot_be_written_is_no_reason_to_stop(freshet, config, runs, tmp_path):
    (tmp_path / "file").touch()
    freshet("train", config(epochs=1), "--out", runs / "run", env={"XDG_CACHE_HOME": str(tmp_path / "file")},
            stderr=["warning:", "cache", "goes on without it"])


def limited(size):
    """Files of this process can have `size` bytes at most: a full disk without a disk."""
    return lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (size, size))


def test_a_limit_on_file_sizes(freshet, config, finished_run, runs, tmp_path):
    """The results of before stay whole, the error names the file, and no half file is left."""
    run = shutil.copytree(finished_run, runs / "run")
    before = {file: file.read_bytes() for file in run.rglob("*") if file.is_file()}
    freshet("evaluate", run, exit_code=EXIT_ENVIRONMENT_ERROR, stderr=["predictions.nc", "File too large"],
            preexec_fn=limited(8000), env={"XDG_CACHE_HOME": str(tmp_path / "file")})
    assert before == {file: file.read_bytes() for file in run.rglob("*") if file.is_file()}
    freshet("report", run, exit_code=EXIT_ENVIRONMENT_ERROR, stderr=["report.html"], preexec_fn=limited(8000))
    assert before == {file: file.read_bytes() for file in run.rglob("*") if file.is_file()}
    freshet("synth", "--basins", 2, "--years", 2, "--out", tmp_path / "v", exit_code=EXIT_ENVIRONMENT_ERROR, stderr=[str(tmp_path / "v")],
            preexec_fn=limited(8000))
    freshet("train", config(), "--out", runs / "new", exit_code=EXIT_ENVIRONMENT_ERROR, stderr=[".safetensors"], preexec_fn=limited(3000))


@pytest.fixture
def small_disk(tmp_path):
    """A file system of 300 KB."""
    place = tmp_path / "disk"
    place.mkdir()
    made = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=300k", "tmpfs", place], capture_output=True, check=False)
    if made.returncode != 0:
        pytest.skip("no right to mount a file system")
    yield place
    subprocess.run(["umount", place], check=True)


def fill(disk, leave):
    """Fills the disk but for about `leave` bytes."""
    free = os.statvfs(disk)
    (disk / "ballast").write_bytes(bytes(max(0, free.f_bavail * free.f_bsize - leave)))


def test_a_full_disk_stops_a_run_that_goes_on_later(freshet, config, runs, small_disk):
    """Checkpoints fill the disk in the middle of training: an error, and after making room the same bits as ever."""
    file = config(epochs=8, save_weights_every=1)
    freshet("train", file, "--out", runs / "whole")
    fill(small_disk, 40_000)
    freshet("train", file, "--out", small_disk / "run", exit_code=EXIT_ENVIRONMENT_ERROR,
            stderr=["No space left", "Free some space", str(small_disk / "run")])
    assert not [path for path in small_disk.rglob("*") if ".tmp" in path.name]
    (small_disk / "ballast").unlink()
    run = small_disk / "run"
    freshet("resume", run)
    assert run_files.weights(run) == run_files.weights(runs / "whole")
    assert run_files.epochs(run) == run_files.epochs(runs / "whole")


def test_a_disk_that_is_full_from_the_start(freshet, config, finished_run, small_disk, tmp_path):
    fill(small_disk, 0)
    freshet("train", config(), "--out", small_disk / "run", exit_code=EXIT_ENVIRONMENT_ERROR, stderr="No space left")
    freshet("predict", finished_run, "--out", small_disk / "p.nc", exit_code=EXIT_ENVIRONMENT_ERROR, stderr=["No space left", "p.nc"])
    freshet("synth", "--basins", 2, "--years", 2, "--out", small_disk / "v", exit_code=EXIT_ENVIRONMENT_ERROR, stderr="No space left")
    (small_disk / "ballast").unlink()
    freshet("train", config(), "--out", small_disk / "run")


def test_a_cache_on_a_full_disk(freshet, config, runs, small_disk):
    fill(small_disk, 20_000)
    freshet("train", config(epochs=1), "--out", runs / "run", env={"XDG_CACHE_HOME": str(small_disk)},
            stderr=["warning:", "cache", "No space left", "goes on without it"])
    assert [path.name for path in small_disk.rglob("*") if path.is_file()] == ["ballast"]


def test_standard_output_that_takes_nothing(freshet, freshet_bin):
    """A list cut short must not look complete."""
    with open("/dev/full", "w") as full:
        for arguments in (["list", "metrics"], ["config", "explain"], ["--help-markdown"]):
            result = subprocess.run([freshet_bin, *arguments], stdout=full, stderr=subprocess.PIPE, text=True, check=False)
            assert result.returncode == EXIT_ENVIRONMENT_ERROR and "No space left" in result.stderr


@pytest.fixture
def unprivileged():
    """A command prefix under which permissions count, for root too."""
    if os.geteuid() != 0:
        return []
    prefix = ["setpriv", "--bounding-set", "-dac_override,-dac_read_search"]
    if shutil.which("setpriv") is None or subprocess.run([*prefix, "true"], capture_output=True, check=False).returncode != 0:
        pytest.skip("root's rights cannot be laid down")
    return prefix


@pytest.mark.parametrize("name, code, pieces", [
    ("", EXIT_ENVIRONMENT_ERROR, ["Permission denied"]),
    ("basin_mean_forcing", EXIT_ENVIRONMENT_ERROR, ["basin_mean_forcing", "Permission denied"]),
    ("basin_mean_forcing/daymet", EXIT_ENVIRONMENT_ERROR, ["daymet", "Permission denied"]),
    ("usgs_streamflow", EXIT_ENVIRONMENT_ERROR, ["usgs_streamflow", "Permission denied"]),
    ("camels_attributes_v2.0", EXIT_ENVIRONMENT_ERROR, ["camels_attributes_v2.0", "Permission denied"]),
], ids=["all", "forcings", "product", "streamflow", "attributes"])
def test_folders_that_may_not_be_read(freshet, config, own_basins, runs, unprivileged, name, code, pieces):
    folder = own_basins / name
    mode = folder.stat().st_mode
    folder.chmod(0)
    try:
        freshet("train", config(data_dir=own_basins), "--out", runs / "run", exit_code=code, stderr=[str(folder), *pieces], prefix=unprivileged)
    finally:
        folder.chmod(mode)
    assert not (runs / "run").exists()


def test_a_basin_folder_that_may_not_be_read_does_not_vanish(freshet, config, own_basins, runs, unprivileged):
    """Training on fewer basins than there are, without a word, would be the worst answer."""
    folder = forcing(own_basins).parent
    folder.chmod(0)
    try:
        freshet("train", config(data_dir=own_basins), "--out", runs / "run", exit_code=EXIT_ENVIRONMENT_ERROR,
                stderr=[str(folder), "Permission denied"], prefix=unprivileged)
    finally:
        folder.chmod(0o755)


def test_files_that_may_not_be_read_or_written(freshet, config, own_basins, runs, unprivileged):
    file = forcing(own_basins)
    file.chmod(0)
    freshet("train", config(data_dir=own_basins), "--out", runs / "run", exit_code=EXIT_INPUT_ERROR,
            stderr=[str(file), BASIN, "Permission denied"], prefix=unprivileged)
    file.chmod(0o644)
    runs.chmod(0o500)
    freshet("train", config(data_dir=own_basins), "--out", runs / "run", exit_code=EXIT_ENVIRONMENT_ERROR,
            stderr=[str(runs / "run"), "Permission denied"], prefix=unprivileged)
    runs.chmod(0o755)


@pytest.mark.parametrize("unit, start, count, pieces", [
    ("hours", "2000-01-01", 24 * 400, ["time steps differ", "1440 minutes", "60 minutes"]),
    ("days", "2000-01-01 12:00", 400, ["do not begin at the same time of day", "2000-01-01", "12:00"]),
], ids=["step", "phase"])
def test_basins_on_other_time_steps_are_found_before_training(freshet, tmp_path, runs, unit, start, count, pieces):
    import netCDF4
    import numpy as np

    (tmp_path / "time_series").mkdir()
    for basin, (own_unit, first, steps) in {"a": ("days", "2000-01-01", 400), "b": (unit, start, count)}.items():
        with netCDF4.Dataset(tmp_path / f"time_series/{basin}.nc", "w") as file:
            file.createDimension("date", steps)
            time = file.createVariable("date", "i4", ("date",))
            time.units = f"{own_unit} since {first}"
            time[:] = np.arange(steps)
            for name in ("precipitation", "qobs"):
                file.createVariable(name, "f4", ("date",))[:] = np.arange(steps) % 7
    config = tiny_config.write(
        tmp_path / "config.yml", tmp_path, dataset="generic", forcings=None, static_attributes=None, dynamic_inputs="precipitation",
        target_variables="qobs", clip_targets_to_zero=None, validate_every=None, train_start_date="2000-06-01", train_end_date="2000-12-31",
        test_start_date=None, test_end_date=None)
    freshet("train", config, "--out", runs / "run", exit_code=EXIT_INPUT_ERROR, stderr=["basin b", *pieces])
    assert not (runs / "run").exists()
