"""Evaluation and ensembles, recomputed from the files they leave with numpy alone and with `freshet score`."""

import json
import math
import re
import shutil

import numpy as np
import pytest
import run_files
from conftest import EXIT_INPUT_ERROR
from run_files import predictions, table


def nse(observed, simulated):
    use = np.isfinite(observed) & np.isfinite(simulated)
    o, s = observed[use].astype(float), simulated[use].astype(float)
    return 1 - ((s - o) ** 2).sum() / ((o - o.mean()) ** 2).sum()


def write_csv(path, days, observed, simulated):
    dates = np.array(days, "datetime64[D]").astype(str)
    rows = (f"{d},{'' if np.isnan(o) else repr(float(o))},{float(s)!r}\n" for d, o, s in zip(dates, observed, simulated))
    path.write_text("date,obs,sim\n" + "".join(rows))


def test_scores_agree_with_score_and_numpy(freshet, finished_run, tmp_path):
    ids, days, simulated, observed = predictions(finished_run / "predictions.nc")
    scores = table(finished_run / "metrics.csv")
    assert list(scores) == ids and len(days) == 731 and not np.isnan(simulated).any()
    for b, basin in enumerate(ids):
        assert scores[basin]["nse"] == pytest.approx(nse(observed[b], simulated[b]), rel=1e-9)
    write_csv(tmp_path / "series.csv", days, observed[1], simulated[1])
    result = freshet("score", tmp_path / "series.csv", "--observed", "obs", "--simulated", "sim", "--date", "date", "--json")
    alone = json.loads(result.stdout)
    for metric, value in scores[ids[1]].items():
        expected = math.nan if alone[metric] is None else alone[metric]
        assert value == pytest.approx(expected, rel=1e-6, nan_ok=True), metric


def test_observations_are_those_of_the_gauge(finished_run, virtual_basins):
    """Discharge in the file is that of the streamflow file, from ft3/s to mm/day by the area in the forcing's header."""
    ids, days, _, observed = predictions(finished_run / "predictions.nc")
    for b, basin in enumerate(ids):
        gauge = next(virtual_basins.glob(f"usgs_streamflow/*/{basin}_*")).read_text().splitlines()
        area = float(next(virtual_basins.glob(f"basin_mean_forcing/daymet/*/{basin}_*")).read_text().splitlines()[2])
        flow = {np.datetime64(f"{w[1]}-{w[2]}-{w[3]}").astype(int): float(w[4]) for w in map(str.split, gauge)}
        expected = np.array([flow[day] * 0.3048**3 * 86400 * 1000 / area if flow[day] >= 0 else np.nan for day in days])
        np.testing.assert_allclose(observed[b], expected, rtol=1e-6)


def test_baselines(finished_run):
    ids, days, _, observed = predictions(finished_run / "predictions.nc")
    scores = table(finished_run / "baselines.csv")
    for b, basin in enumerate(ids):
        yesterday = np.concatenate([[np.nan], observed[b][:-1]])
        assert scores[basin]["persistence_nse"] == pytest.approx(nse(observed[b], yesterday), rel=1e-6)


def test_summary_agrees_with_the_table(finished_run):
    summary = json.loads((finished_run / "evaluation.json").read_text())
    scores = table(finished_run / "metrics.csv")
    model = summary["scores"][0]
    values = np.array([row["nse"] for row in scores.values()])
    assert model["median_nse"] == pytest.approx(np.median(values)) and model["mean_nse"] == pytest.approx(values.mean())
    assert model["basins_nse_below_0"] == (values < 0).sum() and model["basins"] == 4
    assert summary["period"] == "1994-10-01 to 1996-09-30" and summary["evaluation_mode"] == "stateful"


def test_same_bits_for_any_thread_count_and_basin_list(freshet, own_run, finished_run, tmp_path):
    (tmp_path / "two.txt").write_text("99000004\n99000002\n")
    freshet("evaluate", own_run, "--set", "threads=1", "--set", f"test_basin_file={tmp_path / 'two.txt'}")
    ids, _, simulated, _ = predictions(own_run / "predictions.nc")
    all_ids, _, whole, _ = predictions(finished_run / "predictions.nc")
    assert ids == ["99000002", "99000004"]
    assert run_files.same_bits(simulated, whole[[all_ids.index(basin) for basin in ids]])


