"""Use cases of operators: define, schedule, conduct, correct."""
