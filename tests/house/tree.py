"""The work tree as the house tests see it: product modules, their syntax trees, and every text file of ours."""

import ast
import functools
import os
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
HOUSES = ("feel", "forms", "database", "engine", "access", "care", "program", "trial", "worker", "api", "cli", "bpmn")
NOT_OURS = {".git", ".venv", "var", "node_modules", "build", "dist", "static", "__pycache__"}


def files(*suffixes: str) -> Iterator[Path]:
    """Every file of ours below the root with one of these suffixes; all when none is given."""
    for folder, folders, names in os.walk(ROOT):
        folders[:] = sorted(name for name in folders if name not in NOT_OURS and not name.endswith("_cache"))
        for name in sorted(names):
            if not suffixes or name.endswith(suffixes):
                yield Path(folder, name)


def product() -> tuple[Path, ...]:
    return tuple(
        path for house in HOUSES for path in sorted((ROOT / house).rglob("*.py")) if "static" not in path.parts
    )


@functools.cache
def tree_of(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"), str(path))


def name_of(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def dotted(node: ast.expr) -> str:
    """`a.b.c` of a name or attribute chain; an empty text for anything else."""
    parts: list[str] = []
    while isinstance(node, ast.Attribute):
        parts.append(node.attr)
        node = node.value
    if not isinstance(node, ast.Name):
        return ""
    return ".".join([node.id, *reversed(parts)])