def test_windowed_results_stand_beside_the_stateful_ones(freshet, own_run):
    before = {file: file.read_bytes() for file in own_run.iterdir() if file.is_file()}
    result = freshet("evaluate", own_run, "--mode", "windowed", "--set", "test_end_date=1995-01-31")
    assert "metrics_windowed.csv" in result.stdout
    assert before == {file: file.read_bytes() for file in before}
    _, days, simulated, _ = predictions(own_run / "predictions_windowed.nc")
    _, all_days, stateful, _ = predictions(own_run / "predictions.nc")
    assert len(days) == 123 and np.isfinite(simulated).all()
    # After the warm-up of 119 days the two hold nearly the same state.
    np.testing.assert_allclose(simulated, stateful[:, :123], atol=0.05)


def test_a_run_configured_windowed_is_reported(freshet, config, runs):
    run = runs / "run"
    freshet("train", config(evaluation_mode="windowed", epochs=1, test_end_date="1994-11-30"), "--out", run)
    freshet("evaluate", run)
    assert (run / "metrics.csv").exists() and (run / "report.html").exists()
    freshet("evaluate", run, "--mode", "stateful")
    assert (run / "metrics_stateful.csv").exists()


def test_compare_modes(freshet, own_run):
    result = freshet("evaluate", own_run, "--compare-modes", 2, "--no-report")
    line = next(line for line in result.stdout.splitlines() if line.startswith("- stateful against windowed"))
    assert "on 2 basins" in line and "91 days" in line and "nan" not in line
    # With as long a warm-up as the windows have, the first day's predictions are the same run: a small difference.
    assert float(line.split("difference of the flow ")[1].split()[0]) < 5


def test_clipping_is_recorded(freshet, own_run):
    free = freshet("evaluate", own_run, "--set", "clip_targets_to_zero=[]", "--no-report")
    assert "negative predictions are kept" in free.stdout
    _, _, raw, _ = predictions(own_run / "predictions.nc")
    negative = int((raw < 0).sum())
    clipped = freshet("evaluate", own_run, "--no-report")
    assert f"{negative} of {raw.size} predicted values were negative and set to zero" in clipped.stdout
    _, _, cut, _ = predictions(own_run / "predictions.nc")
    np.testing.assert_array_equal(cut, np.maximum(raw, 0))
    assert any("set to zero" in remark for remark in json.loads((own_run / "evaluation.json").read_text())["remarks"])


def test_negative_predictions_are_clipped(freshet, own_run):
    """A centre shifted below the flows makes many predictions negative."""
    scaler = json.loads((own_run / "scaler.json").read_text())
    scaler["targets"]["QObs(mm/d)"]["center"] -= 1
    (own_run / "scaler.json").write_text(json.dumps(scaler))
    test_clipping_is_recorded(freshet, own_run)


def test_validation_and_training_periods_do_not_overwrite_the_test(freshet, own_run):
    before = {file: file.read_bytes() for file in own_run.rglob("*") if file.is_file()}
    freshet("evaluate", own_run, "--split", "validation")
    freshet("evaluate", own_run, "--split", "train")
    assert before == {file: file.read_bytes() for file in before}
    validation = table(own_run / "metrics_validation.csv")
    best = max(e["score"] for e in run_files.events(own_run, "validation"))
    assert np.median([row["nse"] for row in validation.values()]) == pytest.approx(best, rel=1e-6)
    assert (own_run / "metrics_train.csv").exists() and (own_run / "predictions_train.nc").exists()


def test_without_observations_nothing_is_replaced(freshet, own_run, own_basins):
    shutil.rmtree(own_basins / "usgs_streamflow")
    before = (own_run / "metrics.csv").read_bytes()
    freshet("evaluate", own_run, "--set", f"data_dir={own_basins}", exit_code=EXIT_INPUT_ERROR, stderr="no basin can be scored")
    assert (own_run / "metrics.csv").read_bytes() == before


