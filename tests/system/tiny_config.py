"""A configuration that trains in a fraction of a second on virtual basins of six years from 1990-10-01."""

import json

TINY = {
    "experiment_name": "tiny",
    "dataset": "camels_us",
    "forcings": "daymet",
    "dynamic_inputs": ["prcp(mm/day)", "srad(W/m2)", "tmax(C)", "tmin(C)", "vp(Pa)"],
    "target_variables": "QObs(mm/d)",
    "static_attributes": ["elev_mean", "p_mean", "aridity"],
    "train_start_date": "1991-10-01",
    "train_end_date": "1993-09-30",
    "validation_start_date": "1993-10-01",
    "validation_end_date": "1994-09-30",
    "test_start_date": "1994-10-01",
    "test_end_date": "1996-09-30",
    "clip_targets_to_zero": "QObs(mm/d)",
    "hidden_size": 8,
    "output_dropout": 0.2,
    "seq_length": 120,
    "predict_last_n": 30,
    "batch_size": 32,
    "epochs": 3,
    "learning_rate": 1e-2,
    "clip_gradient_norm": 1,
    "warmup_steps": 90,
    "validate_every": 1,
    "seed": 1,
}


def write(file, data_dir, **changes):
    """Writes the configuration, a line for each key, with changes; a key that is changed to None is left out."""
    keys = {**TINY, "data_dir": str(data_dir), **changes}
    # JSON is YAML.
    file.write_text("".join(f"{key}: {json.dumps(value)}\n" for key, value in keys.items() if value is not None))
    return file
