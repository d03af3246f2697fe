"""`freshet score` on tables and NetCDF files: numbers of a hand-worked series, gaps in the dates, and wrong input."""

import json

import netCDF4
import numpy as np
import pytest
from conftest import EXIT_INPUT_ERROR

OBSERVED = [1.2, .8, .5, 3.4, 7.9, 5.1, 2.6, 1.9, 1.4, 1.1, .9, .7, .6, 2.2, 4.8, 3.3, 2, 1.5, 1.2, 1]
SIMULATED = [1, .9, .7, 2.8, 6.5, 5.9, 3, 2.1, 1.2, 1, .8, .9, .5, 1.7, 5.5, 3.1, 2.2, 1.3, 1.1, .9]

# Worked out apart from Freshet, in double precision.
EXPECTED = {
    "nse": .937398031876804, "mnse": .7620764239365536, "r": .9685784749035555, "alpha": .965750151456016,
    "beta": .9773242630385488, "gamma": .9881573475454827, "kge_2009": .9482839153510509, "kge_2012": .9594814893747327,
    "bias": -.05, "rmse": .4604345773288536, "ubrmse": .45771169965383246, "pbias": -2.2675736961451225,
    "beta_nse": -.027170402208464974, "r2": .9381442620464976, "spearman": .9807848366236159, "fhv": None,
    "flv": -13.222026080570286, "flv_hydrodl": 4.444444444444446, "log_nse": .9487611551377498,
    "sqrt_nse": .952945334843341, "combined_rmse": .35371977250479303,
}
COLUMNS = ["--observed", "obs", "--simulated", "sim"]


def days(first, count):
    return np.datetime64(first) + np.arange(count)


def write_table(path, dates, observed, simulated, separator=","):
    lines = [separator.join(["date", "obs", "sim"])]
    lines += [separator.join(map(str, row)) for row in zip(dates, observed, simulated)]
    path.write_text("\n".join(lines) + "\n")
    return path


@pytest.fixture
def table(tmp_path):
    return write_table(tmp_path / "series.csv", days("2000-02-20", 20), OBSERVED, SIMULATED)


def scores(freshet, *arguments):
    return json.loads(freshet("score", *arguments, "--json").stdout)


def assert_expected(found):
    for name, value in EXPECTED.items():
        # With so few values the low-flow bias is a quotient of small numbers; all else holds to rounding.
        tolerance = 1e-5 if name == "flv" else 1e-12
        assert found[name] == (value if value is None else pytest.approx(value, rel=tolerance)), name


def test_hand_worked_numbers(freshet, table):
    found = scores(freshet, table, *COLUMNS, "--date", "date")
    assert_expected(found)
    data = found["data"]
    assert data["valid_pairs"] == data["rows"] == 20 and data["gaps"] == []
    assert (data["first"], data["last"], data["step_minutes"]) == ("2000-02-20", "2000-03-10", 1440)


def test_without_dates_rows_are_days(freshet, table):
    assert_expected(scores(freshet, table, *COLUMNS))
    assert "successive days" in freshet("score", table, *COLUMNS).stdout


@pytest.mark.parametrize("kind", ["NETCDF4", "NETCDF3_CLASSIC"])
def test_netcdf(freshet, tmp_path, kind):
    with netCDF4.Dataset(tmp_path / "s.nc", "w", format=kind) as file:
        file.createDimension("t", 20)
        time = file.createVariable("t", "i4", ("t",))
        time.units = "days since 2000-02-20"
        time[:] = range(20)
        for name, values in (("obs", OBSERVED), ("sim", SIMULATED)):
            file.createVariable(name, "f8", ("t",))[:] = values
    assert_expected(scores(freshet, tmp_path / "s.nc", *COLUMNS))
    freshet("score", tmp_path / "s.nc", "--observed", "ob", "--simulated", "sim", exit_code=EXIT_INPUT_ERROR, stderr=["ob", "`obs`"])


def test_packed_and_missing_values_in_netcdf(freshet, tmp_path):
    with netCDF4.Dataset(tmp_path / "s.nc", "w") as file:
        file.createDimension("time", 22)
        time = file.createVariable("time", "f8", ("time",))
        time.units = "hours since 2000-02-20 12:00"
        time[:] = np.arange(22) * 24
        observed = file.createVariable("obs", "i2", ("time",), fill_value=-999)
        observed.scale_factor = 0.1
        observed[:] = np.ma.array([*OBSERVED, 0, 5], mask=[False] * 20 + [True, False])
        file.createVariable("sim", "f8", ("time",))[:] = [*SIMULATED, 3, np.nan]
    found = scores(freshet, tmp_path / "s.nc", *COLUMNS)
    assert found["nse"] == pytest.approx(EXPECTED["nse"], rel=1e-9)
    assert (found["data"]["missing_observed"], found["data"]["missing_simulated"], found["data"]["valid_pairs"]) == (1, 1, 20)


def test_a_prediction_file_holds_several_series(freshet, finished_run):
    freshet("score", finished_run / "predictions.nc", "--observed", "QObs_mm_d_obs", "--simulated", "QObs_mm_d_sim",
            exit_code=EXIT_INPUT_ERROR, stderr=["QObs_mm_d_obs", "not one series", "expected 731 values", "got 2924"])


