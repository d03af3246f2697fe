"""Cross-validation as a user does it: folds of basins, regions and time, one process or several, interrupted or not."""

import csv
import fcntl
import json
import re
import shutil
import signal

import numpy as np
import pytest
import run_files
import tiny_config
from conftest import EXIT_ENVIRONMENT_ERROR, EXIT_INPUT_ERROR, Program

INTERRUPTED = 130
RESULTS = ["predictions.nc", "metrics.csv", "baselines.csv", "crossval.csv", "evaluation.json"]
TINY = {"epochs": 2, "folds": 3, "validate_every": None}


@pytest.fixture(scope="module")
def basins(freshet_bin, tmp_path_factory):
    """Seven virtual basins, 1990-10-01 to 1996-09-30, of three regions."""
    folder = tmp_path_factory.mktemp("seven")
    Program(freshet_bin, folder)("synth", "--basins", 7, "--years", 6, "--seed", 5, "--out", folder / "basins")
    regions = {"1": "N", "2": "N", "3": "S", "4": "S", "5": "S", "6": "E", "7": "N"}
    (folder / "regions.csv").write_text("basin,region\n" + "".join(f"9900000{k},{r}\n" for k, r in regions.items()))
    return folder / "basins"


@pytest.fixture
def config(basins, tmp_path):
    """Writes a configuration for the seven basins."""

    def write(file=tmp_path / "config.yml", data_dir=basins, **changes):
        return tiny_config.write(file, data_dir, **{**TINY, **changes})

    return write


@pytest.fixture(scope="module")
def whole(freshet_bin, basins, tmp_path_factory):
    """A configuration of six epochs and the folder of its uninterrupted cross-validation in one process."""
    folder = tmp_path_factory.mktemp("whole")
    file = tiny_config.write(folder / "config.yml", basins, **{**TINY, "epochs": 6, "validate_every": 2})
    Program(freshet_bin, folder)("crossval", file, "--out", folder / "cv")
    return file, folder / "cv"


def rows(path):
    with open(path, newline="") as file:
        return list(csv.DictReader(file))


def listed(path):
    return path.read_text().split()


def folds_of(folder):
    return sorted(folder.glob("fold_*"), key=lambda path: int(path.name[5:]))


def periods_of(folder, fold, use):
    return [(row["first"], row["last"]) for row in rows(folder / "periods.csv") if (row["fold"], row["use"]) == (fold, use)]


def days_in(periods):
    days = [np.arange(np.datetime64(first), np.datetime64(last) + 1) for first, last in periods]
    return set(np.concatenate(days).tolist()) if days else set()


def assert_same_results(folder, other):
    for name in RESULTS:
        assert (folder / name).read_bytes() == (other / name).read_bytes(), name
    assert len(folds_of(folder)) == len(folds_of(other)) > 1
    for fold in folds_of(folder):
        assert run_files.weights(fold) == run_files.weights(other / fold.name), fold.name
        assert run_files.epochs(fold) == run_files.epochs(other / fold.name), fold.name


def finish(process):
    out, said = process.communicate(timeout=120)
    return process.returncode, out, said


# The folds


def test_every_basin_is_tested_once_and_never_trained_on(freshet, config, runs):
    result = freshet("crossval", config(), "--out", runs / "cv")
    folder = runs / "cv"
    tested = [basin for fold in folds_of(folder) for basin in listed(fold / "test_basins.txt")]
    assert sorted(tested) == [f"9900000{k}" for k in range(1, 8)]
    assert [(row["basin"], row["fold"]) for row in rows(folder / "folds.csv")] == sorted(
        (basin, fold.name[5:]) for fold in folds_of(folder) for basin in listed(fold / "test_basins.txt"))
    for fold in folds_of(folder):
        train, test = listed(fold / "train_basins.txt"), listed(fold / "test_basins.txt")
        assert not set(train) & set(test) and sorted(train + test) == sorted(tested)
        assert set(run_files.table(fold / "metrics.csv")) == set(test)
        # What the model learned from is in its scaling.
        assert set(json.loads((fold / "scaler.json").read_text())["basin_targets"]) == set(train)
    for piece in ("fold_1", "fold_3", "all", "persistence", "1994-10-01 to 1996-09-30", str(folder / "report.html")):
        assert piece in result.stdout


