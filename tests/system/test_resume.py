"""Interrupted training: whatever stops a run, `freshet resume` ends with the bits of the run that was never stopped."""

import random
import shutil
import signal
import time

import pytest
import run_files
from conftest import EXIT_INPUT_ERROR

EPOCHS = 24
INTERRUPTED = 130

# Everything that has a memory: best weights and patience, schedules, moments, noise, dropout.
PLANS = {
    "validated": {"learning_rate_schedule": "plateau", "patience_dynamic_learning_rate": 2, "early_stopping": True,
                  "patience_early_stopping": 100, "validate_every": 2, "save_weights_every": 5},
    "unvalidated": {"validate_every": None, "optimizer": "AdamW", "weight_decay": 0.01, "learning_rate_schedule": "cosine",
                    "shards": 3, "target_noise_std": 0.05, "nan_handling_method": "input_replacing"},
}


@pytest.fixture(scope="module", params=PLANS, ids=str)
def plan(request, freshet_bin, virtual_basins, tmp_path_factory):
    """A configuration and the folder of its uninterrupted run."""
    import tiny_config
    from conftest import Program

    folder = tmp_path_factory.mktemp("whole")
    file = tiny_config.write(folder / "config.yml", virtual_basins, epochs=EPOCHS, batch_size=16, **PLANS[request.param])
    Program(freshet_bin, folder)("train", file, "--out", folder / "run")
    return file, folder / "run"


def assert_same(run, whole):
    assert run_files.weights(run) == run_files.weights(whole)
    assert run_files.tensors(run / "checkpoints/last.safetensors") == run_files.tensors(whole / "checkpoints/last.safetensors")
    assert run_files.epochs(run) == run_files.epochs(whole)
    files = [sorted(path.name for path in (folder / "checkpoints").iterdir()) for folder in (run, whole)]
    assert files[0] == files[1], "something of the killed processes was left"
    for name in files[0]:
        if name.startswith("epoch_"):
            assert (run / "checkpoints" / name).read_bytes() == (whole / "checkpoints" / name).read_bytes()


def follow(process, count):
    """Reads the program's lines until `count` epochs have ended or the program has."""
    for line in process.stderr:
        count -= line.startswith("epoch ")
        if count <= 0:
            return


def end(process, signal_number):
    if process.poll() is None:
        process.send_signal(signal_number)
    _, rest = process.communicate(timeout=60)
    return process.returncode, rest


def stop_after_an_epoch(process):
    follow(process, 1)
    assert end(process, signal.SIGINT)[0] == INTERRUPTED


def wait_for_writing(run):
    """Returns while a checkpoint is being written, if it can be caught within two seconds."""
    limit = time.monotonic() + 2
    while time.monotonic() < limit:
        try:
            if any(".tmp" in path.name for path in (run / "checkpoints").iterdir()):
                return True
        except FileNotFoundError:
            pass
    return False


def test_killed_at_random_moments(freshet, plan, runs):
    config, whole = plan
    chance = random.Random(7)
    process = freshet.start("train", config, "--out", runs / "run")
    for _ in range(4):
        follow(process, chance.randint(1, 4))
        time.sleep(chance.uniform(0, 0.02))
        end(process, signal.SIGKILL)
        process = freshet.start("resume", runs / "run")
    code, _ = process.wait(60), process.communicate()
    assert code == 0
    assert_same(runs / "run", whole)


def test_killed_while_a_checkpoint_is_written(freshet, plan, runs):
    config, whole = plan
    process = freshet.start("train", config, "--out", runs / "run")
    caught = 0
    for _ in range(3):
        follow(process, 1)
        caught += wait_for_writing(runs / "run")
        end(process, signal.SIGKILL)
        process = freshet.start("resume", runs / "run")
    assert process.wait(60) == 0
    process.communicate()
    assert_same(runs / "run", whole)
    assert caught > 0, "no checkpoint was caught while it was written"


@pytest.mark.parametrize("name", ["SIGINT", "SIGTERM"])
def test_stopped_by_a_signal(freshet, plan, runs, name):
    config, whole = plan
    process = freshet.start("train", config, "--out", runs / "run")
    follow(process, 3)
    code, said = end(process, getattr(signal, name))
    assert code == INTERRUPTED, said
    assert f"freshet resume {runs / 'run'}" in said
    assert run_files.events(runs / "run", "run_finished")[-1]["outcome"] == "interrupted"
    freshet("resume", runs / "run")
    assert_same(runs / "run", whole)


def test_killed_in_the_first_epoch(freshet, plan, runs):
    """Even before the first epoch has ended there is a checkpoint to go on from, or the folder can be used again."""
    config, whole = plan
    process = freshet.start("train", config, "--out", runs / "run")
    for line in process.stderr:
        if line.startswith("train "):
            break
    end(process, signal.SIGKILL)
    if (runs / "run/checkpoints/last.safetensors").exists():
        freshet("resume", runs / "run")
    else:
        freshet("train", config, "--out", runs / "run")
    assert_same(runs / "run", whole)


