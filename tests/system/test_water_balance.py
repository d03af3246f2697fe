"""Runoff ratios of evaluations and of comparisons, recomputed from predictions.nc with numpy alone."""

import csv
import json
import math
import shutil

import netCDF4
import numpy as np
import pytest
import run_files
import tiny_config
from conftest import EXIT_INPUT_ERROR

HEAD = ["basin", "days", "precipitation(mm/day)", "observed(mm/day)", "simulated(mm/day)", "observed_ratio", "simulated_ratio", "difference"]


def rows(path):
    with open(path, newline="") as file:
        return list(csv.DictReader(file))


def remarks(run, tag=""):
    """What evaluation.json says of the water balance."""
    return [text for text in json.loads((run / f"evaluation{tag}.json").read_text())["remarks"] if "water balance" in text]


def check(run, tag="", factor=1.0):
    """Compares water_balance.csv with the predictions beside it, whose flows are `factor` mm/day. The ratios [basin, 2]."""
    ids, days, simulated, observed = run_files.predictions(run / f"predictions{tag}.nc")
    rain, unit = run_files.precipitation(run / f"predictions{tag}.nc")
    assert unit == "mm/day"
    table = run_files.table(run / f"water_balance{tag}.csv")
    assert list(table) == ids and list(rows(run / f"water_balance{tag}.csv")[0]) == HEAD
    step = (days[-1] - days[0] + 1) / len(days)
    for b, basin in enumerate(ids):
        use = np.isfinite(simulated[b]) & np.isfinite(observed[b]) & np.isfinite(rain[b])
        p, q, s = rain[b][use].astype(float), factor * observed[b][use].astype(float), factor * simulated[b][use].astype(float)
        got = table[basin]
        assert use.sum() > 0 and got["days"] == pytest.approx(use.sum() * step, rel=1e-9)
        assert [got[name] for name in HEAD[2:5]] == pytest.approx([p.mean(), q.mean(), s.mean()], rel=1e-9)
        assert got["observed_ratio"] == pytest.approx(q.sum() / p.sum(), rel=1e-9)
        assert got["simulated_ratio"] == pytest.approx(s.sum() / p.sum(), rel=1e-9)
        assert got["difference"] == pytest.approx((s.sum() - q.sum()) / p.sum(), rel=1e-9, abs=1e-12)
    ratios = np.array([[row["observed_ratio"], row["simulated_ratio"]] for row in table.values()])
    (said,) = remarks(run, tag)
    assert f"median runoff ratio {np.median(ratios[:, 1]):.3f} simulated, {np.median(ratios[:, 0]):.3f} observed" in said
    above = (ratios > 1).sum(axis=0)
    assert said.endswith(f"runoff exceeds precipitation in {above[1]} of them simulated, in {above[0]} observed")
    return ratios


def test_evaluation(freshet, own_run):
    check(own_run)
    before = (own_run / "water_balance.csv").read_bytes()
    printed = freshet("evaluate", own_run, "--split", "validation").stdout
    check(own_run, "_validation")
    assert "- " + remarks(own_run, "_validation")[0] in printed
    assert (own_run / "water_balance.csv").read_bytes() == before
    assert remarks(own_run)[0] in (own_run / "report.html").read_text()


def test_more_runoff_than_precipitation_is_counted(freshet, own_run):
    """A model that is made to see the mean flow two millimetres higher."""
    scaler = json.loads((own_run / "scaler.json").read_text())
    scaler["targets"]["QObs(mm/d)"]["center"] += 20
    (own_run / "scaler.json").write_text(json.dumps(scaler))
    freshet("evaluate", own_run, "--no-report")
    assert (check(own_run)[:, 1] > 1).all()


def test_calibration_ensemble_and_crossvalidation(freshet, virtual_basins, finished_run, config, runs, tmp_path):
    keys = {"dataset": "camels_us", "forcings": "daymet", "data_dir": str(virtual_basins), "train_start_date": "1991-10-01",
            "train_end_date": "1993-09-30", "test_start_date": "1994-10-01", "test_end_date": "1995-09-30", "model": "hbv",
            "max_evaluations": 60, "seed": 4}
    (tmp_path / "calibrate.yml").write_text("".join(f"{key}: {json.dumps(value)}\n" for key, value in keys.items()))
    freshet("calibrate", tmp_path / "calibrate.yml", "--out", runs / "hbv")
    ratios = check(runs / "hbv"), check(runs / "hbv", "_train")
    assert (ratios[0][:, 1] < 2).all() and (ratios[0] != ratios[1]).all()

    freshet("ensemble", finished_run, shutil.copytree(finished_run, runs / "copy"), "--out", runs / "mean")
    check(runs / "mean")
    assert (runs / "mean/water_balance.csv").read_bytes() == (finished_run / "water_balance.csv").read_bytes()

    freshet("crossval", config(epochs=1, folds=2, validate_every=None), "--out", runs / "cv")
    check(runs / "cv")
    whole = run_files.table(runs / "cv/water_balance.csv")
    for fold in ("fold_1", "fold_2"):
        check(runs / "cv" / fold)
        assert run_files.table(runs / "cv" / fold / "water_balance.csv").items() <= whole.items()


