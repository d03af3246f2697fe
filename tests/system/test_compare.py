"""`freshet compare`, recomputed from its files with numpy alone: matching of basins, statistics, warnings, wrong input."""

import csv
import math
import shutil

import numpy as np
import pytest
from conftest import EXIT_INPUT_ERROR

A = {"01": 0.5, "02": 0.6, "03": -1.0, "04": 0.8, "05": 0.7, "06": 0.31}
B = {"01": 0.6, "02": 0.6, "03": 0.1, "04": 0.7, "05": 0.75, "06": 0.44}


def write_scores(path, scores, id_name="basin", metric="nse", zeros=True):
    rows = [f"{basin if zeros else basin.lstrip('0')},{value}" for basin, value in scores.items()]
    path.write_text("\n".join([f"{id_name},{metric}", *rows]) + "\n")
    return path


def read_rows(path):
    with open(path, newline="") as file:
        return list(csv.DictReader(file))


def number(text):
    return float(text) if text else math.nan


@pytest.fixture
def tables(tmp_path):
    """Two tables of scores: one with zeros before the ids, one that has lost them and has a column of row numbers."""
    a = write_scores(tmp_path / "a.csv", A)
    lines = ["" + ",basin,nse", *(f"{i},{int(basin)},{value}" for i, (basin, value) in enumerate(B.items()))]
    b = tmp_path / "b.csv"
    b.write_text("\n".join(lines) + "\n")
    return a, b


def test_numbers_by_hand(freshet, tables, tmp_path):
    out = tmp_path / "out"
    printed = freshet("compare", *tables, "--out", out).stdout
    assert "6 common basins" in printed and "against a" in printed and str(out / "comparison.html") in printed
    summary = {row["run"]: row for row in read_rows(out / "comparison.csv")}
    assert [row["role"] for row in summary.values()] == ["reference", "run"]
    for name, scores in (("a", A), ("b", B)):
        values = np.array(list(scores.values()))
        row = summary[name]
        assert number(row["median"]) == pytest.approx(np.median(values), rel=1e-12)
        assert number(row["mean"]) == pytest.approx(values.mean(), rel=1e-12)
        assert number(row["sd"]) == pytest.approx(values.std(ddof=1), rel=1e-12)
        for column, p in (("lowest", 0), ("q05", .05), ("q25", .25), ("q75", .75), ("q95", .95), ("highest", 1)):
            assert number(row[column]) == pytest.approx(np.quantile(values, p), rel=1e-12), column
        assert (int(row["below_0"]), int(row["good"]), int(row["basins"])) == ((values < 0).sum(), (values >= .55).sum(), 6)
        assert number(row["median_low"]) <= number(row["median"]) <= number(row["median_high"])
    (pair,) = read_rows(out / "pairs.csv")
    gains = np.array(list(B.values())) - np.array(list(A.values()))
    assert number(pair["median_gain"]) == pytest.approx(np.median(gains), rel=1e-12)
    assert number(pair["mean_gain"]) == pytest.approx(gains.mean(), rel=1e-12)
    assert [int(pair[key]) for key in ("better", "equal", "worse")] == [4, 1, 1]
    # Ranks of 0.1, 1.1, -0.1, 0.05, 0.13 with a tie: 2.5, 5, 2.5, 1, 4. Mean 7.5, variance 13.75 - 6 / 48.
    assert (pair["test"], number(pair["w_plus"]), number(pair["w_minus"])) == ("normal", 12.5, 2.5)
    assert number(pair["p"]) == pytest.approx(math.erfc((12.5 - 7.5 - 0.5) / math.sqrt(13.625) / math.sqrt(2)), rel=1e-12)
    assert number(pair["d_z"]) == pytest.approx(gains.mean() / gains.std(ddof=1), rel=1e-12)
    assert [int(pair[key]) for key in ("good_both", "good_run", "good_against", "good_neither")] == [3, 1, 0, 2]
    assert number(pair["p_mcnemar"]) == 1
    basins = read_rows(out / "per_basin.csv")
    assert [row["basin"] for row in basins] == list(A), "in the spelling with the zeros"
    assert [number(row["nse: b - a"]) for row in basins] == pytest.approx(list(gains))
    assert read_rows(out / "left_out.csv") == []
    page = (out / "comparison.html").read_text()
    assert "Freshet" in page and "<script src" not in page
    text = (out / "comparison.md").read_text()
    assert "| a (reference) |" in text and "McNemar" in text