def test_a_scaler_that_was_damaged(freshet, own_run):
    scaler = json.loads((own_run / "scaler.json").read_text())
    scaler["inputs"]["prcp(mm/day)"]["scale"] = 0
    (own_run / "scaler.json").write_text(json.dumps(scaler))
    freshet("evaluate", own_run, exit_code=EXIT_INPUT_ERROR, stderr=["scaler.json", "prcp(mm/day)", "not above zero"])


def test_other_weights(freshet, config, runs):
    run = runs / "run"
    freshet("train", config(save_weights_every=1), "--out", run)
    freshet("evaluate", run, "--no-report")
    best = (run / "metrics.csv").read_bytes()
    printed = freshet("evaluate", run, "--weights", run / "checkpoints/epoch_001.safetensors").stdout
    assert "metrics_epoch_001.csv" in printed and "Report" not in printed
    assert (run / "metrics_epoch_001.csv").read_bytes() != best, "the first epoch is not the best"
    assert (run / "metrics.csv").read_bytes() == best, "the run's own results stay"
    freshet("evaluate", run, "--weights", run / "absent", exit_code=EXIT_INPUT_ERROR, stderr="absent")
    freshet("evaluate", run, "--weights", run / "config.yml", exit_code=EXIT_INPUT_ERROR, stderr="config.yml")


@pytest.mark.parametrize("change, pieces", [
    (["--set", "hidden_size=9"], ["hidden_size", "expected 8"]),
    (["--set", "dynamic_inputs=[srad(W/m2), prcp(mm/day), tmax(C), tmin(C), vp(Pa)]"], ["dynamic_inputs", "cannot be changed"]),
    (["--set", "test_start_date=[]", "--set", "test_end_date=[]"], ["no test period", "test_start_date"]),
    (["--set", "test_start_date=2005-10-01", "--set", "test_end_date=2006-09-30"], ["2005-10-01", "1996-09-30"]),
    (["--split", "tets"], ["tets", "validation"]),
    (["--mode", "windowd"], ["windowd"]),
    (["--compare-modes", "0"], ["compare-modes"]),
    (["--set", "epochs"], ["--set epochs", "key=value"]),
    (["--set", "tset_basin_file=x"], ["tset_basin_file", "Did you mean `test_basin_file`?"]),
], ids=lambda value: "-".join(value)[:40])
def test_wrong_requests(freshet, finished_run, change, pieces):
    freshet("evaluate", finished_run, *change, exit_code=EXIT_INPUT_ERROR, stderr=pieces)


def test_a_run_without_results_has_no_report(freshet, config, runs):
    freshet("train", config(epochs=1), "--out", runs / "run")
    freshet("report", runs / "run", exit_code=EXIT_INPUT_ERROR, stderr=["has not been evaluated", "freshet evaluate"])


@pytest.mark.parametrize("name, content", [
    ("evaluation.json", b"[]"), ("evaluation.json", b"{"), ("metrics.csv", b""), ("metrics.csv", b"basin,nse\n99000001,x\n"),
    ("predictions.nc", b"CDF"), ("predictions.nc", b""), ("baselines.csv", b"basin,nse\n99000001,0.5\n"),
    ("config.yml", b"epochs: many\n"), ("events.jsonl", b'{"event": 3}\nxx\n{"event":"epoch"}\n'),
], ids=lambda value: value if isinstance(value, str) else value.decode().strip()[:8])
def test_damaged_results(freshet, own_run, name, content):
    """A damaged file is named; one that a kill may leave so (the log) is read as far as it goes."""
    (own_run / name).write_bytes(content)
    if name == "events.jsonl":
        freshet("report", own_run)
    else:
        freshet("report", own_run, exit_code=EXIT_INPUT_ERROR, stderr=name)


