"""`freshet calibrate`: what it finds, the same bits however it runs, and what is wrong with a configuration or a basin."""

import datetime
import json
import shutil
import signal
import time

import numpy as np
import pytest
import run_files
from conftest import EXIT_INPUT_ERROR

INTERRUPTED = 130

SMALL = {
    "experiment_name": "small",
    "dataset": "camels_us",
    "forcings": "daymet",
    "train_start_date": "1991-10-01",
    "train_end_date": "1993-09-30",
    "test_start_date": "1994-10-01",
    "test_end_date": "1996-09-30",
    "warmup_days": 300,
    "model": "hbv",
    "routing": "gamma",
    "max_evaluations": 1200,
    "sce_complexes": 3,
    "seed": 4,
}


@pytest.fixture
def config(virtual_basins, tmp_path):
    """Writes a configuration: config(model="gr4j", routing=None) changes keys and drops those set to None."""

    def write(data_dir=virtual_basins, **changes):
        keys = {**SMALL, "data_dir": str(data_dir), **changes}
        file = tmp_path / "calibrate.yml"
        file.write_text("".join(f"{key}: {json.dumps(value)}\n" for key, value in keys.items() if value is not None))
        return file

    return write


RESULTS = ["parameters.csv", "searches.csv", "trace.csv", "metrics.csv", "metrics_train.csv"]


def results(run):
    return {name: (run / name).read_bytes() for name in RESULTS}


def test_finds_parameters_and_writes_a_run_folder(freshet, config, runs):
    run = runs / "run"
    said = freshet("calibrate", config(searches_per_basin=2), "--out", run).stdout
    assert said.splitlines()[-1] == str(run)
    train = run_files.table(run / "metrics_train.csv")
    assert len(train) == 4 and np.median([row["nse"] for row in train.values()]) > 0.5
    rows = [line.split(",") for line in (run / "searches.csv").read_text().splitlines()[1:]]
    for basin, scores in train.items():
        best = min(float(row[2]) for row in rows if row[0] == basin)
        # The search ran in single precision, the results in double.
        assert scores["nse"] == pytest.approx(1 - best, abs=2e-4)
    assert {row[0] for row in rows} == set(train) and len(rows) == 8
    parameters = run_files.table(run / "parameters.csv")
    assert list(next(iter(parameters.values())))[-2:] == ["route_a", "route_b"]
    assert (run / "spread.csv").is_file() and (run / "points.nc").is_file()
    assert all((run / "parameters" / f"{basin}.yml").is_file() for basin in train)
    assert '"method":"sce_ua"' in (run / "report.html").read_text()
    basins, days, simulated, observed = run_files.predictions(run / "predictions.nc")
    assert sorted(basins) == sorted(train) and simulated.shape == observed.shape == (4, 731)
    for basin, s, o in zip(basins, simulated.astype(float), observed.astype(float)):
        ok = ~np.isnan(o)
        nse = 1 - ((s - o)[ok] ** 2).sum() / ((o[ok] - o[ok].mean()) ** 2).sum()
        assert nse == pytest.approx(run_files.table(run / "metrics.csv")[basin]["nse"], rel=1e-9)


def test_same_bits_on_one_thread_and_two_and_for_a_basin_alone(freshet, config, runs, tmp_path):
    freshet("calibrate", config(), "--out", runs / "one", "--threads", 1)
    freshet("calibrate", config(), "--out", runs / "two", "--threads", 2)
    assert results(runs / "one") == results(runs / "two")
    lines = (runs / "one" / "parameters.csv").read_text().splitlines()
    (tmp_path / "alone.txt").write_text(lines[2].split(",")[0] + "\n")
    freshet("calibrate", config(), "--out", runs / "alone", "--basins", tmp_path / "alone.txt")
    assert (runs / "alone" / "parameters.csv").read_text().splitlines()[1] == lines[2]


def wait_for(condition, process):
    for _ in range(600):
        if condition():
            return
        assert process.poll() is None, process.communicate()
        time.sleep(0.02)
    pytest.fail("waited in vain")


