"""`serve --watch`: edited files of bpmn/ and forms/definitions/ are checked, and deployed when they are sound."""

import threading
from pathlib import Path
from types import TracebackType
from typing import Self

from cli.output import say
from engine import Problem, ReleaseRejected
from program import Program, seed_release, shipped_files

EVERY_S = 1.0


class Watch:
    """Looks at the files once a second; says what it did on standard error."""

    def __init__(self, program: Program) -> None:
        self._program = program
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._loop, name="watch", daemon=True)
        self._seen = _stamps()

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stop.set()
        self._thread.join()

    def _loop(self) -> None:
        while not self._stop.wait(EVERY_S):
            stamps = _stamps()
            if stamps != self._seen:
                self._seen = stamps
                deploy_edited(self._program)


def deploy_edited(program: Program) -> None:
    """Deploys what is in the folders; an unsound set changes nothing and is named."""
    try:
        done = seed_release(program)
    except ReleaseRejected as error:
        for item in error.problems:
            if isinstance(item, Problem) and item.severity == "error":
                say(f"watch: {item.file}: {item.message} [{item.rule}{f' at {item.element}' if item.element else ''}]")
        return
    except OSError as error:
        say(f"watch: a file could not be read ({type(error).__name__}); tried again at the next change")
        return
    changed = [item.key for item in done.deployed if item.changed]
    if changed:
        say(f"watch: deployed {', '.join(changed)} as release {done.release}")


def _stamps() -> dict[Path, int]:
    found = {}
    for path in shipped_files():
        try:
            found[path] = path.stat().st_mtime_ns
        except FileNotFoundError:
            continue
    return found