@pytest.fixture(scope="module")
def two_seeds(freshet_bin, virtual_basins, tmp_path_factory):
    import tiny_config
    from conftest import Program

    folder = tmp_path_factory.mktemp("seeds")
    program = Program(freshet_bin, folder)
    file = tiny_config.write(folder / "config.yml", virtual_basins, epochs=1)
    found = program("train", file, "--seeds", "5,6", "--out", folder / "s").stdout.split()
    for run in found:
        program("evaluate", run, "--no-report")
    return [folder / "s_seed5", folder / "s_seed6"]


def test_ensemble_is_the_mean(freshet, two_seeds, runs):
    out = runs / "ensemble"
    printed = freshet("ensemble", *two_seeds, "--out", out).stdout
    assert "mean of 2" in printed and "member 2" in printed
    ids, days, mean, observed = predictions(out / "predictions.nc")
    members = [predictions(run / "predictions.nc") for run in two_seeds]
    assert all(m[0] == ids and (m[1] == days).all() for m in members)
    expected = ((members[0][2].astype(float) + members[1][2].astype(float)) / 2).astype(np.float32)
    assert run_files.same_bits(mean, expected)
    scores = table(out / "metrics.csv")
    for b, basin in enumerate(ids):
        assert scores[basin]["nse"] == pytest.approx(nse(observed[b], mean[b]), rel=1e-9)
    assert (out / "report.html").exists()
    freshet("ensemble", *two_seeds, "--out", out)
    freshet("ensemble", out, two_seeds[0], "--out", runs / "of ensembles")


def test_baselines_are_scored_on_the_days_of_the_model(freshet, own_run):
    """Two test periods with years between: what lies there counts for nobody."""
    two = ["--set", "test_start_date=[1991-10-01, 1995-10-01]", "--set", "test_end_date=[1992-09-30, 1996-09-30]"]
    freshet("evaluate", own_run, *two, "--no-report")
    ids, days, simulated, observed = predictions(own_run / "predictions.nc")
    assert len(days) == 5 * 365 + 2
    baselines = table(own_run / "baselines.csv")
    for b, basin in enumerate(ids):
        yesterday = np.concatenate([[np.nan], observed[b][:-1]])
        yesterday[np.isnan(simulated[b])] = np.nan
        assert baselines[basin]["persistence_nse"] == pytest.approx(nse(observed[b], yesterday), rel=1e-6)


def test_an_ensemble_refuses_predictions_turned_round(freshet, own_run, two_seeds, runs):
    import netCDF4

    with netCDF4.Dataset(own_run / "predictions.nc") as old, netCDF4.Dataset(own_run / "new.nc", "w") as new:
        new.setncatts(old.__dict__)
        for name, dimension in old.dimensions.items():
            new.createDimension(name, len(dimension))
        for name, variable in old.variables.items():
            turned = variable.dimensions[::-1]
            copy = new.createVariable(name, variable.dtype, turned)
            copy.setncatts({key: value for key, value in variable.__dict__.items() if key != "_FillValue"})
            values = variable[:]
            copy[:] = values.T if len(turned) == 2 else values
    (own_run / "new.nc").rename(own_run / "predictions.nc")
    freshet("ensemble", two_seeds[0], own_run, "--out", runs / "e", exit_code=EXIT_INPUT_ERROR,
            stderr=["predictions.nc", "expected (basin, time), got (time, basin)"])
    freshet("report", own_run, exit_code=EXIT_INPUT_ERROR, stderr="other dimensions")


def test_ensemble_of_another_period_stands_beside(freshet, two_seeds, runs):
    out = runs / "e"
    freshet("ensemble", *two_seeds, "--split", "validation", "--out", out, exit_code=EXIT_INPUT_ERROR,
            stderr=["not been evaluated on its validation period", "--split validation"])
    for run in two_seeds:
        freshet("evaluate", run, "--split", "validation")
    freshet("ensemble", *two_seeds, "--out", out)
    test = (out / "predictions.nc").read_bytes()
    printed = freshet("ensemble", *two_seeds, "--split", "validation", "--out", out).stdout
    assert "Report" not in printed and (out / "predictions.nc").read_bytes() == test
    members = [predictions(run / "predictions_validation.nc") for run in two_seeds]
    _, days, mean, _ = predictions(out / "predictions_validation.nc")
    assert (days == members[0][1]).all() and (out / "quantiles_validation.nc").exists()
    np.testing.assert_allclose(mean, (members[0][2] + members[1][2]) / 2, rtol=1e-6)
    assert str(json.loads((out / "evaluation_validation.json").read_text())["period"]) in printed


