"""The first release and the sample people: what an empty database needs before anybody can work."""

from pathlib import Path

from access import add_people, sample_people
from bpmn import models_folder
from engine import Actor, Deploy, Deployment
from forms import definitions_folder
from program.wiring import Program

SYSTEM_ACTOR = Actor("ninefold", frozenset({"service"}))
PATTERNS = ("*.bpmn", "*.dmn", "*.form.json")


def shipped_files() -> tuple[Path, ...]:
    """The models, decisions and forms that the product ships."""
    folders = (models_folder(), definitions_folder())
    return tuple(sorted(path for folder in folders for pattern in PATTERNS for path in folder.glob(pattern)))


def seed_release(program: Program) -> Deployment:
    """Deploys the shipped files; the same content again gives the release that is there. Raises ReleaseRejected."""
    files = [(path.name, path.read_bytes()) for path in shipped_files()]
    artefacts = tuple(program.reading.identify(name, source) for name, source in files)
    now = program.clock.now()

    def work(tx: object) -> Deployment:
        answer: Deployment = program.engine.execute(Deploy(artefacts, SYSTEM_ACTOR, now), tx)
        return answer

    return program.database.write(work)


def seed_people(program: Program) -> None:
    """Adds the sample people that are not there yet."""
    program.database.write(lambda tx: add_people(tx, sample_people()))