def test_the_joined_results_are_those_of_the_folds(whole):
    _, folder = whole
    scores = run_files.table(folder / "metrics.csv")
    baselines = run_files.table(folder / "baselines.csv")
    ids, days, simulated, observed = run_files.predictions(folder / "predictions.nc")
    for fold in folds_of(folder):
        assert {basin: scores[basin] for basin in listed(fold / "test_basins.txt")} == run_files.table(fold / "metrics.csv")
        assert {basin: baselines[basin] for basin in listed(fold / "test_basins.txt")} == run_files.table(fold / "baselines.csv")
        own_ids, own_days, own_simulated, own_observed = run_files.predictions(fold / "predictions.nc")
        assert (own_days == days).all()
        at = [ids.index(basin) for basin in own_ids]
        assert run_files.same_bits(simulated[at], own_simulated) and run_files.same_bits(observed[at], own_observed)
    table = {row["fold"]: row for row in rows(folder / "crossval.csv")}
    nse = [row["nse"] for basin, row in scores.items() if basin in listed(folder / "fold_2/test_basins.txt")]
    assert float(table["fold_2"]["median_nse"]) == np.median(nse)
    assert float(table["fold_2"]["std_nse"]) == pytest.approx(np.std(nse, ddof=1), rel=1e-12)
    assert int(table["fold_2"]["nse_below_0"]) == sum(x < 0 for x in nse)
    summary = json.loads((folder / "evaluation.json").read_text())
    assert summary["scores"][0]["median_nse"] == np.median([row["nse"] for row in scores.values()])
    assert "cross-validation: 3 groups of basins drawn by seed 0" in summary["remarks"][0]


def test_other_verbs_take_it_for_a_run(freshet, whole, tmp_path):
    _, folder = whole
    copy = shutil.copytree(folder, tmp_path / "copy")
    (copy / "report.html").unlink()
    freshet("report", copy)
    assert "Cross-validation" in (copy / "report.html").read_text()
    freshet("ensemble", folder, copy, "--out", tmp_path / "mean")
    assert run_files.table(tmp_path / "mean/metrics.csv") == run_files.table(folder / "metrics.csv")
    freshet("evaluate", folder, exit_code=EXIT_INPUT_ERROR, stderr=["a model for each fold", "fold_1"])


def test_a_fold_is_what_train_makes_of_its_configuration(freshet, whole, runs):
    _, folder = whole
    freshet("train", folder / "fold_2/config.yml", "--out", runs / "alone")
    assert run_files.weights(runs / "alone") == run_files.weights(folder / "fold_2")
    freshet("evaluate", runs / "alone")
    assert run_files.table(runs / "alone/metrics.csv") == run_files.table(folder / "fold_2/metrics.csv")


def test_the_same_seed_gives_the_same_folds(freshet, config, runs):
    for name, changes in {"a": {}, "b": {"seed": 9, "epochs": 1}, "c": {"fold_seed": 1}}.items():
        freshet("crossval", config(**{"epochs": 1, **changes}), "--out", runs / name)
    folds = {name: (runs / name / "folds.csv").read_text() for name in "abc"}
    assert folds["a"] == folds["b"] != folds["c"]
    assert run_files.weights(runs / "a/fold_1") != run_files.weights(runs / "b/fold_1")


def test_regions_of_a_file_are_held_out_whole(freshet, config, basins, runs):
    file = config(fold_by="region", folds=None, region_file=str(basins.parent / "regions.csv"))
    freshet("crossval", file, "--out", runs / "cv")
    tested = [set(listed(fold / "test_basins.txt")) for fold in folds_of(runs / "cv")]
    assert tested == [{"99000006"}, {"99000001", "99000002", "99000007"}, {"99000003", "99000004", "99000005"}]
    assert [row["held_out"] for row in rows(runs / "cv/crossval.csv")] == ["region E", "region N", "region S"]
    freshet("crossval", file, "--out", runs / "two", "--set", "folds=2")
    assert [len(listed(fold / "test_basins.txt")) for fold in folds_of(runs / "two")] == [4, 3]


