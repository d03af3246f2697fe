"""What process models are given: ids, impossible values, damaged files, basins that are not there; what is said, and what is
still done."""

import csv
import json
import math
import os
import pathlib
import re
import resource
import signal
import subprocess
import time

import numpy as np
import pytest
from conftest import EXIT_ENVIRONMENT_ERROR, EXIT_INPUT_ERROR, ROOT
from test_simulate import PET20, ROUTING_B, SET_B, T10, days, forcing20, read_csv, write_csv, write_parameters

INTERRUPTED = 130
YEARS = 3
RNG = np.random.default_rng(5)
DAYS = days(365 * YEARS, "1999-01-01")
RAIN = np.round(RNG.gamma(0.4, 8, len(DAYS)), 2)
WARM = np.round(8 - 9 * np.cos(np.arange(len(DAYS)) / 365 * 2 * np.pi), 2)
FLOW = np.round(np.convolve(RAIN, 0.5 * 0.8 ** np.arange(30))[:len(DAYS)] * 0.2 + 0.3, 3)


def forcing_of(path, basins=("one",), **changes):
    """A CSV file of some years for each basin; a basin's column can be changed: forcing_of(path, flow={"one": series})."""
    rows = [["basin", "date", "prcp", "tmean", "pet", "discharge"]]
    for basin in basins:
        flow = changes.get("flow", {}).get(basin, FLOW)
        rain = changes.get("rain", {}).get(basin, RAIN)
        rows += [[basin, d, p, t, 2, "" if math.isnan(q) else q] for d, p, t, q in zip(DAYS, rain, WARM, flow)]
    with open(path, "w", newline="") as file:
        csv.writer(file).writerows(rows)
    return path


@pytest.fixture
def config(tmp_path):
    """Writes a small configuration: config(model="gr4j", routing=None) changes keys and drops those set to None."""

    def write(**changes):
        keys = {"data_dir": str(tmp_path / "basins.csv"), "train_start_date": "2000-01-01", "train_end_date": "2000-12-31",
                "test_start_date": "2001-01-01", "test_end_date": "2001-10-31", "warmup_days": 100, "model": "gr4j",
                "routing": "none", "calibration_method": "monte_carlo", "max_evaluations": 40, "points_kept": 10, "seed": 2,
                **changes}
        file = tmp_path / "calibrate.yml"
        file.write_text("".join(f"{key}: {json.dumps(value)}\n" for key, value in keys.items() if value is not None))
        return file

    return write


@pytest.fixture
def hbv(freshet, tmp_path):
    """Runs HBV on a forcing file; arguments are added."""

    def run(forcing, *arguments, parameters=None, **options):
        parameters = parameters or write_parameters(tmp_path / "p.yml", SET_B, None, ROUTING_B)
        (tmp_path / "out.csv").unlink(missing_ok=True)
        return freshet("simulate", "--model", "hbv", "--parameters", parameters, "--forcing", forcing, "--out", tmp_path / "out.csv",
                       *arguments, **options)

    return run


def basins_in(path):
    return sorted(set(read_csv(path)["basin"]))


def parameter_table(path, basins):
    columns = {**SET_B, **{name: value for name, value in ROUTING_B.items() if name != "method"}}
    with open(path, "w", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["basin", *columns])
        writer.writerows([[basin, *columns.values()] for basin in basins])
    return path


# ---- ids ----------------------------------------------------------------------------------------------------------------------

BAD_IDS = {"a/b": "is a path", "../../evil": "full stop", "x" * 300: "300 bytes", "": "empty", "a\tb": "control character"}


def test_ids_that_cannot_be_files_are_refused_and_the_other_basins_run(hbv, tmp_path):
    forcing = forcing_of(tmp_path / "basins.csv", [*BAD_IDS, "fine"])
    said = hbv(forcing, exit_code=EXIT_INPUT_ERROR).stderr
    for i, text in enumerate(BAD_IDS.values()):
        assert any(f"basins.csv:{2 + i * len(DAYS)}" in line and text in line for line in said.splitlines()), (text, said)
    assert basins_in(tmp_path / "out.csv") == ["fine"]


def test_a_calibration_writes_nothing_outside_its_folder(freshet, config, runs, tmp_path):
    forcing_of(tmp_path / "basins.csv", ["../../evil", "a/b", "fine"])
    freshet("calibrate", config(), "--out", runs / "run", exit_code=EXIT_INPUT_ERROR, stderr=["full stop", "is a path"])
    assert [file.name for file in (runs / "run/parameters").iterdir()] == ["fine.yml"]
    assert not list(tmp_path.glob("**/evil*"))