def test_the_same_seed_gives_the_same_bytes(freshet, tables, tmp_path):
    files = ("comparison.csv", "pairs.csv", "comparison.md")
    for name, seed in (("one", 3), ("two", 3), ("three", 4)):
        freshet("compare", *tables, "--seed", seed, "--resamples", 500, "--out", tmp_path / name)
    content = {name: [(tmp_path / name / file).read_bytes() for file in files] for name in ("one", "two", "three")}
    assert content["one"] == content["two"]
    assert content["one"][0] != content["three"][0]
    freshet("compare", *tables, "--resamples", 500, "--out", tmp_path / "one")  # an earlier comparison is replaced


def test_basins_that_are_not_common_and_scores_that_are_missing(freshet, tmp_path):
    a = write_scores(tmp_path / "a.csv", {**A, "07": 0.1, "08": 0.2, "09": ""})
    b = write_scores(tmp_path / "b.csv", {**B, "09": 0.5, "02": "nan", "10": 0.3})
    out = tmp_path / "out"
    result = freshet("compare", a, b, "--out", out, stderr=["3 basins are left out", "1 not in `a`", "2 not in `b`",
                                                            "2 basins are left out as a score is missing, first 02"])
    assert "5 common basins" in result.stdout
    left_out = {(row["basin"], row["metric"]): row["runs"] for row in read_rows(out / "left_out.csv")}
    assert left_out == {("07", ""): "b", ("08", ""): "b", ("10", ""): "a", ("02", "nse"): "b", ("09", "nse"): "a"}
    basins = tmp_path / "basins.txt"
    basins.write_text("1\n03\n77\n")
    printed = freshet("compare", a, b, "--basins", basins, stderr="1 basins are left out as not all runs have them: 1 not in `a`")
    assert "2 common basins" in printed.stdout


def test_context_is_shown_and_never_tested(freshet, tables, tmp_path):
    a, b = tables
    c = write_scores(tmp_path / "c.csv", {"1": 0.9, "3": 0.8, "99": 0.1}, id_name="gauge_id", metric="other")
    out = tmp_path / "out"
    result = freshet("compare", a, b, "--context", f"Elsewhere, 1995-2010={c}:other", "--out", out,
                     stderr="context `Elsewhere, 1995-2010` has 2 of the 6 basins")
    assert "Elsewhere, 1995-2010 (context)" in result.stdout
    row = next(row for row in read_rows(out / "comparison.csv") if row["role"] == "context")
    assert (int(row["basins"]), number(row["median"])) == (2, pytest.approx(0.85))
    assert len(read_rows(out / "pairs.csv")) == 1
    freshet("compare", a, b, "--context", f"C={c}:other", "--reference", "C", exit_code=EXIT_INPUT_ERROR, stderr="is context")


def test_reference_names_and_zero_rule(freshet, tables, tmp_path):
    a, b = tables
    c = write_scores(tmp_path / "c.csv", {basin: value + 0.01 for basin, value in A.items()})
    out = tmp_path / "out"
    freshet("compare", f"one={a}", f"two={b}", c, "--reference", "two", "--zeros", "pratt", "--out", out)
    pairs = read_rows(out / "pairs.csv")
    assert [(pair["run"], pair["against"]) for pair in pairs] == [("one", "two"), ("c", "two"), ("c", "one")]
    assert pairs[0]["test"] == "normal", "there is a zero to be ranked"
    assert all(number(pair["p"]) <= number(pair["p_holm"]) <= 1 for pair in pairs)
    freshet("compare", a, b, "--reference", "aa", exit_code=EXIT_INPUT_ERROR, stderr=["`aa`", "Did you mean `a`?"])
    freshet("compare", f"x={a}", f"x={b}", exit_code=EXIT_INPUT_ERROR, stderr="two runs are named `x`")
    freshet("compare", a, f"again={a}", exit_code=EXIT_INPUT_ERROR, stderr="listed twice")


def test_one_basin_one_run_and_none(freshet, tmp_path):
    a = write_scores(tmp_path / "a.csv", {"01": 0.5})
    b = write_scores(tmp_path / "b.csv", {"01": 0.7})
    out = tmp_path / "out"
    printed = freshet("compare", a, b, "--out", out).stdout
    assert "1 common basins" in printed
    (pair,) = read_rows(out / "pairs.csv")
    assert number(pair["p"]) == 1 and pair["median_gain_low"] == "" and pair["d_z"] == ""
    freshet("compare", a, "--out", tmp_path / "alone")
    assert read_rows(tmp_path / "alone/pairs.csv") == []
    empty = write_scores(tmp_path / "empty.csv", {})
    other = write_scores(tmp_path / "other.csv", {"x": 1})
    freshet("compare", a, empty, exit_code=EXIT_INPUT_ERROR, stderr=["empty.csv", "lists no basin"])
    freshet("compare", a, other, exit_code=EXIT_INPUT_ERROR, stderr=["no basin in common", "`a` has 1 basins, e.g. 01"])
    missing = write_scores(tmp_path / "missing.csv", {"01": "nan"})
    assert "0 common basins" in freshet("compare", a, missing, "--out", tmp_path / "none").stdout