def generic_basins(folder, unit, rain="precipitation", flow="qobs", flow_unit="mm/h", hours=1, steps=3000):
    """A data set of two basins, whose flow is a mean of the rain of days before; `unit`: of the rain."""
    (folder / "time_series").mkdir(parents=True)
    rng = np.random.default_rng(5)
    for basin in ("a", "b"):
        values = rng.gamma(0.3, 2.0, steps)
        with netCDF4.Dataset(folder / f"time_series/{basin}.nc", "w") as file:
            file.createDimension("date", steps)
            time = file.createVariable("date", "i4", ("date",))
            time.units = "hours since 2000-01-01"
            time[:] = hours * np.arange(steps)
            for name, own_unit, series in ((rain, unit, values), (flow, flow_unit, np.convolve(values, np.ones(20) / 50)[:steps])):
                variable = file.createVariable(name, "f4", ("date",))
                variable[:] = series
                if own_unit:
                    variable.units = own_unit
    return folder


def generic_run(freshet, tmp_path, name, hours=1, **units):
    """A model of one epoch on such data, evaluated; and what was printed."""
    data = generic_basins(tmp_path / name, hours=hours, **units)
    rain, flow = units.get("rain", "precipitation"), units.get("flow", "qobs")
    end = "2001-12-31" if hours == 24 else "2000-03-31"
    config = tiny_config.write(
        tmp_path / f"{name}.yml", data, dataset="generic", forcings=None, static_attributes=None, dynamic_inputs=rain, target_variables=flow,
        clip_targets_to_zero=None, epochs=1, seq_length=48, warmup_steps=48, validate_every=None, max_updates_per_epoch=3,
        train_start_date="2000-01-15", train_end_date=end, test_start_date="2002-01-01" if hours == 24 else "2000-04-01",
        test_end_date="2002-12-31" if hours == 24 else "2000-04-30", validation_start_date=None, validation_end_date=None)
    freshet("train", config, "--out", tmp_path / f"{name}_run")
    return tmp_path / f"{name}_run", freshet("evaluate", tmp_path / f"{name}_run").stdout


@pytest.mark.parametrize("hours, rain, flow, factor", [
    (1, "mm/h", "mm/h", 24),
    (1, "mm", "mm/h", 24),
    (24, "mm", None, 1),
    (24, None, "mm/d", 1),
], ids=["hourly rates", "hourly amounts", "daily amounts", "not declared"])
def test_units(freshet, tmp_path, hours, rain, flow, factor):
    run, _ = generic_run(freshet, tmp_path, "data", hours, unit=rain, flow_unit=flow)
    ratios = check(run, factor=factor)
    assert ratios[:, 0] == pytest.approx(0.4, abs=0.05), "20 of 50"


@pytest.mark.parametrize("hours, units, said", [
    (24, {"unit": "inches", "flow_unit": "mm/d"}, "there is no water balance of discharge in `mm/d` and precipitation in `inches`"),
    (1, {"unit": None, "flow_unit": "mm/h"}, "there is no water balance of discharge in `mm/h` and precipitation in an unknown unit"),
    (24, {"unit": "mm/d", "flow_unit": "ft3/s"}, "there is no water balance of discharge in `ft3/s` and precipitation in `mm/day`"),
    (24, {"unit": "mm/d", "rain": "water", "flow_unit": "mm/d"}, None),
    (24, {"unit": "mm/d", "flow": "et", "flow_unit": "mm/d"}, None),
], ids=["rain", "unknown", "flow", "no rain", "not flow"])
def test_without_what_it_takes_there_is_no_file(freshet, tmp_path, hours, units, said):
    run, printed = generic_run(freshet, tmp_path, "data", hours, **units)
    assert not (run / "water_balance.csv").exists()
    assert remarks(run) == ([said] if said else []) and printed.count("water balance") == (said is not None)
    (run / "water_balance.csv").write_text("of an earlier evaluation\n")
    freshet("evaluate", run)
    assert not (run / "water_balance.csv").exists()


def with_ratios(run, target, ratios):
    """A copy of a run whose basins have these ratios, observed and simulated."""
    copy = shutil.copytree(run, target)
    lines = [",".join(HEAD)]
    for basin, (observed, simulated) in zip(run_files.table(run / "metrics.csv"), ratios):
        lines.append(f"{basin},100,1,1,1,{observed},{simulated},0")
    (copy / "water_balance.csv").write_text("\n".join(lines) + "\n")
    return copy