def test_before_the_first_checkpoint(freshet, config, own_run):
    for file in (own_run / "checkpoints").iterdir():
        file.unlink()
    for name in ("predictions.nc", "metrics.csv", "baselines.csv", "water_balance.csv", "evaluation.json", "report.html"):
        (own_run / name).unlink()
    before = run_files.epochs(own_run)
    freshet("resume", own_run, exit_code=EXIT_INPUT_ERROR, stderr=["before its first checkpoint", f"freshet train {own_run}/config.yml"])
    freshet("evaluate", own_run, exit_code=EXIT_INPUT_ERROR, stderr="the run has no weights yet")
    freshet("train", own_run / "config.yml", "--out", own_run)
    assert run_files.epochs(own_run) == before


def test_a_folder_with_anything_else_in_it_is_not_used_again(freshet, config, own_run):
    for file in (own_run / "checkpoints").iterdir():
        file.unlink()
    freshet("train", config(), "--out", own_run, exit_code=EXIT_INPUT_ERROR, stderr="not empty")


def interrupted_run(freshet, config, folder):
    """A run that stopped after a few epochs, and goes on for a while if it is resumed."""
    process = freshet.start("train", config(epochs=400), "--out", folder)
    follow(process, 2)
    assert end(process, signal.SIGINT)[0] == INTERRUPTED
    return folder


def test_a_second_signal_ends_the_program_at_once(freshet, config, runs):
    process = freshet.start("train", config(epochs=400, batch_size=1), "--out", runs / "run")
    follow(process, 1)
    while process.poll() is None:
        process.send_signal(signal.SIGTERM)
    process.communicate()
    assert process.returncode in (INTERRUPTED, -signal.SIGTERM)


def test_a_finished_run_cannot_be_resumed(freshet, finished_run):
    freshet("resume", finished_run, exit_code=EXIT_INPUT_ERROR, stderr=[str(finished_run), "finished", "freshet finetune"])


def test_a_folder_that_is_no_run(freshet, tmp_path):
    freshet("resume", tmp_path, exit_code=EXIT_INPUT_ERROR, stderr=[str(tmp_path), "not a run folder", "config.yml"])
    freshet("resume", tmp_path / "absent", exit_code=EXIT_INPUT_ERROR, stderr="absent")


def test_one_process_at_a_time_trains_in_a_folder(freshet, config, runs):
    process = freshet.start("train", config(epochs=4000), "--out", runs / "run")
    try:
        follow(process, 1)
        freshet("resume", runs / "run", exit_code=EXIT_INPUT_ERROR, stderr=["another process is training", str(runs / "run")])
        freshet("evaluate", runs / "run", "--no-report")
    finally:
        assert end(process, signal.SIGINT)[0] == INTERRUPTED


def test_changed_data_are_noticed(freshet, config, own_basins, runs):
    run = interrupted_run(freshet, lambda **changes: config(data_dir=own_basins, **changes), runs / "run")
    before = (run / "checkpoints/last.safetensors").read_bytes()
    forcing = next(own_basins.glob("basin_mean_forcing/daymet/*/99000002_*"))
    lines = forcing.read_text().splitlines(keepends=True)
    lines[500] = lines[500].replace(lines[500].split()[5], "1.23", 1)
    forcing.write_text("".join(lines))
    freshet("resume", run, exit_code=EXIT_INPUT_ERROR, stderr=["data have changed", "expected data hash", "Restore the data"])
    assert (run / "checkpoints/last.safetensors").read_bytes() == before


def test_data_that_are_gone(freshet, config, own_basins, runs):
    run = interrupted_run(freshet, lambda **changes: config(data_dir=own_basins, **changes), runs / "run")
    shutil.rmtree(own_basins)
    freshet("resume", run, exit_code=EXIT_INPUT_ERROR, stderr=["the data folder does not exist", str(own_basins)])


def damages(content):
    middle = len(content) // 2
    return {
        "empty": b"", "four bytes": content[:4], "half": content[:middle], "one byte short": content[:-1],
        "longer": content + b"x", "flipped bit in the data": content[:-9] + bytes([content[-9] ^ 1]) + content[-8:],
        "flipped bit in the header": content[:40] + bytes([content[40] ^ 4]) + content[41:],
        "absurd header length": b"\xff" * 8 + content[8:], "zeros": bytes(len(content)), "text": b"not a checkpoint" * 100,
    }


