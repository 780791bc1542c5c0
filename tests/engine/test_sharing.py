"""Token data is merged as the library merges it, but nothing is copied that is the same and nothing changed in place."""

from copy import deepcopy

from hypothesis import given
from hypothesis import strategies as st
from SpiffWorkflow.util.deep_merge import DeepMerge

from engine.spiff.sharing import SharingMerge
from tests.support.world import World, flows, form, model

lists = st.recursive(st.none() | st.text(max_size=2), lambda inner: st.lists(inner, max_size=3), max_leaves=4)
values = st.recursive(lists, lambda inner: st.dictionaries(st.sampled_from("abc"), inner, max_size=3), max_leaves=8)
contexts = st.dictionaries(st.sampled_from("abcd"), values, max_size=4)


def without_lists(value):
    """The library mixes lists item by item; contexts it merges as we do."""
    if isinstance(value, dict):
        return {name: without_lists(item) for name, item in value.items()}
    return str(value) if isinstance(value, list) else value


@given(contexts, contexts)
def test_the_outcome_is_the_librarys_and_its_sources_stay_as_they_were(into, data):
    into, data = without_lists(into), without_lists(data)
    expected = DeepMerge.merge(deepcopy(into), deepcopy(data))
    held, given_ = deepcopy(into), deepcopy(data)
    own = dict(into)

    answer = SharingMerge.merge(own, data)

    assert answer is own
    assert answer == expected
    assert into == held
    assert data == given_


def test_of_two_lists_the_new_one_stands():
    assert SharingMerge.merge({"a": [None, 1]}, {"a": [{"b": 2}]}) == {"a": [{"b": 2}]}


def test_what_a_task_inherits_is_the_same_and_not_a_copy():
    plan = {"goals": ["walk"]}

    assert SharingMerge.merge({}, {"plan": plan})["plan"] is plan
    assert SharingMerge.merge({"plan": {"goals": ["walk"]}}, {"plan": plan})["plan"] is plan


def test_the_blob_holds_an_answer_once_however_many_tokens_have_it(world: World) -> None:
    steps = [f"u{n}" for n in range(8)]
    inner = (
        '<subProcess id="w"><startEvent id="s1"/><userTask id="a"/><endEvent id="e1"/>'
        + flows("s1 > a > e1")
        + "</subProcess>"
    )
    body = '<startEvent id="s"/><userTask id="ask" n:form="f"/>' + "".join(f'<userTask id="{name}"/>' for name in steps)
    world.deploy(model(body + inner + '<endEvent id="e"/>', "s > ask > " + " > ".join(steps) + " > w > e"), form("f"))
    world.start()
    world.complete("ask", notes=["said so"] * 40)
    for name in steps:
        world.complete(name)

    live = world.live()
    tokens = [
        task.data["f"]
        for tree in (live, *live.subprocesses.values())
        for task in tree.tasks.values()
        if "f" in task.data
    ]
    assert len(tokens) > 2
    assert all(each is tokens[0] for each in tokens)
