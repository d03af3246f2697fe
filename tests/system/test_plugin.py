"""A model of one's own, added exactly as docs/adding_a_model.md says: outside the tree as a plug-in, and in the tree."""

import csv
import os
import pathlib
import shutil
import subprocess

import check_symbols
import page_files
import pytest

MODEL = "snow_bucket"


@pytest.fixture(scope="session")
def page(root):
    return root / "docs" / "adding_a_model.md"


@pytest.fixture(scope="session")
def build(freshet_bin):
    """The build folder that the program is from."""
    return freshet_bin.parents[1]


@pytest.fixture(scope="session")
def header(page):
    """The model's header as the page prints it."""
    (text,) = page_files.code_blocks(page, "cpp")
    return text


def run(*command, cwd=None, fails=False, **env):
    """Runs a command and gives what it printed."""
    result = subprocess.run([str(word) for word in command], cwd=cwd, env={**os.environ, **env}, text=True, check=False,
                            stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=600)
    if (result.returncode != 0) != fails:
        pytest.fail(f"{' '.join(map(str, command))}\nended with {result.returncode}\n{result.stdout[-6000:]}", pytrace=False)
    return result.stdout


def check(build, *arguments, **options):
    """Runs the model's hand-worked days on every backend."""
    return run(build / "tests" / "check_snow_bucket", *arguments, **options)


@pytest.fixture(scope="session")
def sdk(build, tmp_path_factory):
    """What cmake installs for models outside the tree, moved after it was installed."""
    installed = tmp_path_factory.mktemp("sdk") / "installed"
    run("cmake", "--install", build, "--component", "sdk", "--prefix", installed)
    return installed.rename(installed.with_name("moved"))


def write_project(folder, page, header, extra=""):
    (folder / f"{MODEL}.hpp").write_text(header, encoding="utf-8")
    (lists,) = page_files.code_blocks(page, "cmake")
    (folder / "CMakeLists.txt").write_text(lists.replace("SnowBucket)", f"SnowBucket{extra})"), encoding="utf-8")


def inputs_of_the_page(page, folder):
    """Writes them, and gives the options that name them."""
    options = []
    for language, option, file in (("yaml", "--parameters", "parameters.yml"), ("csv", "--forcing", "forcing.csv")):
        (text,) = page_files.code_blocks(page, language)
        (folder / file).write_text(text, encoding="utf-8")
        options += [option, folder / file]
    return options


def build_as_the_page_says(folder, page, prefix, **env):
    commands, _ = page_files.code_blocks(page, "sh")
    return run("bash", "-euc", commands, cwd=folder, FRESHET_PREFIX=str(prefix), **env)


@pytest.fixture(scope="session")
def plugin_project(page, header, sdk, tmp_path_factory):
    """The page's project, built against the installed package."""
    folder = tmp_path_factory.mktemp("project")
    write_project(folder, page, header)
    build_as_the_page_says(folder, page, sdk)
    return folder


@pytest.fixture(scope="session")
def plugin(plugin_project):
    return plugin_project / "build" / f"{MODEL}.so"


def test_the_model_is_short(header):
    assert len(header.splitlines()) < 60


def test_the_plugin_gives_the_hand_worked_numbers(build, plugin):
    printed = check(build, plugin)
    assert "generic: as worked by hand" in printed
    assert "interpreter: as worked by hand" in printed


def test_freshet_simulates_with_the_plugin(freshet_bin, plugin_project, plugin, page):
    inputs_of_the_page(page, plugin_project)
    _, command = page_files.code_blocks(page, "sh")
    assert plugin.is_file()
    run("bash", "-euc", command, cwd=plugin_project, PATH=f"{freshet_bin.parent}:{os.environ['PATH']}")
    with (plugin_project / "out.csv").open(encoding="utf-8") as file:
        days = list(csv.DictReader(line for line in file if not line.startswith("#")))
    got = [[float(day[name]) for name in ("snowpack", "storage", "melt", "evapotranspiration", "runoff")] for day in days]
    assert got == [pytest.approx([10, 44.1, 0, 1, 4.9], abs=1e-6), pytest.approx([4, 47.79, 6, 2, 5.31], abs=1e-6)]