def test_damaged_checkpoints(freshet, config, runs):
    run = interrupted_run(freshet, config, runs / "run")
    last = run / "checkpoints/last.safetensors"
    log = (run / "events.jsonl").read_bytes()
    for name, content in damages(last.read_bytes()).items():
        last.write_bytes(content)
        result = freshet("resume", run, exit_code=EXIT_INPUT_ERROR, stderr=[str(last)])
        assert len(result.stderr.splitlines()) == 1, f"{name}: {result.stderr}"
        assert last.read_bytes() == content and (run / "events.jsonl").read_bytes() == log, name


def test_checkpoint_of_another_model(freshet, config, runs):
    run = interrupted_run(freshet, config, runs / "run")
    other = interrupted_run(freshet, lambda **changes: config(hidden_size=5, **changes), runs / "other")
    shutil.copy(other / "checkpoints/last.safetensors", run / "checkpoints/last.safetensors")
    freshet("resume", run, exit_code=EXIT_INPUT_ERROR, stderr=["config.yml", "checkpoint was made with other settings"])
    shutil.copy(other / "checkpoints/model.safetensors", run / "checkpoints/last.safetensors")
    freshet("resume", run, exit_code=EXIT_INPUT_ERROR, stderr=["last.safetensors", "not a Freshet checkpoint"])


def test_a_fine_tuning_goes_on_with_the_same_parts(freshet, config, own_run, runs):
    tune = ["finetune", own_run, "--set", f"epochs={EPOCHS}", "--set", "batch_size=16", "--modules", "head", "--out"]
    freshet(*tune, runs / "whole")
    process = freshet.start(*tune, runs / "run")
    follow(process, 3)
    assert end(process, signal.SIGINT)[0] == INTERRUPTED
    freshet("resume", runs / "run")
    assert_same(runs / "run", runs / "whole")


def test_a_run_on_listed_basins_goes_on_after_folder_and_data_moved(freshet, config, own_basins, runs, tmp_path):
    (tmp_path / "two.txt").write_text("99000001\n99000003\n")
    run = interrupted_run(freshet, lambda **changes: config(data_dir=own_basins, train_basin_file="two.txt", **changes), runs / "run")
    (tmp_path / "two.txt").unlink()
    stop_after_an_epoch(freshet.start("resume", run))
    own_basins.rename(tmp_path / "moved data")
    run.rename(runs / "moved")
    stored = (runs / "moved/config.yml").read_text()
    (runs / "moved/config.yml").write_text(stored.replace(str(own_basins), str(tmp_path / "moved data")))
    stop_after_an_epoch(freshet.start("resume", runs / "moved"))


@pytest.mark.parametrize("name, old, new", [("config.yml", "seed: 1\n", "seed: 2\n"), ("scaler.json", '"scale": ', '"scale": 2')],
                         ids=["config", "scaler"])
def test_changed_settings_are_refused(freshet, config, runs, name, old, new):
    run = interrupted_run(freshet, config, runs / "run")
    text = (run / name).read_text()
    assert old in text
    (run / name).write_text(text.replace(old, new, 1))
    freshet("resume", run, exit_code=EXIT_INPUT_ERROR, stderr=[name, "checkpoint was made with other settings"])
    (run / name).write_text(text.replace("threads: ~", "threads: 1"))
    stop_after_an_epoch(freshet.start("resume", run))


def test_a_run_without_checkpoint_but_with_results_is_not_trained_over(freshet, own_run):
    (own_run / "checkpoints/last.safetensors").unlink()
    freshet("resume", own_run, exit_code=EXIT_INPUT_ERROR, stderr="in another folder")


def test_changed_attributes_are_refused(freshet, config, own_basins, runs):
    file = config(data_dir=own_basins, epochs=2000)
    stop_after_an_epoch(freshet.start("train", file, "--out", runs / "run"))
    topo, = own_basins.rglob("camels_topo.txt")
    lines = topo.read_text().splitlines()
    column = lines[0].split(";").index("elev_mean")
    cells = lines[2].split(";")
    cells[column] = str(float(cells[column]) + 1)
    topo.write_text("\n".join([*lines[:2], ";".join(cells), *lines[3:]]) + "\n")
    before = (runs / "run/checkpoints/last.safetensors").read_bytes()
    freshet("resume", runs / "run", exit_code=EXIT_INPUT_ERROR, stderr=["static attributes have changed", "environment.json"])
    assert (runs / "run/checkpoints/last.safetensors").read_bytes() == before


def test_what_the_data_lack_is_told_once(freshet, config, runs):
    stop_after_an_epoch(freshet.start("train", config(epochs=2000), "--out", runs / "run"))
    warnings = [event["text"] for event in run_files.events(runs / "run", "warning")]
    assert warnings, "the virtual gauges have gaps"
    stop_after_an_epoch(freshet.start("resume", runs / "run"))
    assert [event["text"] for event in run_files.events(runs / "run", "warning")] == warnings
