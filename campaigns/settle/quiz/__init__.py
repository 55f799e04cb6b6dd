"""From finished plays to tallies, boards, points and badges (docs/decisions/0011)."""
