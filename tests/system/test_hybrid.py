"""Process models inside networks as a user trains them: each basin its own model, or one learned from attributes."""

import csv
import json
import re
import shutil
import subprocess

import netCDF4
import numpy as np
import pytest
import run_files
from conftest import EXIT_INPUT_ERROR

LOCAL = {
    "static_attributes": None,
    "validate_every": None,
    "output_dropout": None,
    "clip_gradient_norm": None,
    "dynamic_inputs": ["prcp(mm/day)", "temperature", "srad(W/m2)"],
    "seq_length": 365,
    "predict_last_n": 180,
    "window_stride": 90,
    "loss": "WindowNSE",
    "batch_size": 1000,
    "epochs": 8,
    "learning_rate": 0.03,
    "pet_method": "hamon",
}


def rows(file):
    with open(file, newline="") as text:
        return list(csv.DictReader(text))


@pytest.mark.parametrize("model", ["process", "hybrid", "common", "lstm_local"])
def test_one_model_for_each_basin(freshet, config, runs, model):
    run = runs / model
    freshet("train", config(**LOCAL, model=model), "--out", run)
    losses = [e["loss"] for e in run_files.events(run, "epoch")]
    assert losses[-1] < losses[0]
    assert model in freshet("evaluate", run).stdout
    assert (run / "parameters.csv").exists() == (model in ("process", "hybrid"))
    assert len(rows(run / "metrics.csv")) > 1
    with_threads = runs / "threads"
    freshet("train", config(**LOCAL, model=model), "--out", with_threads, "--set", "threads=1")
    assert run_files.weights(run) == run_files.weights(with_threads)


def test_several_configurations_train_one_after_another(freshet, config, tmp_path, runs):
    files = []
    for model in ("process", "common"):
        files.append(tmp_path / f"{model}.yml")
        files[-1].write_text(config(**LOCAL, model=model, experiment_name=model, run_dir=str(runs)).read_text())
    folders = freshet("train", *files).stdout.split()
    assert [folder.split("/")[-1].split("_")[0] for folder in folders] == ["process", "common"]
    freshet("train", *files, "--out", runs / "one", exit_code=EXIT_INPUT_ERROR, stderr=["--out names one run folder"])


def test_learned_parameters_give_the_same_discharge_in_simulate(freshet, config, runs, virtual_basins, tmp_path):
    """The layer inside the network is the model that `simulate` runs."""
    run = runs / "run"
    freshet("train", config(**LOCAL, model="process", clip_targets_to_zero=None), "--out", run)
    freshet("evaluate", run)
    freshet(
        "simulate", "--model", "exp_hydro", "--parameters", run / "parameters.csv", "--forcing", virtual_basins, "--pet", "hamon",
        "--start", "1994-07-03", "--end", "1996-09-30", "--out", tmp_path / "simulated.nc",
    )
    ids, days, predicted, _ = run_files.predictions(run / "predictions.nc")
    with netCDF4.Dataset(tmp_path / "simulated.nc") as file:
        file.set_auto_mask(False)
        assert list(file["basin_id"][:]) == ids
        simulated = file["discharge"][:, -len(days):]
    assert predicted.shape == simulated.shape
    assert np.max(np.abs(predicted - simulated)) < 1e-3 * np.max(simulated)


