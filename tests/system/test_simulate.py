"""`freshet simulate`: published numbers through the command line, the ledger, restarts, many basins, and wrong input."""

import csv
import datetime
import math
import signal
import time

import netCDF4
import numpy as np
import pytest
from conftest import EXIT_INPUT_ERROR, ROOT

FIXTURES = ROOT / "tests/fixtures"

# K.1: ten days. Day length as a share of the day.
P10 = [0, 5, 12, 0, 30, 2.5, 0, 80, 0, 1]
T10 = [-6, -4, -1.4, .3, 2.2, 6, 9.5, 12, 4, -2]
L10 = [.4, .402, .404, .406, .408, .41, .412, .414, .416, .418]
# K.4: those days twice.
PET20 = [.2, .3, .4, .5, .8, 1.2, 1.8, 2.4, 1, .3] * 2
SET_A = {"beta": 3.5, "fc": 525, "k0": .475, "k1": .255, "k2": .1005, "lp": .6, "perc": 5, "uzl": 50, "tt": 0, "cfmax": 5.25,
         "cfr": .05, "cwh": .1}
SET_B = {"beta": 2, "fc": 150, "k0": .3, "k1": .1, "k2": .05, "lp": .6, "perc": 1.5, "uzl": 10, "tt": 0, "cfmax": 3, "cfr": .05,
         "cwh": .1}
STATES_B = {"snowpack": 20, "meltwater": 1, "soil_moisture": 100, "upper_zone": 12, "lower_zone": 30}
ROUTING_B = {"method": "gamma", "route_a": 2, "route_b": 1.5}
UNROUTED_B = [2.76, 2.35275, 2.121037, 1.912318, 4.972576, 8.203513, 8.709186, 26.80416, 16.90338, 10.66505, 6.734109, 4.256858,
              2.695472, 2.314883, 13.39568, 13.40053, 8.453455, 32.72997, 20.62992, 13.00638]
ROUTED_B = [.2229351, .6427965, 1.038946, 1.336007, 1.784366, 2.681345, 3.874614, 6.509855, 9.674578, 11.48596, 11.77445,
            10.96315, 9.550229, 7.975111, 7.435393, 8.077248, 8.712555, 10.90016, 13.92892, 15.4986]
UNROUTED_CAPILLARY = [2.6094, 2.081161, 1.751122, 1.461722, 5.63934, 9.122768, 9.483366, 29.35328, 18.34675, 11.41701, 7.055498,
                      4.311484, 2.58596, 1.966745, 13.41535, 13.33883, 8.283564, 32.89393, 20.61266, 12.87786]


def days(count, first="2000-01-01"):
    start = datetime.date.fromisoformat(first)
    return [(start + datetime.timedelta(days=i)).isoformat() for i in range(count)]


