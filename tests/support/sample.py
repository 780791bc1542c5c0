"""The sample mid-flight, made once for all processes of a run: it takes the better part of a minute."""

import fcntl
import os
from pathlib import Path

from cli.sample import prepare_sample
from database import upgrade
from tests.journeys.story import settings_in


def sample_in(base: Path) -> Path:
    """The folder of the sample; whoever comes first makes it, the others wait. It is copied, never used."""
    home = (base.parent if "PYTEST_XDIST_WORKER" in os.environ else base) / "sample"
    home.mkdir(exist_ok=True)
    with (home.parent / "sample.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not (home / "ninefold.db").exists():
            making = home.with_name("sample.making")
            making.mkdir()
            settings = settings_in(making)
            upgrade(settings.database_url)
            prepare_sample(settings, cohort=True)
            home.rmdir()
            making.rename(home)
    return home
