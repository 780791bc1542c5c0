"""Every command: exit 0 done, 1 the work found problems or failed, 2 wrong usage; one JSON document on standard output only."""

import json
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from bpmn import models_folder
from care import sample_feed
from cli.main import cli
from forms import definitions_folder
from tests.cli.conftest import Command
from tests.journeys.served import ninefold as process
from tests.journeys.story import FEEDS
from tests.support.world import model

SOUND = model('<startEvent id="s"/><userTask id="u" n:group="nurse"/><endEvent id="e"/>', "s>u>e", process="small")


def count(home: Path, table: str) -> int:
    with closing(sqlite3.connect(home / "ninefold.db")) as connection:
        return int(connection.execute(f"SELECT count(*) FROM {table}").fetchone()[0])


# -- all of them


def test_the_commands_are_those_of_the_contract_so_far():
    assert {"serve", "worker", "db", "check", "deploy", "feed", "replay", "settings"} <= set(cli.commands)


@pytest.mark.parametrize(
    "words",
    [
        (),
        ("check",),
        ("deploy",),
        ("feed",),
        ("replay",),
        ("nonsense",),
        ("check", "--format", "xml", "x"),
        ("db", "nonsense"),
        ("serve", "--port", "0"),
        ("feed", "missing.hl7"),
        ("replay", "missing.hl7"),
    ],
    ids=" ".join,
)
def test_wrong_usage_is_2(words: tuple[str, ...], ninefold: Command, home: Path):
    found = ninefold(*words, home=home)

    assert found.code == 2
    assert found.err
    assert "Traceback" not in found.err


@pytest.mark.parametrize("name", sorted(cli.commands))
def test_every_command_explains_itself(name: str, ninefold: Command):
    found = ninefold(name, "--help")

    assert found.code == 0
    assert found.out.startswith("Usage: ninefold")


@pytest.mark.parametrize(
    "words", [("db", "check"), ("db", "upgrade"), ("feed", FEEDS / "merge.hl7"), ("worker",), ("serve",)]
)
@pytest.mark.parametrize("profile", [None, "staging", "production"])
def test_a_missing_or_wrong_profile_is_2_and_named(
    words: tuple[object, ...], profile: str | None, ninefold: Command, tmp_path: Path
):
    found = ninefold(*words, home=tmp_path / "new", profile=profile)

    assert found.code == 2
    assert "NINEFOLD_PROFILE" in found.err
    assert found.out == ""
    assert not (tmp_path / "new").exists()


@pytest.mark.parametrize(
    "words",
    [
        ("db", "check"),
        ("feed", FEEDS / "merge.hl7"),
        ("deploy", models_folder() / "lace.dmn"),
        ("worker",),
        ("serve", "--empty"),
    ],
    ids=lambda words: words[0],
)
def test_a_missing_database_is_1_and_nothing_is_made(words: tuple[object, ...], ninefold: Command, tmp_path: Path):
    home = tmp_path / "home"
    home.mkdir()

    found = ninefold(*words, home=home)

    assert found.code == 1
    assert "Expected a database in" in found.err
    assert found.err.count("\n") == 1
    assert not (home / "ninefold.db").exists()


@pytest.mark.parametrize(
    "words", [("db", "check"), ("feed", FEEDS / "merge.hl7"), ("serve", "--empty")], ids=lambda words: words[0]
)
def test_a_schema_of_another_version_is_1(words: tuple[object, ...], ninefold: Command, home: Path):
    with closing(sqlite3.connect(home / "ninefold.db")) as connection:
        connection.execute("UPDATE alembic_version SET version_num = '0999'")
        connection.commit()

    found = ninefold(*words, home=home)

    assert found.code == 1
    assert "0999" in found.err
    assert "Traceback" not in found.err


def test_a_file_that_is_no_database_is_1(ninefold: Command, tmp_path: Path):
    (tmp_path / "ninefold.db").write_bytes(b"this is a letter, not a database" * 100)

    found = ninefold("db", "check", home=tmp_path)

    assert found.code == 1
    assert found.err.startswith("ninefold: ")


