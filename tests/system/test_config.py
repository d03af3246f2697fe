"""The program explaining itself: keys, schema, registries and the command reference, which must be complete."""

import json
import re

import pytest
import run_files
from conftest import EXIT_INPUT_ERROR

KINDS = ["datasets", "models", "losses", "metrics", "routings", "pet"]


@pytest.fixture(scope="module")
def program(freshet_bin, tmp_path_factory):
    from conftest import Program

    return Program(freshet_bin, tmp_path_factory.mktemp("explain"))


@pytest.fixture(scope="module")
def schema(program):
    return json.loads(program("config", "explain", "--json-schema").stdout)


def scalar(text):
    """A YAML scalar of the kinds that configurations hold."""
    text = text.strip()
    if text in ("~", "null", ""):
        return None
    if text in ("true", "false"):
        return text == "true"
    for kind in (int, float):
        try:
            return kind(text)
        except ValueError:
            pass
    return text.strip('"')


def value(text):
    text = text.strip()
    if text.startswith("["):
        return [scalar(item) for item in text[1:-1].split(",") if item.strip()]
    if text.startswith("{"):
        return {key.strip(): scalar(item) for key, _, item in (entry.partition(":") for entry in text[1:-1].split(","))}
    return scalar(text)


def read_config(path):
    """The keys of a configuration: `key: value` lines, long ones going on indented."""
    text = re.sub(r"^\s*#.*\n", "", path.read_text(), flags=re.M)
    text = re.sub(r"\n[ \t]+", " ", text)
    return {key: value(rest) for key, _, rest in (line.partition(":") for line in text.splitlines() if line.strip())}


TYPES = {"string": str, "integer": int, "number": (int, float), "boolean": bool, "array": list, "object": dict, "null": type(None)}


def problems(instance, schema, place):
    """What of JSON Schema the program uses."""
    found = []
    for branch in ("anyOf", "oneOf"):
        if branch in schema and all(problems(instance, option, place) for option in schema[branch]):
            found.append(f"{place}: fits none of {branch}")
    if "type" in schema:
        names = schema["type"] if isinstance(schema["type"], list) else [schema["type"]]
        fits = any(isinstance(instance, TYPES[name]) and not (isinstance(instance, bool) and name != "boolean") for name in names)
        if not fits:
            found.append(f"{place}: {instance!r} is not of {names}")
    if "enum" in schema and instance not in schema["enum"]:
        found.append(f"{place}: {instance!r} is not of {schema['enum']}")
    if isinstance(instance, list) and "items" in schema:
        for i, item in enumerate(instance):
            found += problems(item, schema["items"], f"{place}[{i}]")
    if isinstance(instance, dict) and "properties" in schema:
        found += [f"{place}: {key} is missing" for key in schema.get("required", []) if key not in instance]
        for key, item in instance.items():
            if key in schema["properties"]:
                found += problems(item, schema["properties"][key], key)
            elif schema.get("additionalProperties") is False:
                found.append(f"{place}: {key} is not known")
    return found


def test_the_schema_fits_the_examples(root, program):
    for verb, names in {"train": "*/lstm", "calibrate": "*_calibration/*"}.items():
        schema = json.loads(program("config", "explain", "--of", verb, "--json-schema").stdout)
        examples = sorted(root.glob(f"examples/{names}.yml"))
        assert examples
        for example in examples:
            assert problems(read_config(example), schema, example.name) == []


def test_the_schema_fits_a_stored_configuration(finished_run, schema):
    assert problems(read_config(finished_run / "config.yml"), schema, "config.yml") == []


def test_the_schema_finds_what_is_wrong(root, schema):
    good = read_config(root / "examples/virtual_basins/lstm.yml")
    for change in ({"hiden_size": 8}, {"hidden_size": "many"}, {"loss": "NES"}, {"epochs": 2.5}, {"dynamic_inputs": [1]}, {"early_stopping": 3}):
        assert problems({**good, **change}, schema, "changed") != [], change
    del good["dataset"]
    assert problems(good, schema, "changed") == ["changed: dataset is missing"]


def test_the_stored_configuration_has_every_key(finished_run, schema):
    aliases = {"target_variable", "camels_attributes"}
    assert set(read_config(finished_run / "config.yml")) == set(schema["properties"]) - aliases


def test_every_key_is_explained_everywhere(program, finished_run, schema):
    listed = program("config", "explain").stdout
    markdown = program("config", "explain", "--markdown").stdout
    for key in read_config(finished_run / "config.yml"):
        assert re.search(rf"^  {key} ", listed, re.M) and f"| `{key}` |" in markdown
        assert len(schema["properties"][key]["description"]) > 8