def test_runs_and_their_protocols(freshet, finished_run, own_run, tmp_path):
    out = tmp_path / "out"
    result = freshet("compare", finished_run, f"copy={own_run}", "--out", out)
    assert "4 common basins" in result.stdout and "warning" not in result.stderr
    (pair,) = [row for row in read_rows(out / "pairs.csv") if row["metric"] == "nse"]
    assert (int(pair["equal"]), number(pair["p"]), pair["test"]) == (4, 1, "none")
    assert {row["metric"] for row in read_rows(out / "comparison.csv")} == {"nse", "kge_2009", "mnse", "fhv", "pfab"}
    basins = read_rows(out / "per_basin.csv")
    assert all(math.isfinite(number(row["latitude"])) and row["name"] for row in basins)
    assert "1994-10-01 to 1996-09-30" in (out / "comparison.md").read_text()

    # Two runs of the same name are told apart by their folders.
    names = {row["run"] for row in read_rows(tmp_path / "out/comparison.csv")}
    assert names == {"tiny", "copy"}
    freshet("compare", finished_run, own_run, "--metrics", "rmse,kge", "--out", out)
    rows = read_rows(out / "comparison.csv")
    assert {row["run"] for row in rows} == {"tiny (run)", "tiny (finished)"}
    assert [row["metric"] for row in rows] == ["rmse", "rmse", "kge_2009", "kge_2009"]
    assert rows[0]["below_0"] == "" and rows[2]["below_0"] != ""

    freshet("evaluate", own_run, "--set", "test_end_date=1995-09-30")
    result = freshet("compare", finished_run, f"shorter={own_run}", "--out", out,
                     stderr=["warning: the runs were evaluated over different periods", "1994-10-01 to 1995-09-30 (`shorter`)",
                             "`shorter` was scored on other days or against other observations than `tiny` in 4 of their basins"])
    assert "different periods" in (out / "comparison.md").read_text()
    assert "different periods" in (out / "comparison.html").read_text()


def test_other_splits_modes_and_tables_of_a_run(freshet, own_run, tmp_path):
    freshet("compare", own_run, "--split", "validation", exit_code=EXIT_INPUT_ERROR,
            stderr=["has not been evaluated on its validation period", "freshet evaluate --split validation"])
    freshet("evaluate", own_run, "--split", "validation")
    freshet("evaluate", own_run, "--mode", "windowed")
    assert "4 common basins" in freshet("compare", own_run, "--split", "validation").stdout
    result = freshet("compare", own_run, own_run / "metrics_windowed.csv", own_run / "metrics_validation.csv",
                     "--out", tmp_path / "out", stderr=["different periods", "(`tiny_validation`)"])
    assert "tiny_windowed" in result.stdout
    assert "different modes" in (tmp_path / "out/comparison.md").read_text()
    config = own_run / "config.yml"
    config.write_text(config.read_text().replace("dataset: camels_us", "dataset: generic"))
    table = shutil.copy(own_run / "metrics.csv", tmp_path / "bare.csv")
    freshet("compare", own_run, table, stderr=["of `bare` nothing is known but the scores", "--context"])


def test_an_ensemble_is_a_run(freshet, finished_run, config, runs, tmp_path):
    freshet("train", config(seed=2), "--out", runs / "two")
    freshet("evaluate", runs / "two", "--no-report")
    freshet("ensemble", finished_run, runs / "two", "--out", runs / "mean")
    result = freshet("compare", finished_run, f"two={runs / 'two'}", f"mean={runs / 'mean'}", "--out", tmp_path / "out")
    assert "warning" not in result.stderr
    pairs = [row for row in read_rows(tmp_path / "out/pairs.csv") if row["metric"] == "nse"]
    assert len(pairs) == 3 and {row["test"] for row in pairs} == {"exact"}