def test_regions_of_an_attribute_and_a_folder_that_stands_alone(freshet, config, basins, runs, tmp_path):
    regions = tmp_path / "regions.csv"
    shutil.copy(basins.parent / "regions.csv", regions)
    (tmp_path / "list.txt").write_text("99000001\n99000003\n99000006\n")
    freshet("crossval", config(fold_by="region", folds=None, region_file="regions.csv", train_basin_file="list.txt"),
            "--out", runs / "cv")
    regions.unlink(), (tmp_path / "list.txt").unlink()
    (runs / "cv").rename(runs / "moved")
    shutil.rmtree(runs / "moved/fold_2")
    shutil.copytree(runs / "moved/fold_1", runs / "moved/fold_2")  # another fold's
    freshet("resume", runs / "moved", exit_code=EXIT_INPUT_ERROR, stderr=["fold_2", "others than when it was begun"])
    assert len(folds_of(runs / "moved")) == 3
    single = config(fold_by="region", folds=None, region_attribute="gauge_name")
    assert len(re.findall(r"^fold_\d+ ", freshet("crossval", single, "--dry-run").stdout, flags=re.M)) == 7


def test_blocks_of_time_are_tested_once_and_never_trained_on(freshet, config, runs):
    result = freshet("crossval", config(fold_by="time", time_blocks=2, time_gap_days=10, train_end_date="1995-09-30"),
                     "--out", runs / "cv")
    folder = runs / "cv"
    assert "`test_start_date` and `test_end_date` are not used" in result.stderr
    assert periods_of(folder, "1", "test") == [("1991-10-01", "1993-09-30")]
    assert periods_of(folder, "1", "train") == [("1993-10-11", "1995-09-30")]
    assert periods_of(folder, "2", "train") == [("1991-10-01", "1993-09-20")]
    parts = [run_files.predictions(fold / "predictions.nc") for fold in folds_of(folder)]
    ids, days, simulated, _ = run_files.predictions(folder / "predictions.nc")
    assert len(ids) == 7 and days[-1] - days[0] + 1 == len(days) == 4 * 365 + 1
    assert run_files.same_bits(simulated, np.concatenate([part[2] for part in parts], axis=1))
    assert np.isfinite(simulated).all()


def test_both_at_once_share_neither_basins_nor_days(freshet, config, runs):
    freshet("crossval", config(fold_by="random_and_time", folds=2, time_blocks=2, train_end_date="1995-09-30", validate_every=1,
                               validation_start_date="1992-10-01", validation_end_date="1994-09-30", fold_validation_basins=1),
            "--out", runs / "cv")
    folder, seen = runs / "cv", set()
    assert len(folds_of(folder)) == 4
    for fold in folds_of(folder):
        use = {name: days_in(periods_of(folder, fold.name[5:], name)) for name in ("train", "validation", "test")}
        basins_of = {name: set(listed(fold / f"{name}_basins.txt")) for name in use}
        assert not use["train"] & use["test"] and not use["validation"] & use["test"]
        assert not basins_of["train"] & basins_of["test"] and not basins_of["validation"] & basins_of["test"]
        assert not basins_of["train"] & basins_of["validation"] and len(basins_of["validation"]) == 1
        pairs = {(basin, day) for basin in basins_of["test"] for day in use["test"]}
        assert not pairs & seen
        seen |= pairs
    assert len(seen) == 7 * (4 * 365 + 1)
    assert np.isfinite(run_files.predictions(folder / "predictions.nc")[2]).all()


def test_targets_of_the_tested_block_do_not_reach_the_model(freshet, config, basins, runs, tmp_path):
    """Other discharge in the block that is held out changes no weight of that fold."""
    other = shutil.copytree(basins, tmp_path / "other")
    for file in other.glob("usgs_streamflow/*/*_streamflow_qc.txt"):
        lines = [line.split() for line in file.read_text().splitlines()]
        for cells in lines:
            if "1991-10-01" <= "-".join(cells[1:4]) <= "1993-09-30":
                cells[4] = str(7 * float(cells[4]) + 3)
        file.write_text("".join(" ".join(cells) + "\n" for cells in lines))
    changes = {"fold_by": "time", "time_blocks": 2, "train_end_date": "1995-09-30"}
    freshet("crossval", config(**changes), "--out", runs / "a")
    freshet("crossval", config(data_dir=other, **changes), "--out", runs / "b")
    assert run_files.weights(runs / "a/fold_1") == run_files.weights(runs / "b/fold_1")
    assert run_files.weights(runs / "a/fold_2") != run_files.weights(runs / "b/fold_2")


