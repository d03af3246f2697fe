"""`freshet data check` on virtual and real basins: the numbers are right, the oddities known of them are found."""

import json
import re
import shutil

import numpy as np
import pytest
from conftest import EXIT_INPUT_ERROR


def check(freshet, *arguments):
    return json.loads(freshet("data", "check", *arguments, "--json").stdout)


def kinds(report, basin=None):
    return {oddity["kind"] for oddity in report["oddities"] if basin in (None, oddity["basin"])}


def variable(report, basin, name):
    found, = [v for b in report["basins"] if b["basin"] == basin for v in b["variables"] if v["name"] == name]
    return found


def test_virtual_basins(freshet, virtual_basins):
    report = check(freshet, virtual_basins)
    assert [basin["basin"] for basin in report["basins"]] == ["99000001", "99000002", "99000003", "99000004"]
    file = next(virtual_basins.glob("basin_mean_forcing/daymet/*/99000003_*"))
    table = np.loadtxt(file, skiprows=4)
    rain = variable(report, "99000003", "prcp(mm/day)")
    assert (rain["first"], rain["last"], rain["steps"], rain["missing"]) == ("1990-10-01", "1996-09-30", len(table), 0)
    assert rain["mean"] == pytest.approx(table[:, 5].mean(), rel=1e-6) and rain["max"] == pytest.approx(table[:, 5].max(), rel=1e-6)
    gauge = next(virtual_basins.glob("usgs_streamflow/*/99000003_*")).read_text()
    flow = variable(report, "99000003", "QObs(mm/d)")
    values = [float(line.split()[4]) for line in gauge.splitlines()]
    first, last = (f(i for i, v in enumerate(values) if v >= 0) for f in (min, max))
    assert flow["missing"] == sum(v < 0 for v in values[first:last + 1])


def test_table_and_json_agree(freshet, virtual_basins):
    text = freshet("data", "check", virtual_basins).stdout
    report = check(freshet, virtual_basins)
    assert report["data_hash"] in text and f"4 basins, {len(report['oddities'])} oddit" in text
    for basin in report["basins"]:
        for v in basin["variables"]:
            assert re.search(rf"^{basin['basin']} +{re.escape(v['name'])} .*{v['first']} +{v['last']}", text, re.M)


def test_a_configuration(freshet, config, virtual_basins, tmp_path):
    (tmp_path / "one.txt").write_text("99000003\n")
    report = check(freshet, config(train_basin_file="one.txt"))
    assert [basin["basin"] for basin in report["basins"]] == ["99000003"]
    (tmp_path / "two.txt").write_text("99000002\n")
    report = check(freshet, config(train_basin_file="one.txt", test_basin_file="two.txt"))
    assert [basin["basin"] for basin in report["basins"]] == ["99000002", "99000003"]
    freshet("data", "check", config(epochs="x"), exit_code=EXIT_INPUT_ERROR, stderr="epochs")


def change(file, number, old, new):
    lines = file.read_text().splitlines(keepends=True)
    assert old in lines[number]
    lines[number] = lines[number].replace(old, new, 1)
    file.write_text("".join(lines))


def test_made_oddities_are_found(freshet, own_basins):
    forcing = {k: next(own_basins.glob(f"basin_mean_forcing/daymet/*/9900000{k}_*")) for k in (1, 2, 3, 4)}
    flow = {k: next(own_basins.glob(f"usgs_streamflow/*/9900000{k}_*")) for k in (1, 2, 3, 4)}
    forcing[1].write_text(re.sub(r"(?m)^(\d{4} \d\d \d\d \d\d(?:\s+\S+){4})\s+\S+(\s+\S+)", r"\1\2\2", forcing[1].read_text()))
    forcing[3].write_text(forcing[3].read_text().replace(forcing[3].read_text().splitlines()[2], "1000000", 1))
    rain = forcing[4].read_text().splitlines()[504].split()[5]
    change(forcing[4], 504, rain, "-999.00")
    flow[2].write_text("".join(f"{line[:19]}  -999.00 M\n" for line in flow[2].read_text().splitlines()))
    flow[1].unlink()
    report = check(freshet, own_basins)
    assert "maximum and minimum temperature the same throughout" in kinds(report, "99000001")
    assert "no discharge" in kinds(report, "99000001")
    assert "discharge all missing" in kinds(report, "99000002")
    assert {"areas differ by more than 10 %", "runoff ratio above 1"} <= kinds(report, "99000003")
    assert {"negative precipitation", "looks like a code for missing"} <= kinds(report, "99000004")


