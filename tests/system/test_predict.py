"""Prediction: without discharge, in one go or in parts with saved states, and what a state may not be used for."""

import os
import shutil

import netCDF4
import numpy as np
import pytest
import run_files
from conftest import EXIT_INPUT_ERROR
from run_files import predictions, same_bits


@pytest.fixture
def ungauged(virtual_basins, tmp_path):
    """The virtual basins without a single streamflow file."""
    folder = tmp_path / "ungauged"
    shutil.copytree(virtual_basins, folder, ignore=shutil.ignore_patterns("usgs_streamflow", "truth"))
    return folder


def test_equals_the_evaluation(freshet, finished_run, tmp_path):
    assert freshet("predict", finished_run, "--out", tmp_path / "p.nc").stdout.strip() == str(tmp_path / "p.nc")
    ids, days, simulated, _ = predictions(tmp_path / "p.nc")
    all_ids, all_days, evaluated, _ = predictions(finished_run / "predictions.nc")
    assert ids == all_ids and (days == all_days).all() and same_bits(simulated, evaluated)


def test_needs_no_streamflow(freshet, finished_run, ungauged, tmp_path):
    freshet("predict", finished_run, "--set", f"data_dir={ungauged}", "--out", tmp_path / "p.nc")
    ids, _, simulated, observed = predictions(tmp_path / "p.nc")
    assert len(ids) == 4 and same_bits(simulated, predictions(finished_run / "predictions.nc")[2])
    assert np.isnan(observed).all()
    with netCDF4.Dataset(tmp_path / "p.nc") as file:
        assert file["QObs_mm_d_sim"].units == "mm/day"


def test_basins_never_trained_on(freshet, finished_run, tmp_path):
    freshet("synth", "--basins", 6, "--years", 6, "--seed", 8, "--out", tmp_path / "others")
    (tmp_path / "two.txt").write_text("99000006\n99000005\n")
    freshet("predict", finished_run, "--set", f"data_dir={tmp_path / 'others'}", "--basins", tmp_path / "two.txt", "--out", tmp_path / "p.nc")
    ids, _, simulated, _ = predictions(tmp_path / "p.nc")
    assert ids == ["99000005", "99000006"] and np.isfinite(simulated).all()


def test_a_period_of_ones_own(freshet, finished_run, tmp_path):
    freshet("predict", finished_run, "--start", "1995-02-27", "--end", "1995-03-02", "--out", tmp_path / "p.nc")
    _, days, simulated, _ = predictions(tmp_path / "p.nc")
    assert list(np.array(days, "datetime64[D]").astype(str)) == ["1995-02-27", "1995-02-28", "1995-03-01", "1995-03-02"]
    assert simulated.shape == (4, 4)


def test_a_file_that_xarray_and_others_can_read(finished_run):
    with netCDF4.Dataset(finished_run / "predictions.nc") as file:
        assert file.Conventions.startswith("CF-") and file.featureType == "timeSeries"
        assert file["time"].standard_name == "time" and "since" in file["time"].units
        assert file["QObs_mm_d_sim"].dimensions == ("basin", "time") and file["QObs_mm_d_sim"].units == "mm/day"
        assert np.isfinite(file["latitude"][:]).all() and np.isfinite(file["area"][:]).all()


def chain(freshet, run, days, tmp_path, *options):
    """Predictions of successive periods, each from the state the one before left; days[i] starts part i."""
    parts = []
    for i, (first, last) in enumerate(zip(days[:-1], days[1:])):
        state = ["--state-out", tmp_path / f"{i}.state"]
        if i == 0:
            state += ["--start", first]
        else:
            state += ["--state-in", tmp_path / f"{i - 1}.state"]
        end = np.datetime64(last) - 1
        freshet("predict", run, "--end", end, *state, "--out", tmp_path / f"{i}.nc", *options)
        parts.append(predictions(tmp_path / f"{i}.nc")[2])
    return np.concatenate(parts, axis=1)


