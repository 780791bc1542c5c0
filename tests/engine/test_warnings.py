"""What expressions warn of reaches the history of their step, at their element, and never with a value."""

from engine.spiff.environment import MOST_WARNINGS
from tests.support.world import World, form, model

S, E, U = '<startEvent id="s"/>', '<endEvent id="e"/>', '<userTask id="u"/>'
SECRET = "Dolores-Haze"


def warned(world: World) -> list[tuple[str, str]]:
    return [(item["element"], item["message"]) for event in world.history for item in event.facts.get("warnings", ())]


def test_a_condition_that_became_null_is_told_at_its_gateway(world: World) -> None:
    body = f'{S}<exclusiveGateway id="g" default="g_e"/>{U}{E}'
    world.play(body, "s > g", "g > u ? consnt > 1", "g > e", "u > e")

    ((element, message),) = [item for item in warned(world) if "consnt" in item[1]]
    assert element == "g"
    assert "line 1, column" in message


def test_each_place_is_told_by_its_own_element(world: World) -> None:
    inside = '<extensionElements><n:ioMapping><n:input source="gone1" target="x"/></n:ioMapping></extensionElements>'
    body = (
        f'{S}<scriptTask id="k"><script>{{ a: gone2 }}</script></scriptTask><userTask id="a" n:prefill="= gone3">{inside}</userTask>'
        '<receiveTask id="r" messageRef="m" n:correlation="= gone4"/>'
        '<intermediateCatchEvent id="c"><conditionalEventDefinition><condition>gone5</condition></conditionalEventDefinition></intermediateCatchEvent>'
        f"{E}"
    )
    world.play(body, "s > k > a > r > c > e")
    world.complete("a")
    world.send("m")

    found = {(element, name) for element, message in warned(world) for name in [message.split("'")[1]]}
    assert {("k", "gone2"), ("a", "gone1"), ("a", "gone3"), ("r", "gone4"), ("c", "gone5")} <= found


def test_a_step_without_warnings_says_nothing(world: World) -> None:
    world.play(f"{S}{U}{E}", "s > u > e")

    assert "warnings" not in world.history[0].facts


def test_one_warning_of_an_element_is_told_once_and_their_number_is_bounded(world: World) -> None:
    loop = "<multiInstanceLoopCharacteristics isSequential='true'><loopCardinality>30</loopCardinality></multiInstanceLoopCharacteristics>"
    many = ", ".join(f"a{n}: gone{n}" for n in range(50))
    body = (
        f'{S}<scriptTask id="k"><script>{{ a: gone }}</script>{loop}</scriptTask>'
        f'<scriptTask id="m"><script>{{ {many} }}</script></scriptTask>{U}{E}'
    )
    world.play(body, "s > k > m > u > e")

    found = warned(world)
    assert len(found) == len(set(found)) == MOST_WARNINGS
    assert [item for item in found if item[0] == "k"] == found[:1]


def test_no_warning_has_a_value(world: World) -> None:
    texts = [
        "number(f.x)", "date(f.x)", "duration(f.x)", "f.x + 1", "f.x > 3", "f.x.y", "f.x(1)", "f[x]", "f.x[1].z", "-f.x",
        "if f.x then 1 else 2", "for i in f.x..3 return i", "some i in f.x satisfies i > 1", "substring(f.x, f.x)",
        'matches(f.x, "[" + f.x)', "f.x between 1 and 3", "f.x in [1..3]", "sum(f.x)", "get value(f, f.x).y",
        "context put(f.x, f.x, 1)", "time(f.x)", "date and time(f.x)", "string join(f.x, 1)", "f.x instance of number",
        "modulo(f.x, 2)", "{ a: f.x }.b", "list replace(f.x, 1, 2)", "[f.x][5]", "f.x * f.x", "not(f.x)", "f.x and true",
    ]  # fmt: skip
    tasks = "".join(
        f'<scriptTask id="k{n}" n:result="r{n}"><script>{text.replace("&", "&amp;").replace("<", "&lt;")}</script></scriptTask>'
        for n, text in enumerate(texts)
    )
    way = " > ".join(f"k{n}" for n in range(len(texts)))
    body = f'{S}<userTask id="a" n:form="f"/>{tasks}{U}{E}'
    world.deploy(model(body, f"s > a > {way} > u > e"), form("f"))
    world.start()
    world.complete("a", x=SECRET)

    assert world.open == ["u"]
    assert len(warned(world)) >= 10
    assert SECRET not in str([event.facts for event in world.history])
    assert "Dolores" not in str([event.facts for event in world.history])
