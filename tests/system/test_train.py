"""Training as a user does it: virtual basins, train, evaluate, report; run folders, seeds, threads, --dry-run."""

import json

import pytest
import run_files
from conftest import EXIT_INPUT_ERROR


def test_the_whole_path(freshet, config, runs):
    run = runs / "first"
    trained = freshet("train", config(), "--out", run, stderr=["epoch   3/3", "validation: median nse", "train: finished"])
    assert trained.stdout.strip() == str(run)
    evaluated = freshet("evaluate", run)
    for piece in ("lstm", "persistence", "climatology", "median NSE", "1994-10-01 to 1996-09-30"):
        assert piece in evaluated.stdout
    assert freshet("report", run).stdout.strip() == str(run / "report.html")

    present = {str(file.relative_to(run)) for file in run.rglob("*") if file.is_file()}
    assert present == {
        "config.yml", "events.jsonl", "environment.json", "scaler.json", "checkpoints/last.safetensors",
        "checkpoints/model.safetensors", "predictions.nc", "metrics.csv", "baselines.csv", "water_balance.csv", "evaluation.json",
        "report.html",
    }
    assert [e["epoch"] for e in run_files.events(run, "epoch")] == [1, 2, 3]
    assert run_files.events(run, "run_finished")[-1]["outcome"] == "finished"
    environment = json.loads((run / "environment.json").read_text())
    assert environment["seed"] == 1 and len(environment["data_hash"]) == 16 and environment["freshet"]
    page = (run / "report.html").read_text()
    assert "99000001" in page and "synthetic" in page.lower()


def test_learning_takes_place(freshet, config, runs):
    freshet("train", config(epochs=10, output_dropout=0, hidden_size=16), "--out", runs / "run")
    losses = [e["loss"] for e in run_files.events(runs / "run", "epoch")]
    assert losses[-1] < 0.8 * losses[0]


def test_same_seed_same_bits_for_any_thread_count(freshet, config, runs):
    file = config()
    for name, threads in (("one", 1), ("two", 2), ("again", 2), ("many", 5)):
        freshet("train", file, "--out", runs / name, "--set", f"threads={threads}")
    first = run_files.weights(runs / "one")
    for name in ("two", "again", "many"):
        assert run_files.weights(runs / name) == first, name
        assert run_files.epochs(runs / name) == run_files.epochs(runs / "one"), name
    freshet("train", file, "--out", runs / "other", "--set", "seed=2")
    assert run_files.weights(runs / "other") != first


def test_order_of_basins_and_cache_do_not_matter(freshet, config, runs, tmp_path):
    file = config()
    orders = {"up": [1, 2, 3, 4], "down": [4, 3, 2, 1]}
    for name, order in orders.items():
        listed = tmp_path / f"{name}.txt"
        listed.write_text("".join(f"9900000{k}\n" for k in order))
        freshet("train", file, "--out", runs / name, "--set", f"train_basin_file={listed}")
    freshet("train", file, "--out", runs / "uncached", "--set", "cache_dir=off")
    assert run_files.weights(runs / "up") == run_files.weights(runs / "down") == run_files.weights(runs / "uncached")


def test_several_seeds(freshet, config, runs):
    result = freshet("train", config(epochs=1), "--seeds", "3,4", "--out", runs / "e")
    assert result.stdout.split() == [str(runs / "e_seed3"), str(runs / "e_seed4")]
    assert run_files.weights(runs / "e_seed3") != run_files.weights(runs / "e_seed4")
    freshet("train", config(epochs=1, seed=4), "--out", runs / "alone")
    assert run_files.weights(runs / "e_seed4") == run_files.weights(runs / "alone")


def test_several_seeds_without_a_folder_name(freshet, config, tmp_path):
    folders = freshet("train", config(epochs=1, run_dir=str(tmp_path / "here")), "--seeds", "3,4").stdout.split()
    assert len(set(folders)) == 2
    for seed, folder in zip((3, 4), folders):
        assert folder.startswith(str(tmp_path / f"here/tiny_seed{seed}_"))