def test_the_report_shows_the_parameters(freshet, config, runs, root, chromium):
    """In a browser, where the page's script draws them; and with damaged ones, without the plug-in, without any."""
    run = runs / "run"
    freshet("train", config(**LOCAL, model="process", routing="gamma"), "--out", run)
    freshet("evaluate", run)
    table = run_files.table(run / "parameters.csv")
    for name, values in run_files.report_parameters(run).items():
        assert values == pytest.approx({basin: row[name] for basin, row in table.items()}, rel=1e-6)
    script = root / "tests/system/report_page/parameters_of_run.mjs"
    node = shutil.which("node") or pytest.skip("there is no Node.js")
    seen = subprocess.run([node, script, run / "report.html", root / "web", chromium], capture_output=True, text=True, check=True)
    seen = json.loads(seen.stdout)
    assert [re.match(r"\w+", name)[0] for name in seen["names"]] == list(next(iter(table.values())))
    assert seen["visible"] and seen["basins"] == [len(table)] * len(seen["names"]) and len(table) == 4
    assert len(set(seen["meanings"])) == len(seen["names"]) and seen["errors"] == []

    lines = (run / "parameters.csv").read_text().splitlines(keepends=True)
    (run / "parameters.csv").write_text("".join(lines[:-1]))
    freshet("report", run)
    assert list(run_files.report_parameters(run)["smax"].values())[-1] is None
    for damaged, said in [("basin,f\n99000001,1\n", "smax"), (lines[0] + lines[1] + lines[1], "two rows"),
                          (lines[0] + lines[1].replace(",", ",much", 1), "much"), ("", "empty")]:
        (run / "parameters.csv").write_text(damaged)
        freshet("report", run, exit_code=EXIT_INPUT_ERROR, stderr=["parameters.csv", said])
    (run / "parameters.csv").write_text("".join(lines))
    settings = (run / "config.yml").read_text()
    (run / "config.yml").write_text(re.sub(r"(?m)^plugin: .*$", f"plugin: {run / 'gone.so'}", settings))
    freshet("report", run)
    assert run_files.report_parameters(run) == {}
    assert any("gone.so" in note for note in run_files.report_data(run)["dataNotes"])
    (run / "config.yml").write_text(settings)
    (run / "parameters.csv").unlink()
    freshet("report", run)
    assert run_files.report_parameters(run) == {}


def test_what_does_not_fit_is_said_before_anything_starts(freshet, config, runs):
    def refused(*messages, **changes):
        freshet("train", config(**{**LOCAL, **changes}), "--out", runs / "no", exit_code=EXIT_INPUT_ERROR, stderr=list(messages))
        assert not (runs / "no").exists()

    refused("`regional_hybrid` needs `static_attributes`", model="regional_hybrid")
    refused("`dynamic_inputs` is empty", model="hybrid", dynamic_inputs=None)
    refused("scaling by the sequence needs samples that are whole", model="hybrid", network_input_scaling="sequence",
            window_stride=None)
    refused("scaling by the sequence needs samples that are whole", model="common", network_input_scaling="window",
            window_stride=None)
    refused("`pseudo_regional_hybrid` has no scaling by the samples of a basin", model="pseudo_regional_hybrid",
            network_input_scaling="window")
    refused("exp_hydrow", "exp_hydro", model="process", process_model="exp_hydrow")
    refused("`target_noise_std` is not for models that are trained basin by basin", model="process", target_noise_std=0.1)


def test_a_latitude_may_be_given_for_pet(freshet, config, runs, tmp_path):
    series = tmp_path / "own/time_series/one.csv"
    series.parent.mkdir(parents=True)
    days = np.arange("1990-01-01", "1994-01-01", dtype="datetime64[D]")
    random = np.random.default_rng(3)
    rain, warm = random.gamma(0.4, 8, len(days)), 8 - 9 * np.cos(np.arange(len(days)) / 365 * 2 * np.pi)
    flow = np.convolve(rain, 0.1 * 0.8 ** np.arange(30))[: len(days)] + 0.3
    lines = (f"{d},{p:.2f},{t:.2f},{q:.3f}" for d, p, t, q in zip(days, rain, warm, flow))
    series.write_text("\n".join(["date,prcp(mm/day),tmean(C),flow(mm)", *lines]) + "\n")
    file = config(**{**LOCAL, "dataset": "generic", "model": "process", "pet_method": "oudin", "forcings": None, "dynamic_inputs": None,
                     "target_variables": ["flow(mm)"], "clip_targets_to_zero": None, "train_start_date": "1991-01-01",
                     "train_end_date": "1993-12-31", "validation_start_date": None, "validation_end_date": None,
                     "test_start_date": None, "test_end_date": None}, data_dir=tmp_path / "own")
    freshet("train", file, "--out", runs / "no", exit_code=EXIT_INPUT_ERROR, stderr=["latitude", "oudin"])
    freshet("train", file, "--out", runs / "run", "--set", "latitude=47.2")