@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGINT])
def test_resume_ends_with_the_bits_of_an_uninterrupted_run(freshet, config, runs, how):
    file = config(max_evaluations=20000, sce_pcento=0, sce_peps=0, save_every=0)
    freshet("calibrate", file, "--out", runs / "whole")
    process = freshet.start("calibrate", file, "--out", runs / "stopped")
    wait_for((runs / "stopped" / "checkpoints" / "calibration.cbor").exists, process)
    time.sleep(0.2)
    process.send_signal(how)
    process.communicate(timeout=60)
    assert process.returncode == (INTERRUPTED if how == signal.SIGINT else -how)
    assert not (runs / "stopped" / "parameters.csv").exists()
    freshet("resume", runs / "stopped")
    assert results(runs / "stopped") == results(runs / "whole")
    freshet("resume", runs / "stopped", exit_code=EXIT_INPUT_ERROR, stderr="nothing to resume")


def files(run):
    """All files but the states of the searches and the log."""
    return sorted(path.relative_to(run) for path in run.rglob("*") if path.is_file() and path.parent.name != "checkpoints"
                  and path.name != "events.jsonl")


def test_results_that_are_not_all_there_are_written_again(freshet, config, runs):
    run = runs / "run"
    freshet("calibrate", config(max_evaluations=300), "--out", run)
    whole, listed = results(run), files(run)
    freshet("resume", run, exit_code=EXIT_INPUT_ERROR, stderr="nothing to resume")
    for gone in (["metrics.csv", "predictions.nc", "evaluation.json", "report.html"], ["report.html"], ["parameters.csv"]):
        for name in gone:
            (run / name).unlink()
        freshet("resume", run)
        assert files(run) == listed and results(run) == whole
        freshet("resume", run, exit_code=EXIT_INPUT_ERROR, stderr="nothing to resume")


def test_a_calibration_that_ended_by_time_goes_on_when_it_is_given_more(freshet, config, runs):
    keys = {"max_evaluations": 20000, "sce_pcento": 0, "sce_peps": 0}
    freshet("calibrate", config(**keys), "--out", runs / "whole")
    run = runs / "run"
    freshet("calibrate", config(max_seconds=.1, **keys), "--out", run)
    early = results(run)
    assert "the time is over" in (run / "searches.csv").read_text() and early != results(runs / "whole")
    freshet("resume", run, exit_code=EXIT_INPUT_ERROR, stderr="nothing to resume")
    shutil.copytree(run, runs / "early")
    own = run / "config.yml"
    own.write_text(own.read_text().replace("max_seconds: 0.1", "max_seconds: 1000"))
    freshet("resume", run)
    assert results(run) == results(runs / "whole")
    # Killed after the last state was saved and before any result was: the old ones are not the new state's.
    for path in files(runs / "early"):
        if path.name != "config.yml":
            shutil.copy2(runs / "early" / path, run / path)
    listing = runs / "early" / "checkpoints" / "results.json"
    if listing.exists():
        shutil.copy2(listing, run / "checkpoints" / "results.json")
    freshet("resume", run)
    assert results(run) == results(runs / "whole")


def test_resume_refuses_other_settings(freshet, config, runs):
    file = config(max_evaluations=200000, sce_pcento=0, sce_peps=0, save_every=0)
    process = freshet.start("calibrate", file, "--out", runs / "run")
    wait_for((runs / "run" / "checkpoints" / "calibration.cbor").exists, process)
    process.kill()
    process.communicate()
    own = runs / "run" / "config.yml"
    own.write_text(own.read_text().replace("sce_complexes: 3", "sce_complexes: 4"))
    freshet("resume", runs / "run", exit_code=EXIT_INPUT_ERROR, stderr="other settings")


@pytest.mark.parametrize("method", ["dds", "latin_hypercube", "monte_carlo", "adam", "lbfgs"])
def test_every_method(freshet, config, runs, method):
    freshet("calibrate", config(calibration_method=method, max_evaluations=300, model="gr4j_cemaneige", routing="none"),
            "--out", runs / "run")
    assert len(run_files.table(runs / "run" / "parameters.csv")) == 4


