"""The step's environment behind the library's script engine: every expression is FEEL, every piece of work is ours.

The guard is here and not in the script engine, because correlation and conditional code call the environment directly.
Nothing reaches `eval` or `exec`. One environment serves one step of one case.
"""

import re
from collections import ChainMap
from collections.abc import Callable, Mapping
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from types import MappingProxyType
from typing import Any

from SpiffWorkflow.bpmn.script_engine import PythonScriptEngine
from SpiffWorkflow.bpmn.script_engine.python_environment import BasePythonScriptEngineEnvironment

from engine.decisions import Outcome, evaluate
from engine.errors import EngineError, OperationError, ScriptFailed, StepFailed
from engine.model import Call, Fact, Values
from engine.ports import Calendar, PureOperation, Scripting
from engine.spiff.elements import Element
from engine.spiff.timing import cycle, due_instant
from engine.traces import Decided, Required, Warned
from feel import BudgetExceeded, FeelError, Remark, YearsMonths, compile_expression, to_text

CONDITION, COUNT, COLLECTION = "condition:", "count:", "collection:"
MOST_INSTANCES, MOST_INSTANCES_OF_A_STEP = 1000, 5000
SET_FACT = "set_case_fact"
_NAMES = re.compile(r"\b[^\W\d]\w*\b")
NONE: Mapping[str, PureOperation] = MappingProxyType({})
KEPT = (str, bool, Decimal, int, float, datetime, date, time, timedelta, YearsMonths)
MOST_WARNINGS = 20


class LoopCount(EngineError):
    """Expected a whole number of instances from 0 to 1000."""

    code = "loop-count"


