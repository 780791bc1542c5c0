"""Python script tasks: off unless installed and switched on, and then in worker processes that reach nothing."""

import os
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from engine import Abilities, Artefact, ReleaseRejected, ScriptFailed, check_set
from program import Monty, SettingsRefused, is_installed, read_settings
from program import settings as settings_module
from program.forms import FormBook
from tests.support.world import START, World, model

needs_monty = pytest.mark.skipif(not is_installed(), reason="the extra [scripting] (pydantic-monty) is not installed")
NOW = datetime(2026, 1, 5, 9, tzinfo=UTC)
MARKER = "NINEFOLD_SCRIPT_MARKER"


@pytest.fixture(scope="module")
def monty() -> Iterator[Monty]:
    runner = Monty()
    yield runner
    runner.close()


def script(text: str, attributes: str = "", language: str = "python") -> tuple[str, str]:
    escaped = text.replace("&", "&amp;").replace("<", "&lt;")
    body = (
        f'<startEvent id="s"/><scriptTask id="x" scriptFormat="{language}" {attributes}><script>{escaped}</script></scriptTask>'
        '<userTask id="u"/><endEvent id="e"/>'
    )
    return body, "s > x > u > e"


def with_python(world: World, monty: Monty) -> World:
    """The same world in a program that runs scripts."""
    world.engine = replace(world.engine, abilities=Abilities(scripting=monty))
    return world


@pytest.mark.parametrize("language", ["python", "Python", "python3", "application/x-python", "text/x-python"])
def test_a_script_in_python_is_refused_by_name_with_a_cure_while_it_is_off(world: World, language: str) -> None:
    with pytest.raises(ReleaseRejected) as caught:
        world.deploy(model(*script("x = 1", language=language)))

    (found,) = [item for item in caught.value.problems if item.severity == "error"]
    assert (found.rule, found.element) == ("script-language", "x")
    assert "NINEFOLD_SCRIPTING=monty" in found.message


@pytest.mark.parametrize(
    "value",
    ["on", "yes", "true", "1", "python", "host", "exec", "unsafe", "cpython", "restricted", "Monty", "MONTY ", "local"],
)
def test_nothing_switches_on_python_in_the_program(value: str) -> None:
    with pytest.raises(SettingsRefused, match="NINEFOLD_SCRIPTING to be off or monty"):
        read_settings({"NINEFOLD_PROFILE": "sample", "NINEFOLD_SCRIPTING": value})


def test_it_is_off_unless_said() -> None:
    assert read_settings({"NINEFOLD_PROFILE": "sample"}).scripting == "off"


def test_the_program_does_not_start_when_it_is_on_and_not_installed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(settings_module, "is_installed", lambda: False)

    with pytest.raises(SettingsRefused, match="to be installed"):
        read_settings({"NINEFOLD_PROFILE": "sample", "NINEFOLD_SCRIPTING": "monty"})


@needs_monty
def test_the_settings_take_the_switch() -> None:
    assert read_settings({"NINEFOLD_PROFILE": "sample", "NINEFOLD_SCRIPTING": "monty"}).scripting == "monty"


class Recorded:
    """A port that runs nothing and answers what a test gives."""

    def __init__(self, answer: Any) -> None:
        self.answer, self.seen = answer, []

    def problem(self, script: str) -> str | None:
        return None if "(" not in script else "Expected something else"

    def run(self, script: str, values: Any, now: datetime, *, wants: bool) -> Any:
        self.seen.append((script, dict(values), wants))
        if isinstance(self.answer, Exception):
            raise self.answer
        return self.answer


def test_a_script_gets_what_it_names_and_its_names_become_variables(world: World) -> None:
    runner = Recorded({"x": Decimal(2), "y": "z"})
    world.facts.given = {"age": 71, "other": 1}
    with_python(world, runner)  # type: ignore[arg-type]
    world.play(*script("\nx = n + age\n"), values={"n": 1, "m": 2})

    assert runner.seen[0] == ("\nx = n + age\n", {"n": 1, "age": 71}, False)
    assert world.data("u") == {"n": 1, "m": 2, "x": 2, "y": "z"}