def test_validation_never_sees_the_basins_held_out(freshet, config, runs, tmp_path):
    (tmp_path / "validation.txt").write_text("99000001\n99000002\n99000003\n99000004\n")
    freshet("crossval", config(validate_every=1, validation_basin_file="validation.txt"), "--out", runs / "cv")
    for fold in folds_of(runs / "cv"):
        tested = set(listed(fold / "test_basins.txt"))
        assert set(listed(fold / "validation_basins.txt")) == {f"9900000{k}" for k in range(1, 5)} - tested
        assert run_files.events(fold, "validation")[0]["basins"] == 4 - len(tested & {f"9900000{k}" for k in range(1, 5)})


# One process or several, at once, interrupted


def test_folds_at_once_have_the_bits_of_one_after_the_other(freshet, whole, runs):
    config, folder = whole
    said = freshet("crossval", config, "--out", runs / "cv", "--jobs", 2).stderr
    assert_same_results(runs / "cv", folder)
    for k in (1, 2, 3):
        assert f"fold_{k}: epoch   6/6" in said and f"fold_{k}: median NSE" in said


@pytest.mark.parametrize("jobs", [1, 2])
@pytest.mark.parametrize("name, code", [("SIGINT", INTERRUPTED), ("SIGTERM", INTERRUPTED), ("SIGKILL", -9)])
def test_interrupted_and_repeated_is_uninterrupted(freshet, whole, runs, jobs, name, code):
    config, folder = whole
    process = freshet.start("crossval", config, "--out", runs / "cv", "--jobs", jobs)
    for line in process.stderr:
        if line.startswith("fold_2: epoch   2"):
            break
    process.send_signal(getattr(signal, name))
    ended, _, said = finish(process)
    assert ended == code, said
    if name == "SIGINT":
        assert f"freshet resume {runs / 'cv'}" in said
    before = {fold.name: run_files.weights(fold) for fold in folds_of(runs / "cv") if (fold / "report.html").exists()}
    said = freshet("crossval", config, "--out", runs / "cv").stderr
    for fold in before:
        assert f"{fold}: train" not in said and f"{fold}: epoch" not in said, "a finished fold was run again"
    assert_same_results(runs / "cv", folder)


def test_resume_goes_on_and_a_finished_one_only_says_its_scores(freshet, whole, runs):
    config, folder = whole
    process = freshet.start("crossval", config, "--out", runs / "cv")
    for line in process.stderr:
        if line.startswith("fold_2: epoch   1"):
            break
    process.send_signal(signal.SIGINT)
    finish(process)
    first = freshet("resume", runs / "cv")
    assert "from step" in first.stderr or (runs / "cv/fold_2/report.html").exists()
    assert_same_results(runs / "cv", folder)
    times = {file: file.stat().st_mtime_ns for file in (runs / "cv").rglob("*") if file.is_file()}
    again = freshet("resume", runs / "cv")
    assert "epoch" not in again.stderr
    table = first.stdout[:first.stdout.index("1994-10-01")]
    assert again.stdout.startswith(table)
    changed = {str(file.name) for file, time in times.items() if file.stat().st_mtime_ns != time}
    assert not changed


LAUNCHERS = {
    "torchrun": lambda rank: {"RANK": str(rank), "WORLD_SIZE": "2", "LOCAL_WORLD_SIZE": "2"},
    "mpirun": lambda rank: {"OMPI_COMM_WORLD_RANK": str(rank), "OMPI_COMM_WORLD_SIZE": "2"},
    "pmi": lambda rank: {"PMI_RANK": str(rank), "PMI_SIZE": "2"},
    "srun": lambda rank: {"SLURM_PROCID": str(rank), "SLURM_NTASKS": "2"},
    "array": lambda rank: {"SLURM_ARRAY_TASK_ID": str(10 + rank), "SLURM_ARRAY_TASK_MIN": "10", "SLURM_ARRAY_TASK_COUNT": "2"},
}


