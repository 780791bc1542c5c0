"""What commands print: one JSON document or plain lines on standard output, progress and logs on standard error."""

import dataclasses
import json
from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any

import click

format_option = click.option(
    "--format",
    "form",
    type=click.Choice(["text", "json"]),
    default="text",
    help="json prints one document and nothing else",
)


def say(text: str) -> None:
    """A line on standard error."""
    click.echo(text, err=True)


def answer(document: Mapping[str, Any], form: str, lines: list[str]) -> None:
    """The result: the document as JSON, or its lines."""
    click.echo(json.dumps(plain(document), indent=2) if form == "json" else "\n".join(lines))


def plain(value: Any) -> Any:
    """A value as JSON: frozen values as objects, instants as ISO text."""
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return {field.name: plain(getattr(value, field.name)) for field in dataclasses.fields(value)}
    if isinstance(value, Mapping):
        return {str(key): plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [plain(item) for item in value]
    if isinstance(value, Decimal):
        return int(value) if value == int(value) else float(value)
    return value.isoformat() if isinstance(value, date) else value
