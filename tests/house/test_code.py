"""What the linters cannot say about our code: sizes, who commits, who reads the time, and words that run data as code."""

import ast
import importlib.util
from pathlib import Path

import pytest

from tests.house.tree import HOUSES, ROOT, dotted, name_of, product, tree_of

MODULE_LINES = 300
OPENING_LINES = 5
FUNCTION_LINES = 40
VIEW_LINES = 15
LISTS = "database/migrations/versions/"  # a revision is a list of tables: its size says nothing
# Allowed for now, each with its reason. Shorten this list, never lengthen it.
LONG_MODULES: dict[str, str] = {}
LONG_FUNCTIONS: dict[str, str] = {}

RUNS_DATA = {
    "eval", "exec", "compile", "__import__", "pickle.load", "pickle.loads", "marshal.loads", "shelve.open",
    "yaml.load", "yaml.unsafe_load", "os.system", "os.popen", "subprocess.getoutput",
}  # fmt: skip
READS_TIME = {"datetime.now", "datetime.utcnow", "datetime.today", "date.today", "time.time", "time.time_ns", "uuid4"}


def calls(path: Path) -> list[ast.Call]:
    return [node for node in ast.walk(tree_of(path)) if isinstance(node, ast.Call)]


def docstring_lines(node: ast.AST) -> int:
    body = getattr(node, "body", [])
    first = body[0] if body else None
    if isinstance(first, ast.Expr) and isinstance(first.value, ast.Constant) and isinstance(first.value.value, str):
        return (first.end_lineno or first.lineno) - first.lineno + 1
    return 0


@pytest.mark.parametrize("house", HOUSES)
def test_an_import_name_of_ours_comes_from_this_repository(house: str) -> None:
    spec = importlib.util.find_spec(house)

    assert spec is not None
    assert spec.origin is not None, f"{house} has no __init__.py"
    assert Path(spec.origin).is_relative_to(ROOT), f"a foreign package named {house} is installed"


def test_only_database_commits_or_rolls_back() -> None:
    found = [
        f"{name_of(path)}:{call.lineno}"
        for path in product()
        if path.relative_to(ROOT).parts[0] != "database"
        for call in calls(path)
        if isinstance(call.func, ast.Attribute) and call.func.attr in {"commit", "rollback", "begin", "begin_nested"}
    ]

    assert found == []


def test_nothing_runs_data_as_code() -> None:
    found = [
        f"{name_of(path)}:{call.lineno} {dotted(call.func)}"
        for path in product()
        for call in calls(path)
        if dotted(call.func) in RUNS_DATA
    ]

    assert found == []


def test_no_command_goes_through_a_shell() -> None:
    found = [
        f"{name_of(path)}:{call.lineno}"
        for path in product()
        for call in calls(path)
        for keyword in call.keywords
        if keyword.arg == "shell"
    ]

    assert found == []


def test_time_and_ids_come_from_the_clock_alone() -> None:
    found = [
        f"{name_of(path)}:{call.lineno} {dotted(call.func)}"
        for path in product()
        if name_of(path) != "program/clock.py"
        for call in calls(path)
        if any(dotted(call.func) == name or dotted(call.func).endswith("." + name) for name in READS_TIME)
    ]

    assert found == []


def test_the_language_measures_time_in_its_budget_alone() -> None:
    found = {
        name_of(path)
        for path in product()
        for call in calls(path)
        if dotted(call.func).endswith(("monotonic", "thread_time"))
    }

    assert {name for name in found if name.startswith(("feel/", "engine/", "care/"))} <= {"feel/budget.py"}


def test_everything_is_caught_only_in_the_workers_loop_and_in_database() -> None:
    found = [
        f"{name_of(path)}:{node.lineno}"
        for path in product()
        if path.relative_to(ROOT).parts[0] not in {"worker", "database"}
        for node in ast.walk(tree_of(path))
        if isinstance(node, ast.ExceptHandler)
        and (node.type is None or dotted(node.type) in {"Exception", "BaseException"})
        and name_of(path) != "api/problems.py"  # the last-resort handler of HTTP (ASVS 16.5.4)
    ]

    assert found == []


def test_a_module_opens_by_saying_in_at_most_five_lines_what_it_is_for() -> None:
    wrong = {name_of(path): docstring_lines(tree_of(path)) for path in product()}

    assert {name: lines for name, lines in wrong.items() if not 1 <= lines <= OPENING_LINES} == {}


def test_a_module_has_at_most_300_lines() -> None:
    lengths = {name_of(path): len(path.read_text(encoding="utf-8").splitlines()) for path in product()}
    long = {name: length for name, length in lengths.items() if length > MODULE_LINES and not name.startswith(LISTS)}

    assert {name: length for name, length in long.items() if name not in LONG_MODULES} == {}
    assert set(LONG_MODULES) <= set(long), "no longer too long: take it off the list"


def test_a_function_has_at_most_40_lines() -> None:
    long = {
        f"{name_of(path)}:{node.name}": lines
        for path in product()
        if not name_of(path).startswith(LISTS)
        for node in ast.walk(tree_of(path))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        and (lines := (node.end_lineno or node.lineno) - node.lineno + 1 - docstring_lines(node)) > FUNCTION_LINES
    }

    assert {name: lines for name, lines in long.items() if name not in LONG_FUNCTIONS} == {}
    assert set(LONG_FUNCTIONS) <= set(long), "no longer too long: take it off the list"


def is_view(node: ast.AST) -> bool:
    routes = {"route", "get", "post", "put", "patch", "delete"}
    return isinstance(node, ast.FunctionDef) and any(
        isinstance(each, ast.Call) and isinstance(each.func, ast.Attribute) and each.func.attr in routes
        for each in node.decorator_list
    )


def test_a_view_has_at_most_15_lines() -> None:
    long = {
        f"{name_of(path)}:{node.name}": lines
        for path in product()
        if path.relative_to(ROOT).parts[0] == "api"
        for node in ast.walk(tree_of(path))
        if is_view(node) and (lines := node.end_lineno - node.lineno + 1 - docstring_lines(node)) > VIEW_LINES
    }

    assert long == {}


def test_a_module_is_a_noun_or_a_verb_not_a_drawer() -> None:
    drawers = {"utils", "util", "helpers", "helper", "common", "base", "manager", "misc"}

    assert [name_of(path) for path in product() if path.stem in drawers or path.parent.name in drawers] == []


def test_every_test_folder_is_a_package() -> None:
    folders = {path.parent for path in (ROOT / "tests").rglob("*.py")}

    assert [name_of(folder) for folder in sorted(folders) if not (folder / "__init__.py").is_file()] == []


def test_a_test_neither_sleeps_nor_is_expected_to_fail() -> None:
    found = [
        f"{name_of(path)}:{node.lineno}"
        for path in sorted((ROOT / "tests").rglob("test_*.py"))  # a fixture may wait for a process to answer
        for node in ast.walk(tree_of(path))
        if isinstance(node, ast.Attribute) and dotted(node) in {"time.sleep", "pytest.mark.xfail", "mark.xfail"}
    ]

    assert found == []