def test_nothing_is_odd_about_a_fraction(freshet, tmp_path):
    """Columns whose name begins with `area` and that are no area are not compared with one."""
    folder = tmp_path / "caravan"
    (folder / "timeseries/csv/x").mkdir(parents=True)
    (folder / "attributes/x").mkdir(parents=True)
    for k in (1, 2):
        (folder / f"timeseries/csv/x/x_{k}.csv").write_text("date,streamflow,total_precipitation_sum\n2000-01-01,1,2\n2000-01-02,2,3\n")
    (folder / "attributes/x/attributes_other_x.csv").write_text("gauge_id,gauge_name,gauge_lat,gauge_lon,country,area\nx_1,A,1,2,C,10\nx_2,B,2,2,C,20\n")
    (folder / "attributes/x/attributes_hydroatlas_x.csv").write_text("gauge_id,area_fraction_used_for_aggregation\nx_1,1.0\nx_2,0.9\n")
    assert "areas differ by more than 10 %" not in kinds(check(freshet, folder))


def test_a_folder_with_several_products_asks_for_one(freshet, own_basins):
    (own_basins / "basin_mean_forcing/nldas").mkdir()
    result = freshet("data", "check", own_basins, exit_code=EXIT_INPUT_ERROR, stderr=["no forcing product was chosen", "daymet, nldas"])
    assert "caravan" not in result.stderr
    assert len(check(freshet, own_basins, "--forcings", "daymet")["basins"]) == 4


def test_folders_without_basins(freshet, own_basins, tmp_path):
    for file in own_basins.glob("basin_mean_forcing/daymet/*/*"):
        file.unlink()
    freshet("data", "check", own_basins, exit_code=EXIT_INPUT_ERROR, stderr=[str(own_basins), "no basin"])


def test_plain_camels_us(freshet, data_dir, tmp_path):
    folder = data_dir / "camels_us"
    config = tmp_path / "config.yml"
    config.write_text(
        f"dataset: camels_us\ndata_dir: {folder}\nforcings: maurer_extended\ndynamic_inputs: [prcp(mm/day)]\n"
        f"target_variables: QObs(mm/d)\ntrain_basin_file: {folder}/basin_lists/plain_files_18.txt\n"
    )
    report = check(freshet, config)
    assert len(report["basins"]) == 18
    for basin in report["basins"]:
        rain = variable(report, basin["basin"], "prcp(mm/day)")
        assert (rain["first"], rain["last"], rain["missing"]) == ("1980-01-01", "2008-12-31", 0)
    assert variable(report, "01013500", "QObs(mm/d)")["last"] == "2014-09-30"  # missing from October on
    assert not kinds(report) & {"runoff ratio above 1", "areas differ by more than 10 %", "no discharge", "negative precipitation"}
    assert report["data_hash"] == check(freshet, config)["data_hash"]


def test_miniature_with_four_products(freshet, data_dir):
    report = check(freshet, data_dir / "camels_us_mini_4forcings", "--forcings", "daymet,maurer,maurer_extended,nldas")
    assert [basin["basin"] for basin in report["basins"]] == ["01022500", "01547700", "02064000", "03015500"]
    same = [o for o in report["oddities"] if o["kind"] == "maximum and minimum temperature the same throughout"]
    assert {o["variable"] for o in same} == {"Tmax(C)_maurer", "Tmax(C)_nldas"} and len(same) == 8
    assert variable(report, "01022500", "prcp(mm/day)_daymet")["last"] == "2003-12-31"


def test_caravan_csv(freshet, data_dir):
    report = check(freshet, data_dir / "caravan")
    basin, = report["basins"]
    assert basin["basin"] == "camelslx_054" and basin["area_km2"] == pytest.approx(40.9, abs=0.05)
    flow = variable(report, "camelslx_054", "streamflow")
    assert (flow["first"], flow["last"], flow["missing"]) == ("2004-11-01", "2021-10-31", 0)
    assert flow["mean"] == pytest.approx(1.45, abs=0.005)
    assert variable(report, "camelslx_054", "total_precipitation_sum")["mean"] == pytest.approx(2.46, abs=0.005)
    assert "areas differ by more than 10 %" not in kinds(report)


def test_fixtures(freshet, root, tmp_path):
    report = check(freshet, root / "tests/fixtures/caravan_netcdf")
    assert [basin["basin"] for basin in report["basins"]] == ["aaa_0101", "aaa_0102", "bbb_x_1"]
    report = check(freshet, root / "tests/fixtures/generic/good")
    assert [basin["step_minutes"] for basin in report["basins"]] == [60, 60]
    freshet("data", "check", root / "tests/fixtures/generic/bad", exit_code=EXIT_INPUT_ERROR, stderr=["twice.nc", "twice.nc4"])
    shutil.copytree(root / "tests/fixtures/generic/bad", tmp_path / "bad", ignore=shutil.ignore_patterns("twice*"))
    bad = freshet("data", "check", tmp_path / "bad", exit_code=EXIT_INPUT_ERROR)
    for name in ("cut_off", "gap", "infinite", "no_time", "not_netcdf", "two_dimensions", "unordered"):
        assert name in bad.stderr
    bad = freshet("data", "check", root / "tests/fixtures/caravan_csv_bad", exit_code=EXIT_INPUT_ERROR)
    for name in ("duplicate", "impossible_date", "infinite", "no_date_column", "no_rows", "text_in_cell", "unordered"):
        assert f"bad_{name}" in bad.stderr
