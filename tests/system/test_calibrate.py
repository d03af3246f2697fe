"""`freshet calibrate`: what it finds, the same bits however it runs, and what is wrong with a configuration or a basin."""

import json
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
    assert (runs / "run" / "report.html").is_file()


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
