"""Rows of the engine. Functions take a transaction and never commit."""

from engine.store import cases, history, links, releases, tables, tasks, timers

__all__ = ["cases", "history", "links", "releases", "tables", "tasks", "timers"]
