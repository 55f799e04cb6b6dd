"""Simulated fans: the lightest client of the wire, for rehearsals and for bench/. Knows the wire, nothing of SQL."""