@pytest.mark.parametrize("seeds", ["1,1", "1,-2", "1,x"])
def test_wrong_seeds_are_found_before_the_first_run(freshet, config, runs, seeds):
    freshet("train", config(), "--seeds", seeds, "--out", runs / "e", exit_code=EXIT_INPUT_ERROR)
    assert list(runs.iterdir()) == []


def test_a_taken_folder_is_found_before_the_first_of_several_seeds(freshet, config, runs):
    (runs / "e_seed4").mkdir()
    (runs / "e_seed4/notes.txt").write_text("mine")
    freshet("train", config(), "--seeds", "3,4", "--out", runs / "e", exit_code=EXIT_INPUT_ERROR, stderr="e_seed4")
    assert [path.name for path in runs.iterdir()] == ["e_seed4"]


def test_dry_run_starts_nothing_and_names_what_it_would_open(freshet, config, runs, virtual_basins):
    result = freshet("train", config(), "--out", runs / "x", "--dry-run")
    for piece in (runs / "x", virtual_basins, "4 basins", "8 files", "1991-10-01 to 1993-09-30", "3 epochs", "Nothing was started"):
        assert str(piece) in result.stdout
    assert list(runs.iterdir()) == []


@pytest.mark.parametrize("arguments, pieces", [
    (["--out=", "--dry-run"], ["--out", "is an option"]), (["--out", ""], ["--out", "empty"]), (["--seeds", ""], ["--seeds", "empty"]),
])
def test_empty_values_of_options_are_refused(freshet, config, tmp_path, arguments, pieces):
    before = sorted(tmp_path.iterdir())
    freshet("train", config(), *arguments, exit_code=EXIT_INPUT_ERROR, stderr=pieces)
    assert sorted(set(tmp_path.iterdir()) - set(before)) in ([], [tmp_path / "config.yml"])


def test_codes_for_missing_are_said(freshet, config, own_basins, runs):
    forcing = next(own_basins.glob("basin_mean_forcing/daymet/*/99000003_*"))
    lines = forcing.read_text().splitlines(keepends=True)
    lines[700] = lines[700].replace(lines[700].split()[5], "-999.00", 1)
    forcing.write_text("".join(lines))
    said = freshet("train", config(data_dir=own_basins, epochs=1), "--out", runs / "run").stderr
    assert "`prcp(mm/day)` has values of -999 and less in 1 basins, 99000003 first" in said


def test_a_test_on_days_trained_on_is_said(freshet, config, runs):
    said = freshet("train", config(epochs=1, train_end_date="1994-12-31"), "--out", runs / "run").stderr
    assert "overlaps the training period" in said and "no test" in said
    assert "overlaps" not in freshet("train", config(epochs=1), "--out", runs / "other").stderr


def test_dry_run_counts_the_steps_that_would_be_made(freshet, config, runs):
    assert "3 epochs of 2 steps" in freshet("train", config(max_updates_per_epoch=2), "--dry-run").stdout


def test_dry_run_finds_what_is_wrong(freshet, config, runs):
    freshet("train", config(static_attributes=["elev_mean", "p_maen"]), "--out", runs / "x", "--dry-run",
            exit_code=EXIT_INPUT_ERROR, stderr=["p_maen", "Did you mean `p_mean`?"])
    (runs / "taken").mkdir()
    (runs / "taken/file").touch()
    freshet("train", config(), "--out", runs / "taken", "--dry-run", exit_code=EXIT_INPUT_ERROR, stderr="taken")


def test_training_twice_into_a_folder_is_refused(freshet, config, runs):
    freshet("train", config(epochs=1), "--out", runs / "a")
    before = {file: file.read_bytes() for file in (runs / "a").rglob("*") if file.is_file()}
    freshet("train", config(), "--out", runs / "a", exit_code=EXIT_INPUT_ERROR, stderr=[str(runs / "a"), "freshet resume"])
    assert before == {file: file.read_bytes() for file in (runs / "a").rglob("*") if file.is_file()}


