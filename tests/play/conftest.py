"""Shows for the tests of play."""

from tests.show_fixtures import stage

__all__ = ["stage"]
