"""The relay: takes calls out of the outbox, lets their connector make them, and settles what came of it. Any number of processes.

The call is outside every transaction: it is claimed by a lease before and settled after. A relay that dies in between leaves a
lease that ends: another makes the call again, with the same id.
"""

import threading
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from typing import Any

import structlog

from database import DatabaseError, Tx
from engine import Actor, AnswerOperation, CaseSuspended, EngineError, OutgoingCall
from program import Connector, Delivered, Delivery, Failed, Program

LEASE = timedelta(minutes=2)
"""Longer than any connector takes (twice 15 s for a webhook), or a slow call is made twice."""
AT_ONCE = 8
LOOK_EVERY = 1.0
RELAY_ACTOR = Actor("relay", frozenset({"service"}))
log = structlog.get_logger("relay")


@dataclass(frozen=True, slots=True)
class Relay:
    """`holder` names this process in leases, `draw` gives numbers from 0 to 1."""

    program: Program
    holder: str
    draw: Callable[[], float]
    lease: timedelta = LEASE

    def deliver_due(self, limit: int = AT_ONCE) -> int:
        """Makes up to `limit` due calls, one after the other; how many were claimed."""
        calls = self.claim(limit)
        for call in calls:
            self.make(call)
        return len(calls)

    def claim(self, limit: int) -> tuple[OutgoingCall, ...]:
        """Takes leases on due calls that have a connector."""
        program = self.program
        topics = self._topics()
        if not topics or not program.database.read(lambda tx: program.post.is_due(tx, topics, program.clock.now())):
            return ()
        now = program.clock.now()
        return program.database.write(lambda tx: program.post.claim(tx, topics, self.holder, now, self.lease, limit))

    def make(self, call: OutgoingCall) -> None:
        """Makes one call and settles it."""
        connector = self.program.connectors.find(call.topic)
        if connector is not None:
            self._settle(call, self._made(connector, call))

    def _topics(self) -> tuple[str, ...]:
        program = self.program
        if program.connectors.others is None:
            return tuple(sorted(program.connectors.named))
        return program.database.read(program.post.topics)

    def _made(self, connector: Connector, call: OutgoingCall) -> Delivered | Failed:
        try:
            return connector.deliver(self._delivery(call))
        except Exception as error:  # noqa: BLE001  # whatever a connector raises is a failed call, not a dead relay
            log.error("connector_failed", topic=call.topic, error=type(error).__name__)
            return Failed("connector_failed")

    def _delivery(self, call: OutgoingCall) -> Delivery:
        return Delivery(
            id=call.id,
            topic=call.topic,
            case_id=call.case_id,
            element=call.element,
            payload=self.program.post.payload(call),
            created_at=call.created_at,
            at=self.program.clock.now(),
            error=call.error,
            awaited=call.token is not None,
        )

    def _settle(self, call: OutgoingCall, outcome: Delivered | Failed) -> None:
        program, now = self.program, self.program.clock.now()
        if isinstance(outcome, Delivered):
            self._deliver(call, outcome)
        elif outcome.final:
            program.database.write(lambda tx: program.post.dead(tx, call, now, outcome.error))
            log.warning("call_dead", call=call.id, topic=call.topic, error=outcome.error)
        else:
            share = self.draw()
            again = program.database.write(
                lambda tx: program.post.failed(tx, call, now, outcome.error, share, outcome.wait)
            )
            log.info("call_failed", call=call.id, topic=call.topic, error=outcome.error, again=again is not None)

    def _deliver(self, call: OutgoingCall, outcome: Delivered) -> None:
        """Marks the call as delivered together with what its answer does to the case; an answer that the case refuses is a dead letter."""
        program, now = self.program, self.program.clock.now()
        answer: Callable[[Tx], object] | None = None
        if call.token is not None:
            answer = partial(self._answer, call, outcome.answer or {})
        try:
            program.database.write(lambda tx: program.post.delivered(tx, call, now, answer))
        except CaseSuspended:
            self._settle(call, Failed("case_suspended"))
        except EngineError as error:
            code = f"answer_{error.code}"
            program.database.write(lambda tx: program.post.dead(tx, call, now, code))
            log.warning("call_dead", call=call.id, topic=call.topic, error=code)

    def _answer(self, call: OutgoingCall, answer: Mapping[str, Any], tx: Tx) -> None:
        """An answer of the form {"error": "CODE"} is an error that the model may catch, any other is its values."""
        program, error = self.program, answer.get("error")
        error = error if isinstance(error, str) else None
        values = answer if error is None else {}
        command = AnswerOperation(call.case_id, call.token or "", RELAY_ACTOR, program.clock.now(), values, error)
        program.engine.execute(command, tx)


class RelayLoop:
    """Runs a relay until it is stopped: looks every second or when nudged, and makes several calls at once."""

    def __init__(self, relay: Relay, at_once: int = AT_ONCE) -> None:
        self._relay, self._at_once = relay, at_once
        self._wake, self._stopping = threading.Event(), threading.Event()
        self._free = threading.Semaphore(at_once)
        self._calls = ThreadPoolExecutor(at_once, thread_name_prefix="relay-call")
        self._thread = threading.Thread(target=self._loop, name="relay", daemon=True)

    def start(self) -> None:
        """What became due while nobody ran is delivered at once, each case in its order."""
        self._thread.start()

    def nudge(self) -> None:
        """There may be something to send."""
        self._wake.set()

    def stop(self) -> None:
        """Waits for the calls under way; what is not claimed stays for the next start."""
        self._stopping.set()
        self._wake.set()
        self._thread.join()
        self._calls.shutdown()

    def _loop(self) -> None:
        while not self._stopping.is_set():
            try:
                if not self._round():
                    self._wake.wait(LOOK_EVERY)
            except DatabaseError as error:
                log.warning("database_away", error=error.code)
                self._wake.wait(LOOK_EVERY)
            except Exception as error:  # noqa: BLE001  # the relay must outlive whatever one round meets
                log.error("relay_failed", error=type(error).__name__)
                self._wake.wait(LOOK_EVERY)
            self._wake.clear()

    def _round(self) -> int:
        """Claims as many calls as threads are free; how many."""
        free = self._take()
        calls: tuple[OutgoingCall, ...] = ()
        try:
            calls = self._relay.claim(free) if free else ()
            for call in calls:
                self._calls.submit(self._make, call)
        finally:
            for _ in range(free - len(calls)):
                self._free.release()
        return len(calls)

    def _take(self) -> int:
        taken = 0
        while taken < self._at_once and self._free.acquire(blocking=False):
            taken += 1
        return taken

    def _make(self, call: OutgoingCall) -> None:
        try:
            self._relay.make(call)
        except Exception as error:  # noqa: BLE001  # the lease ends, and the call is made again
            log.error("settling_failed", call=call.id, error=type(error).__name__)
        finally:
            self._free.release()
            self._wake.set()
