"""Tests mirror the packages; being a package themselves keeps tests/realtime from being taken for realtime."""
