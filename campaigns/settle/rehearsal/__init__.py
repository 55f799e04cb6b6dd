"""Use cases of workers: simulated fans take their seats, play, leave a report, and are gone."""
