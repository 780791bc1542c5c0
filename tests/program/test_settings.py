"""Settings: what is read, and a refusal naming the variable for everything that is wrong."""

from pathlib import Path

import pytest

from program import MEANING, SettingsRefused, names, read_settings

SAMPLE = {"NINEFOLD_PROFILE": "sample"}


def test_only_the_profile_has_to_be_given(monkeypatch: pytest.MonkeyPatch, tmp_path: Path):
    monkeypatch.chdir(tmp_path)

    found = read_settings(SAMPLE)

    assert found.home == tmp_path / "var"
    assert found.database_url == f"sqlite:///{tmp_path / 'var' / 'ninefold.db'}"
    assert found.embedded == tmp_path / "var" / "ninefold.db"
    assert (found.host, found.port, found.zone, found.threads, found.synchronous) == (
        "127.0.0.1",
        8000,
        "America/New_York",
        8,
        "FULL",
    )


def test_every_setting_can_be_given():
    found = read_settings(
        {
            **SAMPLE,
            "NINEFOLD_HOME": "/srv/ninefold",
            "NINEFOLD_DATABASE_URL": "postgresql+psycopg://host/name",
            "NINEFOLD_HOST": "localhost",
            "NINEFOLD_PORT": "9000",
            "NINEFOLD_ZONE": "Europe/Berlin",
            "NINEFOLD_THREADS": "2",
            "NINEFOLD_SYNCHRONOUS": "normal",
        }
    )

    assert (found.host, found.port, found.zone, found.threads) == ("localhost", 9000, "Europe/Berlin", 2)
    assert (found.home, found.database_url) == (Path("/srv/ninefold"), "postgresql+psycopg://host/name")
    assert found.synchronous == "NORMAL"
    assert found.embedded is None


def test_an_empty_variable_counts_as_not_given():
    assert read_settings({**SAMPLE, "NINEFOLD_PORT": "", "NINEFOLD_HOST": "", "NINEFOLD_ZONE": ""}).port == 8000


@pytest.mark.parametrize(
    ("given", "named"),
    [
        ({}, "NINEFOLD_PROFILE"),
        ({"NINEFOLD_PROFILE": ""}, "NINEFOLD_PROFILE"),
        ({"NINEFOLD_PROFILE": "staging"}, "NINEFOLD_PROFILE"),
        ({"NINEFOLD_PROFILE": "production"}, "NINEFOLD_PROFILE"),
        ({**SAMPLE, "NINEFOLD_HOST": "0.0.0.0"}, "NINEFOLD_HOST"),  # noqa: S104  # refused
        ({**SAMPLE, "NINEFOLD_HOST": "192.0.2.7"}, "NINEFOLD_HOST"),
        ({**SAMPLE, "NINEFOLD_PORT": "0"}, "NINEFOLD_PORT"),
        ({**SAMPLE, "NINEFOLD_PORT": "65536"}, "NINEFOLD_PORT"),
        ({**SAMPLE, "NINEFOLD_PORT": "http"}, "NINEFOLD_PORT"),
        ({**SAMPLE, "NINEFOLD_PORT": "-1"}, "NINEFOLD_PORT"),
        ({**SAMPLE, "NINEFOLD_PORT": "8000.5"}, "NINEFOLD_PORT"),
        ({**SAMPLE, "NINEFOLD_THREADS": "65"}, "NINEFOLD_THREADS"),
        ({**SAMPLE, "NINEFOLD_ZONE": "Mars/Olympus"}, "NINEFOLD_ZONE"),
        ({**SAMPLE, "NINEFOLD_ZONE": "../etc/passwd"}, "NINEFOLD_ZONE"),
        ({**SAMPLE, "NINEFOLD_SYNCHRONOUS": "OFF"}, "NINEFOLD_SYNCHRONOUS"),
    ],
)
def test_a_wrong_setting_is_refused_by_its_name(given: dict[str, str], named: str):
    with pytest.raises(SettingsRefused, match=named):
        read_settings(given)


def test_a_refusal_does_not_repeat_a_database_address_with_its_password():
    with pytest.raises(SettingsRefused) as refused:
        read_settings({**SAMPLE, "NINEFOLD_DATABASE_URL": "postgresql://u:hidden@h/d", "NINEFOLD_PORT": "x"})

    assert "hidden" not in str(refused.value)


def test_every_setting_has_a_meaning():
    assert names() == tuple(f"NINEFOLD_{name.upper()}" for name in MEANING)