def test_a_run_folder_may_exist_empty(freshet, config, runs):
    (runs / "empty").mkdir()
    freshet("train", config(epochs=1), "--out", runs / "empty")


def test_the_stored_config_trains_to_the_same_bits(freshet, config, runs):
    freshet("train", config(epochs=2), "--out", runs / "a", "--set", "hidden_size=5", "--set", "learning_rate={0: 0.01, 2: 0.005}")
    freshet("train", runs / "a/config.yml", "--out", runs / "b")
    assert run_files.weights(runs / "a") == run_files.weights(runs / "b")


def test_a_run_folder_stands_alone(freshet, config, runs, tmp_path):
    """Basin lists are copied, relative paths are resolved, and the folder may be moved."""
    (tmp_path / "list.txt").write_text("# two of them\n99000001\n\n99000003  \n")
    freshet("train", config(epochs=1, train_basin_file="list.txt"), "--out", "runs/a")
    (tmp_path / "list.txt").unlink()
    (runs / "a").rename(runs / "b c")
    freshet("evaluate", "runs/b c")
    assert set(run_files.table(runs / "b c/metrics.csv")) == {"99000001", "99000003"}


@pytest.mark.parametrize("changes", [
    {"loss": "RMSE", "optimizer": "AdamW", "weight_decay": 0.01}, {"loss": "KGE"}, {"loss": "LogMSE"}, {"loss": "MSE"},
    {"predict_last_n": 1, "seq_length": 30, "batch_size": 512}, {"static_attributes": None}, {"learning_rate_schedule": "cosine"},
    {"learning_rate_schedule": "plateau", "patience_dynamic_learning_rate": 1}, {"nan_handling_method": "input_replacing"},
    {"shards": 7}, {"max_updates_per_epoch": 1}, {"target_noise_std": 0.1}, {"initial_forget_bias": 3}, {"validate_every": None},
    {"validate_n_random_basins": 2}, {"output_activation": "softplus"}, {"early_stopping": True, "patience_early_stopping": 1},
    {"train_start_date": ["1991-10-01", "1993-01-01"], "train_end_date": ["1992-03-31", "1993-06-30"]},
], ids=lambda changes: "-".join(changes))
def test_every_option_trains_to_the_same_bits_with_other_threads(freshet, config, runs, changes):
    file = config(**{"epochs": 2, **changes})
    freshet("train", file, "--out", runs / "a", "--set", "threads=1")
    freshet("train", file, "--out", runs / "b", "--set", "threads=2")
    assert run_files.weights(runs / "a") == run_files.weights(runs / "b")
    freshet("evaluate", runs / "a", "--no-report")


def test_diverging_training_ends_with_an_error(freshet, config, runs):
    """A loss that is no number ends the run at once, and names the epoch and what to try."""
    freshet("train", config(learning_rate=1e30, clip_gradient_norm=None), "--out", runs / "a", exit_code=EXIT_INPUT_ERROR,
            stderr=["loss", "learning_rate"])


def test_a_validation_period_without_any_record_is_found_at_the_start(freshet, config, runs):
    freshet("train", config(validation_start_date="2005-10-01", validation_end_date="2006-09-30"), "--out", runs / "a",
            exit_code=EXIT_INPUT_ERROR, stderr=["validation", "2005-10-01"])


def test_run_dir_that_is_a_file(freshet, config, tmp_path):
    (tmp_path / "file").touch()
    freshet("train", config(), "--out", tmp_path / "file", exit_code=EXIT_INPUT_ERROR, stderr=str(tmp_path / "file"))
    freshet("train", config(), "--out", tmp_path / "file/run", exit_code=3, stderr=str(tmp_path / "file/run"))