@pytest.mark.parametrize("launcher", LAUNCHERS)
def test_processes_of_a_launcher_share_the_folds(freshet, whole, runs, launcher, monkeypatch):
    config, folder = whole
    processes = []
    for rank in range(2):
        with monkeypatch.context() as context:
            for name, value in LAUNCHERS[launcher](rank).items():
                context.setenv(name, value)
            processes.append(freshet.start("crossval", config, "--out", runs / "cv"))
    ends = [finish(process) for process in processes]
    assert [code for code, _, _ in ends] == [0, 0], ends
    assert_same_results(runs / "cv", folder)
    trained = [re.findall(r"^(fold_\d): train,", said, flags=re.M) for _, _, said in ends]
    assert sorted(trained[0] + trained[1]) == ["fold_1", "fold_2", "fold_3"], "each fold is trained by one process"
    assert any("median NSE" in out for _, out, _ in ends)
    for _, out, _ in ends:
        assert "median NSE" in out or "left to other processes" in out


def test_a_process_that_is_left_alone_does_all(freshet, whole, runs):
    """A rank whose fellows never come, or died, takes over their share."""
    config, folder = whole
    freshet("crossval", config, "--out", runs / "cv", env={"RANK": "1", "WORLD_SIZE": "3"})
    assert_same_results(runs / "cv", folder)


def test_variables_of_a_launcher_that_make_no_sense(freshet, config, runs):
    freshet("crossval", config(), "--out", runs / "cv", env={"RANK": "2", "WORLD_SIZE": "2"}, exit_code=EXIT_INPUT_ERROR,
            stderr=["RANK", "less than 2"])
    assert list(runs.iterdir()) == []


# What is wrong


def test_dry_run_writes_nothing(freshet, config, runs, tmp_path):
    result = freshet("crossval", config(), "--out", runs / "cv", "--dry-run")
    for piece in ("3 groups of basins drawn by seed 0", "fold_3", "Nothing was started", "2 epochs of"):
        assert piece in result.stdout
    assert list(runs.iterdir()) == []


@pytest.mark.parametrize("changes, pieces", [
    ({"folds": 8}, ["more folds than basins", "at most 7", "8"]),
    ({"folds": 1}, ["folds", "2 to 100000"]),
    ({"fold_by": "region"}, ["region_attribute", "region_file", "neither"]),
    ({"fold_by": "region", "region_attribute": "huc_2"}, ["no such attribute", "huc_2", "Did you mean `huc_02`?"]),
    ({"fold_by": "region", "region_file": "nowhere.csv"}, ["nowhere.csv"]),
    ({"fold_by": "regions"}, ["fold_by", "random_and_time"]),
    ({"test_start_date": None, "test_end_date": None}, ["test_start_date"]),
    ({"fold_by": "time", "time_blocks": 999}, ["more time blocks than days"]),
    ({"fold_by": "time", "time_blocks": 2, "time_gap_days": 400}, ["fold_1, fold_2", "no day is left to train on"]),
    ({"fold_by": "time", "time_blocks": 2, "validate_every": 1, "validation_start_date": "1992-01-01",
      "validation_end_date": "1992-06-30"}, ["fold_1", "validation period is held out"]),
    ({"fold_validation_basins": 5, "validate_every": 1}, ["fold_1", "no basin is left to train on", "fold_validation_basins"]),
    ({"fold_validation_basins": 1}, ["validate_every"]),
    ({"model": "lstm_local", "static_attributes": None}, ["lstm_local", "basin by basin", "fold_by: time"]),
    ({"test_start_date": "2005-10-01", "test_end_date": "2006-09-30"}, ["test period", "2005-10-01"]),
    ({"static_attributes": ["p_maen"]}, ["p_maen", "Did you mean `p_mean`?"]),
    ({"dynamic_inputs": ["prcp(mm/day)", "tmxa(C)"]}, ["tmxa(C)", "Did you mean `tmax(C)`?"]),
])
def test_what_can_be_seen_at_the_start_is_refused_then(freshet, config, runs, changes, pieces):
    said = freshet("crossval", config(**changes), "--out", runs / "cv", exit_code=EXIT_INPUT_ERROR).stderr
    if "fold_1, fold_2" in pieces:
        pieces = ["fold_1: no day is left", "fold_2: no day is left"]
    for piece in pieces:
        assert piece in said
    assert list(runs.iterdir()) == []