def test_an_address_of_an_unknown_kind_is_refused(ninefold: Command, tmp_path: Path):
    found = ninefold("db", "check", home=tmp_path, NINEFOLD_DATABASE_URL="mysql://user:hidden@host/name")

    assert found.code in {1, 2}
    assert "hidden" not in found.err + found.out


# -- db, settings


def test_db_upgrade_makes_the_schema_and_names_its_revision(ninefold: Command, tmp_path: Path):
    made = ninefold("db", "upgrade", "--format", "json", home=tmp_path / "new")
    again = ninefold("db", "upgrade", "--format", "json", home=tmp_path / "new")
    checked = ninefold("db", "check", "--format", "json", home=tmp_path / "new")

    assert [found.code for found in (made, again, checked)] == [0, 0, 0]
    assert made.document == again.document == checked.document == {"revision": checked.document["revision"]}
    assert checked.document["revision"]


def test_settings_are_explained_without_their_values(ninefold: Command):
    found = ninefold("settings", NINEFOLD_DATABASE_URL="postgresql+psycopg://user:hidden@host/name")

    assert found.code == 0
    assert "NINEFOLD_PROFILE" in found.out
    assert "NINEFOLD_DATABASE_URL  (set)" in found.out
    assert "hidden" not in found.out


# -- check


def test_check_of_the_shipped_files_finds_no_error(ninefold: Command):
    files = [*models_folder().glob("*.bpmn"), *models_folder().glob("*.dmn"), *definitions_folder().glob("*.form.json")]

    found = ninefold("check", "--format", "json", *files, profile=None)

    assert found.code == 0
    assert found.document["ok"] is True
    assert [item for item in found.document["problems"] if item["severity"] == "error"] == []


def test_check_says_where_a_problem_is(ninefold: Command, tmp_path: Path):
    file = tmp_path / "wrong.bpmn"
    file.write_bytes(SOUND.replace(b'targetRef="e"', b'targetRef="nowhere"'))

    found = ninefold("check", "--format", "json", file, profile=None)

    assert found.code == 1
    assert found.document["ok"] is False
    assert all(
        set(item) == {"file", "element", "line", "rule", "severity", "message"} for item in found.document["problems"]
    )
    assert any(item["severity"] == "error" and item["file"] == str(file) for item in found.document["problems"])


def test_check_in_plain_words_ends_with_the_verdict(ninefold: Command, tmp_path: Path):
    file = tmp_path / "good.bpmn"
    file.write_bytes(SOUND)

    found = ninefold("check", file, profile=None)

    assert (found.code, found.out.splitlines()[-1]) == (0, "sound")


def test_a_file_that_is_not_bpmn_is_a_problem(ninefold: Command, tmp_path: Path):
    file = tmp_path / "letter.bpmn"
    file.write_text("Dear Sir or Madam,")

    found = ninefold("check", "--format", "json", file, profile=None)

    assert found.code == 1
    assert found.document["problems"][0]["file"] == str(file)


def test_an_unknown_field_type_in_a_form_is_a_problem_at_its_element(ninefold: Command, tmp_path: Path):
    file = tmp_path / "odd.form.json"
    stored = json.loads((definitions_folder() / "contact_note.form.json").read_text("utf-8"))
    stored["id"] = "odd"
    stored["components"][0]["type"] = "rocket"
    file.write_text(json.dumps(stored))

    found = ninefold("check", "--format", "json", file, profile=None)

    assert found.code == 1
    assert [item["element"] for item in found.document["problems"] if item["severity"] == "error"] == ["at"]


def test_a_file_that_is_missing_is_a_problem_and_the_others_are_still_checked(ninefold: Command, tmp_path: Path):
    good = tmp_path / "good.bpmn"
    good.write_bytes(SOUND)

    found = ninefold("check", "--format", "json", tmp_path / "missing.bpmn", good, profile=None)

    assert found.code == 1
    assert [item["rule"] for item in found.document["problems"] if item["severity"] == "error"] == ["unreadable"]


