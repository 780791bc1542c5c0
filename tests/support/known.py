"""Marks a reproduction of a bug that is known and not mended: it must fail until it is, and then the mark must go."""

import pytest


def known_bug(reason: str) -> pytest.MarkDecorator:
    return pytest.mark.xfail(strict=True, reason=reason)