def test_a_basin_without_region_or_attribute_is_named(freshet, config, basins, runs, tmp_path):
    regions = (basins.parent / "regions.csv").read_text()
    (tmp_path / "regions.csv").write_text(regions.replace("99000004,S\n", "").replace("99000006,E", "99000006,"))
    freshet("crossval", config(fold_by="region", folds=None, region_file="regions.csv"), "--out", runs / "cv",
            exit_code=EXIT_INPUT_ERROR, stderr=["basin 99000004", "no row", "basin 99000006", "region of this basin is missing"])
    own = shutil.copytree(basins, tmp_path / "own")
    clim = own / "camels_attributes_v2.0/camels_clim.txt"
    lines = clim.read_text().splitlines(keepends=True)
    at = next(i for i, line in enumerate(lines) if line.startswith("99000005"))
    lines[at] = ";".join(["99000005"] + ["NA"] * (lines[at].count(";"))) + "\n"
    clim.write_text("".join(lines))
    freshet("crossval", config(data_dir=own), "--out", runs / "cv", exit_code=EXIT_INPUT_ERROR,
            stderr=["basin 99000005", "variable p_mean", "missing"])
    assert list(runs.iterdir()) == []


def test_a_problem_of_some_folds_names_them(freshet, config, basins, runs, tmp_path):
    """A basin without observations is wrong where it is trained on."""
    own = shutil.copytree(basins, tmp_path / "own")
    flow = next(own.glob("usgs_streamflow/*/99000003_*"))
    flow.write_text("".join(line for line in flow.read_text().splitlines(keepends=True) if line.split()[1] not in ("1991", "1992", "1993")))
    said = freshet("crossval", config(data_dir=own), "--out", runs / "cv", exit_code=EXIT_INPUT_ERROR,
                   stderr=["basin 99000003", "no observation in the training period"]).stderr
    assert len(re.findall(r"fold_\d", said)) == 2 and said.count("no observation") == 1
    assert list(runs.iterdir()) == []


@pytest.mark.parametrize("change, pieces", [
    ({"seed": 2}, ["settings", "seed: 1", "seed: 2"]), ({"epochs": 7}, ["settings", "epochs: 6", "epochs: 7"]),
    ({"fold_seed": 3}, ["settings", "fold_seed: 3"]), ({"folds": 2}, ["settings", "folds: 2"]),
    ({"test_end_date": "1996-08-31"}, ["settings", "1996-08-31"]), ({"train_basin_file": "list.txt"}, ["folds of this", "99000001"]),
])
def test_another_configuration_is_refused(freshet, whole, runs, tmp_path, change, pieces):
    config, folder = whole
    copy = shutil.copytree(folder, runs / "cv")
    (tmp_path / "list.txt").write_text("".join(f"9900000{k}\n" for k in range(1, 7)))
    sets = [part for key, value in change.items() for part in ("--set", f"{key}={value}")]
    said = freshet("crossval", config, "--out", copy, *sets, exit_code=EXIT_INPUT_ERROR, stderr=["others than when it was begun"]).stderr
    for piece in pieces:
        assert piece in said
    assert_same_results(copy, folder)


def test_changed_data_are_refused(freshet, config, basins, runs, tmp_path):
    own = shutil.copytree(basins, tmp_path / "own")
    freshet("crossval", config(data_dir=own, epochs=1), "--out", runs / "cv")
    (runs / "cv/fold_2/report.html").unlink()
    flow = next(own.glob("usgs_streamflow/*/99000003_*"))
    lines = flow.read_text().splitlines(keepends=True)
    flow.write_text("".join(lines[:-1]))
    freshet("crossval", config(data_dir=own, epochs=1), "--out", runs / "cv", exit_code=EXIT_INPUT_ERROR,
            stderr=["the data have changed"])


def test_a_taken_folder_is_refused(freshet, config, finished_run, runs):
    before = sorted(finished_run.rglob("*"))
    freshet("crossval", config(), "--out", finished_run, exit_code=EXIT_INPUT_ERROR, stderr="something else than a cross-validation")
    assert sorted(finished_run.rglob("*")) == before