def test_gaps_in_the_dates(freshet, tmp_path):
    dates = [*days("2000-02-20", 12), *days("2000-03-05", 8)]
    file = write_table(tmp_path / "gap.csv", dates, OBSERVED, SIMULATED)
    found = scores(freshet, file, *COLUMNS, "--date", "date")
    assert found["nse"] == pytest.approx(EXPECTED["nse"], rel=1e-12)
    assert found["data"]["gaps"] == [{"first": "2000-03-03", "last": "2000-03-04"}] and found["data"]["steps"] == 22
    assert "steps without a row" in freshet("score", file, *COLUMNS, "--date", "date").stdout


@pytest.mark.parametrize("change", ["semicolons", "windows", "bom", "quoted", "no last line end", "other columns", "German dates"])
def test_tables_as_programs_write_them(freshet, tmp_path, table, change):
    text = table.read_text()
    if change == "semicolons":
        text = text.replace(",", ";")
    elif change == "quoted":
        text = "\n".join(",".join(f'"{cell}"' for cell in line.split(",")) for line in text.splitlines())
    elif change == "other columns":
        text = "\n".join(f"x,{line},\"a, b\"" if i else f"id,{line},remark" for i, line in enumerate(text.splitlines()))
    elif change == "German dates":
        text = "\n".join(",".join(["/".join(reversed(line.split(",")[0].split("-"))), *line.split(",")[1:]]) for line in text.splitlines())
    elif change == "no last line end":
        text = text.rstrip("\n")
    content = text.encode()
    if change == "windows":
        content = content.replace(b"\n", b"\r\n")
    elif change == "bom":
        content = b"\xef\xbb\xbf" + content
    (tmp_path / "t.csv").write_bytes(content)
    assert_expected(scores(freshet, tmp_path / "t.csv", *COLUMNS, "--date", "date"))


def test_series_without_anything_to_score(freshet, tmp_path):
    """Undefined scores are null and `n/a`, never a number."""
    file = write_table(tmp_path / "t.csv", days("2000-01-01", 4), ["", "NA", "nan", 1], [1, 2, 3, ""])
    found = scores(freshet, file, *COLUMNS)
    assert found["data"]["valid_pairs"] == 0
    assert all(value is None for name, value in found.items() if name != "data")
    constant = write_table(tmp_path / "c.csv", days("2000-01-01", 9), [2] * 9, range(9))
    found = scores(freshet, constant, *COLUMNS)
    assert found["nse"] is None and found["rmse"] == pytest.approx(np.sqrt(np.mean((np.arange(9) - 2) ** 2)))
    assert "n/a" in freshet("score", constant, *COLUMNS).stdout


def rows(**changes):
    lines = {1: "date,obs,sim", 2: "2000-01-01,1,2", 3: "2000-01-02,2,2", 4: "2000-01-03,4,3", 5: "2000-01-04,3,3"}
    lines.update({int(key[1:]): value for key, value in changes.items()})
    return "\n".join(lines.values()) + "\n"


@pytest.mark.parametrize("content, arguments, pieces", [
    (rows(), ["--observed", "obsv", "--simulated", "sim"], ["obsv", "Did you mean `obs`?"]),
    (rows(), ["--observed", "obs", "--simulated", "sin"], ["sin", "Did you mean `sim`?"]),
    (rows(), [*COLUMNS, "--date", "dates"], ["dates", "Did you mean `date`?"]),
    (rows(_3="2000-01-02,high,2"), COLUMNS, [":3", "obs", "high", "number"]),
    (rows(_3="2000-01-02,inf,2"), COLUMNS, [":3", "obs", "inf"]),
    (rows(_3="2000-01-02,1"), COLUMNS, [":3"]),
    (rows(_3="2000-01-02,1,2,3"), COLUMNS, [":3"]),
    (rows(_4="2000-01-02,1,2"), [*COLUMNS, "--date", "date"], [":4", "2000-01-02"]),
    (rows(_4="1999-01-02,1,2"), [*COLUMNS, "--date", "date"], [":4", "1999-01-02"]),
    (rows(_4="2000-02-30,1,2"), [*COLUMNS, "--date", "date"], [":4", "2000-02-30"]),
    (rows(_1="date,obs,obs"), COLUMNS, ["obs"]),
    ("", COLUMNS, ["t.csv"]),
    ("date,obs,sim\n", COLUMNS, ["no rows"]),
    (rows(_3='2000-01-02,"1,2'), COLUMNS, [":3", "quote"]),
], ids=["observed", "simulated", "date", "text", "inf", "short", "long", "twice", "unordered", "calendar", "header", "empty", "no rows", "quote"])
def test_wrong_tables(freshet, tmp_path, content, arguments, pieces):
    (tmp_path / "t.csv").write_text(content)
    freshet("score", tmp_path / "t.csv", *arguments, exit_code=EXIT_INPUT_ERROR, stderr=["t.csv", *pieces])


def test_files_that_are_none(freshet, tmp_path):
    (tmp_path / "s.nc").write_bytes(b"CDF\x01 and no more")
    (tmp_path / "t.csv").write_bytes(b"date,obs,sim\n\0\n")
    for name in ("absent.csv", "absent.nc", "s.nc", "t.csv"):
        freshet("score", tmp_path / name, *COLUMNS, exit_code=EXIT_INPUT_ERROR, stderr=name)
    freshet("score", tmp_path, *COLUMNS, exit_code=EXIT_INPUT_ERROR, stderr=str(tmp_path))
