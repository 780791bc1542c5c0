"""The holes of SpiffWorkflow 3.2.0 and APScheduler that we close, each by name (security.md, section 9)."""

import subprocess
import sys
from contextlib import suppress
from datetime import UTC
from decimal import Decimal
from types import SimpleNamespace
from typing import Any

import pytest
import sqlalchemy as sa
from apscheduler.jobstores.memory import MemoryJobStore
from SpiffWorkflow.bpmn.script_engine.python_environment import TaskDataEnvironment
from SpiffWorkflow.bpmn.specs.bpmn_process_spec import AdHocSubprocessSpec
from SpiffWorkflow.bpmn.specs.event_definitions import MessageEventDefinition
from SpiffWorkflow.bpmn.specs.event_definitions.message import CorrelationProperty
from SpiffWorkflow.specs.Transform import Transform

from care import BusinessCalendar
from engine.decisions import DecisionError, evaluate, parse_decisions
from engine.spiff import codec, compile_release
from engine.spiff.environment import StepEnvironment, script_engine
from engine.store import tables
from engine.xml import parse_xml
from feel import FeelError
from program.forms import FormBook
from tests.guard.places import table
from tests.guard.walks import shipped_artefacts
from tests.house.tree import ROOT
from tests.support.world import START, World, model
from worker.alarm import Alarm

S, E, U = '<startEvent id="s"/>', '<endEvent id="e"/>', '<userTask id="u"/>'
SECRET = "Dolores-Haze"


@pytest.fixture
def environment() -> StepEnvironment:
    return StepEnvironment(lambda _task: None, {}, {}, {}, START, BusinessCalendar())


@pytest.fixture
def no_python(monkeypatch: pytest.MonkeyPatch) -> None:
    """The library's own environment, which is `eval` and `exec`, cannot be asked."""

    def refuse(*_args: Any, **_kwargs: Any) -> None:
        raise AssertionError("the library's environment was asked")

    for name in ("evaluate", "execute"):
        monkeypatch.setattr(TaskDataEnvironment, name, refuse)


@pytest.mark.usefixtures("no_python")
def test_hole_1_eval_and_exec_of_the_librarys_environment_are_never_asked(world: World) -> None:
    loop = "<multiInstanceLoopCharacteristics><loopCardinality>2</loopCardinality><completionCondition>n = 1</completionCondition></multiInstanceLoopCharacteristics>"
    again = '<standardLoopCharacteristics loopMaximum="3"><loopCondition>n &gt; 5</loopCondition></standardLoopCharacteristics>'
    body = (
        f'{S}<scriptTask id="k"><script>{{ n: 1 }}</script></scriptTask><exclusiveGateway id="g" default="g_e"/>'
        f'<task id="m">{loop}</task><task id="l">{again}</task>'
        '<intermediateCatchEvent id="c"><conditionalEventDefinition><condition>n = 1</condition></conditionalEventDefinition></intermediateCatchEvent>'
        '<intermediateCatchEvent id="t"><timerEventDefinition><timeDuration>= duration("PT1H")</timeDuration></timerEventDefinition></intermediateCatchEvent>'
        f"{E}"
    )
    world.play(body, "s > k > g", "g > m ? n = 1", "g > e", "m > l > c > t > e")

    world.complete("m")
    world.complete("l")
    world.pass_time(hours=1)
    assert world.status == "completed"


@pytest.mark.parametrize("text", ["n > 1", "= n > 1", "condition:n > 1"])
def test_hole_2_a_completion_condition_and_conditional_data_reach_our_environment(
    environment: StepEnvironment, text: str, no_python: None
) -> None:
    """`AdHocSubprocessSpec` asks `script_engine.environment` directly, past any guard in the engine."""
    workflow = SimpleNamespace(script_engine=script_engine(environment), data={"n": Decimal(2)}, data_objects={})

    assert AdHocSubprocessSpec.check_condition(None, text, workflow) is True
    cancelled: list[str] = []
    active = SimpleNamespace(task_spec=SimpleNamespace(name="x"), cancel=lambda: cancelled.append("x"))
    workflow.get_tasks = lambda **_given: [active]
    spec = SimpleNamespace(completion_condition=text, cancel_remaining=True, end=SimpleNamespace(name="end"))
    AdHocSubprocessSpec.path_complete(spec, workflow, SimpleNamespace(data={"n": Decimal(3)}))
    assert cancelled == ["x"]


@pytest.mark.parametrize("text", ["__import__('os').getpid()", "().__class__", "n.__class__"])
def test_hole_2_what_is_python_reaches_it_too_and_does_nothing(
    environment: StepEnvironment, text: str, no_python: None
) -> None:
    workflow = SimpleNamespace(script_engine=script_engine(environment), data={"n": Decimal(2)}, data_objects={})

    with suppress(FeelError):
        assert AdHocSubprocessSpec.check_condition(None, text, workflow) is None


def test_hole_2_correlation_reaches_our_environment(environment: StepEnvironment, no_python: None) -> None:
    """`MessageEventDefinition` asks `script_engine.environment` directly."""
    definition = MessageEventDefinition("m")
    keys = [CorrelationProperty("order", "= order.id + 1", ["key"])]

    found = definition.calculate_correlations(script_engine(environment), keys, {"order": {"id": Decimal(4)}})
    assert found == {"key": {"order": Decimal(5)}}