def test_the_value_of_a_script_stands_under_its_result(world: World) -> None:
    runner = Recorded(Decimal(2))
    with_python(world, runner)  # type: ignore[arg-type]
    world.play(*script("1 + 1", 'n:result="sum"'))

    assert (runner.seen[0][2], world.data("u")) == (True, {"sum": 2})


def test_a_script_that_fails_is_an_incident(world: World) -> None:
    with_python(world, Recorded(ScriptFailed("script-time")))  # type: ignore[arg-type]
    world.play(*script("x = 1"))

    assert world.stuck == [("x", "script-time")]


def test_a_running_case_stops_at_a_script_when_it_is_off_again(world: World) -> None:
    body, path = script("x = 1")
    with_python(world, Recorded({}))  # type: ignore[arg-type]
    world.deploy(model(body.replace("<scriptTask", '<userTask id="a"/><scriptTask'), path.replace("s >", "s > a >")))
    world.start()
    world.engine = replace(world.engine, abilities=Abilities())
    world.library._held.clear()
    world.complete("a")

    assert world.stuck == [("x", "scripting-off")]


def test_a_script_that_cannot_be_read_is_refused(world: World) -> None:
    with_python(world, Recorded({}))  # type: ignore[arg-type]

    with pytest.raises(ReleaseRejected) as caught:
        world.deploy(model(*script("x = (")))
    assert {(item.rule, item.element) for item in caught.value.problems if item.severity == "error"} == {
        ("script-unread", "x")
    }


@pytest.mark.parametrize("language", ["javascript", "groovy", "juel", "python; exec", ""])
def test_other_languages_are_refused_even_when_python_is_on(language: str) -> None:
    artefact = Artefact("model", "P", model(*script("x = 1", language=language)), "P.bpmn")
    found = check_set([artefact], FormBook(lambda: START), Abilities(scripting=Recorded({})))  # type: ignore[arg-type]

    assert ("script-language", "x") in {(item.rule, item.element) for item in found}


# -- the runner itself


@needs_monty
@pytest.mark.parametrize(
    ("text", "values", "found"),
    [
        ("x = a + 1", {"a": Decimal(3)}, {"x": 4}),
        ("x, y = 1, 'b'", {}, {"x": 1, "y": "b"}),
        ("a += 1", {"a": 1}, {"a": 2}),
        (
            "total = 0\nfor n in items:\n    total += n\nitems.append(9)",
            {"items": [1, 2]},
            {"total": 3, "n": None, "items": [1, 2, 9]},
        ),
        ("{'k': [1, None, True]}", {}, {"k": [1, None, True]}),
        ("x = a", {"a": Decimal("0.5")}, {"x": "0.5"}),
        ("x = a", {"a": date(2026, 1, 5)}, {"x": "2026-01-05"}),
        ("x = a", {"a": timedelta(hours=48)}, {"x": "P2D"}),
        ("x = a['b'][0]", {"a": {"b": [Decimal("1e3")]}}, {"x": 1000}),
        ("from decimal import Decimal\nx = str(Decimal(a) * 3)", {"a": Decimal("0.1")}, {"x": "0.3"}),
        ("x = 0.1", {}, {"x": Decimal("0.1")}),
        ("def f(n):\n    return n\nx = f(2)", {}, {"x": 2}),
        ("import datetime\nx = datetime.datetime.now().isoformat()", {}, {"x": "2026-01-05T09:00:00"}),
        ("print('shown nowhere')", {}, {}),
    ],
)
def test_what_goes_in_and_comes_out(monty: Monty, text: str, values: dict[str, Any], found: dict[str, Any]) -> None:
    answer = monty.run(text, values, NOW, wants=False)

    assert {name: answer[name] for name, value in found.items() if value is not None} == {
        name: value for name, value in found.items() if value is not None
    }
    assert answer.keys() <= found.keys()


@needs_monty
def test_the_last_line_is_the_result(monty: Monty) -> None:
    assert monty.run("a * 2", {"a": 4}, NOW, wants=True) == 8
    assert monty.run("x = 1", {}, NOW, wants=True) is None


@needs_monty
def test_a_script_run_again_gives_the_same(monty: Monty) -> None:
    text = "import random, time\nx = [random.random(), time.time()]"

    assert monty.run(text, {}, NOW, wants=False) == monty.run(text, {}, NOW, wants=False)