def test_two_halves_are_the_whole(freshet, finished_run, tmp_path):
    joined = chain(freshet, finished_run, ["1994-10-01", "1995-07-14", "1996-10-01"], tmp_path)
    assert same_bits(joined, predictions(finished_run / "predictions.nc")[2])


def test_day_by_day_over_a_week(freshet, finished_run, ungauged, tmp_path):
    days = [str(np.datetime64("1996-02-26") + k) for k in range(8)]
    joined = chain(freshet, finished_run, ["1994-10-01", *days], tmp_path, "--set", f"data_dir={ungauged}")
    whole = predictions(finished_run / "predictions.nc")[2]
    assert same_bits(joined, whole[:, :joined.shape[1]]) and joined.shape[1] == 513 + 7


def test_forcing_that_grows_day_by_day(freshet, finished_run, ungauged, tmp_path):
    """As in operation: each day a line is added to the forcing files, and the run goes on from yesterday's state."""
    files = {file: file.read_text().splitlines(keepends=True) for file in ungauged.glob("basin_mean_forcing/daymet/*/*")}
    parts = []
    for k, day in enumerate(["1995-12-31", "1996-01-01", "1996-01-02"]):
        for file, lines in files.items():
            stop = next(i for i, line in enumerate(lines) if line.startswith(day.replace("-", " ")))
            file.write_text("".join(lines[:stop + 1]))
        state = ["--state-in", tmp_path / f"{k - 1}.state"] if k else ["--start", "1995-12-31"]
        freshet("predict", finished_run, *state, "--state-out", tmp_path / f"{k}.state", "--end", day,
                "--set", f"data_dir={ungauged}", "--out", tmp_path / f"{k}.nc")
        parts.append(predictions(tmp_path / f"{k}.nc")[2])
    freshet("predict", finished_run, "--start", "1995-12-31", "--end", "1996-01-02", "--out", tmp_path / "whole.nc")
    assert same_bits(np.concatenate(parts, axis=1), predictions(tmp_path / "whole.nc")[2])


@pytest.fixture
def state(freshet, finished_run, tmp_path):
    """States after 1994-12-31."""
    freshet("predict", finished_run, "--start", "1994-10-01", "--end", "1994-12-31", "--state-out", tmp_path / "s", "--out", tmp_path / "first.nc")
    return tmp_path / "s"


def test_states_of_some_basins_and_other_threads(freshet, finished_run, state, tmp_path):
    (tmp_path / "one.txt").write_text("99000003\n")
    freshet("predict", finished_run, "--state-in", state, "--basins", tmp_path / "one.txt", "--set", "threads=1", "--out", tmp_path / "p.nc")
    ids, _, simulated, _ = predictions(tmp_path / "p.nc")
    assert ids == ["99000003"] and same_bits(simulated, predictions(finished_run / "predictions.nc")[2][2:3, 92:])


def test_a_state_of_another_model_is_refused(freshet, config, state, runs, tmp_path):
    freshet("train", config(epochs=1, seed=2), "--out", runs / "other")
    freshet("predict", runs / "other", "--state-in", state, "--out", tmp_path / "p.nc", exit_code=EXIT_INPUT_ERROR,
            stderr=[str(state), "another model"])
    assert not (tmp_path / "p.nc").exists()


@pytest.mark.parametrize("start", ["1995-01-02", "1994-12-31", "1990-10-01", "1996-09-30"])
def test_a_state_with_another_start_is_refused(freshet, finished_run, state, tmp_path, start):
    freshet("predict", finished_run, "--state-in", state, "--start", start, "--end", "1996-12-31", "--out", tmp_path / "p.nc",
            exit_code=EXIT_INPUT_ERROR, stderr=["99000001", "starts on 1995-01-01", f"got {start}"])
    assert not (tmp_path / "p.nc").exists()