def test_hole_2_a_script_or_service_of_the_library_is_refused(environment: StepEnvironment) -> None:
    with pytest.raises(PermissionError):
        environment.execute("n = 1", {})
    with pytest.raises(PermissionError):
        environment.call_service({}, operation_name="x")


@pytest.mark.parametrize("cell", ["? > 3 and ? < 5", "not(1)", "[3..5)", '"%r" % data', "f'{x}'", "?" * 8000])
def test_hole_3_a_cell_is_a_unary_test_and_no_code_built_of_it(cell: str) -> None:
    with suppress(DecisionError):
        (decision,) = parse_decisions(parse_xml(table("n", '"yes"', cell=cell)), "d.dmn")
        assert evaluate(decision, {"n": Decimal(4)}).value in {"yes", None}


def test_hole_3_and_4_neither_the_librarys_tables_nor_its_old_states_are_even_imported() -> None:
    """Its DMN engine builds code from cells; its migration of version 1.2 evaluates strings of a stored state."""
    script = (
        "import sys, cli, worker, api, program, trial\n"
        "print([name for name in sys.modules if name.startswith(('SpiffWorkflow.dmn', 'SpiffWorkflow.spiff', "
        "'SpiffWorkflow.camunda', 'SpiffWorkflow.bpmn.serializer', 'SpiffWorkflow.serializer.xml', "
        "'SpiffWorkflow.serializer.dict', 'SpiffWorkflow.serializer.json', 'pickle_'))])"
    )
    done = subprocess.run([sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, check=True)

    assert done.stdout.strip() == "[]"


@pytest.mark.parametrize("version", [0, 2, 123, 255])
def test_hole_4_a_state_of_another_version_is_refused(version: int) -> None:
    with pytest.raises(ValueError, match="Expected a case blob of version 1"):
        codec.decode(bytes([version]) + b"{}", None, {}, None)


def test_hole_5_no_element_of_a_model_becomes_a_transform() -> None:
    forms = FormBook(lambda: START)
    release = compile_release("r", shipped_artefacts(forms), forms.reads)

    specs = [spec for each in release.specs.values() for spec in [each.spec, *each.subprocess_specs.values()]]
    assert len(specs) > 20
    assert not [item for spec in specs for item in spec.task_specs.values() if isinstance(item, Transform)]


@pytest.mark.parametrize("condition", ["n = 1", "= n = 1", " =n = 1 "])
def test_hole_6_a_condition_runs_with_and_without_its_sign(world: World, condition: str) -> None:
    body = f'{S}<exclusiveGateway id="g" default="g_e"/>{U}{E}'
    world.play(body, "s > g", f"g > u ? {condition}", "g > e", "u > e", values={"n": 1})

    assert world.open == ["u"]


@pytest.mark.parametrize(
    "element",
    [
        '<scriptTask id="x"><script>secret</script></scriptTask>',
        '<scriptTask id="x"><script>{{ a: count(for i in 1..99999999 return secret) }}</script></scriptTask>',
        '<serviceTask id="x" n:operation="ask" n:parameters="= secret"/>',
        '<userTask id="x" n:due="= secret"/>',
        '<userTask id="x" n:dueBusinessDays="= secret"/>',
        '<userTask id="x"><multiInstanceLoopCharacteristics><loopDataInputRef>secret</loopDataInputRef></multiInstanceLoopCharacteristics></userTask>',
        '<userTask id="x"><multiInstanceLoopCharacteristics><loopCardinality>secret</loopCardinality></multiInstanceLoopCharacteristics></userTask>',
        '<intermediateCatchEvent id="x"><timerEventDefinition><timeDuration>secret</timeDuration></timerEventDefinition></intermediateCatchEvent>',
    ],
)
def test_hole_7_a_failure_tells_neither_the_expression_nor_a_value(world: World, element: str) -> None:
    world.play(f"{S}{element.replace('{{', '{').replace('}}', '}')}{E}", "s > x > e", values={"secret": SECRET})

    (row,) = world.rows(sa.select(tables.incidents))
    told = f"{row.cause} {row.detail} {[event.facts for event in world.history]}"
    assert row.element == "x"
    assert SECRET not in told
    assert "secret" not in told


def test_hole_7_a_refused_step_tells_neither_the_expression_nor_a_value(world: World) -> None:
    start = '<startEvent id="s2" isInterrupting="false"><timerEventDefinition><timeDuration>= secret</timeDuration></timerEventDefinition></startEvent>'
    sub = f'<subProcess id="p" triggeredByEvent="true">{start}<endEvent id="e2"/><sequenceFlow id="f2" sourceRef="s2" targetRef="e2"/></subProcess>'
    world.deploy(model(f"{S}{U}{E}{sub}", "s > u > e"))

    with pytest.raises(Exception, match="s2") as caught:
        world.start(secret=SECRET)
    assert SECRET not in str(caught.value)
    assert "secret" not in str(caught.value)


def test_hole_8_the_clock_keeps_its_jobs_in_memory_and_unpickles_nothing() -> None:
    alarm = Alarm(SimpleNamespace())  # type: ignore[arg-type]
    scheduler = alarm._scheduler
    scheduler.start(paused=True)
    try:
        assert [type(store) for store in scheduler._jobstores.values()] == [MemoryJobStore]
        assert scheduler.timezone == UTC
        assert "apscheduler.jobstores.sqlalchemy" not in sys.modules
    finally:
        scheduler.shutdown()