def test_basins_without_a_model_are_named(freshet, config, runs, tmp_path):
    listed, others = tmp_path / "two.txt", tmp_path / "three.txt"
    listed.write_text("99000001\n99000002\n")
    others.write_text("99000001\n99000003\n")
    run = runs / "run"
    freshet("train", config(**LOCAL, model="process"), "--out", run, "--set", f"train_basin_file={listed}")
    freshet("evaluate", run, "--set", f"test_basin_file={others}", exit_code=EXIT_INPUT_ERROR,
            stderr=["99000003", "no model of this basin"])


def test_the_published_scaling_of_the_convolution_alone(freshet, config, runs):
    """Each sample by itself in training, the first sample's scaling afterwards: causal, so it goes on from a state."""
    run = runs / "run"
    freshet("train", config(**LOCAL, model="common", network_input_scaling="window"), "--out", run)
    losses = [e["loss"] for e in run_files.events(run, "epoch")]
    assert losses[-1] < losses[0]
    freshet("predict", run, "--out", runs / "whole.nc")
    freshet("predict", run, "--end", "1995-12-31", "--state-out", runs / "state.nc", "--out", runs / "first.nc")
    freshet("predict", run, "--start", "1996-01-01", "--state-in", runs / "state.nc", "--out", runs / "second.nc")
    whole, first, second = (run_files.predictions(runs / f"{name}.nc")[2] for name in ("whole", "first", "second"))
    assert np.allclose(np.concatenate([first, second], axis=1), whole, rtol=1e-5, atol=1e-6)


def test_a_model_that_sees_whole_sequences_has_no_state_to_go_on_from(freshet, config, runs):
    run = runs / "run"
    freshet("train", config(**LOCAL, model="hybrid", network_input_scaling="sequence"), "--out", run)
    freshet("predict", run, "--out", runs / "p.nc", "--state-out", runs / "state.nc", exit_code=EXIT_INPUT_ERROR,
            stderr=["cannot go on from a state", "network_input_scaling"])
    assert not (runs / "state.nc").exists()


def test_finetuning_keeps_to_the_basins_of_the_run(freshet, config, runs, tmp_path):
    """Weights lie by basin: with other basins they would silently be those of strangers."""
    listed, others = tmp_path / "two.txt", tmp_path / "three.txt"
    listed.write_text("99000001\n99000002\n")
    others.write_text("99000001\n99000003\n")
    run = runs / "run"
    freshet("train", config(**LOCAL, model="process"), "--out", run, "--set", f"train_basin_file={listed}")
    freshet("finetune", run, "--out", runs / "no", "--set", f"train_basin_file={others}",
            exit_code=EXIT_INPUT_ERROR, stderr=["99000003", "no model of this basin to train on", "99000002", "would be lost"])
    freshet("finetune", run, "--out", runs / "more", "--set", f"train_basin_file={listed}")
    assert run_files.events(runs / "more", "epoch")[0]["loss"] < run_files.events(run, "epoch")[0]["loss"]


def test_a_regional_hybrid_predicts_basins_it_never_saw(freshet, config, runs, tmp_path):
    listed, others = tmp_path / "three.txt", tmp_path / "fourth.txt"
    listed.write_text("99000001\n99000002\n99000003\n")
    others.write_text("99000004\n")
    changes = {**LOCAL, "static_attributes": ["elev_mean", "p_mean", "aridity"], "model": "regional_hybrid", "loss": "NSE",
               "network_input_scaling": "discharge"}
    run = runs / "run"
    freshet("train", config(**changes), "--out", run, "--set", f"train_basin_file={listed}", "--set", f"test_basin_file={others}")
    freshet("evaluate", run)
    assert [row["basin"] for row in rows(run / "parameters.csv")] == ["99000004"]
    smax = float(rows(run / "parameters.csv")[0]["smax"])
    assert 100 <= smax <= 1500