def test_a_fold_that_fails_is_told_and_the_others_kept(freshet, config, basins, runs, tmp_path):
    """The loss KGE needs two observations in a sample: the basins outside region S have too few for a training of their own."""
    own = shutil.copytree(basins, tmp_path / "own")
    for k in (1, 2, 6, 7):
        flow = next(own.glob(f"usgs_streamflow/*/9900000{k}_*"))
        lines = flow.read_text().splitlines(keepends=True)
        flow.write_text("".join(lines[::40]))
    file = config(data_dir=own, loss="KGE", fold_by="region", folds=None, region_file=str(basins.parent / "regions.csv"))
    said = freshet("crossval", file, "--out", runs / "cv", exit_code=EXIT_INPUT_ERROR).stderr
    assert said.rstrip().splitlines()[-1].startswith("fold_3: no target day counted in the loss of epoch 1")
    assert {row["fold"]: row["state"] for row in rows(runs / "cv/crossval.csv")} == {
        "fold_1": "finished", "fold_2": "finished", "fold_3": "failed"}
    assert set(run_files.table(runs / "cv/metrics.csv")) == {f"9900000{k}" for k in (1, 2, 6, 7)}
    remarks = json.loads((runs / "cv/evaluation.json").read_text())["remarks"]
    assert "fold_3 failed: its 3 basins are not in these results" in remarks
    again = freshet("crossval", file, "--out", runs / "cv", "--jobs", 2, exit_code=EXIT_INPUT_ERROR).stderr
    assert "fold_3: no target day" in again and "fold_1: train" not in again


def test_losses_that_are_no_numbers_name_their_folds(freshet, config, runs):
    said = freshet("crossval", config(learning_rate=1e30, clip_gradient_norm=None), "--out", runs / "cv", "--jobs", 2,
                   exit_code=EXIT_INPUT_ERROR).stderr
    for k in (1, 2, 3):
        assert re.search(rf"^basin 9900000\d.*: fold_{k}: the loss is not finite", said, flags=re.M)
    assert said.rstrip().endswith("3 problems.")
    assert [row["state"] for row in rows(runs / "cv/crossval.csv")] == ["failed"] * 3
    assert not (runs / "cv/metrics.csv").exists()


def test_a_process_leaves_the_errors_to_the_last(freshet, config, runs):
    """A launcher would stop the others at the first exit code that is not 0."""
    file = config(learning_rate=1e30, clip_gradient_norm=None, epochs=1)
    freshet("crossval", file, "--out", runs / "cv", exit_code=EXIT_INPUT_ERROR)
    with open(runs / "cv/state/fold_3.lock", "r+") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)  # as a process at work on the fold
        first = freshet("crossval", file, "--out", runs / "cv", env={"RANK": "0", "WORLD_SIZE": "2"})
    assert "0 folds finished here; fold_3 left to other processes" in first.stdout
    assert "fold_2: basin" in first.stderr and "the loss is not finite" in first.stderr
    freshet("crossval", file, "--out", runs / "cv", exit_code=EXIT_INPUT_ERROR, stderr="3 problems.")


def test_what_the_machine_refuses_is_mended_and_gone_on_with(freshet, whole, runs):
    config, folder = whole
    copy = shutil.copytree(folder, runs / "cv")
    for file in (copy / "fold_2").iterdir():
        if file.name not in ("config.yml", "train_basins.txt", "test_basins.txt"):
            shutil.rmtree(file) if file.is_dir() else file.unlink()
    (copy / "fold_2/scaler.json").mkdir()
    freshet("crossval", config, "--out", copy, exit_code=EXIT_ENVIRONMENT_ERROR, stderr=["fold_2: ", "scaler.json"])
    assert {row["fold"]: row["state"] for row in rows(copy / "crossval.csv")}["fold_2"] == "failed"
    assert len(run_files.table(copy / "metrics.csv")) == 7 - len(listed(copy / "fold_2/test_basins.txt"))
    (copy / "fold_2/scaler.json").rmdir()
    freshet("crossval", config, "--out", copy)
    assert_same_results(copy, folder)