# -- deploy


def test_the_same_content_again_is_the_same_release_unchanged(ninefold: Command, home: Path, tmp_path: Path):
    file = tmp_path / "small.bpmn"
    file.write_bytes(SOUND)

    first = ninefold("deploy", "--format", "json", file, home=home)
    second = ninefold("deploy", "--format", "json", file, home=home)

    assert (first.code, second.code) == (0, 0)
    assert first.document["release"] == second.document["release"]
    assert [(item["kind"], item["key"], item["changed"]) for item in first.document["deployed"]] == [
        ("model", "small", True)
    ]
    assert [item["changed"] for item in second.document["deployed"]] == [False]
    assert set(first.document["deployed"][0]) >= {"kind", "key", "version", "hash", "changed"}


def test_a_set_with_an_error_deploys_nothing(ninefold: Command, home: Path, tmp_path: Path):
    good, bad = tmp_path / "small.bpmn", tmp_path / "bad.bpmn"
    good.write_bytes(SOUND)
    bad.write_bytes(SOUND.replace(b"small", b"bad").replace(b'targetRef="e"', b'targetRef="nowhere"'))
    before = count(home, "releases")

    found = ninefold("deploy", "--format", "json", good, bad, home=home)

    assert found.code == 1
    assert found.document["ok"] is False
    assert count(home, "releases") == before


def test_an_unreadable_file_deploys_nothing(ninefold: Command, home: Path, tmp_path: Path):
    good = tmp_path / "small.bpmn"
    good.write_bytes(SOUND)

    found = ninefold("deploy", good, tmp_path / "missing.bpmn", home=home)

    assert found.code == 1
    assert found.out.startswith("nothing was deployed")
    assert count(home, "releases") == 1


# -- feed


def test_feed_counts_what_became_of_a_file(ninefold: Command, home: Path):
    found = ninefold("feed", "--format", "json", FEEDS / "strangers.hl7", home=home)

    assert found.code == 0
    assert set(found.document) == {
        "messages",
        "accepted",
        "duplicates",
        "rejected",
        "cases_started",
        "candidates",
        "cases_touched",
    }
    assert (found.document["messages"], found.document["accepted"], found.document["cases_started"]) == (5, 5, 1)


def test_feeding_a_file_again_finds_duplicates_only(ninefold: Command, home: Path):
    ninefold("feed", FEEDS / "strangers.hl7", home=home)
    before = count(home, "history")

    found = ninefold("feed", "--format", "json", FEEDS / "strangers.hl7", home=home)

    assert (found.code, found.document["duplicates"], found.document["accepted"]) == (0, 5, 0)
    assert count(home, "history") == before


def test_damaged_messages_are_counted_and_named_without_content(ninefold: Command, home: Path):
    found = ninefold("feed", "--format", "json", FEEDS / "broken.hl7", home=home)

    assert [item["index"] for item in found.document["rejected"]] == [1, 2, 3, 4]
    assert all(set(item) == {"index", "control_id", "reason"} for item in found.document["rejected"])
    assert found.document["accepted"] == 2
    assert found.err.count("\n") == 4
    assert "7001" not in found.out + found.err
    assert "Example" not in found.out + found.err


def test_a_feed_of_garbage_is_taken_without_a_traceback(ninefold: Command, home: Path, tmp_path: Path):
    file = tmp_path / "garbage.hl7"
    file.write_bytes(bytes(range(256)) * 50 + b"MSH|^~\\&|\rPID|" + b"\xff" * 1000)

    found = ninefold("feed", "--format", "json", file, home=home)

    assert found.code in {0, 1}
    assert found.document["accepted"] == 0
    assert "Traceback" not in found.err


def test_an_empty_feed_is_no_message(ninefold: Command, home: Path, tmp_path: Path):
    (tmp_path / "empty.hl7").write_bytes(b"")

    found = ninefold("feed", "--format", "json", tmp_path / "empty.hl7", home=home)

    assert found.document["messages"] == 0


