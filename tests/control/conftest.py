"""Shows for the tests of operators' use cases."""

from tests.show_fixtures import stage

__all__ = ["stage"]