def test_its_derivatives_are_right(freshet_bin, plugin):
    assert run(freshet_bin, "check-gradients", "--plugin", plugin, "--steps", 30).endswith("PASS\n")


def test_the_build_is_incremental(plugin_project, plugin):
    built = plugin.stat().st_mtime_ns
    with (plugin_project / f"{MODEL}.hpp").open("a", encoding="utf-8") as file:
        file.write("// A comment changes no kernel.\n")
    run("cmake", "--build", plugin_project / "build")
    assert plugin.stat().st_mtime_ns == built
    run("cmake", "--build", plugin_project / "build")
    assert plugin.stat().st_mtime_ns == built


@pytest.mark.parametrize("generator", ["Ninja", "Unix Makefiles"])
def test_an_edited_equation_is_in_the_kernels_after_one_build(build, page, header, sdk, tmp_path, generator):
    """The kernels lie in sources that do not change, behind a header that does."""
    write_project(tmp_path, page, header, " KERNELS generic")
    build_as_the_page_says(tmp_path, page, sdk, CMAKE_GENERATOR=generator)
    assert "const S runoff = p.k * storage;" in header
    edited = header.replace("const S runoff = p.k * storage;", "const S runoff = S(2.0) * p.k * storage;")
    (tmp_path / f"{MODEL}.hpp").write_text(edited, encoding="utf-8")
    run("cmake", "--build", tmp_path / "build")
    lines = check(build, tmp_path / "build" / f"{MODEL}.so", fails=True).splitlines()
    for backend in ("generic", "interpreter"):
        assert f"{backend}: WRONG" in lines
    assert lines.count("runoff, day 1, lane 0: 9.8, expected 4.9") == 2


def test_the_plugin_exports_its_entry_alone(plugin):
    names = [line.split()[-1] for line in run("nm", "--dynamic", "--defined-only", plugin).splitlines()]
    assert names == ["freshet_model"]


def test_without_kernels_the_interpreter_runs_it(freshet_bin, build, page, header, tmp_path):
    """Built in the folder where Freshet was built: nothing is installed."""
    write_project(tmp_path, page, header, " KERNELS NONE")
    build_as_the_page_says(tmp_path, page, build)
    assert not list(tmp_path.glob("build/**/*avx*.o"))
    plugin = tmp_path / "build" / f"{MODEL}.so"
    assert check(build, plugin).splitlines() == ["interpreter: as worked by hand"]
    refused = run(freshet_bin, "simulate", "--plugin", plugin, "--backend", "generic", "--out", tmp_path / "out.csv",
                  *inputs_of_the_page(page, tmp_path), fails=True)
    assert "the model `snow_bucket` has no kernels for generic on this processor; expected one of best, interpreter" in refused
    assert not (tmp_path / "out.csv").exists()


def test_kernels_of_different_instruction_sets_share_no_function(build, plugin_project):
    library = build / "src" / "freshet" / "libfreshet_kernels.a"
    for files in ([library], sorted(plugin_project.glob("build/**/*.o"))):
        shared, looked_at = check_symbols.shared_functions(files)
        assert looked_at > 10
        assert shared == []


def test_a_shared_function_would_be_found(tmp_path):
    source = tmp_path / "twice.cpp"
    source.write_text("template <class T> __attribute__((noinline)) T twice(T x) { return x + x; }\n"
                      "double f(double x) { return twice(x); }\n", encoding="utf-8")
    run("c++", "-c", source, "-o", tmp_path / "twice_avx2.cpp.o")
    shared, _ = check_symbols.shared_functions([tmp_path / "twice_avx2.cpp.o"])
    assert [function for _, function in shared] == ["double twice<double>(double)"]


@pytest.mark.parametrize("generator", ["of Freshet", "of the plug-in"])
def test_a_generator_that_cannot_write_says_so(build, plugin_project, tmp_path, generator):
    folder = tmp_path / "absent"
    if generator == "of Freshet":
        command = [build / "bin" / "stepgen", folder, "generic", "hbv"]
    else:
        command = [plugin_project / "build" / f"{MODEL}_generator", folder, "generic"]
    result = subprocess.run(command, text=True, check=False, stderr=subprocess.PIPE, timeout=60)
    assert result.returncode == 1
    assert result.stderr.startswith(f"{folder}/")
    assert result.stderr.endswith("the generated file cannot be written.\n")