# -- replay


def test_replay_prints_the_report_alone_on_standard_output(ninefold: Command, tmp_path: Path):
    feed = tmp_path / "feed.hl7"
    feed.write_bytes(sample_feed())
    until = "2024-03-01T00:00:00Z"

    found = ninefold(
        "replay",
        feed,
        "--answers",
        "always_open",
        "--clients",
        1,
        "--until",
        until,
        "--seed",
        3,
        "--format",
        "json",
        profile=None,
    )

    assert found.code == 0
    assert found.document["seed"] == 3
    assert found.document["virtual_to"] == until
    assert "replay: 2024-02" in found.err


def test_replay_leaves_the_named_database_behind(ninefold: Command, tmp_path: Path):
    (tmp_path / "feed.hl7").write_bytes(sample_feed())

    found = ninefold(
        "replay",
        tmp_path / "feed.hl7",
        "--answers",
        "always_open",
        "--clients",
        1,
        "--until",
        "2024-03-01",
        "--database",
        f"sqlite:///{tmp_path / 'ninefold.db'}",
        home=tmp_path,
    )

    assert found.code == 0
    assert count(tmp_path, "cases") == 1
    assert ninefold("db", "check", home=tmp_path).code == 0


@pytest.mark.parametrize(
    ("more", "code", "said"),
    [
        (("--answers", "no_such_set"), 1, "no_such_set"),
        (("--until", "tomorrow"), 2, "ISO instant"),
        (("--seed", "x"), 2, "seed"),
        (("--clients", "0"), 2, "clients"),
        (("--database", "mysql://h/d", "--clients", "1"), 1, ""),
    ],
    ids=lambda item: " ".join(item) if isinstance(item, tuple) else "",
)
def test_a_wrong_replay_is_refused_in_one_line(
    more: tuple[str, ...], code: int, said: str, ninefold: Command, tmp_path: Path
):
    (tmp_path / "feed.hl7").write_bytes(sample_feed())

    found = ninefold("replay", tmp_path / "feed.hl7", *more, home=tmp_path)

    assert found.code == code
    assert said in found.err
    assert found.out == ""
    assert "Traceback" not in found.err


@pytest.mark.parametrize(
    "source",
    [
        "not json",
        "[]",
        '{"tasks": 1}',
        '{"default": {"after": "soon"}}',
        '{"tasks": {"a": {"when": "= 1 +"}}}',
        '{"messages": [{}]}',
    ],
)
def test_a_broken_answer_set_is_1(source: str, ninefold: Command, tmp_path: Path):
    (tmp_path / "feed.hl7").write_bytes(sample_feed())
    (tmp_path / "set.json").write_text(source)

    found = ninefold("replay", tmp_path / "feed.hl7", "--answers", tmp_path / "set.json", home=tmp_path)

    assert found.code == 1
    assert "set.json" in found.err
    assert "Traceback" not in found.err


def test_a_feed_that_nobody_can_read_cannot_be_replayed(ninefold: Command, tmp_path: Path):
    (tmp_path / "feed.hl7").write_bytes(b"a letter")

    found = ninefold("replay", tmp_path / "feed.hl7", home=tmp_path)

    assert (found.code, found.out) == (1, "")
    assert "readable HL7 message" in found.err


# -- as a process


def test_the_command_as_a_process_answers_with_its_exit_code_and_one_document(tmp_path: Path):
    bad = tmp_path / "bad.bpmn"
    bad.write_text("<definitions")

    checked = process("check", "--format", "json", str(bad), home=tmp_path)
    wrong = process("db", "check", home=tmp_path / "none", NINEFOLD_PROFILE="staging")

    assert (checked.returncode, json.loads(checked.stdout)["ok"]) == (1, False)
    assert (wrong.returncode, wrong.stdout) == (2, "")
    assert wrong.stderr.startswith("ninefold: Expected NINEFOLD_PROFILE")
