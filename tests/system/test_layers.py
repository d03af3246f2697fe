"""scripts/check_layers.py finds what it is there to find: small source trees with one fault each."""

import subprocess
import sys

import pytest

TABLE = """
| Folder | What it is | May use (folders) | Libraries | LibTorch |
|---|---|---|---|---|
| `core` | basics | | fmt | no |
| `data` | data | core | | no |
| `data/batch*` | batches | core | | yes |
| `models` | models | core | | yes |
| `workflow` | verbs | core, data, models | | sources only |
"""

SOUND = {
    "docs/design/layers.md": TABLE,
    "src/freshet/CMakeLists.txt": "freshet_folder(core DEPENDS fmt::fmt)\nfreshet_folder(data DEPENDS freshet_core)\n"
    "freshet_folder(models TORCH DEPENDS freshet_core)\n",
    "src/freshet/core/error.hpp": "#include <string>\n",
    "src/freshet/data/dataset.hpp": '#include "freshet/core/error.hpp"\n',
    "src/freshet/data/batch.hpp": "#include <torch/torch.h>\n",
    "src/freshet/models/lstm.hpp": '#include <torch/torch.h>\n#include "freshet/core/error.hpp"\n',
    "src/freshet/workflow/train.hpp": '#include "freshet/data/dataset.hpp"\n',
    "src/freshet/workflow/train.cpp": '#include "freshet/models/lstm.hpp"\n',
}


@pytest.fixture
def check(root, tmp_path):
    def run(changes=None):
        for name, text in {**SOUND, **(changes or {})}.items():
            file = tmp_path / name
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(text)
        return subprocess.run(
            [sys.executable, root / "scripts/check_layers.py", tmp_path], capture_output=True, text=True, timeout=60, check=False
        )

    return run


def test_a_sound_tree_passes(check):
    result = check()
    assert result.returncode == 0, result.stdout
    assert "6 files, 0 violations" in result.stdout


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"src/freshet/core/error.hpp": '\n#include "freshet/data/dataset.hpp"\n'},
         "src/freshet/core/error.hpp:2: core may not use data"),
        ({"src/freshet/data/dataset.hpp": "#include <torch/torch.h>\n"},
         "src/freshet/data/dataset.hpp:1: LibTorch is not allowed in data/dataset.hpp: torch/torch.h"),
        ({"src/freshet/workflow/train.hpp": '#include "freshet/models/lstm.hpp"\n'},
         "src/freshet/workflow/train.hpp:1: LibTorch is not allowed in workflow/train.hpp: torch/torch.h, "
         "through freshet/models/lstm.hpp -> torch/torch.h"),
        ({"src/freshet/data/read.cpp": '#include "freshet/data/batch.hpp"\n'},
         "src/freshet/data/read.cpp:1: LibTorch is not allowed in data/read.cpp"),
        ({"src/freshet/extra/thing.hpp": ""}, "src/freshet/extra/thing.hpp:1: the folder 'extra' has no row"),
        ({"src/freshet/CMakeLists.txt": "\nfreshet_folder(core DEPENDS fmt::fmt\n  freshet_data)\n"},
         "src/freshet/CMakeLists.txt:2: core may not link data"),
        ({"src/freshet/CMakeLists.txt": "freshet_folder(core TORCH)\n"},
         "src/freshet/CMakeLists.txt:1: core may not link LibTorch"),
    ],
)
def test_each_fault_is_named_with_file_and_line(check, changes, message):
    result = check(changes)
    assert result.returncode == 1
    assert message in result.stdout


def test_a_table_that_cannot_be_read_is_an_error_of_its_own(check):
    result = check({"docs/design/layers.md": TABLE.replace("sources only", "perhaps")})
    assert result.returncode == 2
    assert "layers.md:8" in result.stderr


def test_a_page_without_a_table_is_an_error(check):
    assert check({"docs/design/layers.md": "nothing"}).returncode == 2


def test_the_source_tree_itself(root):
    result = subprocess.run(
        [sys.executable, root / "scripts/check_layers.py"], capture_output=True, text=True, timeout=60, check=False
    )
    assert result.returncode == 0, result.stdout + result.stderr