def test_ensemble_quantiles(freshet, two_seeds, runs):
    import netCDF4

    freshet("ensemble", *two_seeds, "--out", runs / "e")
    members = np.stack([predictions(run / "predictions.nc")[2] for run in two_seeds]).astype(float)
    with netCDF4.Dataset(runs / "e/quantiles.nc") as file:
        names = [name for name in file.variables if name.endswith("_sim")]
        assert len(names) == 5
        for name in names:
            quantile = int(name.removesuffix("_sim")[-2:]) / 100
            np.testing.assert_allclose(file[name][:], np.quantile(members, quantile, axis=0), rtol=1e-6, atol=1e-7)


def test_ensemble_of_different_periods_is_refused(freshet, own_run, two_seeds, runs):
    freshet("evaluate", own_run, "--set", "test_end_date=1995-09-30", "--no-report")
    freshet("ensemble", two_seeds[0], own_run, "--out", runs / "e", exit_code=EXIT_INPUT_ERROR,
            stderr=[str(own_run), "different days", "expected 1994-10-01 to 1996-09-30", "got 1994-10-01 to 1995-09-30"])
    assert not (runs / "e").exists()


def test_ensemble_takes_the_common_basins(freshet, own_run, two_seeds, runs, tmp_path):
    (tmp_path / "two.txt").write_text("99000004\n99000002\n")
    freshet("evaluate", own_run, "--set", f"test_basin_file={tmp_path / 'two.txt'}", "--no-report")
    freshet("ensemble", two_seeds[0], own_run, "--out", runs / "e", stderr="2 of 4 basins")
    assert list(table(runs / "e/metrics.csv")) == ["99000002", "99000004"]


def test_ensemble_of_other_observations_is_refused(freshet, config, own_basins, two_seeds, runs):
    for gauge in own_basins.glob("usgs_streamflow/*/*"):
        gauge.write_text(re.sub(r"(?<=1995 01 15 )[ ]*[\d.-]+", "    1.50", gauge.read_text()))
    freshet("train", config(data_dir=own_basins, epochs=1), "--out", runs / "run")
    freshet("evaluate", runs / "run", "--no-report")
    freshet("ensemble", two_seeds[0], runs / "run", "--out", runs / "e", exit_code=EXIT_INPUT_ERROR,
            stderr=["different observations", "99000001"])


def test_ensembles_that_make_no_sense(freshet, config, two_seeds, runs):
    one = two_seeds[0]
    before = (one / "predictions.nc").read_bytes()
    freshet("ensemble", one, "--out", runs / "e", exit_code=EXIT_INPUT_ERROR, stderr="at least two")
    freshet("ensemble", one, f"{one}/", "--out", runs / "e", exit_code=EXIT_INPUT_ERROR, stderr="twice")
    (runs / "mine").mkdir()
    (runs / "mine/config.yml").write_text("my own")
    freshet("ensemble", *two_seeds, "--out", runs / "mine", exit_code=EXIT_INPUT_ERROR, stderr=["mine", "not empty"])
    assert (runs / "mine/config.yml").read_text() == "my own"
    freshet("ensemble", *two_seeds, "--out", one, exit_code=EXIT_INPUT_ERROR, stderr=[str(one), "would be lost"])
    freshet("ensemble", *two_seeds, runs / "absent", "--out", runs / "e", exit_code=EXIT_INPUT_ERROR, stderr="absent")
    freshet("train", config(epochs=1), "--out", runs / "new")
    freshet("ensemble", one, runs / "new", "--out", runs / "e", exit_code=EXIT_INPUT_ERROR, stderr=["new", "has not been evaluated"])
    assert (one / "predictions.nc").read_bytes() == before and not (runs / "e").exists()
    shutil.rmtree(runs / "new")