def test_a_basin_without_state(freshet, finished_run, virtual_basins, tmp_path):
    (tmp_path / "one.txt").write_text("99000003\n")
    freshet("predict", finished_run, "--basins", tmp_path / "one.txt", "--end", "1994-12-31", "--state-out", tmp_path / "s", "--out", tmp_path / "p.nc")
    result = freshet("predict", finished_run, "--state-in", tmp_path / "s", "--out", tmp_path / "q.nc", exit_code=EXIT_INPUT_ERROR,
                     stderr=["no state", "99000001", "99000002", "99000004"])
    assert "99000003" not in result.stderr


def test_damaged_states(freshet, finished_run, state, tmp_path):
    content = state.read_bytes()
    flipped = bytearray(content)
    flipped[-3] ^= 16
    weights = run_files.weights(finished_run)
    for damaged in (b"", content[:100], content[:-1], bytes(flipped), b"text\n", weights):
        state.write_bytes(damaged)
        result = freshet("predict", finished_run, "--state-in", state, "--out", tmp_path / "p.nc", exit_code=EXIT_INPUT_ERROR, stderr=str(state))
        assert len(result.stderr.splitlines()) == 1
    freshet("predict", finished_run, "--state-in", tmp_path / "absent", "--out", tmp_path / "p.nc", exit_code=EXIT_INPUT_ERROR, stderr="absent")


def forged(content, **metadata):
    """A state file with other metadata and no checksum, as another program would write it."""
    import json

    start = 8 + int.from_bytes(content[:8], "little")
    header = json.loads(content[8:start])
    header["__metadata__"].pop("freshet.xxh3")
    header["__metadata__"].update(metadata)
    text = json.dumps(header).encode()
    return len(text).to_bytes(8, "little") + text + content[start:]


def test_states_that_contradict_themselves(freshet, finished_run, state, tmp_path):
    content = state.read_bytes()
    state.write_bytes(forged(content))
    freshet("predict", finished_run, "--state-in", state, "--end", "1995-01-02", "--out", tmp_path / "p.nc")
    five = '["99000001", "99000002", "99000003", "99000004", "99000005"]'
    for metadata in ({"basins": five}, {"basins": "3"}, {"next": "[]"}, {"next": '["x", "x", "x", "x"]'}, {"basins": "["}, {"basins": ""}):
        state.write_bytes(forged(content, **metadata))
        freshet("predict", finished_run, "--state-in", state, "--out", tmp_path / "p.nc", exit_code=EXIT_INPUT_ERROR, stderr=[str(state), "damaged"])


def test_gaps_in_the_forcing(freshet, finished_run, own_basins, tmp_path):
    """Without a replacement there is no prediction from a gap until the warm-up after it; from a state it is an error."""
    file = next(own_basins.glob("basin_mean_forcing/daymet/*/99000002_*"))
    lines = [line for line in file.read_text().splitlines(keepends=True) if not line.startswith("1995 03 0")]
    file.write_text("".join(lines))
    data = ["--set", f"data_dir={own_basins}"]
    freshet("predict", finished_run, *data, "--out", tmp_path / "p.nc", stderr="99 days in 1 basins have no prediction")
    ids, days, simulated, _ = predictions(tmp_path / "p.nc")
    missing = np.flatnonzero(np.isnan(simulated[1]))
    assert len(missing) == 9 + 90 and np.datetime64(int(days[missing[0]]), "D") == np.datetime64("1995-03-01")
    whole = predictions(finished_run / "predictions.nc")[2]
    assert same_bits(simulated[[0, 2, 3]], whole[[0, 2, 3]])
    freshet("predict", finished_run, *data, "--end", "1995-02-10", "--state-out", tmp_path / "s", "--out", tmp_path / "p.nc")
    freshet("predict", finished_run, *data, "--state-in", tmp_path / "s", "--out", tmp_path / "q.nc", exit_code=EXIT_INPUT_ERROR,
            stderr=["99000002", "1995-03-01", "input is missing", "input_replacing"])
    freshet("predict", finished_run, *data, "--end", "1995-03-05", "--state-out", tmp_path / "t", "--out", tmp_path / "q.nc",
            exit_code=EXIT_INPUT_ERROR, stderr=["99000002", "no state can be saved"])
    assert not (tmp_path / "q.nc").exists() and not (tmp_path / "t").exists()


