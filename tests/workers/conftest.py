"""Shows for the tests of workers."""

from tests.show_fixtures import stage

__all__ = ["stage"]
