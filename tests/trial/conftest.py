"""Stories of the whole program, as the journeys tell them."""

from tests.journeys.conftest import enrolled_home, prepared_home, story

__all__ = ["enrolled_home", "prepared_home", "story"]