def test_dry_run_shows_ranges_and_writes_nothing(freshet, config, runs):
    said = freshet("calibrate", config(parameter_ranges={"fc": [100, 200], "tt": 0}), "--dry-run", "--out", runs / "run").stdout
    assert "100 to 200" in said and "fixed" in said and "4 by sce_ua" in said
    assert not (runs / "run").exists()


@pytest.mark.parametrize("changes, said", [
    ({"parameter_ranges": {"fcc": [1, 2]}}, ["fcc", "Did you mean `fc`?"]),
    ({"parameter_ranges": {"fc": [1, 1e6]}}, ["variable fc", "reaches beyond"]),
    ({"objective": "nsee"}, ["not a known metric", "Did you mean `nse`?"]),
    ({"objective": ["nse", "kge"], "objective_weights": [1]}, ["do not pair"]),
    ({"model": "hbw"}, ["hbw"]),
    ({"max_evaluationss": 3}, ["max_evaluationss", "max_evaluations"]),
    ({"train_start_date": "1990-11-01"}, ["does not cover the period", "1990-01-05", "`warmup_days` (300)"]),
    ({"objective": "mae", "calibration_method": "lbfgs"}, ["no derivatives"]),
    ({"train_end_date": "1991-09-30"}, ["ends before it starts"]),
    ({"test_end_date": None}, ["do not pair"]),
    ({"data_dir": "/nowhere"}, ["data_dir", "/nowhere"]),
    ({"plugin": "/nowhere.so"}, ["/nowhere.so"]),
])
def test_wrong_configurations(freshet, config, runs, changes, said):
    freshet("calibrate", config(**changes), "--out", runs / "run", exit_code=EXIT_INPUT_ERROR, stderr=said)
    assert not (runs / "run").exists()


def constant_flow(folder, basin):
    """Makes the observed discharge of a basin the same on all days."""
    file = next(folder.glob(f"usgs_streamflow/**/{basin}_streamflow_qc.txt"))
    rows = [line.split() for line in file.read_text().splitlines()]
    file.write_text("".join(" ".join([*row[:4], "12.00", row[5]]) + "\n" for row in rows))


def test_the_other_basins_are_calibrated_where_one_cannot_be(freshet, config, own_basins, runs):
    basins = sorted(path.name.split("_")[0] for path in own_basins.glob("usgs_streamflow/**/*_streamflow_qc.txt"))
    constant_flow(own_basins, basins[1])
    freshet("calibrate", config(data_dir=own_basins), "--out", runs / "run", exit_code=EXIT_INPUT_ERROR,
            stderr=[basins[1], "the same on all days"])
    assert sorted(run_files.table(runs / "run" / "parameters.csv")) == [basins[0], *basins[2:]]
    assert (runs / "run" / "report.html").is_file()


def test_the_report_verb_writes_the_page_again(freshet, config, runs):
    freshet("calibrate", config(), "--out", runs / "run")
    (runs / "run" / "report.html").unlink()
    freshet("report", runs / "run")
    found, table = run_files.report_parameters(runs / "run"), run_files.table(runs / "run" / "parameters.csv")
    assert list(found) == list(next(iter(table.values()))) and len(table) == 4
    for name, values in found.items():
        assert values == pytest.approx({basin: row[name] for basin, row in table.items()}, rel=1e-6)
    text = (runs / "run" / "parameters.csv").read_text()
    (runs / "run" / "parameters.csv").write_text(text.replace("route_a", "route"))
    freshet("report", runs / "run", exit_code=EXIT_INPUT_ERROR, stderr=["parameters.csv", "route_a"])


def test_an_ensemble_of_calibrations(freshet, config, runs):
    for seed in (1, 2):
        freshet("calibrate", config(seed=seed, max_evaluations=400), "--out", runs / f"seed{seed}")
    freshet("ensemble", runs / "seed1", runs / "seed2", "--out", runs / "both")
    _, _, first, _ = run_files.predictions(runs / "seed1" / "predictions.nc")
    _, _, second, _ = run_files.predictions(runs / "seed2" / "predictions.nc")
    _, _, mean, _ = run_files.predictions(runs / "both" / "predictions.nc")
    assert np.allclose(mean, (first + second) / 2, rtol=1e-6)
    assert (runs / "both" / "report.html").is_file()


