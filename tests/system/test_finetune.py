"""Fine-tuning a finished run on other basins: what changes, what is kept, what is refused."""

import json

import pytest
import run_files
from conftest import EXIT_INPUT_ERROR


@pytest.fixture
def one_basin(tmp_path):
    file = tmp_path / "one.txt"
    file.write_text("99000002\n")
    return ["--set", f"train_basin_file={file}", "--set", "epochs=2"]


def changed(run, base):
    new, old = (run_files.tensors(folder / "checkpoints/model.safetensors") for folder in (run, base))
    assert new.keys() == old.keys()
    return {name for name in new if new[name] != old[name]}


def test_modules_head_changes_the_head_alone(freshet, finished_run, runs, one_basin):
    freshet("finetune", finished_run, *one_basin, "--modules", "head", "--out", runs / "tuned", stderr="9 trainable numbers")
    names = changed(runs / "tuned", finished_run)
    assert names and all(name.startswith("head.") for name in names)


def test_without_modules_everything_trains(freshet, finished_run, runs, one_basin):
    freshet("finetune", finished_run, *one_basin, "--out", runs / "tuned")
    assert {name.split(".")[0] for name in changed(runs / "tuned", finished_run)} == {"lstm", "head"}


def test_the_scaler_of_the_base_is_kept(freshet, finished_run, runs, one_basin):
    freshet("finetune", finished_run, *one_basin, "--out", runs / "tuned")
    new, old = (json.loads((folder / "scaler.json").read_text()) for folder in (runs / "tuned", finished_run))
    for part in ("inputs", "targets", "attributes"):
        assert new[part] == old[part]
    assert set(new["basin_targets"]) == {"99000002"}


def test_a_tuned_run_is_a_run(freshet, finished_run, runs, one_basin):
    freshet("finetune", finished_run, *one_basin, "--out", runs / "tuned")
    freshet("finetune", runs / "tuned", *one_basin, "--set", "learning_rate=1e-4", "--out", runs / "again")
    freshet("evaluate", runs / "again")
    assert set(run_files.table(runs / "again/metrics.csv")) == {"99000002"}
    assert (runs / "again/report.html").stat().st_size > 10_000


def test_same_bits_twice_and_the_base_is_untouched(freshet, own_run, runs, one_basin):
    before = {file: file.read_bytes() for file in own_run.rglob("*") if file.is_file()}
    freshet("finetune", own_run, *one_basin, "--out", runs / "a", "--set", "threads=1")
    freshet("finetune", own_run, *one_basin, "--out", runs / "b", "--set", "threads=2")
    assert run_files.weights(runs / "a") == run_files.weights(runs / "b")
    assert before == {file: file.read_bytes() for file in own_run.rglob("*") if file.is_file()}


@pytest.mark.parametrize("change, pieces", [
    (["--modules", "haed"], ["haed", "lstm, head"]),
    (["--set", "hidden_size=9"], ["hidden_size", "expected 8", "got 9"]),
    (["--set", "static_attributes=[elev_mean, p_mean]"], ["static_attributes", "aridity"]),
    (["--set", "dynamic_inputs=[srad(W/m2), prcp(mm/day), tmax(C), tmin(C), vp(Pa)]"], ["dynamic_inputs", "cannot be changed"]),
    (["--set", "dynamic_inputs=[prcp(mm/day), srad(W/m2), tmax(C), tmin(C), dayl(s)]"], ["dynamic_inputs", "dayl(s)"]),
    (["--set", "output_activation=relu"], ["output_activation", "expected linear"]),
], ids=["modules", "hidden_size", "attributes", "order of inputs", "other input", "activation"])
def test_what_is_part_of_the_model_cannot_change(freshet, finished_run, runs, change, pieces):
    freshet("finetune", finished_run, *change, "--out", runs / "tuned", exit_code=EXIT_INPUT_ERROR, stderr=pieces)
    assert not (runs / "tuned").exists()


def test_bad_bases(freshet, own_run, runs, tmp_path):
    freshet("finetune", tmp_path, "--out", runs / "t", exit_code=EXIT_INPUT_ERROR, stderr="run folder")
    (own_run / "scaler.json").write_text("{}")
    freshet("finetune", own_run, "--out", runs / "t", exit_code=EXIT_INPUT_ERROR, stderr="scaler.json")
    (own_run / "scaler.json").unlink()
    freshet("finetune", own_run, "--out", runs / "t", exit_code=EXIT_INPUT_ERROR, stderr="scaler.json")


def test_its_own_folder_is_refused(freshet, finished_run):
    freshet("finetune", finished_run, "--out", finished_run, exit_code=EXIT_INPUT_ERROR, stderr="not empty")
