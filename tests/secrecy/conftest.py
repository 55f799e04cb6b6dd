"""The same arrangement as on the wire's tests: one house for the whole folder."""

from tests.realtime.conftest import house, services, settings

__all__ = ["house", "services", "settings"]