def keepable(value: Any) -> Any:
    """A FEEL value as case data: ranges, functions and dates beyond the year 9999 become text, all else stays."""
    if value is None or isinstance(value, KEPT):
        return value
    if isinstance(value, Mapping):
        return {str(key): keepable(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [keepable(item) for item in value]
    return to_text(value)


class Asked(dict[str, Any]):
    """Values from outside the case; `taken` are those that a step has read: without them it could not be done again."""

    def __init__(self, values: Values) -> None:
        super().__init__(values)
        self.taken: dict[str, Any] = {}

    def __getitem__(self, name: str) -> Any:
        value = super().__getitem__(name)
        self.taken[name] = value
        return value


class StepEnvironment(BasePythonScriptEngineEnvironment):  # type: ignore[misc]  # the library has no types
    """Evaluates and works for one step, and collects what the step decided, called and learnt."""

    def __init__(
        self,
        element_of: Callable[[Any], Element | None],
        decisions: Mapping[str, Any],
        facts: Mapping[str, Fact],
        outside: Values,
        now: datetime,
        calendar: Calendar,
        shard: int = 0,
        operations: Mapping[str, PureOperation] = NONE,
        scripting: Scripting | None = None,
    ) -> None:
        super().__init__()
        self.element_of, self.decisions, self.now, self.calendar = element_of, decisions, now, calendar
        self.shard, self.operations, self.scripting = shard, operations, scripting
        self.today = now.astimezone(calendar.zone)
        self.outside = Asked({name: value for name, value in outside.items() if value is not None})
        self.facts: dict[str, Fact] = dict(facts)
        self.known: dict[str, Any] = {name: fact.value for name, fact in facts.items()}
        self.decided: list[Decided] = []
        self.calls: list[Call] = []
        self.place, self.release = "", ""
        self.warnings: dict[Warned, None] = {}
        self.remarks: list[Remark] = []
        self.instances = 0

    def context(self, data: Mapping[str, Any]) -> Mapping[str, Any]:
        return ChainMap(data, self.outside, self.known)  # type: ignore[arg-type]  # read only

    def value(self, text: str, data: Mapping[str, Any]) -> Any:
        found = compile_expression(text).evaluate(self.context(data), now=self.today, warnings=self.remarks)
        if self.remarks:
            for remark in self.remarks:
                self.warn(self.place, str(remark))
            self.remarks.clear()
        return found

    def warn(self, element: str, sentence: str) -> None:
        """A sentence for designers and administrators, once for each element of a step; it names no value."""
        if len(self.warnings) < MOST_WARNINGS:
            self.warnings[Warned(element, sentence)] = None

    def evaluate(self, expression: str, context: dict[str, Any], external_context: Any = None) -> Any:
        """The library's door: conditions answer a boolean, timers a text, a cardinality a whole number."""
        kind, colon, text = expression.partition(":")
        match kind + colon:
            case "condition:":
                return self.value(text, context) is True
            case "timeDate:" | "timeDuration:":
                given = self._timer_value(text, context)
                return due_instant(text, given, self.now, self.calendar.local, self.calendar.zone).isoformat()
            case "timeCycle:":
                given = self._timer_value(text, context)
                return cycle(text, given, self.now, self.calendar.local, self.calendar.zone)
            case "count:":
                return self._count(self.value(text, context))
        return self.value(expression, context)

    @staticmethod
    def _count(value: Any) -> int:
        if not isinstance(value, Decimal) or value != int(value) or not 0 <= value <= MOST_INSTANCES:
            raise LoopCount
        return int(value)

    def _timer_value(self, text: str, context: Mapping[str, Any]) -> Callable[[], Any]:
        return lambda: self.value(text, context)

    def execute(self, script: str, context: Any, external_context: Any = None) -> Any:
        raise PermissionError("Expected no script to reach the library")

    def call_service(self, context: Any, **kwargs: Any) -> Any:
        raise PermissionError("Expected no service call to reach the library")

    def work(self, my_task: Any) -> bool:
        """One business rule, script, service or send task; True when its token waits for an answer.

        Raises OperationError with the code of an operation, or StepFailed with a reason that names no value.
        """
        element = self.element_of(my_task)
        if element is None:
            raise StepFailed(my_task.task_spec.name, "the release does not know it")
        self.place = element.id
        try:
            if element.decision is not None:
                self._decide(element, my_task.data)
            elif element.operation is not None:
                return self._operate(element, my_task)
            elif element.script is not None:
                self._assign(element, my_task.data)
        except BudgetExceeded as error:
            raise StepFailed(element.id, "an expression went over its budget", "budget") from error
        except FeelError as error:
            raise StepFailed(element.id, f"an expression failed ({error.code})", error.code) from error
        return False

    def answered(self, my_task: Any, values: Mapping[str, Any]) -> None:
        """The answer of an operation stands in the token under the name that the model gives it."""
        element = self.element_of(my_task)
        if element is not None and element.answer is not None:
            my_task.data[element.answer] = dict(values)

    def begin_instance(self, element: str) -> None:
        """Counts the instances of loops that one step begins: loops inside loops multiply."""
        self.instances += 1
        if self.instances > MOST_INSTANCES_OF_A_STEP:
            raise StepFailed(
                element, f"one step begins more than {MOST_INSTANCES_OF_A_STEP} instances of loops", "loop-count"
            )

    def learn(self, name: str, value: Any, source: str) -> None:
        self.facts[name] = Fact(value, self.now, source)
        self.known[name] = value

    def _decide(self, element: Element, data: dict[str, Any]) -> None:
        decision = self.decisions.get(element.decision or "")
        if decision is None:
            raise StepFailed(element.id, f"the release has no decision '{element.decision}'", "decision-unknown")
        context = self.context(data)
        outcome: Outcome = evaluate(decision, context, self.today)
        for warning in outcome.warnings:
            self.warn(element.id, str(warning))
        value = keepable(outcome.value)
        inputs = {name: context.get(name) for name in sorted(decision.names)}
        self.decided.append(self._told(element, decision.id, outcome, _snapshot(inputs)))
        data[element.result or decision.id] = value
        if element.fact is not None:
            self.learn(element.fact, value, element.id)

    def _told(self, element: Element, decision: str, outcome: Outcome, inputs: Values) -> Decided:
        """The decision with every other one of its graph, the required ones first."""
        made = outcome.steps[:-1]
        return Decided(
            element.process,
            element.id,
            decision,
            tuple(outcome.matched),
            inputs,
            keepable(outcome.value),
            outputs=tuple(keepable(given) for given in outcome.outputs),
            required=tuple(Required(step.decision, tuple(step.matched), keepable(step.value)) for step in made),
            warnings=tuple(map(str, outcome.warnings)),
            release=self.release,
        )

    def _operate(self, element: Element, my_task: Any) -> bool:
        """Whether the token waits for an answer."""
        parameters = keepable(self.value(element.parameters, my_task.data)) if element.parameters else {}
        operation = element.operation or ""
        if not isinstance(parameters, dict):
            raise StepFailed(element.id, "its parameters are not a context", "not-a-context")
        if operation == SET_FACT:
            self._set_facts(element, parameters)
            return False
        if operation in self.operations:
            self.answered(my_task, keepable(self._pure(element, operation, parameters)))
            return False
        token = f"{self.shard:03x}{my_task.id}" if element.answer is not None else None
        self.calls.append(Call(element.process, element.id, operation, parameters, token))
        return token is not None

    def _pure(self, element: Element, operation: str, parameters: Values) -> Values:
        try:
            return self.operations[operation](parameters)
        except OperationError:
            raise
        except (ArithmeticError, AttributeError, LookupError, TypeError, ValueError) as error:
            raise StepFailed(element.id, f"its operation failed ({type(error).__name__})", "operation") from error

    def _set_facts(self, element: Element, parameters: Values) -> None:
        learnt = parameters["facts"] if isinstance(parameters.get("facts"), dict) else {}
        if isinstance(parameters.get("name"), str):
            learnt = {**learnt, parameters["name"]: parameters.get("value")}
        for name, value in learnt.items():
            self.learn(name, value, element.id)

    def _assign(self, element: Element, data: dict[str, Any]) -> None:
        value = self._script(element, data) if element.python else keepable(self.value(element.script or "", data))
        if element.result is not None:
            data[element.result] = value
        elif isinstance(value, dict):
            data.update(value)
        else:
            raise StepFailed(element.id, "its script is not a context", "not-a-context")

    def _script(self, element: Element, data: dict[str, Any]) -> Any:
        """What a script of another language gives; it is run elsewhere."""
        if self.scripting is None:
            raise StepFailed(element.id, "its script is in Python, which is switched off here", "scripting-off")
        text = element.script or ""
        context = self.context(data)
        named = {name: context[name] for name in set(_NAMES.findall(text)) if name in context}
        try:
            return self.scripting.run(text, named, self.today, wants=element.result is not None)
        except ScriptFailed as error:
            raise StepFailed(element.id, f"its script failed ({error.code})", error.code) from error


def _snapshot(inputs: Mapping[str, Any]) -> dict[str, Any]:
    return {name: keepable(value) for name, value in inputs.items() if value is not None}


class ScriptEngine(PythonScriptEngine):  # type: ignore[misc]  # the library has no types
    """The library's engine over our environment, which learns at which element it is asked."""

    def evaluate(self, task: Any, expression: str, external_context: Any = None) -> Any:
        self.environment.place = getattr(task.task_spec, "bpmn_id", None) or task.task_spec.name
        return super().evaluate(task, expression, external_context)


def script_engine(environment: StepEnvironment) -> ScriptEngine:
    return ScriptEngine(environment)
