"""Untrained variables: states inside a model against observations, in calibrations and evaluations."""

import json

import netCDF4
import numpy as np
import pytest
import run_files
import tiny_config
from conftest import EXIT_INPUT_ERROR

CALIBRATION = {
    "dataset": "camels_us", "forcings": "daymet", "train_start_date": "1991-10-01", "train_end_date": "1993-09-30",
    "test_start_date": "1994-10-01", "test_end_date": "1996-09-30", "warmup_days": 300, "model": "hbv", "max_evaluations": 600,
    "sce_complexes": 2, "seed": 4,
}


@pytest.fixture
def basins(virtual_basins):
    return sorted(path.name[:8] for path in virtual_basins.rglob("*_streamflow_qc.txt"))


@pytest.fixture
def snow(basins, tmp_path):
    """A folder of made-up snow for three of the four basins: a winter's triangle, a missing day, an empty cell, a useless column."""
    folder = tmp_path / "swe"
    folder.mkdir()
    days = np.arange("1990-01-01", "1997-01-01", dtype="datetime64[D]")
    for i, basin in enumerate(basins[:3]):
        winter = (days - days.astype("datetime64[Y]")).astype(int)
        swe = np.maximum(0, 100 * (i + 1) * (1 - abs(winter - 60) / 80.0))
        rows = [f"{day},V{i},{value}" for day, value in zip(days, swe) if str(day) != "1994-12-31"]
        rows[100] = rows[100].rsplit(",", 1)[0] + ","
        (folder / f"{basin.lstrip('0')}.csv").write_text("date,basin,swe\n" + "\n".join(rows) + "\n")
    return folder


@pytest.fixture
def calibration(virtual_basins, tmp_path):
    def write(**changes):
        keys = {**CALIBRATION, "data_dir": str(virtual_basins), **changes}
        file = tmp_path / "calibrate.yml"
        file.write_text("".join(f"{key}: {json.dumps(value)}\n" for key, value in keys.items()))
        return file

    return write


def state_scores(run, tag=""):
    """states.csv as {(state, basin): {column: number}}."""
    lines = [line.split(",") for line in (run / f"states{tag}.csv").read_text().splitlines()]
    return {(row[0], row[1]): {k: float(v) if v else float("nan") for k, v in zip(lines[0][2:], row[2:])} for row in lines[1:]}


def series(run, state):
    with netCDF4.Dataset(run / "predictions.nc") as file:
        file.set_auto_mask(False)
        return list(file["basin_id"][:]), *(file[f"state_{state}_{kind}"][:].astype(float) for kind in ("sim", "obs"))


def check_scores(run, state, variable, compared):
    """Correlations, biases and the mean series again, from predictions.nc."""
    ids, simulated, observed = series(run, variable)
    scores = state_scores(run)
    assert {basin for name, basin in scores if name == state} == set(compared)
    rows = [ids.index(basin) for basin in compared]
    for basin, row in zip(compared, rows):
        both = np.isfinite(simulated[row]) & np.isfinite(observed[row])
        assert scores[state, basin]["days"] == both.sum()
        r = np.corrcoef(simulated[row][both], observed[row][both])[0, 1]
        assert scores[state, basin]["pearson_r"] == pytest.approx(r, rel=1e-6)
        assert scores[state, basin]["bias"] == pytest.approx((simulated[row] - observed[row])[both].mean(), rel=1e-6)
    means = np.mean(simulated[rows], axis=0), np.mean(observed[rows], axis=0)
    both = np.isfinite(means[0]) & np.isfinite(means[1])
    summary = {line["name"]: line for line in json.loads((run / "evaluation.json").read_text())["states"]}[state]
    assert summary["basins"] == len(compared) and summary["mean_series_days"] == both.sum()
    assert summary["mean_series_pearson_r"] == pytest.approx(np.corrcoef(means[0][both], means[1][both])[0, 1], rel=1e-5)
    assert summary["median_pearson_r"] == pytest.approx(np.median([scores[state, basin]["pearson_r"] for basin in compared]))
    return summary


def test_a_calibration_scores_states_and_fluxes(freshet, calibration, basins, snow, runs):
    observed = {
        "snowpack": {"path": str(snow), "column": "swe"},
        "snowpack + meltwater": {"path": f"{snow}/{{basin}}.csv", "column": "swe"},
        "evapotranspiration": {"path": str(snow), "column": "swe", "scale": 0.01},
    }
    said = freshet("calibrate", calibration(state_observations=observed), "--out", runs / "run").stdout
    assert "against observations" in said and "snowpack + meltwater" in said
    summary = check_scores(runs / "run", "snowpack + meltwater", "snowpack_meltwater", basins[:3])
    assert summary["basins_not_observed"] == 1
    check_scores(runs / "run", "snowpack", "snowpack", basins[:3])
    assert "median_peak_days" not in check_scores(runs / "run", "evapotranspiration", "evapotranspiration", basins[:3])
    _, _, swe = series(runs / "run", "snowpack")
    assert np.isnan(swe[3]).all() and np.isnan(swe[0]).sum() == 1
    assert state_scores(runs / "run")["snowpack", basins[0]]["water_years"] == 2
    page = (runs / "run/report.html").read_text()
    assert '"name":"snowpack + meltwater"' in page

    freshet("calibrate", calibration(), "--out", runs / "plain")
    assert (runs / "plain/metrics.csv").read_bytes() == (runs / "run/metrics.csv").read_bytes()
    assert not (runs / "plain/states.csv").exists()
    # What is compared is no part of what was searched for.
    config = runs / "plain/config.yml"
    config.write_text(config.read_text().replace("state_observations: {}", f"state_observations: {json.dumps(observed)}"))
    (runs / "plain/metrics.csv").unlink()
    freshet("resume", runs / "plain")
    assert (runs / "plain/states.csv").read_bytes() == (runs / "run/states.csv").read_bytes()


