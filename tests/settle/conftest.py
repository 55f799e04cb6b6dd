"""Shows for the tests of settle."""

from tests.show_fixtures import stage

__all__ = ["stage"]
