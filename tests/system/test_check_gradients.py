"""`freshet check-gradients`: every model passes, a plug-in's too; wrong names are said plainly."""

import re

from conftest import EXIT_INPUT_ERROR

KINDS = ["parameters", "daily parameters", "initial states", "forcings", "routing gamma", "routing triangular"]


def rows(text):
    """The table: kind to its cells."""
    cells = [re.split(r"\s{2,}", line.strip()) for line in text.splitlines() if line.endswith(("PASS", "FAIL")) and "  " in line]
    return {row[0]: row[1:] for row in cells}


TRAINED = {"lstm", "ealstm", "process", "hybrid", "common", "lstm_local", "regional_hybrid", "pseudo_regional_hybrid"}


def process_models(freshet):
    """All models that the program lists, but those that are trained."""
    return [name for name in (line.split()[0] for line in freshet("list", "models").stdout.splitlines()) if name not in TRAINED]


def test_every_model_passes(freshet):
    models = process_models(freshet)
    assert {"hbv", "gr4j", "vic"} <= set(models)
    for model in models:
        text = freshet("check-gradients", "--model", model, "--steps", "24").stdout
        assert text.endswith("\nPASS\n")
        table = rows(text)
        assert list(table) and set(table) == set(KINDS)
        for kind, (_, dual, torch, differences, smooth, finite, verdict) in table.items():
            assert float(dual) < 1e-10, (model, kind)
            assert float(torch) < 1e-10, (model, kind)
            compared, tried = map(int, smooth.split("/"))
            assert 0 < compared <= tried, (model, kind)
            assert float(differences) < 1e-3, (model, kind)
            assert (finite, verdict) == ("yes", "PASS")


def test_the_seed_chooses_the_case(freshet):
    one, again, other = (freshet("check-gradients", "--model", "hbv", "--steps", "20", "--seed", seed).stdout for seed in "112")
    assert one == again
    assert rows(one) != rows(other)


def test_a_parameter_that_only_moves_a_jump_is_named(freshet):
    said = freshet("check-gradients", "--model", "exp_hydro_threshold").stdout
    assert "zero everywhere: tmin; they move values only across a jump or a kink" in said


def test_what_moves_nothing_does_not_pass(freshet):
    # In one day from empty stores no snow melts and nothing percolates.
    said = freshet("check-gradients", "--model", "hbv", "--steps", "1", exit_code=1).stdout
    assert "they move no value here" in said and rows(said)["parameters"][-1] == "FAIL"
    assert said.endswith("FAIL\n")


def test_wrong_input_is_refused(freshet, tmp_path):
    freshet("check-gradients", exit_code=EXIT_INPUT_ERROR, stderr=["no model is named", "--model"])
    freshet("check-gradients", "--model", "hbw", exit_code=EXIT_INPUT_ERROR, stderr=["no process model `hbw`", "Did you mean `hbv`?"])
    freshet("check-gradients", "--plugin", tmp_path / "no.so", exit_code=EXIT_INPUT_ERROR, stderr=["no.so", "no such plug-in"])
    text = tmp_path / "text.so"
    text.write_text("no library\n")
    freshet("check-gradients", "--plugin", text, exit_code=EXIT_INPUT_ERROR, stderr=["cannot be loaded"])
    freshet("check-gradients", "--model", "hbv", "--steps", "0", exit_code=EXIT_INPUT_ERROR, stderr=["--steps"])
