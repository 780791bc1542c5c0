"""`check` on any file whatever gives an answer: never a traceback, under two seconds of work, never a file of the machine."""

import json
import os
import time
from pathlib import Path

import pytest

from tests.cli.conftest import Command
from tests.journeys.served import ninefold as process
from tests.support.world import HEAD, model

SECONDS = 10.0  # of the processor: what has no bound takes minutes, and coverage takes three times as long
BOMB = (
    '<?xml version="1.0"?><!DOCTYPE d [<!ENTITY a "aaaaaaaaaa">'
    + "".join(f'<!ENTITY {chr(98 + n)} "{f"&{chr(97 + n)};" * 10}">' for n in range(9))
    + "]><definitions>&j;</definitions>"
)
STEAL = '<?xml version="1.0"?><!DOCTYPE d [<!ENTITY x SYSTEM "file:///etc/passwd">]><definitions name="&x;">&x;</definitions>'
TASKS = "".join(f'<userTask id="t{n}"/>' for n in range(1500))


def deep(depth: int) -> str:
    return HEAD + '<process id="p">' + "<subProcess>" * depth + "</subProcess>" * depth + "</process></definitions>"


def condition(text: str) -> bytes:
    body = '<startEvent id="s"/><exclusiveGateway id="g"/><userTask id="u" n:group="nurse"/><endEvent id="e"/>'
    return model(body, "s>g", f"g>u ? = {text}", "g>e", "u>e")


HOSTILE = {
    "empty.bpmn": b"",
    "nul.bpmn": b"\0" * 100_000,
    "binary.bpmn": bytes(range(256)) * 2000,
    "cut.bpmn": model('<startEvent id="s"/>', "s>e")[:-40],
    "bomb.bpmn": BOMB.encode(),
    "steal.bpmn": STEAL.encode(),
    "deep.bpmn": deep(20_000).encode(),
    "many.bpmn": (
        HEAD + f'<process id="p" isExecutable="true"><startEvent id="s"/>{TASKS}</process></definitions>'
    ).encode(),
    "other-root.bpmn": b"<html><body>hello</body></html>",
    "no-process.bpmn": (HEAD + "</definitions>").encode(),
    "twice.bpmn": model('<startEvent id="s"/><userTask id="s"/><endEvent id="e"/>', "s>e"),
    "self-call.bpmn": model('<startEvent id="s"/><callActivity id="c" calledElement="P"/><endEvent id="e"/>', "s>c>e"),
    "loop.bpmn": model('<startEvent id="s"/><exclusiveGateway id="g"/><exclusiveGateway id="h"/>', "s>g>h>g"),
    "self-flow.bpmn": model(
        '<startEvent id="s"/><scriptTask id="g" scriptFormat="feel"><script>{x: 1}</script></scriptTask>', "s>g>g"
    ),
    "utf16.bpmn": model('<startEvent id="s"/><endEvent id="e"/>', "s>e").decode().encode("utf-16"),
    "bad-feel.bpmn": condition("1 + + ("),
    "deep-feel.bpmn": condition("(" * 5000 + "1" + ")" * 5000),
    "long-feel.bpmn": condition(" + ".join(["1"] * 20_000)),
    "python.bpmn": condition('__import__("os").system("true")'),
    "empty.dmn": b"",
    "deep.dmn": (b'<definitions xmlns="https://www.omg.org/spec/DMN/20191111/MODEL/">' + b"<decision>" * 20_000),
    "model.dmn": model('<startEvent id="s"/><endEvent id="e"/>', "s>e"),
    "empty.form.json": b"",
    "array.form.json": b"[]",
    "deep.form.json": b'{"id":"deep","components":' + b"[" * 50_000 + b"]" * 50_000 + b"}",
    "number.form.json": b'{"id": 1e999, "components": [{"type": 7}]}',
    "pattern.form.json": json.dumps(
        {
            "id": "pattern",
            "schemaVersion": 19,
            "title": "P",
            "components": [
                {"type": "textfield", "id": "a", "key": "a", "label": "A", "validate": {"pattern": "(a+)+$("}},
            ],
        }
    ).encode(),
    "no-suffix": b"hello",
    "strange.txt": b"hello",
}


ODD_BUT_SOUND = {"utf16.bpmn"}


@pytest.mark.parametrize("name", sorted(HOSTILE))
def test_a_hostile_file_gets_an_answer(name: str, ninefold: Command, tmp_path: Path):
    file = tmp_path / name
    file.write_bytes(HOSTILE[name])
    before = time.process_time()

    found = ninefold("check", "--format", "json", file, profile=None)

    assert time.process_time() - before < SECONDS
    assert found.code == (0 if name in ODD_BUT_SOUND else 1), found.out
    assert found.document["ok"] is (name in ODD_BUT_SOUND)
    assert {item["file"] for item in found.document["problems"]} == {str(file)}
    assert found.err == ""
    assert "root:" not in found.out, "a file of the machine was read"


def test_a_file_beyond_the_limit_is_not_even_read(ninefold: Command, tmp_path: Path):
    file = tmp_path / "huge.bpmn"
    with file.open("wb") as out:
        out.truncate(500_000_000)

    found = ninefold("check", "--format", "json", file, profile=None)

    assert (found.code, [item["rule"] for item in found.document["problems"]]) == (1, ["too-large"])


def test_a_folder_and_a_missing_file_are_problems(ninefold: Command, tmp_path: Path):
    (tmp_path / "folder.bpmn").mkdir()

    found = ninefold("check", "--format", "json", tmp_path / "folder.bpmn", tmp_path / "none.dmn", profile=None)

    assert found.code == 1
    assert [item["rule"] for item in found.document["problems"]] == ["unreadable", "unreadable"]


def test_a_pipe_that_nobody_writes_to_and_a_device_without_end_are_not_waited_for(tmp_path: Path):
    pipe = tmp_path / "pipe.bpmn"
    os.mkfifo(pipe)

    found = process("check", "--format", "json", str(pipe), "/dev/zero", home=tmp_path)

    assert (found.returncode, len(json.loads(found.stdout)["problems"])) == (1, 2)


def test_processes_that_call_each_other_in_a_circle_are_refused(ninefold: Command, tmp_path: Path):
    for name, called in (("one", "two"), ("two", "one")):
        body = f'<startEvent id="s"/><callActivity id="c" calledElement="{called}"/><endEvent id="e"/>'
        (tmp_path / f"{name}.bpmn").write_bytes(model(body, "s>c>e", process=name))

    found = ninefold("check", "--format", "json", tmp_path / "one.bpmn", tmp_path / "two.bpmn", profile=None)

    assert found.code == 1
    assert "call-cycle" in {item["rule"] for item in found.document["problems"]}


def test_names_with_odd_characters_are_shown_as_they_are(ninefold: Command, tmp_path: Path):
    file = tmp_path / 'straße "x" \n.bpmn'
    file.write_bytes(b"")

    found = ninefold("check", "--format", "json", file, profile=None)

    assert found.document["problems"][0]["file"] == str(file)