def test_a_period_longer_than_the_record_is_told(freshet, finished_run, tmp_path):
    freshet("predict", finished_run, "--start", "1996-09-01", "--end", "1996-10-31", "--out", tmp_path / "p.nc",
            stderr=["4 basins", "record", "31 days"])
    assert len(predictions(tmp_path / "p.nc")[1]) == 30
    freshet("predict", finished_run, "--start", "1996-09-01", "--end", "1996-10-31", "--state-out", tmp_path / "s", "--out", tmp_path / "q.nc",
            exit_code=EXIT_INPUT_ERROR, stderr=["no state can be saved", "99000001", "1996-10-31"])


@pytest.mark.parametrize("arguments, pieces", [
    (["--start", "1995-02-30"], ["--start", "1995-02-30", "YYYY-MM-DD"]),
    (["--end", "yesterday"], ["--end", "yesterday"]),
    (["--start", "1996-01-02", "--end", "1996-01-01"], ["ends before it starts", "1996-01-02 to 1996-01-01"]),
    (["--start", "2001-01-01"], ["--end"]),
    (["--start", "2001-01-01", "--end", "2001-02-01"], ["2001-01-01 to 2001-02-01", "1990-10-01 to 1996-09-30"]),
    (["--basins", "absent.txt"], ["absent.txt"]),
    (["--set", "data_dir=absent"], ["absent", "does not exist"]),
    (["--set", "hidden_size=9"], ["hidden_size", "expected 8"]),
], ids=lambda value: " ".join(value)[:30])
def test_wrong_requests(freshet, finished_run, tmp_path, arguments, pieces):
    freshet("predict", finished_run, *arguments, "--out", tmp_path / "p.nc", exit_code=EXIT_INPUT_ERROR, stderr=pieces)
    assert not (tmp_path / "p.nc").exists()


def test_unknown_basins(freshet, finished_run, tmp_path):
    (tmp_path / "list.txt").write_text("99000001\n9900002\n")
    freshet("predict", finished_run, "--basins", tmp_path / "list.txt", "--out", tmp_path / "p.nc", exit_code=EXIT_INPUT_ERROR,
            stderr=["9900002", "Did you mean"])


def test_places_that_cannot_be_written(freshet, finished_run, tmp_path):
    freshet("predict", finished_run, "--out", tmp_path / "absent/p.nc", exit_code=3, stderr="absent/p.nc")
    freshet("predict", finished_run, "--out", tmp_path, exit_code=3, stderr=str(tmp_path))
    freshet("predict", finished_run, "--out", "p.nc", "--state-out", tmp_path / "absent/s", exit_code=3, stderr="absent/s")
    freshet("predict", finished_run, "--out", tmp_path / "p.nc", "--state-out", f"{tmp_path}/./p.nc", exit_code=EXIT_INPUT_ERROR, stderr="one file")
    os.mkfifo(tmp_path / "pipe")
    freshet("predict", finished_run, "--out", tmp_path / "pipe", exit_code=3, stderr="not a regular file")
    assert (tmp_path / "pipe").is_fifo()
    (tmp_path / "elsewhere.nc").touch()
    (tmp_path / "link.nc").symlink_to(tmp_path / "elsewhere.nc")
    freshet("predict", finished_run, "--out", tmp_path / "link.nc")
    assert (tmp_path / "link.nc").is_symlink() and (tmp_path / "elsewhere.nc").stat().st_size > 0