@needs_monty
def test_one_script_sees_nothing_of_another(monty: Monty) -> None:
    monty.run("left = 5", {}, NOW, wants=False)

    with pytest.raises(ScriptFailed):
        monty.run("x = left", {}, NOW, wants=False)


@needs_monty
@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("while True:\n    pass", "script-time"),
        ("x = 'a' * 10**10", "script-memory"),
        ("x = [0] * 10**9", "script-memory"),
        ("def f(n):\n    return f(n + 1)\nf(0)", "script-depth"),
        ("1 / 0", "script"),
        ("raise ValueError('Dolores-Haze')", "script"),
        ("x = (", "script"),
        ("float('nan')", "script-value"),
        ("{1, 2}", "script-value"),
        ("{1: 2}", "script-value"),
        ("10 ** 40", "script-value"),
    ],
)
def test_a_script_beyond_its_limits_fails_with_a_code_alone(monty: Monty, text: str, code: str) -> None:
    with pytest.raises(ScriptFailed) as caught:
        monty.run(text, {"n": 1}, NOW, wants=True)

    assert caught.value.code == code
    assert "Dolores" not in str(caught.value)
    assert monty.run("1", {}, NOW, wants=True) == 1


@needs_monty
@pytest.mark.parametrize(
    "text",
    [
        f"import os\nos.system('touch {MARKER}')",
        f"import subprocess\nsubprocess.run(['touch', '{MARKER}'])",
        f"open('{MARKER}', 'w').write('x')",
        "x = open('/etc/passwd').read()",
        f"__import__('os').system('touch {MARKER}')",
        f"eval(\"__import__('os').system('touch {MARKER}')\")",
        f"exec(\"open('{MARKER}', 'w')\")",
        "import socket\nsocket.socket()",
        "import ctypes",
        "import sys\nx = sys.modules['os']",
        "x = ().__class__.__bases__[0].__subclasses__()",
        "import pathlib\nx = pathlib.Path('/etc/passwd').read_text()",
        "import os\nx = dict(os.environ)",
        "import pickle\npickle.loads(b'x')",
    ],
)
def test_a_script_reaches_nothing_of_the_machine(monty: Monty, text: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NINEFOLD_SECRET", "Dolores-Haze")
    try:
        found = monty.run(text, {}, NOW, wants=False)
    except ScriptFailed:
        found = {}

    assert "Dolores" not in str(found)
    assert "root:" not in str(found)
    assert not Path(MARKER).exists()


@needs_monty
def test_a_worker_that_hangs_is_killed_and_replaced(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without its own limit of time, only the deadline outside is left."""
    runner = Monty()
    real = runner._started()
    patient = SimpleNamespace(
        checkout=lambda limits, **given: real.checkout(limits={**limits, "max_feed_duration_secs": None}, **given)
    )
    monkeypatch.setattr(Monty, "_started", lambda _self: patient)

    with pytest.raises(ScriptFailed) as caught:
        runner.run("while True:\n    pass", {}, NOW, wants=False)
    assert caught.value.code == "script-stopped"
    assert runner.run("1 + 1", {}, NOW, wants=True) == 2
    runner.close()


@needs_monty
def test_a_script_runs_in_another_process(monty: Monty) -> None:
    children = Path(f"/proc/{os.getpid()}/task/{os.getpid()}/children")
    if not children.exists():
        pytest.skip("this system does not tell the children of a process")
    monty.run("1", {}, NOW, wants=True)

    names = {Path(f"/proc/{child}/exe").resolve().name for child in children.read_text().split()}
    assert any("monty" in name for name in names)


@needs_monty
@pytest.mark.parametrize(("text", "sound"), [("x = 1", True), ("x = (", False), ("if x:\n    y = 1", True)])
def test_a_script_is_read_when_it_is_deployed(monty: Monty, text: str, sound: bool) -> None:
    told = monty.problem(text)

    assert (told is None) == sound
    assert told is None or told.startswith("Expected")


@needs_monty
def test_a_model_runs_its_script(world: World, monty: Monty) -> None:
    with_python(world, monty)
    world.play(*script("\nif n > 1:\n    level = 'high'\nelse:\n    level = 'low'\n"), values={"n": 2})

    assert world.data("u") == {"n": 2, "level": "high"}
