"""Reading what a run folder holds, without Freshet."""

import csv
import json
import re

import netCDF4
import numpy as np


def tensors(path):
    """Name to (type, shape, bytes) of a safetensors file."""
    content = path.read_bytes()
    start = 8 + int.from_bytes(content[:8], "little")
    header = json.loads(content[8:start])
    return {
        name: (entry["dtype"], entry["shape"], content[start + entry["data_offsets"][0]:start + entry["data_offsets"][1]])
        for name, entry in header.items() if name != "__metadata__"
    }


def events(run, kind):
    """The events of one kind in a run's log, in order."""
    lines = [json.loads(line) for line in (run / "events.jsonl").read_text().splitlines()]
    return [line for line in lines if line["event"] == kind]


def epochs(run):
    """What must be the same however often a run was interrupted: epoch, loss, rate, days and validation score."""
    trained = [(e["epoch"], e["loss"], e["learning_rate"], e["target_days"]) for e in events(run, "epoch")]
    validated = [(e["epoch"], e["score"], e["best"]) for e in events(run, "validation")]
    return trained, validated


def weights(run):
    return (run / "checkpoints/model.safetensors").read_bytes()


def predictions(path):
    """Basin ids, days since 1970-01-01, and the simulated and observed discharge [basin, day] as float32."""
    with netCDF4.Dataset(path) as file:
        file.set_auto_mask(False)
        time = file["time"]
        dates = netCDF4.num2date(time[:], time.units, time.calendar, only_use_cftime_datetimes=False)
        days = np.array(dates, dtype="datetime64[D]").astype(int)
        names = [name[:-4] for name in file.variables if name.endswith("_sim")]
        return list(file["basin_id"][:]), days, file[names[0] + "_sim"][:], file[names[0] + "_obs"][:]


def precipitation(path):
    """Precipitation [basin, day] as float32, and its unit."""
    with netCDF4.Dataset(path) as file:
        file.set_auto_mask(False)
        return file["precipitation"][:], file["precipitation"].units


def table(path):
    """A CSV file as {first column: {other column: number, NaN where empty}}."""
    with open(path, newline="") as file:
        rows = list(csv.DictReader(file))
    key = next(iter(rows[0]))
    return {row[key]: {k: float(v) if v else float("nan") for k, v in row.items() if k != key} for row in rows}


def report_data(run):
    """What the page of a run's report holds, but for the series."""
    text = (run / "report.html").read_text(encoding="utf-8")
    return json.loads(re.search(r'id="report-data">(.*?)</script>', text, re.DOTALL)[1])


def report_parameters(run):
    """The parameters on that page: {name: {basin: value, None where it has none}}."""
    data = report_data(run)
    ids = [basin["id"] for basin in data["basins"]]
    return {found["name"]: dict(zip(ids, found["values"])) for found in data["parameters"]}


def same_bits(a, b):
    """True if float32 arrays agree in every bit, NaN included."""
    return a.shape == b.shape and a.dtype == b.dtype == np.float32 and bool((a.view(np.uint32) == b.view(np.uint32)).all())