def test_one_key(program):
    text = program("config", "explain", "learning_rate").stdout
    for piece in ("learning_rate", "epoch", "default: 0.001", "allowed: > 0"):
        assert piece in text
    assert "target_variables" in program("config", "explain", "target_variable").stdout
    assert "MSE, RMSE, NSE" in program("config", "explain", "loss").stdout


def test_a_key_that_is_not_known(program):
    program("config", "explain", "lerning_rate", exit_code=EXIT_INPUT_ERROR, stderr=["lerning_rate", "Did you mean `learning_rate`?"])
    program("config", "explain", "zzzzzzz", exit_code=EXIT_INPUT_ERROR, stderr=["zzzzzzz", "freshet config explain"])


@pytest.mark.parametrize("kind", KINDS)
def test_lists(program, kind):
    lines = program("list", kind).stdout.splitlines()
    assert lines and all(len(line.split(maxsplit=1)) == 2 for line in lines)


def test_what_is_listed_can_be_configured(program, schema):
    names = {kind: {line.split()[0] for line in program("list", kind).stdout.splitlines()} for kind in KINDS}
    assert names["losses"] == set(schema["properties"]["loss"]["enum"])
    networks = set(schema["properties"]["model"]["enum"]) - {"cudalstm"}  # another name of lstm
    assert networks < names["models"] and "hbv" in names["models"] - networks
    assert {"nse", "kge_2009", "kge_2012", "rmse", "fhv", "flv"} <= names["metrics"]
    assert {"camels_us", "caravan", "generic"} <= names["datasets"]


def test_lists_that_are_none(program):
    program("list", "loses", exit_code=EXIT_INPUT_ERROR, stderr=["loses", "Did you mean `losses`?"])
    program("list", exit_code=EXIT_INPUT_ERROR, stderr="kind")


def test_every_verb_is_in_the_reference(program):
    text = program("--help").stdout
    verbs = re.findall(r"^  ([a-z-]+) {2,}", text[text.index("Subcommands:"):], re.M)
    assert {"train", "resume", "evaluate", "predict", "score", "synth", "data", "config", "list"} <= set(verbs)
    reference = program("--help-markdown").stdout
    for verb in verbs:
        assert re.search(rf"^## `freshet {verb}\b", reference, re.M), verb
        options = set(re.findall(r"--[a-z][a-z-]+", program(verb, "--help").stdout)) - {"--help"}
        if "Subcommands:" not in program(verb, "--help").stdout:
            section = reference.split(f"## `freshet {verb}")[1].split("\n## ")[0]
            assert all(f"{option}" in section for option in options), verb


def test_help_and_version_are_no_errors(program):
    assert re.fullmatch(r"\d+\.\d+\.\d+\S*\n", program("--version").stdout)
    assert program("--help").stdout == program().stdout
    assert "run folder" in program("train", "--help").stdout.lower()


@pytest.mark.parametrize("page, arguments", [("configuration.md", ["config", "explain", "--markdown"]),
    ("calibration.md", ["config", "explain", "--of", "calibrate", "--markdown"]), ("cli.md", ["--help-markdown"])])
def test_the_reference_pages_are_those_of_the_program(program, root, page, arguments):
    assert program(*arguments).stdout == (root / "docs/reference" / page).read_text(), "run `make docs`"


def test_explaining_writes_no_files(program):
    program("config", "explain")
    assert list(program.folder.iterdir()) == []


def test_overrides_win_and_leave_the_rest(freshet, config, runs):
    freshet("train", config(), "--out", runs / "run", "--set", "epochs=1", "--set", "hidden_size=4", "--set", "experiment_name=other",
            "--set", "static_attributes=[p_mean]")
    stored = read_config(runs / "run/config.yml")
    assert (stored["epochs"], stored["hidden_size"], stored["experiment_name"], stored["static_attributes"]) == (1, 4, "other", ["p_mean"])
    assert (stored["seq_length"], stored["predict_last_n"], stored["batch_size"], stored["seed"]) == (120, 30, 32, 1)
    assert len(run_files.events(runs / "run", "epoch")) == 1


@pytest.mark.parametrize("override, pieces", [
    ("epochs", ["--set epochs", "key=value"]), ("=3", ["--set =3"]), ("epochs=", ["--set epochs", "whole number"]),
    ("epochs=[", ["--set epochs=["]), ("epoch=3", ["epoch", "Did you mean `epochs`?"]), ("epochs=0", ["--set epochs", ">= 1"]),
    ("data_dir=absent", ["--set data_dir", "does not exist", "absent"]),
])
def test_wrong_overrides(freshet, config, runs, override, pieces):
    freshet("train", config(), "--set", override, "--out", runs / "run", exit_code=EXIT_INPUT_ERROR, stderr=pieces)