def write_csv(path, columns):
    with open(path, "w", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(columns)
        writer.writerows(zip(*columns.values()))
    return path


def read_csv(path):
    with open(path, newline="") as file:
        rows = list(csv.DictReader(file))
    return {name: [row[name] if name in ("date", "basin") else float(row[name]) for row in rows] for name in rows[0]}


def flow(mapping):
    return "{" + ", ".join(f"{name}: {value}" for name, value in mapping.items()) + "}"


def write_parameters(path, parameters, states=None, routing=None, **others):
    text = f"parameters: {flow(parameters)}\n"
    if states:
        text += f"initial_states: {flow(states)}\n"
    if routing:
        text += f"routing: {flow(routing)}\n"
    path.write_text(text + "".join(f"{key}: {value}\n" for key, value in others.items()))
    return path


def forcing20(path, **changes):
    columns = {"date": days(20), "prcp": P10 * 2, "tmean": T10 * 2, "pet": PET20}
    columns.update(changes)
    return write_csv(path, {name: values for name, values in columns.items() if values is not None})


def close(value, expected, relative=0.0, absolute=0.0):
    """pytest.approx, but false for NaN."""
    return not math.isnan(value) and abs(value - expected) <= max(relative * abs(expected), absolute)


@pytest.fixture
def hbv(freshet, tmp_path):
    """Runs HBV with set B and returns the output's columns; keywords change the files, arguments are added."""

    def run(*arguments, forcing=None, parameters=None, out="out.csv", model="hbv", **options):
        forcing = forcing or forcing20(tmp_path / "basin.csv")
        parameters = parameters or write_parameters(tmp_path / "p.yml", SET_B, STATES_B, ROUTING_B)
        freshet("simulate", "--model", model, "--parameters", parameters, "--forcing", forcing, "--out", tmp_path / out, *arguments,
                **options)
        return read_csv(tmp_path / out) if (tmp_path / out).exists() and out.endswith(".csv") else None

    return run


# ---- published numbers --------------------------------------------------------------------------------------------------------


def test_prnn_ten_days(freshet, tmp_path):
    forcing = write_csv(tmp_path / "k1.csv", {"date": days(10), "prcp": P10, "tmean": T10, "dayl(day)": L10})
    parameters = write_parameters(tmp_path / "p.yml", {"f": .05, "smax": 200, "qmax": 20, "ddf": 2.5, "tmin": -1.5, "tmax": .5})
    freshet("simulate", "--model", "exp_hydro", "--parameters", parameters, "--forcing", forcing, "--pet", "hamon",
            "--out", tmp_path / "o.csv", "--ledger")
    out = read_csv(tmp_path / "o.csv")
    snow = [0, 4.999999999931, 8.227297082984, 8.286898543995, 4.036898719942, 0, 0, 0, 0, .9933071491191]
    bucket = [-4.539992976248e-04, -9.064083677515e-04, 8.771345909509, 8.681258904756, 42.89691648191, 49.21518871188,
              48.89954110710, 128.5324192796, 127.4097681189, 126.5154819089]
    flow_ = [4.529584403264e-04, 4.519212861742e-04, 1.407837512485e-03, 1.401510379759e-03, 7.754965723000e-03,
             1.063602674691e-02, 1.046948261689e-02, 5.612174919151e-01, 5.305827646810e-01, 5.073807195804e-01]
    for name, expected in [("snowpack", snow), ("bucket", bucket), ("discharge", flow_)]:
        assert all(close(a, b, 1e-11, 1e-11) for a, b in zip(out[name], expected, strict=True)), (name, out[name])
    assert max(map(abs, out["ledger_residual"])) < 1e-12


def test_prnn_on_a_real_basin(freshet, tmp_path, data_dir):
    parameters = write_parameters(tmp_path / "p.yml", {"f": .05, "smax": 750, "qmax": 25, "ddf": 2.5, "tmin": -1.5, "tmax": 1.5})
    result = freshet("simulate", "--model", "exp_hydro", "--parameters", parameters, "--out", tmp_path / "o.csv", "--ledger",
                     "--pet", "hamon", "--forcing", data_dir / "camels_us_exphydro_01013500/01013500.csv")
    out = read_csv(tmp_path / "o.csv")
    on = dict(zip(out["date"], range(len(out["date"]))))
    assert len(on) == 10957
    assert close(out["bucket"][on["1980-10-31"]], 88.20042229, absolute=5e-9)
    assert close(out["snowpack"][on["1981-01-09"]], 142.8517767712, absolute=5e-11)
    assert close(out["discharge"][on["1981-10-01"]], 2.394747208752, absolute=5e-13)
    assert close(out["discharge"][on["2010-09-30"]], 7.239023467353, absolute=5e-12)
    # The ledger of thirty years: every day to rounding, and the sums.
    for residual, moved, stored in zip(out["ledger_residual"], out["ledger_inputs"], out["ledger_storage"]):
        assert abs(residual) <= 1e-9 * (abs(moved) + abs(stored))
    assert "water balance" in result.stdout and "does not close" not in result.stderr
    total = sum(out["ledger_inputs"]) - sum(out["ledger_outputs"]) - sum(out["ledger_storage_change"])
    assert abs(total) < 1e-8


def test_hbv_mid_range(hbv, tmp_path):
    states = dict.fromkeys(STATES_B, .001)
    parameters = write_parameters(tmp_path / "a.yml", SET_A, states, {"method": "gamma", "route_a": 1.45, "route_b": 3.25})
    out = hbv(parameters=parameters)
    for day, expected in [(1, 2.0100002e-04), (8, 2.1658964e-03), (15, 3.0725930e-02), (18, 2.0556210e-01), (20, 1.6632034e-01)]:
        assert close(out["discharge"][day - 1], expected, 2e-6, 1e-7)
    finals = {"snowpack": 1, "meltwater": 0, "soil_moisture": 250.1124115, "upper_zone": 0, "lower_zone": 1.48860836}
    assert all(close(out[name][-1], value, 2e-6, 1e-7) for name, value in finals.items())


@pytest.mark.parametrize("precision", ["double", "float"])
def test_hbv_set_b(hbv, precision):
    out = hbv("--precision", precision)
    relative = 2e-6 if precision == "double" else 4e-6  # the printed run is itself in single precision
    for name, expected in [("discharge", UNROUTED_B), ("discharge_routed", ROUTED_B)]:
        assert all(close(a, b, relative, 1e-7) for a, b in zip(out[name], expected, strict=True)), name
    swe = [20.9, 26, 38, 37.1, 30.5, 12.5, 0, 0, 0, 1, 1, 6, 18, 17.1, 10.5, 0, 0, 0, 0, 1]
    assert all(close(a, b, 2e-6, 1e-5) for a, b in zip(out["snowpack"], swe, strict=True))
    assert close(out["excess"][17], .2711029, 1e-5, 1e-7)
    finals = {"soil_moisture": 146.3000030, "upper_zone": 26.8410549, "lower_zone": 29.0377274}
    assert all(close(out[name][-1], value, 2e-6, 1e-7) for name, value in finals.items())


def test_hbv_with_capillary_rise(hbv, tmp_path):
    parameters = write_parameters(tmp_path / "c.yml", {**SET_B, "betaet": 1.5, "c": .3}, STATES_B)
    out = hbv(model="hbv_capillary", parameters=parameters)
    assert all(close(a, b, 2e-6, 1e-7) for a, b in zip(out["discharge"], UNROUTED_CAPILLARY, strict=True))
    assert close(out["capillary_rise"][0], 3.012, 2e-6) and close(out["lower_zone"][-1], 22.6921997, 2e-6)
    assert "discharge_routed" not in out


def test_gr4j_digit_by_digit(freshet, tmp_path, data_dir):
    parameters = write_parameters(tmp_path / "p.yml", {"x1": 257.238, "x2": 1.012, "x3": 88.235, "x4": 2.208})
    freshet("simulate", "--model", "gr4j", "--parameters", parameters, "--start", "1989-01-01", "--end", "1999-12-31",
            "--forcing", data_dir / "airgr_examples/L0123001.csv", "--out", tmp_path / "o.csv", "--ledger")
    out = read_csv(tmp_path / "o.csv")
    with open(data_dir / "airgr_examples/reference_runs/L0123001_GR4J.csv", newline="") as file:
        reference = list(csv.DictReader(file))
    first = out["date"].index(reference[0]["Date"])
    names = {"Qsim": "discharge", "Prod": "production_store", "Rout": "routing_store", "AE": "evapotranspiration",
             "Perc": "percolation", "PR": "effective_rainfall", "Q9": "q9", "Q1": "q1"}
    for theirs, ours in names.items():
        for row, value in zip(reference, out[ours][first:], strict=True):
            assert close(value, float(row[theirs]), 1e-7, 1e-9), (theirs, row["Date"])
    # Water in the two unit hydrographs counts as stored.
    assert max(out["ledger_in_q9"]) > 1 and max(out["ledger_in_q1"]) > .1
    assert all(abs(r) <= 1e-9 * s for r, s in zip(out["ledger_residual"], out["ledger_storage"]))


def test_vic_column_with_its_settings(freshet, tmp_path):
    """K.5: one infiltration step and 24 drainage steps a day; forcings that only this model has."""
    forcing = write_csv(tmp_path / "soil.csv", {"date": days(5), "inflow": [10, 40, 0, 90, 0], "evaporation_1": [1, 1.5, 2, .5, 2],
                                                "evaporation_2": [.5, .6, 1, .2, 1], "evaporation_3": [.2, .2, .3, .1, .3]})
    values = {"infilt": .2, "ds": .02, "dsmax": 15, "ws": .8, "c": 2, "expt": 12, "ksat": 250, "depth1": .1, "depth2": .3, "depth3": 1,
              "porosity": .45, "resid": 0}
    parameters = write_parameters(tmp_path / "p.yml", values, {"moisture_1": 20, "moisture_2": 70, "moisture_3": 250},
                                  settings=flow({"infiltration_steps_per_day": 1, "drainage_steps_per_day": 24}))
    arguments = ["simulate", "--model", "vic_soil", "--parameters", parameters, "--forcing", forcing, "--out", tmp_path / "o.csv"]
    freshet(*arguments, "--ledger")
    out = read_csv(tmp_path / "o.csv")
    expected = {"moisture_1": [27.64979030420311, 38.69734449914271, 29.6709540076892, 41.05675996640768, 29.820157845457974],
                "moisture_3": [249.68204350346485, 249.68129227881403, 252.02015985032108, 270.873003220875, 294.39984671195003],
                "surface_runoff": [1.1661831572672838, 6.243271681382041, 0, 32.64524061234711, 0],
                "baseflow": [.20820683559939687, .20797978013593488, .20895808294721938, .21385849815158636, .2380476150388687]}
    for name, numbers in expected.items():
        assert all(close(a, b, 1e-12, 1e-12) for a, b in zip(out[name], numbers, strict=True)), name
    assert all(abs(r) <= 1e-9 * s for r, s in zip(out["ledger_residual"], out["ledger_storage"]))
    # As columns of a table too.
    row = {"basin": ["soil"], **{k: [v] for k, v in {**values, "moisture_1": 20, "moisture_2": 70, "moisture_3": 250}.items()},
           "infiltration_steps_per_day": [1], "drainage_steps_per_day": [24]}
    with_table = ["simulate", "--model", "vic_soil", "--parameters", tmp_path / "p.csv", "--forcing", forcing, "--out", "table.csv"]
    write_csv(tmp_path / "p.csv", row)
    freshet(*with_table)
    table = read_csv(tmp_path / "table.csv")
    assert all(table[name] == out[name] for name in expected)
    row["drainage_steps_per_day"] = [1.5]
    write_csv(tmp_path / "p.csv", row)
    freshet(*with_table, exit_code=EXIT_INPUT_ERROR, stderr=["p.csv:2", "drainage_steps_per_day", "whole number"])
    for wrong, pieces in [("0", ["infiltration_steps_per_day", "from 1 to 86400"]), ("1.5", ["whole number"]), ("7", ["multiple of 7"])]:
        write_parameters(parameters, values, settings=flow({"infiltration_steps_per_day": wrong}))
        freshet(*arguments, exit_code=EXIT_INPUT_ERROR, stderr=pieces)


# ---- ledger -------------------------------------------------------------------------------------------------------------------


def test_ledger_of_a_routed_run(hbv):
    out = hbv("--ledger")
    stored = [sum(values) for values in zip(*(out[name] for name in [*STATES_B, "ledger_in_routing"]))]
    assert all(close(a, b, 1e-12) for a, b in zip(out["ledger_storage"], stored, strict=True))
    assert all(close(a, p + f, 1e-12, 1e-12) for a, p, f in zip(out["ledger_inputs"], P10 * 2, out["floor_correction"]))
    leaving = [e + q for e, q in zip(out["evapotranspiration"], out["discharge_routed"])]
    assert all(close(a, b, 1e-12) for a, b in zip(out["ledger_outputs"], leaving, strict=True))
    assert all(abs(r) <= 1e-9 * s for r, s in zip(out["ledger_residual"], out["ledger_storage"]))
    assert out["ledger_in_routing"][0] > 2  # most of the first day's 2.76 mm is still under way


def test_a_balance_that_is_no_number_is_an_error(hbv, tmp_path):
    """Every store is a number, and their sum is none."""
    states = {**STATES_B, "upper_zone": 1e308, "lower_zone": 1.5e308}
    parameters = write_parameters(tmp_path / "p.yml", SET_B, states)
    hbv("--variables", "precipitation", parameters=parameters)
    (tmp_path / "out.csv").unlink()
    hbv("--variables", "precipitation", "--ledger", parameters=parameters, exit_code=EXIT_INPUT_ERROR,
        stderr=["basin basin", "2000-01-01", "ledger_residual", "not give a number"])
    assert not (tmp_path / "out.csv").exists()


def test_floor_correction_is_a_gain(hbv, tmp_path):
    states = {**STATES_B, "soil_moisture": 0}
    forcing = forcing20(tmp_path / "dry.csv", prcp=[0] * 20, tmean=[10] * 20)
    parameters = write_parameters(tmp_path / "dry.yml", SET_B, {**states, "snowpack": 0, "meltwater": 0})
    out = hbv("--ledger", forcing=forcing, parameters=parameters)
    assert sum(out["floor_correction"]) > 0 and sum(out["ledger_inputs"]) == sum(out["floor_correction"])
    assert all(abs(r) <= 1e-9 * s for r, s in zip(out["ledger_residual"], out["ledger_storage"]))


# ---- output -------------------------------------------------------------------------------------------------------------------


def test_columns_are_states_and_fluxes(hbv, freshet):
    out = hbv()
    table = freshet("list", "models", "hbv", "--verbose").stdout
    rows = table.split("  states\n")[1].splitlines()
    names = [row.split()[0] for row in rows if row.startswith("    ") and "ledger" not in row]
    assert set(out) == {"date", "discharge", "discharge_routed", *names}
    assert out["date"] == days(20)


def test_chosen_variables(hbv):
    out = hbv("--variables", "discharge_routed,soil_moisture,pet,precipitation")
    assert list(out) == ["date", "discharge_routed", "soil_moisture", "pet", "precipitation"]
    assert out["pet"] == PET20 and out["precipitation"] == P10 * 2
    assert all(close(a, b, 2e-6) for a, b in zip(out["discharge_routed"], ROUTED_B))


def test_netcdf_output_is_the_same(hbv, tmp_path):
    out = hbv("--ledger")
    hbv("--ledger", out="out.nc")
    with netCDF4.Dataset(tmp_path / "out.nc") as file:
        assert file["discharge"].dimensions == ("basin", "time") and file["discharge"].units == "mm/day"
        assert list(file["basin_id"][:]) == ["basin"]
        assert file.model == "hbv" and file.routing == "gamma" and file.pet == "given"
        for name, values in out.items():
            if name != "date":
                assert np.array_equal(file[name][0].filled(np.nan), values), name


def test_netcdf_forcing(hbv, tmp_path):
    with netCDF4.Dataset(tmp_path / "forcing.nc", "w") as file:
        file.createDimension("basin", 2)
        file.createDimension("time", 20)
        file.createVariable("time", "i4", ("time",)).units = "days since 2000-01-01"
        file["time"][:] = range(20)
        file.createVariable("basin", str, ("basin",))[:] = np.array(["a", "b"], dtype=object)
        for name, values in [("prcp", P10 * 2), ("tmean", T10 * 2), ("pet", PET20)]:
            file.createVariable(name, "f8", ("basin", "time"))[:] = [values, [2 * v for v in values]]
    out = hbv(forcing=tmp_path / "forcing.nc")
    assert out["basin"] == ["a"] * 20 + ["b"] * 20
    assert all(close(a, b, 2e-6) for a, b in zip(out["discharge"], UNROUTED_B))


def test_parameters_of_each_basin(hbv, tmp_path):
    columns = {"date": days(20) * 2, "basin": ["x"] * 20 + ["y"] * 20, "prcp": P10 * 4, "tmean": T10 * 4, "pet": PET20 * 2}
    forcing = write_csv(tmp_path / "two.csv", columns)
    routing = {name: value for name, value in ROUTING_B.items() if name != "method"}
    rows = {"id": ["y", "x"], **{name: [value, SET_A[name]] for name, value in SET_B.items()},
            **{name: [value, value] for name, value in routing.items()}, **{name: [value, ""] for name, value in STATES_B.items()}}
    out = hbv(forcing=forcing, parameters=write_csv(tmp_path / "p.csv", rows))
    assert all(close(a, b, 2e-6) for a, b in zip(out["discharge_routed"][20:], ROUTED_B, strict=True))
    assert close(out["discharge"][0], 2.0100002e-04, 2e-6)  # x: set A from the model's own start


def test_dynamic_parameters(hbv, tmp_path):
    same = write_csv(tmp_path / "same.csv", {"date": days(20), "beta": [2] * 20, "fc": [150] * 20})
    few = write_parameters(tmp_path / "few.yml", {k: v for k, v in SET_B.items() if k not in ("beta", "fc")}, STATES_B, ROUTING_B)
    static, out = hbv(), hbv("--dynamic-parameters", same, parameters=few)
    assert all(close(a, b, 1e-13) for a, b in zip(out["discharge"], static["discharge"], strict=True))
    later = write_csv(tmp_path / "later.csv", {"date": days(20), "beta": [2] * 10 + [5] * 10})
    changed = hbv("--dynamic-parameters", later)
    assert changed["discharge"][:10] == static["discharge"][:10]
    assert changed["soil_moisture"][10:] != static["soil_moisture"][10:]
    # A model's unit hydrograph is made once.
    x4 = write_csv(tmp_path / "x4.csv", {"date": days(20), "x4": [2] * 20})
    gr4j = write_parameters(tmp_path / "g.yml", {"x1": 257, "x2": 1, "x3": 88, "x4": 2.2})
    hbv("--dynamic-parameters", x4, model="gr4j", parameters=gr4j, exit_code=EXIT_INPUT_ERROR, stderr=["x4", "once"])


def test_threads_backends_and_neighbours_change_nothing(hbv, tmp_path):
    ids = [f"b{i:02}" for i in range(40)]
    columns = {"basin": [i for i in ids for _ in range(20)], "date": days(20) * 40, "prcp": P10 * 80, "tmean": T10 * 80,
               "pet": PET20 * 40}
    forcing = write_csv(tmp_path / "forty.csv", columns)
    alone, many = hbv(), hbv("--threads", 2, forcing=forcing)
    for name in alone:
        if name != "date":
            assert many[name] == alone[name] * 40, name
    for backend in ("generic", "interpreter"):
        other = hbv("--backend", backend)
        assert all(close(a, b, 1e-12, 1e-14) for a, b in zip(other["discharge_routed"], alone["discharge_routed"], strict=True)), backend


def test_a_dataset(freshet, tmp_path):
    write_parameters(tmp_path / "p.yml", SET_B)
    result = freshet("simulate", "--model", "hbv", "--parameters", "p.yml", "--forcing", FIXTURES / "camels_us", "--products", "daymet",
                     "--out", "o.csv", "--start", "1996-02-27", "--end", "1996-03-01", exit_code=EXIT_INPUT_ERROR,
                     stderr=["17000202"])
    out = read_csv(tmp_path / "o.csv")
    assert len(out["date"]) == 4 and "PET oudin" in result.stdout
    freshet("simulate", "--model", "hbv", "--parameters", "p.yml", "--forcing", FIXTURES / "camels_us", "--out", "o.csv",
            exit_code=EXIT_INPUT_ERROR, stderr="no forcing product was chosen")


def test_virtual_basins_follow_the_model_that_made_them(freshet, virtual_basins, tmp_path):
    """A whole data set, and a table of parameters and states of each basin: the truth comes out again."""
    with open(virtual_basins / "truth/parameters.csv", newline="") as parameters, \
         open(virtual_basins / "truth/initial_states.csv", newline="") as states:
        rows = [{**p, **s} for p, s in zip(csv.DictReader(parameters), csv.DictReader(states), strict=True)]
    table = write_csv(tmp_path / "truth.csv", {name: [row[name] for row in rows] for name in rows[0]})
    result = freshet("simulate", "--model", "hbv", "--parameters", table, "--forcing", virtual_basins, "--out", "o.nc", "--ledger")
    assert "4 basins" in result.stdout and "routing gamma" in result.stdout and "PET oudin" in result.stdout
    with netCDF4.Dataset(tmp_path / "o.nc") as file:
        for i, basin in enumerate(file["basin_id"][:]):
            truth = read_csv(virtual_basins / f"truth/{basin}.csv")
            # The hydrograph starts empty here; PET and the series of the truth are rounded.
            for name, ours in [("discharge", "discharge_routed"), ("soil_moisture", "soil_moisture"), ("snowpack", "snowpack")]:
                difference = np.abs(file[ours][i].filled(np.nan) - truth[name])[20:]
                assert difference.max() < .02, (basin, name, difference.max())
        assert np.abs(file["ledger_residual"][:].filled(np.nan)).max() < 1e-9


def test_dry_run_writes_nothing(hbv, freshet, tmp_path):
    forcing = forcing20(tmp_path / "basin.csv")
    parameters = write_parameters(tmp_path / "p.yml", SET_B, STATES_B, ROUTING_B)
    result = freshet("simulate", "--model", "hbv", "--parameters", parameters, "--forcing", forcing, "--out", "o.csv", "--dry-run")
    for piece in ("hbv", "2000-01-01 to 2000-01-20", "20 steps", "gamma", "PET given", "nothing was run"):
        assert piece in result.stdout
    assert not (tmp_path / "o.csv").exists()


# ---- restarts and interruptions -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("model", ["hbv", "gr4j"])
@pytest.mark.parametrize("precision", ["double", "float"])
def test_two_parts_are_one_run(hbv, freshet, tmp_path, model, precision):
    parameters = {"hbv": SET_B, "gr4j": {"x1": 257.2, "x2": 1.01, "x3": 88.2, "x4": 2.2}}[model]
    file = write_parameters(tmp_path / "m.yml", parameters, routing=ROUTING_B)
    options = {"model": model, "parameters": file}
    whole = hbv("--precision", precision, **options)
    first = hbv("--precision", precision, "--end", "2000-01-08", "--states-out", tmp_path / "s.bin", out="first.csv", **options)
    second = hbv("--precision", precision, "--initial", tmp_path / "s.bin", "--ledger", out="second.csv", **options)
    for name in whole:
        assert first[name] + second[name] == whole[name], name
    bound = 1e-9 if precision == "double" else 1e-5
    assert all(abs(r) <= bound * s for r, s in zip(second["ledger_residual"], second["ledger_storage"]))


def test_states_of_something_else_are_refused(hbv, tmp_path):
    states = tmp_path / "s.bin"
    hbv("--end", "2000-01-08", "--states-out", states)
    refused = {"exit_code": EXIT_INPUT_ERROR}
    hbv("--initial", states, "--precision", "float", stderr=["s.bin", "precision", "float", "double"], **refused)
    hbv("--initial", states, "--routing", "none", stderr=["s.bin", "routing", "gamma"], **refused)
    hbv("--initial", states, "--start", "2000-01-10", stderr=["s.bin", "2000-01-09", "2000-01-10"], **refused)
    hbv("--initial", states, stderr=["given twice", "initial_states"], **refused)
    plain = write_parameters(tmp_path / "plain.yml", SET_B, routing=ROUTING_B)
    hbv("--initial", states, parameters=plain, forcing=forcing20(tmp_path / "other.csv"), stderr=["no state", "other"], **refused)
    states.write_bytes(states.read_bytes()[:-3])
    hbv("--initial", states, parameters=plain, stderr="s.bin", **refused)
    (tmp_path / "p2.yml").write_text("x")
    hbv("--initial", tmp_path / "p2.yml", parameters=plain, stderr="p2.yml", **refused)


def test_a_stopped_run_leaves_no_half_file(freshet, tmp_path):
    count = 20000
    ids, rows = [f"b{i}" for i in range(60)], ["basin,date,prcp,tmean,pet"]
    for basin in ids:
        rows += [f"{basin},{day},1,5,1" for day in days(count, "1950-01-01")]
    (tmp_path / "big.csv").write_text("\n".join(rows))
    write_parameters(tmp_path / "p.yml", SET_B)
    (tmp_path / "o.csv").write_text("old")
    process = freshet.start("simulate", "--model", "hbv", "--parameters", "p.yml", "--forcing", "big.csv", "--out", "o.csv")
    deadline = time.time() + 120
    while time.time() < deadline and process.poll() is None and not list(tmp_path.glob("o.csv.tmp*")):
        time.sleep(.01)
    process.send_signal(signal.SIGINT)
    code = process.wait(timeout=120)
    process.communicate()
    assert code == 130
    assert (tmp_path / "o.csv").read_text() == "old"
    assert not list(tmp_path.glob("*.tmp*"))


def test_a_full_disk_leaves_the_old_file(freshet, tmp_path):
    forcing20(tmp_path / "basin.csv")
    write_parameters(tmp_path / "p.yml", SET_B)
    (tmp_path / "o.csv").write_text("old")
    import resource

    def limit():
        resource.setrlimit(resource.RLIMIT_FSIZE, (512, 512))

    freshet("simulate", "--model", "hbv", "--parameters", "p.yml", "--forcing", "basin.csv", "--out", "o.csv", exit_code=3,
            stderr="o.csv", preexec_fn=limit)
    assert (tmp_path / "o.csv").read_text() == "old" and not list(tmp_path.glob("*.tmp*"))


# ---- wrong input --------------------------------------------------------------------------------------------------------------

WRONG_PARAMETERS = {
    "out of range": (flow({**SET_B, "fc": 20000}), ["p.yml:1", "fc", "50 to 1000 mm", "20000", "--allow-out-of-range"]),
    "negative": (flow({**SET_B, "k1": -1}), ["k1", "0.01 to 0.5"]),
    "not a number": (flow({**SET_B, "k1": ".nan"}), ["k1", "finite number", "nan"]),
    "text": (flow({**SET_B, "k1": "fast"}), ["k1", "`fast`"]),
    "missing": (flow({k: v for k, v in SET_B.items() if k != "uzl"}), ["uzl", "missing", "0 to 100 mm"]),
    "misspelt": (flow({("perk" if k == "perc" else k): v for k, v in SET_B.items()}), ["perk", "Did you mean `perc`?"]),
    "of another model": (flow({"x1": 300}), ["`x1`", "no parameter of hbv"]),
    "list": ("[1, 2, 3]", ["parameters", "[1, 2, 3]"]),
    "twice": (flow(SET_B)[:-1] + ", fc: 200}", ["fc", "twice"]),
}


@pytest.mark.parametrize("case", WRONG_PARAMETERS)
def test_wrong_parameters(hbv, tmp_path, case):
    text, pieces = WRONG_PARAMETERS[case]
    (tmp_path / "p.yml").write_text(f"parameters: {text}\n")
    hbv(parameters=tmp_path / "p.yml", exit_code=EXIT_INPUT_ERROR, stderr=["p.yml", *pieces])
    assert not (tmp_path / "out.csv").exists()


WRONG_KEYS = {
    "unknown key": ("parametres: {}\n", ["p.yml:2:1", "parametres", "Did you mean `parameters`?"]),
    "unknown state": ("initial_states: {soil_moistur: 1}\n", ["soil_moistur", "Did you mean `soil_moisture`?"]),
    "negative state": ("initial_states: {soil_moisture: -1}\n", ["soil_moisture", "at least 0 mm"]),
    "unknown routing": ("routing: {method: gama, route_a: 1}\n", ["gama", "gamma"]),
    "routing parameter": ("routing: {method: gamma, route_a: 1, route_c: 1}\n", ["route_c", "route_b"]),
    "routing out of range": ("routing: {method: gamma, route_a: 1, route_b: 99}\n", ["route_b", "0 to 6.5 day"]),
    "unknown setting": ("settings: {drainage_steps_per_day: 24}\n", ["drainage_steps_per_day", "setting of hbv"]),
    "another model": ("model: vic\n", ["another model", "hbv", "vic"]),
    "not yaml": ("routing: {method: [\n", ["p.yml", "not valid YAML"]),
}


@pytest.mark.parametrize("case", WRONG_KEYS)
def test_wrong_keys(hbv, tmp_path, case):
    text, pieces = WRONG_KEYS[case]
    (tmp_path / "p.yml").write_text(f"parameters: {flow(SET_B)}\n{text}")
    hbv(parameters=tmp_path / "p.yml", exit_code=EXIT_INPUT_ERROR, stderr=pieces)


def test_all_problems_of_a_parameter_file_at_once(hbv, tmp_path):
    (tmp_path / "p.yml").write_text("parameters: {beta: 99, fcc: 150}\ninitial_states: {snow: 1}\n")
    hbv(parameters=tmp_path / "p.yml", exit_code=EXIT_INPUT_ERROR, stderr=["beta", "fcc", "snow", "k2", "problems."])


WRONG_TABLES = {
    "misspelt": ({"basin": ["basin"], **{("cfmx" if k == "cfmax" else k): [v] for k, v in SET_B.items()}}, ["cfmx", "Did you mean `cfmax`?"]),
    "missing": ({"basin": ["basin"], "beta": [2]}, ["p.csv:1", "fc", "uzl"]),
    "out of range": ({"basin": ["basin"], **{k: [v] for k, v in {**SET_B, "fc": 5}.items()}}, ["p.csv:2", "basin basin", "fc", "50 to 1000"]),
    "text": ({"basin": ["basin"], **{k: [v] for k, v in {**SET_B, "fc": "x"}.items()}}, ["p.csv:2", "fc", "`x`"]),
    "empty cell": ({"basin": ["basin"], **{k: [v] for k, v in {**SET_B, "fc": ""}.items()}}, ["p.csv:2", "fc"]),
    "twice": ({"basin": ["basin"] * 2, **{k: [v] * 2 for k, v in SET_B.items()}}, ["p.csv:3", "two rows"]),
}


@pytest.mark.parametrize("case", WRONG_TABLES)
def test_wrong_parameter_tables(hbv, tmp_path, case):
    columns, pieces = WRONG_TABLES[case]
    hbv(parameters=write_csv(tmp_path / "p.csv", columns), exit_code=EXIT_INPUT_ERROR, stderr=pieces)


def test_a_bound_in_single_precision_is_within_the_range(hbv, tmp_path):
    assert hbv(parameters=write_parameters(tmp_path / "p.yml", {**SET_B, "cfr": .10000000149011612, "k0": .8999999}))
    hbv(parameters=write_parameters(tmp_path / "q.yml", {**SET_B, "cfr": .100001}), exit_code=EXIT_INPUT_ERROR, stderr=["cfr", "0.100001"])


def test_out_of_range_is_taken_if_asked(hbv, tmp_path):
    parameters = write_parameters(tmp_path / "p.yml", {**SET_B, "fc": 1200})
    out = hbv("--allow-out-of-range", parameters=parameters)
    assert all(map(math.isfinite, out["discharge"]))
    nonsense = write_parameters(tmp_path / "q.yml", {**SET_B, "fc": 0})
    (tmp_path / "out.csv").unlink()
    hbv("--allow-out-of-range", parameters=nonsense, exit_code=EXIT_INPUT_ERROR, stderr=["basin basin", "2000-01-", "not give a number"])
    assert not (tmp_path / "out.csv").exists()


def nan_at(values, index, value="NaN"):
    return [value if i == index else v for i, v in enumerate(values)]


WRONG_FORCING = {
    "missing": ({"tmean": nan_at(T10 * 2, 3)}, ["basin.csv:5", "2000-01-04", "tmean", "missing"]),
    "negative precipitation": ({"prcp": nan_at(P10 * 2, 6, -3)}, ["basin.csv:8", "2000-01-07", "prcp", "negative", "-3"]),
    "negative pet": ({"pet": nan_at(PET20, 0, -.1)}, ["2000-01-01", "pet", "negative"]),
    "no pet": ({"pet": None}, ["basin.csv", "pet", "latitude", "--latitude"]),
    "no precipitation": ({"prcp": None}, ["precipitation", "prcp"]),
    "twice": ({"date": [*days(19), "2000-01-19"]}, ["basin.csv:21", "2000-01-19", "two rows"]),
    "unsorted": ({"date": ["2000-01-02", "2000-01-01", *days(20)[2:]]}, ["basin.csv:3", "earlier"]),
    "gap": ({"date": [*days(19), "2000-01-21"]}, ["2000-01-20", "missing"]),
    "text": ({"prcp": nan_at(P10 * 2, 2, "wet")}, ["basin.csv:4", "prcp", "`wet`"]),
    "not a date": ({"date": nan_at(days(20), 1, "2000-01-32")}, ["basin.csv:3", "2000-01-32"]),
}


@pytest.mark.parametrize("case", WRONG_FORCING)
def test_wrong_forcing(hbv, tmp_path, case):
    changes, pieces = WRONG_FORCING[case]
    hbv(forcing=forcing20(tmp_path / "basin.csv", **changes), exit_code=EXIT_INPUT_ERROR, stderr=pieces)
    assert not (tmp_path / "out.csv").exists()


def test_other_basins_are_kept(hbv, tmp_path):
    good, bad = P10 * 2, nan_at(P10 * 2, 5)
    columns = {"basin": ["bad"] * 20 + ["good"] * 20, "date": days(20) * 2, "prcp": bad + good, "tmean": T10 * 4, "pet": PET20 * 2}
    out = hbv(forcing=write_csv(tmp_path / "two.csv", columns), exit_code=EXIT_INPUT_ERROR,
              stderr=["two.csv", "basin bad", "2000-01-06", "prcp", "missing"])
    assert all(close(a, b, 2e-6) for a, b in zip(out["discharge"], UNROUTED_B, strict=True))
    assert out["basin"] == ["good"] * 20  # two were asked for


def two_basins(path, first=P10 * 2):
    return write_csv(path, {"basin": ["a"] * 20 + ["b"] * 20, "date": days(20) * 2, "prcp": first + P10 * 2, "tmean": T10 * 4,
                            "pet": PET20 * 2})


def table_of(path, *ids):
    return write_csv(path, {"basin": ids, **{name: [value] * len(ids) for name, value in SET_B.items()}})


def test_no_basin_runs_with_the_parameters_of_another(hbv, tmp_path):
    only_a = table_of(tmp_path / "p.csv", "a")
    (tmp_path / "b.txt").write_text("b\n")
    refused = {"parameters": only_a, "exit_code": EXIT_INPUT_ERROR}
    hbv("--basins", tmp_path / "b.txt", forcing=two_basins(tmp_path / "two.csv"), stderr=["p.csv", "basin b", "no row"], **refused)
    assert not (tmp_path / "out.csv").exists()
    broken = two_basins(tmp_path / "broken.csv", nan_at(P10 * 2, 5))
    (tmp_path / "both.txt").write_text("a\nb\n")
    both = ("--basins", tmp_path / "both.txt")
    hbv(*both, forcing=broken, stderr=["basin a", "2000-01-06", "basin b", "no row"], **refused)
    assert not (tmp_path / "out.csv").exists()
    out = hbv(*both, forcing=two_basins(tmp_path / "two.csv"), stderr=["basin b", "no row"], **refused)
    assert out["basin"] == ["a"] * 20
    # Without a list the basins are those that the parameters are for.
    assert len(hbv(forcing=two_basins(tmp_path / "two.csv"), parameters=only_a)["date"]) == 20


def test_a_file_that_names_no_basin_goes_with_the_only_row(hbv, tmp_path):
    out = hbv(parameters=table_of(tmp_path / "p.csv", "a"))
    assert len(out["date"]) == 20 and "basin" not in out
    hbv(parameters=table_of(tmp_path / "q.csv", "a", "b"), exit_code=EXIT_INPUT_ERROR, stderr=["basin basin", "no row"])


def test_daily_parameters_of_one_basin_are_not_for_all(hbv, tmp_path):
    daily = {"date": days(20), "beta": [2] * 20}
    options = {"forcing": two_basins(tmp_path / "two.csv"), "parameters": write_parameters(tmp_path / "p.yml", SET_B)}
    assert len(hbv("--dynamic-parameters", write_csv(tmp_path / "all.csv", daily), **options)["date"]) == 40
    of_a = write_csv(tmp_path / "a.csv", {"basin": ["a"] * 20, **daily})
    hbv("--dynamic-parameters", of_a, exit_code=EXIT_INPUT_ERROR, stderr=["basin b", "no such basin"], **options)


# ---- steps shorter than a day -------------------------------------------------------------------------------------------------


def sub_daily(path, hours, basins=("a",)):
    start, count = datetime.datetime(2000, 1, 1), 60
    dates = [(start + datetime.timedelta(hours=hours * i)).strftime("%Y-%m-%d %H:%M") for i in range(count)]
    size = len(basins)
    return write_csv(path, {"basin": [b for b in basins for _ in dates], "date": dates * size, "prcp": P10 * 6 * size,
                            "tmean": T10 * 6 * size, "pet": PET20 * 3 * size})


@pytest.mark.parametrize("hours, x4, held", [(6, 2.5, True), (6, 3.1, False), (1, .5, False), (12, 5, True), (24, 6, True)])
def test_unit_hydrographs_of_gr4j_fit_the_time_step_or_are_refused(hbv, tmp_path, hours, x4, held):
    parameters = write_parameters(tmp_path / "g.yml", {"x1": 257, "x2": 1, "x3": 88, "x4": x4})
    options = {"model": "gr4j", "parameters": parameters, "forcing": sub_daily(tmp_path / "f.csv", hours)}
    if held:
        assert len(hbv(**options)["date"]) == 60
        return
    hbv(exit_code=EXIT_INPUT_ERROR, stderr=["g.yml", "basin a", "variable q9", f"10 steps of {60 * hours} minutes", "99 %"], **options)
    assert not (tmp_path / "out.csv").exists()


def test_routing_fits_the_time_step_or_is_refused(hbv, tmp_path):
    forcing = sub_daily(tmp_path / "f.csv", 6)
    unrouted = hbv(forcing=forcing, parameters=write_parameters(tmp_path / "u.yml", SET_B))
    assert len(unrouted["date"]) == 60
    for routing, held in [(ROUTING_B, False), ({"method": "triangular", "maxbas": 1.5}, True), ({"method": "triangular", "maxbas": 3}, False)]:
        parameters = write_parameters(tmp_path / "r.yml", SET_B, routing=routing)
        if held:
            assert len(hbv(forcing=forcing, parameters=parameters)["date"]) == 60
        else:
            hbv(forcing=forcing, parameters=parameters, exit_code=EXIT_INPUT_ERROR,
                stderr=[routing["method"], "steps of 360 minutes", "too long for the time step"])


def test_the_basins_whose_hydrograph_fits_are_run(hbv, tmp_path):
    rows = {"basin": ["a", "b"], "x1": [257] * 2, "x2": [1] * 2, "x3": [88] * 2, "x4": [2, 5]}
    out = hbv(model="gr4j", forcing=sub_daily(tmp_path / "f.csv", 6, ("a", "b")), parameters=write_csv(tmp_path / "p.csv", rows),
              exit_code=EXIT_INPUT_ERROR, stderr=["basin b", "too long for the time step"])
    assert out["basin"] == ["a"] * 60


WRONG_ARGUMENTS = {
    "model": (["--model", "hbw"], ["hbw", "hbv"]),
    "variable": (["--variables", "soil_moistre"], ["soil_moistre", "Did you mean `soil_moisture`?"]),
    "variable twice": (["--variables", "runoff,runoff"], ["runoff", "twice"]),
    "backend": (["--backend", "gpu9"], ["gpu9", "one of best"]),
    "precision": (["--precision", "half"], ["half"]),
    "routing": (["--routing", "triangulr"], ["triangulr", "triangular"]),
    "start": (["--start", "2000-13-01"], ["--start", "2000-13-01"]),
    "too early": (["--start", "1999-12-01"], ["does not cover", "1999-12-01"]),
    "backwards": (["--start", "2000-01-05", "--end", "2000-01-02"], ["ends before"]),
    "column": (["--column", "pet"], ["--column pet", "VARIABLE=COLUMN"]),
    "pet": (["--pet", "penman"], ["penman"]),
    "plugin": (["--plugin", "none.so"], ["none.so"]),
    "threads": (["--threads", "0"], ["--threads"]),
}


@pytest.mark.parametrize("case", WRONG_ARGUMENTS)
def test_wrong_arguments(freshet, tmp_path, case):
    arguments, pieces = WRONG_ARGUMENTS[case]
    forcing20(tmp_path / "basin.csv")
    write_parameters(tmp_path / "p.yml", SET_B, STATES_B, ROUTING_B)
    given = {"--model": "hbv", "--parameters": "p.yml", "--forcing": "basin.csv", "--out": "o.csv"}
    given.update(zip(arguments[::2], arguments[1::2]))
    freshet("simulate", *[word for pair in given.items() for word in pair], exit_code=EXIT_INPUT_ERROR, stderr=pieces)
    assert not (tmp_path / "o.csv").exists()


def test_wrong_paths(hbv, freshet, tmp_path):
    hbv(out="out.txt", exit_code=EXIT_INPUT_ERROR, stderr=["out.txt", ".csv or .nc"])
    hbv(out="none/out.csv", exit_code=3, stderr=["none/out.csv", "folder"])
    hbv(out="basin.csv", exit_code=EXIT_INPUT_ERROR, stderr=["basin.csv", "--forcing and --out", "same file"])
    hbv(parameters=tmp_path / "none.yml", exit_code=EXIT_INPUT_ERROR, stderr="none.yml")
    hbv(forcing=tmp_path / "none.csv", exit_code=EXIT_INPUT_ERROR, stderr="none.csv")
    freshet("simulate", exit_code=EXIT_INPUT_ERROR, stderr="required")


def test_wrong_dynamic_parameters(hbv, tmp_path):
    def run(columns, pieces):
        file = write_csv(tmp_path / "d.csv", columns)
        hbv("--dynamic-parameters", file, exit_code=EXIT_INPUT_ERROR, stderr=["d.csv", *pieces])

    run({"date": days(20), "betaa": [2] * 20}, ["betaa", "Did you mean `beta`?"])
    run({"date": days(20), "beta": nan_at([2] * 20, 4, 77)}, ["beta", "2000-01-05", "1 to 6", "77"])
    run({"date": days(20), "beta": nan_at([2] * 20, 4)}, ["beta", "2000-01-05", "missing"])
    run({"date": days(19), "beta": [2] * 19}, ["does not cover", "2000-01-20"])


# ---- lists --------------------------------------------------------------------------------------------------------------------


def test_lists_of_models_and_routings(freshet):
    models = [line.split()[0] for line in freshet("list", "models").stdout.splitlines()]
    assert {"lstm", "hbv", "hbv_betaet", "hbv_capillary", "exp_hydro", "exp_hydro_threshold", "gr4j", "gr4j_cemaneige", "vic"} <= set(models)
    routings = [line.split()[0] for line in freshet("list", "routings").stdout.splitlines()]
    assert routings == ["gamma", "triangular"]
    pet = [line.split()[0] for line in freshet("list", "pet").stdout.splitlines()]
    assert pet == ["auto", "given", "oudin", "hamon", "hargreaves", "priestley_taylor"]


def test_verbose_tables(freshet):
    text = freshet("list", "models", "--verbose").stdout
    assert text.count("  parameters (") >= 9
    hbv = freshet("list", "models", "hbv", "--verbose").stdout
    assert hbv in text
    rows = {line.split()[0]: line.split() for line in hbv.splitlines() if line.startswith("    ")}
    assert rows["fc"][:7] == ["fc", "FC", "mm", "50", "1000", "linear", "yes"]
    assert rows["precipitation"][2] == "gain" and rows["evapotranspiration"][2] == "loss" and rows["snowpack"][2] == "stored"
    assert "floor" in hbv
    gr4j = freshet("list", "models", "gr4j", "--verbose").stdout
    rows = {line.split()[0]: line.split() for line in gr4j.splitlines() if line.startswith("    ")}
    assert rows["x1"][5:7] == ["log", "no"] and rows["x2"][6] == "yes" and "q9" in rows
    assert "infiltration_steps_per_day" in freshet("list", "models", "vic", "--verbose").stdout
    assert "route_a" in freshet("list", "routings", "gamma", "--verbose").stdout
    freshet("list", "models", "hbw", exit_code=EXIT_INPUT_ERROR, stderr=["hbw", "hbv"])