def test_ids_of_parameter_tables_and_lists(hbv, tmp_path):
    forcing = forcing_of(tmp_path / "basins.csv", ["fine"])
    for bad, text in BAD_IDS.items():
        hbv(forcing, parameters=parameter_table(tmp_path / "t.csv", ["fine", bad]), exit_code=EXIT_INPUT_ERROR,
            stderr=["t.csv:3", text])
    (tmp_path / "list.txt").write_text("fine\n../x\n")
    hbv(forcing, "--basins", tmp_path / "list.txt", exit_code=EXIT_INPUT_ERROR, stderr=["list.txt:2", "full stop"])


def test_a_list_of_basins_through_a_pipe(freshet, config, tmp_path):
    forcing_of(tmp_path / "basins.csv", ["a", "b"])
    write_parameters(tmp_path / "p.yml", SET_B, None, ROUTING_B)

    def run(*arguments):
        process = subprocess.run([freshet.binary, *map(str, arguments), "--basins", "/dev/stdin"], cwd=tmp_path, input="b\n", text=True,
                                 capture_output=True, env=freshet.environment(), check=False, timeout=60)
        return process.returncode, process.stderr

    assert run("simulate", "--model", "hbv", "--parameters", "p.yml", "--forcing", "basins.csv", "--out", "o.csv") == (0, "")
    code, said = run("calibrate", config(), "--dry-run")
    assert code == EXIT_INPUT_ERROR and "`basin_file` is no regular file" in said


# ---- values -------------------------------------------------------------------------------------------------------------------


def test_negative_discharge_is_missing_and_said_so(freshet, config, runs, tmp_path):
    negative, missing = FLOW.copy(), FLOW.copy()
    negative[[400, 401, 450]], missing[[400, 401, 450]] = -999, np.nan
    said = {}
    for name, flow in (("negative", negative), ("missing", missing)):
        forcing_of(tmp_path / "basins.csv", flow={"one": flow})
        said[name] = freshet("calibrate", config(), "--out", runs / name).stderr
    assert "Basin one: observed discharge is negative at 3 steps (down to -999), first on " + DAYS[400] in said["negative"]
    assert "negative" not in said["missing"]
    for file in ("parameters.csv", "metrics_train.csv", "metrics.csv"):
        assert (runs / "negative" / file).read_bytes() == (runs / "missing" / file).read_bytes()


def test_swapped_temperatures(hbv, tmp_path):
    low, high = [t - 3 for t in T10 * 20], [t + 3 for t in T10 * 20]

    def forcing(low, high):
        return write_csv(tmp_path / "t.csv", {"date": days(200), "prcp": [2] * 200, "tmin": low, "tmax": high, "pet": PET20 * 10})

    arguments = ["--pet", "hargreaves", "--latitude", 45]
    hbv(forcing(high, low), *arguments, exit_code=EXIT_INPUT_ERROR,
        stderr=["t.csv:2", "2000-01-01", "variable tmin", "least temperature is above the greatest, `tmax`"])
    assert "least" not in hbv(forcing(high, low)).stderr  # PET is given
    low[7], high[7] = high[7], low[7]
    assert "on 1 day, first on 2000-01-08; PET by hargreaves is 0 then" in hbv(forcing(low, high), *arguments).stderr


def test_more_rain_than_ever_fell(hbv, tmp_path):
    rain = RAIN.copy()
    rain[9] = 2500
    forcing = forcing_of(tmp_path / "basins.csv", ["wet", "fine"], rain={"wet": rain})
    hbv(forcing, exit_code=EXIT_INPUT_ERROR, stderr=["basins.csv:11", "basin wet", DAYS[9], "prcp", "at most 2000", "2500"])
    assert basins_in(tmp_path / "out.csv") == ["fine"]


# ---- basins that are not there ------------------------------------------------------------------------------------------------