def test_wrong_input(freshet, tables, tmp_path, virtual_basins):
    a, b = tables
    fails = {"exit_code": EXIT_INPUT_ERROR}
    freshet("compare", tmp_path / "absent", **fails, stderr=["absent", "there is no such run folder or file"])
    freshet("compare", virtual_basins, **fails, stderr=["not a run folder", "config.yml"])
    freshet("compare", f"={a}", **fails, stderr="the name before `=` is empty")
    freshet("compare", f"{a}:nsee", **fails, stderr=["a.csv", "`nsee`", "Did you mean `nse`?"])
    freshet("compare", a, "--metrics", "nsee", **fails, stderr=["`nsee` is not a known metric", "Did you mean `nse`?"])
    freshet("compare", a, "--metrics", "kge", **fails, stderr=["a.csv:1", "`a` has no column of `kge_2009`", "Its columns: basin, nse"])
    capital = write_scores(tmp_path / "capital.csv", A, metric="NSE")
    freshet("compare", a, capital)
    nsse = write_scores(tmp_path / "nsse.csv", A, metric="nsse")
    freshet("compare", a, nsse, **fails, stderr=["nsse.csv:1", "no column of `nse`", "Did you mean `nsse`?", "nsse.csv:COLUMN"])
    river = write_scores(tmp_path / "river.csv", A, id_name="river")
    freshet("compare", a, river, **fails, stderr=["river.csv:1", "no column of basin ids", "`river` first"])
    text = write_scores(tmp_path / "text.csv", {**A, "02": "good"})
    freshet("compare", a, text, **fails, stderr=["text.csv:3", "variable nse", "`good`"])
    twice = tmp_path / "twice.csv"
    twice.write_text("basin,nse\n01,0.5\n02,0.1\n1,0.4\n")
    freshet("compare", a, twice, **fails, stderr=["twice.csv:4", "basin 1", "listed twice", "leading zeros"])
    nobody = tmp_path / "nobody.csv"
    nobody.write_text("basin,nse\n,0.5\n")
    freshet("compare", a, nobody, **fails, stderr=["nobody.csv:2", "id is empty"])
    freshet("compare", a, "--basins", tmp_path / "absent.txt", **fails, stderr="absent.txt")
    freshet("compare", a, b, "--out", virtual_basins, **fails, stderr="something would be lost")
    freshet("compare", a, b, "--out", a, **fails, stderr=str(a))
    for option in (["--confidence", 1], ["--resamples", 0], ["--zeros", "none"], ["--split", "all"]):
        freshet("compare", a, b, *option, **fails)


def test_texts_of_names_do_no_harm(freshet, tables, tmp_path):
    a, b = tables
    name = "a|b <i>\"é\"</i>, `c`"
    freshet("compare", f"{name}={a}", b, "--out", tmp_path / "out")
    assert {row["run"] for row in read_rows(tmp_path / "out/comparison.csv")} == {name, "b"}
    assert "a\\|b \\<i\\>" in (tmp_path / "out/comparison.md").read_text()
    assert "<i>" not in (tmp_path / "out/comparison.html").read_text()


def test_published_scores(freshet, data_dir, tmp_path):
    """Kratzert et al. (2019): the medians of these 401 basins, and ids that have lost their zeros."""
    folder = data_dir / "camels_us_benchmarks"
    if not folder.is_dir():
        pytest.skip(f"there is no {folder}")
    pub = folder / "kratzert2019_pub"
    lost = tmp_path / "pub_lstm.csv"
    rows = read_rows(pub / "pub_lstm.csv")
    lost.write_text("basin,nse\n" + "".join(f"{int(row['basin'])},{row['nse']}\n" for row in rows))
    out = tmp_path / "out"
    result = freshet("compare", pub / "global_lstm_static.csv", lost, pub / "global_lstm_no_static.csv",
                     f"sacsma={pub / 'benchmark_sacsma_ensemble.csv'}",
                     "--context", f"Konapala={folder / 'konapala2020/nse_per_basin.csv'}:nse_hybrid1",
                     "--metrics", "nse", "--out", out, stderr="nothing is known but the scores")
    assert "401 common basins" in result.stdout
    medians = {row["run"]: round(number(row["median"]), 3) for row in read_rows(out / "comparison.csv")}
    assert medians == {"global_lstm_static": 0.750, "pub_lstm": 0.696, "global_lstm_no_static": 0.631, "sacsma": 0.647, "Konapala": 0.699}
    pairs = {(row["run"], row["against"]): row for row in read_rows(out / "pairs.csv")}
    assert len(pairs) == 6
    # Against numpy, and scipy.stats.wilcoxon of SciPy 1.17.1: method="approx", correction=True.
    scores = {name: {row["basin"]: float(row["nse"]) for row in read_rows(pub / file)}
              for name, file in (("pub_lstm", "pub_lstm.csv"), ("sacsma", "benchmark_sacsma_ensemble.csv"))}
    x, y = (np.array([scores[name][basin] for basin in sorted(scores["sacsma"])]) for name in ("sacsma", "pub_lstm"))
    pair = pairs["sacsma", "pub_lstm"]
    assert number(pair["mean_gain"]) == pytest.approx((x - y).mean(), rel=1e-9)
    assert number(pair["d"]) == pytest.approx((x.mean() - y.mean()) / math.sqrt((x.var() + y.var()) / 2), rel=1e-9)
    assert [int(pair[key]) for key in ("better", "worse")] == [(x > y).sum(), (x < y).sum()]
    assert number(pair["p"]) == pytest.approx(0.0003212057375626385, rel=1e-9)