def test_comparison_by_hand(freshet, finished_run, tmp_path):
    ratios = {"one": np.array([[.2, .3], [.4, .3], [1.1, 1.3], [.6, .6]]), "two": np.array([[.2, .2], [.4, .5], [1.1, .9], [.6, 1.2]])}
    for name, values in ratios.items():
        with_ratios(finished_run, tmp_path / name, values)
    bare = shutil.copy(finished_run / "metrics.csv", tmp_path / "bare.csv")
    out = tmp_path / "out"
    printed = freshet("compare", f"one={tmp_path / 'one'}", f"two={tmp_path / 'two'}", bare, "--out", out).stdout
    assert "Water balance: 4 common basins" in printed and "There is none of `bare`." in printed
    table = {row["run"]: row for row in rows(out / "water_balance.csv")}
    assert [row["role"] for row in table.values()] == ["reference", "run"] and set(table) == set(ratios)
    for name, values in ratios.items():
        row, (observed, simulated) = table[name], values.T
        expected = {"observed_ratio": np.median(observed), "simulated_ratio": np.median(simulated),
                    "median_difference": np.median(simulated - observed), "mean_difference": (simulated - observed).mean(),
                    "median_absolute_difference": np.median(abs(simulated - observed))}
        for column, value in expected.items():
            assert float(row[column]) == pytest.approx(value, abs=1e-12), column
            assert float(row[column + "_low"]) <= float(row[column]) <= float(row[column + "_high"]), column
        assert float(row["pearson_r"]) == pytest.approx(np.corrcoef(observed, simulated)[0, 1], rel=1e-9)
        assert [int(row[key]) for key in ("observed_above_1", "simulated_above_1", "basins")] == [1, (simulated > 1).sum(), 4]
    basins = rows(out / "per_basin.csv")
    assert [float(row["runoff ratio, simulated: two"]) for row in basins] == ratios["two"][:, 1].tolist()
    assert [float(row["runoff ratio, observed: one"]) for row in basins] == ratios["one"][:, 0].tolist()
    assert "## Water balance" in (out / "comparison.md").read_text()
    assert (out / "comparison.html").read_text().count('"simulatedAboveOne":1') == 2

    # One basin without a ratio is left out for all; one run alone has the others.
    with_ratios(finished_run, tmp_path / "three", [["", ""], [.4, .5], [1.1, .9], [.6, .7]])
    freshet("compare", tmp_path / "one", tmp_path / "three", "--out", out)
    assert [row["basins"] for row in rows(out / "water_balance.csv")] == ["3", "3"]
    (tmp_path / "three/water_balance.csv").unlink()
    freshet("compare", f"one={tmp_path / 'one'}", tmp_path / "three", "--out", out)
    assert [(row["run"], row["basins"]) for row in rows(out / "water_balance.csv")] == [("one", "4")]

    # Without any there is no section and no file of before.
    (tmp_path / "one/water_balance.csv").unlink()
    printed = freshet("compare", tmp_path / "one", tmp_path / "three", "--out", out).stdout
    assert not (out / "water_balance.csv").exists() and "unoff ratio" not in printed
    assert "Water balance" not in (out / "comparison.md").read_text() and '"balance":null' in (out / "comparison.html").read_text()
    assert not any("ratio" in name for name in rows(out / "per_basin.csv")[0])


def test_comparison_of_splits_and_context(freshet, own_run, finished_run, tmp_path):
    freshet("evaluate", own_run, "--split", "validation")
    freshet("compare", own_run, "--split", "validation", "--out", tmp_path / "out")
    (row,) = rows(tmp_path / "out/water_balance.csv")
    values = run_files.table(own_run / "water_balance_validation.csv").values()
    assert float(row["simulated_ratio"]) == pytest.approx(np.median([basin["simulated_ratio"] for basin in values]), rel=1e-12)
    assert math.isclose(float(row["mean_difference"]), np.mean([basin["difference"] for basin in values]), rel_tol=1e-9)
    freshet("compare", finished_run, "--context", f"elsewhere={own_run}", "--out", tmp_path / "out")
    assert [row["role"] for row in rows(tmp_path / "out/water_balance.csv")] == ["reference", "context"]


def test_a_damaged_file(freshet, own_run):
    file = own_run / "water_balance.csv"
    content = file.read_text()
    file.write_text(content.replace("observed_ratio", "observed_part"))
    freshet("compare", own_run, exit_code=EXIT_INPUT_ERROR, stderr=["water_balance.csv", "observed_ratio"])
    file.write_text(content + "99000009,1,1,1,1,much,1,0\n")
    freshet("compare", own_run, exit_code=EXIT_INPUT_ERROR, stderr=["water_balance.csv:6", "`much`"])
