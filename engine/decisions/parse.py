"""Reads DMN files, version 1.1 to 1.6, from their parsed roots, alone or as a set that imports among itself."""

from __future__ import annotations

from collections.abc import Iterable

from lxml.etree import _Element

from engine.decisions.boxing import Boxing
from engine.decisions.definitions import Types, connect_types
from engine.decisions.errors import DecisionError
from engine.decisions.graph import Graph
from engine.decisions.model import Decision, DecisionService, InputData, Model
from engine.decisions.sources import Source
from engine.decisions.words import Lookups


def parse_decisions(
    root: _Element, file: str, imports: Iterable[tuple[_Element, str]] = ()
) -> tuple[Decision | DecisionService, ...]:
    """The decisions and then the decision services of a file, in file order, every expression compiled. ``imports`` are the
    other files of its set, a root and a name each. Raises DecisionError with all problems found in the file itself.
    """
    model = read_models([(root, file), *imports])[0]
    if model.problems:
        raise DecisionError(model.problems)
    return (*model.decisions, *model.services)


def read_models(files: Iterable[tuple[_Element, str]]) -> tuple[Model, ...]:
    """The models of a set of files, each with its problems; what has problems gives null when it is evaluated."""
    lookups = Lookups()
    sources = [Source(number, root, file, lookups) for number, (root, file) in enumerate(files)]
    for source in sources:
        source.check()
    for source in sources:
        source.connect(sources)
    for source in sources:
        source.learn_entries()
    types = [Types(source) for source in sources]
    connect_types(types)
    for one in types:
        one.read()
    for one in types:
        one.learn()
    graph = Graph(sources, types, [Boxing(source, one) for source, one in zip(sources, types, strict=True)])
    graph.read()
    if lookups.left < 0:
        for source in sources:
            source.reader.problem(source.root, "The files hold too many names that look alike")
    return tuple(_model(source, graph, one) for source, one in zip(sources, types, strict=True))


def _model(source: Source, graph: Graph, types: Types) -> Model:
    keys = [source.key(element) for element in source.elements.values()]
    inputs = (graph.inputs[key] for key in keys if key in graph.inputs)
    return Model(
        file=source.reader.file,
        name=source.root.get("name") or "",
        namespace=source.namespace,
        inputs=tuple[InputData, ...](inputs),
        decisions=tuple(made for key in keys if (made := graph.decisions.get(key)) is not None),
        services=tuple(graph.services[key] for key in keys if key in graph.services),
        knowledge=tuple(graph.knowledge[key] for key in keys if key in graph.knowledge),
        types=types.named,
        problems=tuple(source.reader.problems),
    )
