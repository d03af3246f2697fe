"""One tiny training on each kind of real data and on the fixtures of every layout: everything a user's first run goes through."""

import numpy as np
import pytest
import run_files
import tiny_config

ATTRIBUTES = ["elev_mean", "slope_mean", "p_mean", "pet_mean", "aridity", "frac_snow", "frac_forest", "max_water_content"]


def train_and_evaluate(freshet, config, run):
    freshet("train", config, "--out", run)
    printed = freshet("evaluate", run).stdout
    assert "persistence" in printed and (run / "report.html").stat().st_size > 10_000
    ids, days, simulated, observed = run_files.predictions(run / "predictions.nc")
    assert np.isfinite(simulated).all() and np.isfinite(observed).any()
    scores = run_files.table(run / "metrics.csv")
    assert list(scores) == ids
    return ids, days, simulated, observed, scores


def test_camels_us(freshet, data_dir, runs, tmp_path):
    folder = data_dir / "camels_us"
    config = tiny_config.write(
        tmp_path / "config.yml", folder, forcings="maurer_extended", train_basin_file=str(folder / "basin_lists/plain_files_18.txt"),
        static_attributes=ATTRIBUTES, train_start_date="1999-10-01", train_end_date="2001-09-30", validate_every=None,
        test_start_date="1996-10-01", test_end_date="1998-09-30", epochs=2, seq_length=365, predict_last_n=120, batch_size=16,
    )
    ids, days, _, observed, scores = train_and_evaluate(freshet, config, runs / "run")
    assert len(ids) == 18 and len(days) == 730
    losses = [e["loss"] for e in run_files.events(runs / "run", "epoch")]
    assert losses[1] < losses[0]
    # 01013500 on 1996-10-01: 1130 ft3/s from 2252.7 km2 is a fact of the files, and so is every other day's flow.
    gauge = next(folder.glob("basin_dataset_public_v1p2/usgs_streamflow/*/01013500_*")).read_text().splitlines()
    area = float(next(folder.glob("basin_dataset_public_v1p2/basin_mean_forcing/maurer_extended/*/01013500_*")).read_text().splitlines()[2])
    flow = {tuple(map(int, w[1:4])): float(w[4]) for w in map(str.split, gauge)}
    expected = [flow[tuple(map(int, str(np.datetime64(int(day), "D")).split("-")))] * 0.3048**3 * 86400e3 / area for day in days]
    np.testing.assert_allclose(observed[ids.index("01013500")], expected, rtol=1e-6)
    assert sum(np.isfinite(row["nse"]) for row in scores.values()) >= 16


@pytest.mark.parametrize("products, inputs", [
    (["daymet", "nldas"], ["prcp(mm/day)_daymet", "tmax(C)_daymet", "tmin(C)_daymet", "PRCP(mm/day)_nldas", "Tmax(C)_nldas"]),
    (["maurer_extended"], ["prcp(mm/day)", "tmax(C)", "tmin(C)", "vp(Pa)"]),
], ids=["two products", "one product"])
def test_several_forcings(freshet, data_dir, runs, tmp_path, products, inputs):
    config = tiny_config.write(
        tmp_path / "config.yml", data_dir / "camels_us_mini_4forcings", forcings=products, dynamic_inputs=inputs, static_attributes=None,
        train_start_date="2000-06-01", train_end_date="2001-12-31", validation_start_date="2002-01-01", validation_end_date="2002-05-31",
        test_start_date="2002-01-01", test_end_date="2002-12-31", epochs=1,
    )
    ids, days, *_ = train_and_evaluate(freshet, config, runs / "run")
    assert ids == ["01022500", "01547700", "02064000", "03015500"] and len(days) == 365


def test_caravan_csv(freshet, data_dir, runs, tmp_path):
    config = tiny_config.write(
        tmp_path / "config.yml", data_dir / "caravan", dataset="caravan", forcings=None, static_attributes=None,
        dynamic_inputs=["total_precipitation_sum", "temperature_2m_mean", "surface_net_solar_radiation_mean"], target_variables="streamflow",
        clip_targets_to_zero="streamflow", train_start_date="2005-10-01", train_end_date="2008-09-30", validation_start_date="2008-10-01",
        validation_end_date="2009-09-30", test_start_date="2009-10-01", test_end_date="2011-09-30", epochs=2,
    )
    ids, *_ , observed, scores = train_and_evaluate(freshet, config, runs / "run")
    assert ids == ["camelslx_054"] and np.isfinite(observed).all()
    source = (data_dir / "caravan/timeseries/csv/camelslx/camelslx_054.csv").read_text().splitlines()
    column = source[0].split(",").index("streamflow")
    first = next(line for line in source if line.startswith("2009-10-01"))
    assert observed[0][0] == pytest.approx(float(first.split(",")[column]), rel=1e-6)


# For fixtures of one basin, a few weeks or hours and no attributes.
FEW_STEPS = dict(
    forcings=None, static_attributes=None, train_basin_file="one.txt", clip_targets_to_zero=None, seq_length=6, predict_last_n=3,
    warmup_steps=5, validate_every=None, epochs=1,
)


def test_caravan_netcdf(freshet, root, runs, tmp_path):
    (tmp_path / "one.txt").write_text("aaa_0101\n")
    config = tiny_config.write(
        tmp_path / "config.yml", root / "tests/fixtures/caravan_netcdf", dataset="caravan", **FEW_STEPS,
        dynamic_inputs=["total_precipitation_sum", "temperature_2m_mean"], target_variables="streamflow",
        train_start_date="2000-02-25", train_end_date="2000-03-14", test_start_date="2000-03-15", test_end_date="2000-03-30",
    )
    ids, days, *_ = train_and_evaluate(freshet, config, runs / "run")
    assert ids == ["aaa_0101"] and len(days) == 16


def test_generic_hourly(freshet, root, runs, tmp_path):
    (tmp_path / "one.txt").write_text("0042\n")
    config = tiny_config.write(
        tmp_path / "config.yml", root / "tests/fixtures/generic/good", dataset="generic", **FEW_STEPS,
        dynamic_inputs=["precipitation", "temperature"], target_variables="qobs_mm_per_hour",
        train_start_date="2000-02-29 06:00", train_end_date="2000-02-29 23:00", test_start_date="2000-03-01", test_end_date="2000-03-01 23:00",
    )
    ids, *_ = train_and_evaluate(freshet, config, runs / "run")
    assert ids == ["0042"]