WRONG_PLUGINS = {
    "absent": (None, "there is no such plug-in"),
    "text": ("not a library", "the plug-in cannot be loaded"),
    "other": ("int answer() { return 42; }", "the library is no Freshet plug-in"),
    "version": ('struct Table { int version; const char* name; };\nTable table{99, "snow_bucket"};\n'
                'extern "C" const Table* freshet_model() { return &table; }',
                "the plug-in was built for another version of Freshet; expected table version"),
}


@pytest.mark.parametrize("case", WRONG_PLUGINS)
def test_what_is_no_plugin_is_refused(build, tmp_path, case):
    text, message = WRONG_PLUGINS[case]
    library = tmp_path / f"{case}.so"
    if text is not None:
        source = library if case == "text" else tmp_path / "source.cpp"
        source.write_text(text, encoding="utf-8")
        if case != "text":
            run("c++", "-shared", "-fPIC", source, "-o", library)
    printed = check(build, library, fails=True)
    assert str(library) in printed
    assert message in printed


def test_a_name_is_taken_once(build, page, header, tmp_path):
    write_project(tmp_path, page, header.replace('"snow_bucket"', '"hbv"'), " KERNELS NONE")
    lists = tmp_path / "CMakeLists.txt"
    lists.write_text(lists.read_text(encoding="utf-8").replace("model(snow_bucket", "model(hbv"), encoding="utf-8")
    build_as_the_page_says(tmp_path, page, build)
    assert "a model called `hbv` is there already" in check(build, tmp_path / "build" / "hbv.so", fails=True)


STEP = "  template <Scalar S>\n  static Step<State<S>, Fluxes<S>> step("
# A second loop inside the time step, of whose sub-steps each takes water from the ground; nothing is handed to it.
SUBSTEP_WITHOUT_CARRY = """
  static constexpr std::array kSubFluxes = {VariableInfo{"seepage", "mm/day", "out of the ground", WaterRole::kLoss}};
  static constexpr std::array kSubsteps = {SubstepInfo{"steps", 1, "steps a day"}, SubstepInfo{"substeps", 4, "sub-steps a day"}};
  template <class S> struct SubFluxes { S seepage{}; };
  template <class S> struct Carry {};
  template <Scalar S>
  static Step<State<S>, SubFluxes<S>> substep(const State<S>& x, const Carry<S>&, const Parameters<S>& p, S dt) {
    return {{x.snowpack, x.storage - dt * p.k * x.storage}, {p.k * x.storage}};
  }
  template <Scalar S>
  static OuterStep<State<S>, Fluxes<S>, Carry<S>> step("""

WRONG_MODELS = {
    "a row is missing": ('      VariableInfo{"storage", "mm", "water in the ground", WaterRole::kStored},\n', "",
                         "kStates needs one row for each field of State, in order"),
    "no runoff": ('kRunoff = "runoff"', 'kRunoff = "flow"', "kRunoff is the name of one of the fluxes"),
    "a name is there twice": ('{"melt"', '{"snowpack"', "a name stands twice among the states, fluxes and delays"),
    "a reserved name": ('{"melt"', '{"discharge"', "or is one of date, discharge, discharge_routed"),
    "a capital": ('{"ddf"', '{"DDF"', "names of parameters are made of small letters, digits and underscores"),
    "no range": ("0.5, 10", "10, 0.5", "lower < upper in each row of kParameters"),
    "an empty carry": (STEP, SUBSTEP_WITHOUT_CARRY, "a model with a substep needs a Carry of one field or more"),
    "an if": ("const S melt =", "S nothing = zero; if (f.pet < zero) nothing = f.pet;\n    const S melt =",
              "a step cannot branch on a value: write select(condition, a, b)"),
    "a field without a row": ('      ParameterInfo{"k", "K", "1/day", 0.001, 0.9, "outflow per water stored", ParameterScale::kLog},\n',
                              "", "field of Parameters that has no row in kParameters has no value"),
    "another name": ('kName = "snow_bucket"', 'kName = "bucket"', "the plug-in's name is not the model's kName"),
    "an operation that is not there": ("min(f.pet, supply)", "floor(f.pet)", f"{MODEL}.hpp:47"),
}


