"""`serve`, `worker` and `db`: the program as it runs, and its schema."""

import os
import random
import signal
import socket
import threading
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from datetime import timedelta

import click
import waitress

from api import create_app
from cli.opened import opened, settings
from cli.output import answer, format_option, say
from cli.sample import prepare_sample
from cli.watch import Watch
from database import check as check_revision
from database import lock_for_serving
from database import upgrade as upgrade_schema
from program import Program, Settings, seed_release
from worker import Alarm, Relay, RelayLoop, forget_old, sweep_messages

FORGET_AT = 3
CONNECTIONS = 1000
"""Clients at once; a slow one holds a connection, not a thread. Waitress's own 100 let a hundred slow ones lock everybody out."""
SWEEP_MESSAGES = timedelta(minutes=1)


@contextmanager
def _alarm(program: Program) -> Iterator[Alarm]:
    alarm = Alarm(program)
    alarm.daily("forget-old", FORGET_AT, lambda: forget_old(program))
    alarm.every("sweep-messages", SWEEP_MESSAGES, lambda: sweep_messages(program))
    alarm.start()
    relay = RelayLoop(_relay(program))
    relay.start()
    try:
        yield alarm
    finally:
        relay.stop()
        alarm.stop()


def _relay(program: Program) -> Relay:
    """One per process: the lease names host and process, and no two share a number source."""
    holder = f"{socket.gethostname()}.{os.getpid()}.{program.clock.new_id()[:8]}"
    return Relay(program, holder, random.Random(holder).random)  # noqa: S311  # spreads retries, guards nothing


def _lock(chosen: Settings) -> AbstractContextManager[object]:
    """On the embedded database one process serves; on PostgreSQL any number. The schema must be this version's."""
    check_revision(chosen.database_url)
    return lock_for_serving(chosen.embedded) if chosen.embedded is not None else nullcontext()


@click.command()
@click.option("--host", help="address to listen on")
@click.option("--port", type=click.IntRange(1, 65535), help="port to listen on")
@click.option("--watch/--no-watch", default=True, help="check and deploy edited files of bpmn/ and forms/definitions/")
@click.option("--empty", is_flag=True, help="without the sample cohort")
def serve(host: str | None, port: int | None, *, watch: bool, empty: bool) -> None:
    """Serve the workplaces, the API and the clock in one process."""
    chosen = settings(host=host, port=port)
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # a container that is stopped ends as by Ctrl+C
    with _lock(chosen):
        prepare_sample(chosen, cohort=not empty)
        with opened(chosen) as program:
            seed_release(program)
            with _alarm(program), Watch(program) if watch else nullcontext():
                app = create_app(program)
                say(
                    f"Ninefold listens on http://{chosen.host}:{chosen.port} (sample profile, this machine only). Stop with Ctrl+C."
                )
                waitress.serve(
                    app,
                    host=chosen.host,
                    port=chosen.port,
                    threads=chosen.threads,
                    ident=None,
                    connection_limit=CONNECTIONS,
                    asyncore_use_poll=True,  # select() ends at 1024 descriptors
                )


@click.command()
def worker() -> None:
    """The clock alone, beside servers on PostgreSQL."""
    chosen = settings()
    stop = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: stop.set())
    with _lock(chosen), opened(chosen) as program, _alarm(program):
        say("Ninefold worker: the clock runs. Stop with Ctrl+C.")
        stop.wait()


@click.group()
def db() -> None:
    """The schema of the configured database."""


@db.command("upgrade")
@format_option
def upgrade(form: str) -> None:
    """Bring the schema to this version."""
    chosen = settings()
    chosen.home.mkdir(parents=True, exist_ok=True)
    revision = upgrade_schema(chosen.database_url)
    answer({"revision": revision}, form, [f"revision {revision}"])


@db.command("check")
@format_option
def check(form: str) -> None:
    """Say whether the schema is this version's. Exit 1 when it is not."""
    revision = check_revision(settings().database_url)
    answer({"revision": revision}, form, [f"revision {revision}"])


commands = (serve, worker, db)