@pytest.mark.parametrize("observed, said", [
    ({"snowpak": {"path": "swe", "column": "swe"}}, ["no state or flux `snowpak`", "Did you mean `snowpack`?"]),
    ({"snowpack + melt": {"path": "swe", "column": "swe"}}, ["adds up different units"]),
    ({"snowpack": {"path": "nowhere", "column": "swe"}}, ["no such folder or file", "nowhere"]),
    ({"snowpack": {"path": ".", "column": "swe"}}, ["no basin has a file"]),
    ({"snowpack": {"path": "swe", "column": "sve"}}, ["swe"]),
    ({"snowpack": {"path": "swe"}}, ["calibrate.yml:", "`state_observations` has a wrong value", "column"]),
])
def test_what_cannot_be_compared_is_refused_before_the_search(freshet, calibration, snow, runs, observed, said):
    freshet("calibrate", calibration(state_observations=observed), "--out", runs / "run", exit_code=EXIT_INPUT_ERROR, stderr=said)
    assert not (runs / "run").exists()


def test_damaged_observations_are_named(freshet, calibration, basins, snow, runs):
    file = snow / f"{basins[1].lstrip('0')}.csv"
    file.write_text(file.read_text().replace("1995-01-01", "1995-13-01"))
    config = calibration(state_observations={"snowpack": {"path": str(snow), "column": "swe"}})
    freshet("calibrate", config, "--out", runs / "run", exit_code=EXIT_INPUT_ERROR, stderr=[file.name, "not a date", "1995-13-01"])


def test_a_trained_process_model_is_scored(freshet, virtual_basins, basins, snow, runs, tmp_path):
    config = tiny_config.write(
        tmp_path / "config.yml", virtual_basins, model="process", process_model="exp_hydro", dynamic_inputs=None, static_attributes=None,
        clip_targets_to_zero=None, hidden_size=None, output_dropout=None,
    )
    freshet("train", config, "--out", runs / "run")
    freshet("evaluate", runs / "run")
    assert not (runs / "run/states.csv").exists()
    metrics = (runs / "run/metrics.csv").read_bytes()
    observed = f"state_observations={{snowpack: {{path: {snow.name}, column: swe}}}}"
    freshet("evaluate", runs / "run", "--set", observed)
    summary = check_scores(runs / "run", "snowpack", "snowpack", basins[:3])
    assert summary["basins_not_observed"] == 1
    assert (runs / "run/metrics.csv").read_bytes() == metrics
    page = (runs / "run/report.html").read_text()
    assert '"name":"snowpack"' in page
    freshet("evaluate", runs / "run", "--set", observed.replace("snowpack", "snowpak"), exit_code=EXIT_INPUT_ERROR,
            stderr=["`process`", "snowpak", "Did you mean `snowpack`?"])
    assert "in stateful runs alone" in freshet("evaluate", runs / "run", "--set", observed, "--mode", "windowed", "--no-report").stdout
    freshet("evaluate", runs / "run")
    assert not (runs / "run/states.csv").exists(), "scores of the earlier evaluation"


def test_a_network_has_no_states_to_compare(freshet, own_run, snow):
    before = (own_run / "metrics.csv").read_bytes()
    freshet("evaluate", own_run, "--set", f"state_observations={{snowpack: {{path: {snow}, column: swe}}}}",
            exit_code=EXIT_INPUT_ERROR, stderr=["the model `lstm` has no state or flux `snowpack`"])
    assert (own_run / "metrics.csv").read_bytes() == before


def test_real_snow(freshet, data_dir, calibration, runs, tmp_path):
    ids = ["07083000", "08267500", "09066000", "10234500", "13331500"]
    (tmp_path / "snowy.txt").write_text("\n".join(ids) + "\n")
    config = calibration(
        data_dir=str(data_dir / "camels_us"), forcings="maurer_extended", basin_file="snowy.txt", routing="gamma", warmup_days=274,
        train_start_date="1980-10-01", train_end_date="2000-09-30", test_start_date="2000-10-01", test_end_date="2008-09-30",
        max_evaluations=2000, sce_complexes=None,
        state_observations={"snowpack + meltwater": {"path": str(data_dir / "camels_us_swe/basin_swe"), "column": "uaz_swe"}},
    )
    config.write_text(config.read_text().replace("sce_complexes: null\n", ""))
    freshet("calibrate", config, "--out", runs / "run")
    summary = check_scores(runs / "run", "snowpack + meltwater", "snowpack_meltwater", ids)
    # A model calibrated on discharge alone knows when there is snow (docs/untrained_variables.md).
    assert summary["median_pearson_r"] > 0.85 and summary["mean_series_pearson_r"] > 0.95
    assert all(row["water_years"] == 8 for row in state_scores(runs / "run").values())
    ids, _, observed = series(runs / "run", "snowpack_meltwater")
    lines = (data_dir / "camels_us_swe/basin_swe/7083000.csv").read_text().splitlines()
    truth = {line.split(",")[0]: line.split(",")[-1] for line in lines[1:]}
    days = np.arange("2000-10-01", "2008-10-01", dtype="datetime64[D]")
    np.testing.assert_allclose(observed[ids.index("07083000")], [float(truth[str(day)]) for day in days], rtol=1e-6)
