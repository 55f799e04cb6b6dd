"""Use cases of fans: join, answer, standing, and the scene that every face shows."""
