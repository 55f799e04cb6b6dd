"""Use cases of a fan in a quiz: begin a play, act in it, see where it stands."""
