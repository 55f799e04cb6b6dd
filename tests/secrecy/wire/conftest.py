"""The same arrangement as for the wire's tests: one house for this folder; its workers would disturb a test of use cases."""

from tests.realtime.conftest import house, services, settings

__all__ = ["house", "services", "settings"]
