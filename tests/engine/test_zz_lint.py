"""Bug 18."""

from tests.engine.test_lint import ADRIFT, errors, event
from tests.support.world import model


def test_a_link_without_its_other_end_is_refused() -> None:
    throw = event("intermediateThrowEvent", "link", reference='name="L"')

    assert errors(model(ADRIFT.format(throw), "s > a > x", "a > e"))