def test_a_basin_that_is_not_there_does_not_stop_the_others(hbv, tmp_path, virtual_basins):
    forcing = forcing_of(tmp_path / "basins.csv", ["a", "b"])
    (tmp_path / "list.txt").write_text("a\nc\n")
    hbv(forcing, "--basins", tmp_path / "list.txt", exit_code=EXIT_INPUT_ERROR, stderr=["basin c", "no such basin"])
    assert basins_in(tmp_path / "out.csv") == ["a"]
    # Without a list: the basins of the parameters.
    hbv(forcing, parameters=parameter_table(tmp_path / "t.csv", ["b", "c"]), exit_code=EXIT_INPUT_ERROR,
        stderr=["basin c", "no such basin"])
    assert basins_in(tmp_path / "out.csv") == ["b"]
    known = sorted(path.name.split("_")[0] for path in virtual_basins.glob("usgs_streamflow/**/*_streamflow_qc.txt"))
    hbv(virtual_basins, parameters=parameter_table(tmp_path / "t.csv", [known[1], "00000000"]), exit_code=EXIT_INPUT_ERROR,
        stderr=["basin 00000000", "no such basin"])
    assert basins_in(tmp_path / "out.csv") == [known[1]]
    (tmp_path / "list.txt").write_text("c\nd\n")
    hbv(forcing, "--basins", tmp_path / "list.txt", exit_code=EXIT_INPUT_ERROR, stderr=["basin c", "basin d"])
    assert not (tmp_path / "out.csv").exists()


def dynamic(path, values, dates=DAYS):
    with open(path, "w", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["basin", "date", "beta"])
        writer.writerows([[basin, date, value] for basin, value in values.items() for date in dates])
    return path


def test_a_basin_without_dynamic_parameters_does_not_stop_the_others(hbv, tmp_path):
    forcing = forcing_of(tmp_path / "basins.csv", ["a", "b", "c"])
    hbv(forcing, "--dynamic-parameters", dynamic(tmp_path / "d.csv", {"a": 2, "c": 77}), exit_code=EXIT_INPUT_ERROR,
        stderr=["basin b", "d.csv", "the file of dynamic parameters has no such basin", f"d.csv:{2 + len(DAYS)}", "1 to 6", "77"])
    assert basins_in(tmp_path / "out.csv") == ["a"]
    hbv(forcing, "--dynamic-parameters", dynamic(tmp_path / "d.csv", {"a": 2, "b": 2, "c": 2}, DAYS[:-3]),
        exit_code=EXIT_INPUT_ERROR, stderr=["the file of dynamic parameters does not cover the period"])


# ---- damaged and unfinished files ---------------------------------------------------------------------------------------------