def test_simulate_takes_the_parameters(freshet, config, virtual_basins, runs, tmp_path):
    freshet("calibrate", config(max_evaluations=400), "--out", runs / "run")
    basins, _, simulated, _ = run_files.predictions(runs / "run" / "predictions.nc")
    (tmp_path / "one.txt").write_text(basins[2] + "\n")
    for file in ("parameters.csv", f"parameters/{basins[2]}.yml"):
        freshet("simulate", "--model", "hbv", "--parameters", runs / "run" / file, "--forcing", virtual_basins,
                "--basins", tmp_path / "one.txt", "--start", "1993-12-05", "--end", "1996-09-30", "--variables", "discharge_routed",
                "--out", tmp_path / "one.csv")
        rows = (tmp_path / "one.csv").read_text().splitlines()[-731:]
        assert np.allclose([float(row.split(",")[-1]) for row in rows], simulated[2], rtol=1e-6)


# ---- files of one's own -------------------------------------------------------------------------------------------------------


def record(path, steps=1000, hours=24, **changes):
    """A basin's file from 2000-01-01 on, with made-up weather and discharge; None drops a column."""
    rng = np.random.default_rng(5)
    rain = np.where(rng.random(steps) < .4, rng.exponential(8, steps), 0)
    flow = np.convolve(rain, .6 * np.exp(-np.arange(30) / 6) / 6)[:steps] + .2
    dates = [datetime.datetime(2000, 1, 1) + datetime.timedelta(hours=hours * i) for i in range(steps)]
    columns = {"date": [f"{date:%Y-%m-%d %H:%M}" for date in dates], "prcp": rain, "tmean": 8 + 4 * np.sin(np.arange(steps) / 58),
               "pet": np.full(steps, 1.5), "discharge": flow, **changes}
    columns = {name: values for name, values in columns.items() if values is not None}
    rows = [",".join(map(str, row)) for row in zip(*columns.values(), strict=True)]
    path.write_text("\n".join([",".join(columns), *rows, ""]))
    return path


OWN = {"dataset": None, "forcings": None, "train_start_date": "2000-04-10", "train_end_date": "2000-12-31",
       "test_start_date": "2002-01-01", "test_end_date": "2002-06-30", "warmup_days": 100, "max_evaluations": 200}


def test_days_between_the_periods_may_be_missing(freshet, config, runs, tmp_path):
    whole = record(tmp_path / "basin.csv")
    freshet("calibrate", config(data_dir=whole, **OWN), "--out", runs / "whole")
    lines = whole.read_text().splitlines()
    holes = [",".join([line.split(",")[0], "", *line.split(",")[2:]]) if line[:7] == "2001-05" else line for line in lines]
    for name, text in [("values", holes), ("rows", [line for line in lines if line[:7] != "2001-05"])]:
        whole.write_text("\n".join(text) + "\n")
        freshet("calibrate", config(data_dir=whole, **OWN), "--out", runs / name)
        assert results(runs / name) == results(runs / "whole")
    # In the warm-up of the test they may not.
    for changed in ([line for line in lines if line[:7] != "2001-11"],
                    [line.replace(line.split(",")[1], "", 1) if line[:7] == "2001-11" else line for line in lines]):
        whole.write_text("\n".join(changed) + "\n")
        freshet("calibrate", config(data_dir=whole, **OWN), "--out", runs / "no", exit_code=EXIT_INPUT_ERROR,
                stderr=["2001-11-01", "missing"])


