"""Whatever a person does to a case in whatever order: it is refused by name or done wholly, rows and blob agree, and no case is left dead."""

import random
from collections.abc import Callable

import pytest

from engine import (
    CancelCase,
    CaseClosed,
    ElementUnknown,
    MigrateCase,
    MoveRefused,
    MoveToken,
    Place,
    RestartCase,
    SetValues,
    TokenUnclear,
)
from tests.engine.test_moving import FIRST, SECOND
from tests.support.world import ANN, World, form, model
from tests.torture.verify import verify

pytestmark = pytest.mark.usefixtures("rebuilt")

BODY = (
    '<startEvent id="s"/><exclusiveGateway id="again"/><parallelGateway id="f"/><callActivity id="one" calledElement="First" '
    'n:stage="one"/><callActivity id="two" calledElement="Second" n:stage="two"/><parallelGateway id="j"/>'
    '<inclusiveGateway id="if" default="if_x"/><userTask id="x"/><userTask id="y"/><inclusiveGateway id="ij"/>'
    '<eventBasedGateway id="g"/><intermediateCatchEvent id="gm"><messageEventDefinition messageRef="go"/>'
    '</intermediateCatchEvent><intermediateCatchEvent id="gt"><timerEventDefinition><timeDuration>PT5H</timeDuration>'
    '</timerEventDefinition></intermediateCatchEvent><exclusiveGateway id="gx"/><userTask id="each">'
    "<multiInstanceLoopCharacteristics><loopCardinality>2</loopCardinality></multiInstanceLoopCharacteristics></userTask>"
    '<exclusiveGateway id="xg" default="xg_e"/><endEvent id="e"/><endEvent id="e2"/><userTask id="remind"/>'
    '<boundaryEvent id="reminder" attachedToRef="two" cancelActivity="false"><timerEventDefinition>'
    "<timeDuration>P1D</timeDuration></timerEventDefinition></boundaryEvent>"
    '<boundaryEvent id="stop" attachedToRef="each"><messageEventDefinition messageRef="halt"/></boundaryEvent>'
    '<userTask id="stopped"/><subProcess id="crisis" triggeredByEvent="true"><startEvent id="cs" isInterrupting="false">'
    '<messageEventDefinition messageRef="crisis_reported"/></startEvent><userTask id="calm"/><endEvent id="ce"/>'
    '<sequenceFlow id="c1" sourceRef="cs" targetRef="calm"/><sequenceFlow id="c2" sourceRef="calm" targetRef="ce"/>'
    "</subProcess>"
)
PATHS = (
    "s > again > f > one > j > if > x > ij > g > gm > gx > each > xg",
    "f > two > j",
    "if > y ? = loop",
    "y > ij",
    "g > gt > gx",
    "xg > e",
    "xg > again ? = loop",
    "reminder > remind > e2",
    "stop > stopped > e2",
)
ELEMENTS = [
    "one",
    "two",
    "f",
    "j",
    "if",
    "x",
    "y",
    "ij",
    "g",
    "gm",
    "gt",
    "each",
    "xg",
    "e",
    "remind",
    "stopped",
    "ask",
    "weigh",
    "plan",
    "detail",
    "dig",
    "agree",
    "calm",
    "crisis",
    "again",
    "gx",
]
REFUSALS = (CaseClosed, ElementUnknown, MoveRefused, TokenUnclear)


class Hands:
    """What may be done, each drawn from one seed."""

    def __init__(self, world: World, seed: int) -> None:
        self.world, self.draw, self.releases = world, random.Random(seed), 0  # noqa: S311  # a seed that replays

    def place(self) -> Place:
        return Place(self.draw.choice(sorted(self.world.tokens) or ["ask"]))

    def move(self) -> None:
        target = Place(self.draw.choice(ELEMENTS))
        self.world.execute(MoveToken(self.world.case, self.place(), target, ANN, self.world.now, "x", {"moved": True}))

    def complete(self) -> None:
        if self.world.open:
            self.world.complete(self.draw.choice(self.world.open))

    def wait(self) -> None:
        self.world.pass_time(hours=self.draw.choice([1, 6, 30]))

    def send(self) -> None:
        self.world.send(self.draw.choice(["go", "halt", "crisis_reported"]))

    def set_values(self) -> None:
        values = {"loop": self.draw.random() < 0.5}
        self.world.execute(SetValues(self.world.case, ANN, self.world.now, "x", {"k": 1}, self.place(), values))

    def end_or_begin(self) -> None:
        if self.world.status in {"cancelled", "completed"}:
            target = Place(self.draw.choice(ELEMENTS))
            self.world.execute(RestartCase(self.world.case, target, ANN, self.world.now, "x"))
        elif self.draw.random() < 0.2:
            self.world.execute(CancelCase(self.world.case, "over", ANN, self.world.now, "x"))

    def migrate(self) -> None:
        """To a release in which nothing changes for the tokens: all stay as they are."""
        self.releases += 1
        self.world.deploy(model(BODY, *PATHS, attributes=f'n:grade="g{self.releases}"'))
        release = self.world.read(self.world.library.active).id
        before = self.seen()
        self.world.execute(MigrateCase(self.world.case, release, ANN, self.world.now, "x"))
        assert self.seen() == before

    def seen(self) -> object:
        world = self.world
        return world.tokens, world.timers, world.waits, [(task.id, task.version) for task in world.tasks()]


@pytest.mark.parametrize(("seed", "hot"), [(3, 0), (14, 0), (15, 10), (92, 0), (65, 10)])
def test_a_case_mended_at_random_is_never_half_done_and_never_dead(world: World, seed: int, hot: int) -> None:
    world.hot = hot
    world.__post_init__()
    hands = Hands(world, seed)
    world.deploy(model(BODY, *PATHS), FIRST, SECOND, form("f"))
    world.start(loop=True)
    often: list[Callable[[], None]] = [hands.move, hands.complete, hands.complete, hands.end_or_begin]
    ways = [*often, *often, hands.wait, hands.send, hands.set_values, hands.migrate]
    done = 0

    for _ in range(40):
        try:
            hands.draw.choice(ways)()
        except REFUSALS:
            continue
        done += 1
        verify(world.database, world.keyring, world.library)
        assert world.tokens or world.status in {"completed", "cancelled"}

    assert done > 10