def test_a_damaged_state_of_a_calibration(freshet, config, runs, tmp_path):
    forcing_of(tmp_path / "basins.csv")
    freshet("calibrate", config(), "--out", runs / "run")
    state = runs / "run/checkpoints/calibration.cbor"
    whole = state.read_bytes()
    for at in (10, len(whole) // 2, len(whole) - 1):
        state.write_bytes(whole[:at] + bytes([whole[at] ^ 4]) + whole[at + 1:])
        freshet("resume", runs / "run", exit_code=EXIT_INPUT_ERROR, stderr=["calibration.cbor", "damaged", "checksum"])
    state.write_bytes(whole[:-20])
    freshet("resume", runs / "run", exit_code=EXIT_INPUT_ERROR, stderr=["calibration.cbor", "damaged"])


@pytest.fixture
def library():
    """Some shared library."""
    import numpy.linalg._umath_linalg as module
    return pathlib.Path(module.__file__).read_bytes()


@pytest.mark.parametrize("share", [0.0001, 0.05, 0.4, 0.9, 0.999])
def test_a_plugin_that_was_cut_off(freshet, library, tmp_path, share):
    (tmp_path / "cut.so").write_bytes(library[:int(len(library) * share)])
    freshet("list", "models", "--plugin", tmp_path / "cut.so", exit_code=EXIT_INPUT_ERROR, stderr=["cut.so", "cannot be loaded"])


def test_other_files_as_plugin(freshet, library, tmp_path):
    (tmp_path / "other.so").write_bytes(library)
    freshet("list", "models", "--plugin", tmp_path / "other.so", exit_code=EXIT_INPUT_ERROR, stderr=["other.so"])
    (tmp_path / "text.so").write_text("text " * 200)
    freshet("list", "models", "--plugin", tmp_path / "text.so", exit_code=EXIT_INPUT_ERROR, stderr=["text.so", "no shared library"])


def dead_process():
    process = subprocess.Popen(["true"])
    process.wait()
    return process.pid


def test_what_killed_runs_left_is_removed(freshet, hbv, config, runs, tmp_path):
    left, alive, other = (tmp_path / f"out.csv.tmp{pid}" for pid in (dead_process(), os.getpid(), 0))
    elsewhere = tmp_path / f"other.csv.tmp{dead_process()}"
    for file in (left, alive, other, elsewhere):
        file.write_text("half")
    hbv(forcing_of(tmp_path / "basins.csv"))
    assert not left.exists() and alive.exists() and other.exists() and elsewhere.exists()
    freshet("calibrate", config(), "--out", runs / "run")
    left = [runs / "run" / name for name in ("points.nc.tmp", "parameters/one.yml.tmp", "checkpoints/calibration.cbor.tmp")]
    left = [file.with_name(file.name + str(dead_process())) for file in left]
    for file in left:
        file.write_text("half")
    (runs / "run/metrics_train.csv").unlink()
    freshet("resume", runs / "run")
    assert not any(file.exists() for file in left)


@pytest.mark.parametrize("ignored", [False, True])
def test_a_terminal_that_goes_away_ends_a_run_with_its_states(freshet, config, runs, tmp_path, ignored):
    forcing_of(tmp_path / "basins.csv")
    process = freshet.start("calibrate", config(max_evaluations=200000, save_every=0, calibration_method="dds"), "--out", runs / "run",
                            preexec_fn=(lambda: signal.signal(signal.SIGHUP, signal.SIG_IGN)) if ignored else None)
    for _ in range(500):
        if (runs / "run/checkpoints/calibration.cbor").exists():
            break
        assert process.poll() is None, process.communicate()
        time.sleep(0.01)
    process.send_signal(signal.SIGHUP)
    if ignored:  # as `nohup` has it
        time.sleep(0.5)
        assert process.poll() is None
        process.send_signal(signal.SIGINT)
    process.communicate(timeout=60)
    assert process.returncode == INTERRUPTED


def test_no_room_for_the_results_of_a_calibration(freshet, config, runs, tmp_path):
    forcing_of(tmp_path / "basins.csv")
    freshet("calibrate", config(), "--out", runs / "whole")
    sizes = {file.name: file.stat().st_size for file in (runs / "whole").iterdir()}
    limit = sizes["report.html"] - 1000
    assert limit > max(size for name, size in sizes.items() if name != "report.html")

    def shrink():
        resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))

    freshet("calibrate", config(), "--out", runs / "run", exit_code=EXIT_ENVIRONMENT_ERROR, preexec_fn=shrink,
            stderr=["report.html", f"freshet resume {runs / 'run'}"])
    freshet("resume", runs / "run")
    assert (runs / "run/report.html").is_file()


# ---- calibrations where trained models are wanted -----------------------------------------------------------------------------


def test_verbs_of_trained_models_on_a_calibration(freshet, config, runs, tmp_path):
    forcing_of(tmp_path / "basins.csv")
    file = config()
    freshet("calibrate", file, "--out", runs / "run")
    minimal = tmp_path / "minimal.yml"
    minimal.write_text("data_dir: basins.csv\nmodel: hbv\ntrain_start_date: 2001-10-01\n")
    for command in (["evaluate", runs / "run"], ["predict", runs / "run", "--out", tmp_path / "p.nc"], ["data", "check", file],
                    ["train", file], ["data", "check", minimal]):
        said = freshet(*command, exit_code=EXIT_INPUT_ERROR).stderr
        assert len(said.splitlines()) == 1 and "configuration of a calibration" in said and "freshet simulate" in said, (command, said)
    freshet("calibrate", config(test_start_date=None, test_end_date=None), "--out", runs / "other")
    freshet("ensemble", runs / "run", runs / "other", "--out", runs / "both", exit_code=EXIT_INPUT_ERROR,
            stderr=["other", "A calibration is evaluated when it ends"])


def test_refused_basins_are_named_everywhere(freshet, config, runs, tmp_path):
    forcing_of(tmp_path / "basins.csv", ["flat", "one"], flow={"flat": np.full(len(DAYS), 2.5)})
    freshet("calibrate", config(), "--out", runs / "run", exit_code=EXIT_INPUT_ERROR, stderr=["flat"])
    for name in ("evaluation.json", "evaluation_train.json"):
        remarks = json.loads((runs / "run" / name).read_text())["remarks"]
        assert any("not calibrated" in remark and "flat" in remark and "the same on all days" in remark for remark in remarks)
    assert re.search("not calibrated: [^\"]*basin flat", (runs / "run/report.html").read_text())
    said = freshet("calibrate", config(), "--dry-run", exit_code=EXIT_INPUT_ERROR, stderr=["flat", "the same on all days"]).stdout
    assert "1 refused" in said