def test_pet_is_derived_for_a_file(freshet, config, runs, tmp_path):
    forcing = record(tmp_path / "basin.csv", pet=None)
    freshet("calibrate", config(data_dir=forcing, **OWN), "--out", runs / "no", exit_code=EXIT_INPUT_ERROR,
            stderr=["latitude", "a configuration latitude"])
    freshet("calibrate", config(data_dir=forcing, latitude=47.5, **OWN), "--out", runs / "run")
    _, _, simulated, _ = run_files.predictions(runs / "run" / "predictions.nc")
    freshet("simulate", "--model", "hbv", "--parameters", runs / "run" / "parameters" / "basin.yml", "--forcing", forcing,
            "--latitude", 47.5, "--start", "2001-09-23", "--end", "2002-06-30", "--variables", "discharge_routed", "--out",
            tmp_path / "o.csv")
    rows = (tmp_path / "o.csv").read_text().splitlines()[-181:]
    assert np.allclose([float(row.split(",")[-1]) for row in rows], simulated[0], rtol=1e-6)
    freshet("calibrate", config(data_dir=forcing, latitude=97.5, **OWN), "--out", runs / "no", exit_code=EXIT_INPUT_ERROR,
            stderr=["latitude", "97.5"])


def test_settings_of_the_model(freshet, config, runs, tmp_path):
    forcing = record(tmp_path / "basin.csv")
    keys = {**OWN, "model": "vic", "routing": "none", "max_evaluations": 40, "calibration_method": "latin_hypercube"}
    freshet("calibrate", config(data_dir=forcing, **keys), "--out", runs / "usual")
    run = runs / "run"
    freshet("calibrate", config(data_dir=forcing, settings={"infiltration_steps_per_day": 1}, **keys), "--out", run)
    whole = results(run)
    assert whole["trace.csv"] != results(runs / "usual")["trace.csv"]
    assert "infiltration_steps_per_day: 1\n" in (run / "parameters" / "basin.yml").read_text()
    _, _, simulated, _ = run_files.predictions(run / "predictions.nc")
    for file in ("parameters.csv", "parameters/basin.yml"):
        freshet("simulate", "--model", "vic", "--parameters", run / file, "--forcing", forcing, "--start", "2001-09-23",
                "--end", "2002-06-30", "--variables", "discharge", "--out", tmp_path / "o.csv")
        rows = (tmp_path / "o.csv").read_text().splitlines()[-181:]
        assert np.allclose([float(row.split(",")[-1]) for row in rows], simulated[0], rtol=1e-6), file
    (run / "metrics.csv").unlink()
    freshet("resume", run)
    assert results(run) == whole
    for settings, said in [({"infiltration_steps": 1}, ["infiltration_steps", "Did you mean `infiltration_steps_per_day`?"]),
                           ({"drainage_steps_per_day": 0}, ["drainage_steps_per_day", "from 1 to 86400"]),
                           ({"infiltration_steps_per_day": 7}, ["multiple of 7"])]:
        freshet("calibrate", config(data_dir=forcing, settings=settings, **keys), "--out", runs / "no", exit_code=EXIT_INPUT_ERROR,
                stderr=said)
    freshet("calibrate", config(data_dir=forcing, settings={"drainage_steps_per_day": 24}, **OWN), "--out", runs / "no",
            exit_code=EXIT_INPUT_ERROR, stderr=["drainage_steps_per_day", "no setting of hbv"])


def test_hydrographs_longer_than_the_time_steps_hold_are_refused(freshet, config, runs, tmp_path):
    forcing = record(tmp_path / "basin.csv", steps=2000, hours=6)
    keys = {**OWN, "test_start_date": None, "test_end_date": None, "model": "gr4j", "routing": "none"}
    freshet("calibrate", config(data_dir=forcing, **keys), "--out", runs / "no", exit_code=EXIT_INPUT_ERROR,
            stderr=["variable q9", "10 steps of 360 minutes", "upper end", "parameter_ranges"])
    assert not (runs / "no").exists()
    freshet("calibrate", config(data_dir=forcing, parameter_ranges={"x4": [.5, 2.5]}, **keys), "--out", runs / "run")
    freshet("calibrate", config(data_dir=forcing, **{**keys, "model": "hbv", "routing": "gamma"}), "--out", runs / "no",
            exit_code=EXIT_INPUT_ERROR, stderr=["variable gamma", "15 steps of 360 minutes"])