@pytest.mark.parametrize("case", WRONG_MODELS)
def test_a_wrong_model_stops_the_build_with_a_reason(build, page, header, tmp_path, case):
    right, wrong, message = WRONG_MODELS[case]
    assert right in header
    write_project(tmp_path, page, header.replace(right, wrong), " KERNELS NONE")
    run("cmake", "-S", tmp_path, "-B", tmp_path / "build", f"-DCMAKE_PREFIX_PATH={build}")
    assert message in run("cmake", "--build", tmp_path / "build", fails=True)


@pytest.mark.parametrize("call, message", [
    ("freshet_add_model(Snow snow_bucket.hpp TYPE my::SnowBucket)", "`Snow` is no model's name"),
    ("freshet_add_model(snow_bucket snow.hpp TYPE my::SnowBucket)", "There is no header"),
    ("freshet_add_model(snow_bucket snow_bucket.hpp)", "TYPE is the model's type"),
    ("freshet_add_model(snow_bucket snow_bucket.hpp TYPE my::SnowBucket KERNELS sse)", "`sse` is none of avx512, avx2, generic"),
])
def test_a_wrong_call_is_explained(build, page, header, tmp_path, call, message):
    write_project(tmp_path, page, header)
    lists = (tmp_path / "CMakeLists.txt").read_text(encoding="utf-8").splitlines()[:-1]
    (tmp_path / "CMakeLists.txt").write_text("\n".join([*lists, call]), encoding="utf-8")
    printed = run("cmake", "-S", tmp_path, "-B", tmp_path / "build", f"-DCMAKE_PREFIX_PATH={build}", fails=True)
    assert message in " ".join(printed.split())


def add_in_the_tree(tree, page, header):
    """Points 1 and 2 of the page's second half."""
    physics = tree / "src/freshet/physics"
    (physics / f"{MODEL}.hpp").write_text(header, encoding="utf-8")
    registry = physics / "registry.hpp"
    routing = '#include "freshet/physics/routing.hpp"\n'
    registry.write_text(registry.read_text(encoding="utf-8").replace(
        routing, f'{routing}#include "freshet/physics/{MODEL}.hpp"\n'), encoding="utf-8")
    (line,) = [block for block in page_files.code_blocks(page, "") if block.startswith("FRESHET_MODEL")]
    with (physics / "registry.inc").open("a", encoding="utf-8") as file:
        file.write(line)


def test_the_model_in_the_tree_gives_the_hand_worked_numbers(root, page, header, tmp_path):
    """On a copy of the sources, with nothing built but what the model needs."""
    tree = tmp_path / "freshet"
    for folder in ("src", "tools", "cmake"):
        shutil.copytree(root / folder, tree / folder)
    shutil.copy(root / "CMakeLists.txt", tree)
    add_in_the_tree(tree, page, header)
    source = root / "tests/fixtures/plugin/check_snow_bucket.cpp"
    (tmp_path / "CMakeLists.txt").write_text(
        "cmake_minimum_required(VERSION 3.25)\nproject(Check LANGUAGES CXX)\nset(CMAKE_CXX_STANDARD 20)\nadd_subdirectory(freshet)\n"
        f"add_executable(check {source})\ntarget_link_libraries(check PRIVATE freshet_kernels)\n", encoding="utf-8")
    run("cmake", "-S", tmp_path, "-B", tmp_path / "build", "-DFRESHET_WITH_TORCH=OFF", "-DFRESHET_BUILD_TESTS=OFF",
        f"-DFRESHET_MODELS={MODEL}")
    run("cmake", "--build", tmp_path / "build", "--parallel", "2", "--target", "check")
    (program,) = [path for path in pathlib.Path(tmp_path / "build").rglob("check") if path.is_file()]
    assert "generic: as worked by hand" in run(program)