# ---- remarks and messages -----------------------------------------------------------------------------------------------------


def test_remarks_on_a_calibration(freshet, config, runs, tmp_path):
    forcing_of(tmp_path / "basins.csv")
    said = freshet("calibrate", config(test_start_date="2000-12-01"), "--dry-run").stderr
    assert "the test period 2000-12-01 to 2001-10-31 overlaps the training period 2000-01-01 to 2000-12-31" in said
    assert "overlaps" not in freshet("calibrate", config(), "--dry-run").stderr
    said = freshet("calibrate", config(calibration_method="sce_ua"), "--dry-run").stderr
    assert "`max_evaluations` (40) is less than the 90 points that sce_ua begins with" in said
    said = freshet("calibrate", config(max_evaluations=1), "--out", runs / "run").stderr
    assert "1 search of 4 parameters" in said and "1 evaluation\n" in said
    file = config(parameter_ranges={"x1": [1, 1e9]})
    line = 1 + file.read_text().splitlines().index(next(row for row in file.read_text().splitlines() if "parameter_ranges" in row))
    freshet("calibrate", file, "--dry-run", exit_code=EXIT_INPUT_ERROR, stderr=[f"calibrate.yml:{line}", "variable x1", "beyond"])


def test_the_page_runs_as_it_says(freshet, tmp_path):
    text = (ROOT / "docs/simulate.md").read_text()
    yaml = re.findall(r"```yaml\n(.*?)```", text, re.S)
    command = re.search(r"freshet (simulate --model hbv .*)", text).group(1)
    (tmp_path / "hbv.yml").write_text(yaml[0])
    forcing20(tmp_path / "basin.csv")
    freshet(*command.split())
    assert (tmp_path / "run.csv").is_file()


MESSAGES = {
    "routing": (["--routing", "gama"], ["no routing `gama`", "Did you mean `gamma`?"], ["p.yml"]),
    "variables": (["--variables", "discharge,"], ["the name of a variable is empty"], ["flux or forcing ``"]),
    "model": (["--model"], ["no model is named. Give --model"], ["?."]),
    "setting of no model": (["p.yml", "settings: {steps: 24}\n"], ["`steps` is no setting of hbv", "There is none"], ["There are ."]),
    "decimal comma": (["p.yml", "initial_states: {snowpack: 0,1}\n"], ["`1`", "decimal point"], []),
}


@pytest.mark.parametrize("case", MESSAGES)
def test_messages(freshet, tmp_path, case):
    arguments, pieces, not_said = MESSAGES[case]
    forcing20(tmp_path / "basin.csv")
    parameters = write_parameters(tmp_path / "p.yml", SET_B, None, ROUTING_B)
    if arguments[0] == "p.yml":
        parameters.write_text(parameters.read_text() + arguments[1])
        arguments = []
    given = [] if arguments == ["--model"] else ["--model", "hbv", *arguments]
    said = freshet("simulate", *given, "--parameters", "p.yml", "--forcing", "basin.csv", "--out", "o.csv",
                   exit_code=EXIT_INPUT_ERROR, stderr=pieces).stderr
    assert not [piece for piece in not_said if piece in said], said


def test_settings_have_an_upper_limit(freshet, tmp_path):
    forcing20(tmp_path / "basin.csv")
    (tmp_path / "p.yml").write_text("parameters: none\nsettings: {drainage_steps_per_day: 1000000}\n")
    freshet("simulate", "--model", "vic", "--parameters", "p.yml", "--forcing", "basin.csv", "--out", "o.csv",
            exit_code=EXIT_INPUT_ERROR, stderr=["drainage_steps_per_day", "from 1 to 86400"])


def test_an_output_that_cannot_be_written_is_found_before_the_run(hbv, freshet, tmp_path):
    forcing20(tmp_path / "basin.csv")
    write_parameters(tmp_path / "p.yml", SET_B, None, ROUTING_B)
    for options in (["--out", "/proc/out.csv"], ["--out", "/proc/out.nc"], ["--out", "o.csv", "--states-out", "/proc/states"]):
        said = freshet("simulate", "--model", "hbv", "--parameters", "p.yml", "--forcing", "basin.csv", *options,
                       exit_code=EXIT_ENVIRONMENT_ERROR, stderr=["/proc/", "cannot create the file"]).stderr
        assert "unknown" not in said
