"""What can go wrong with simulated fans, as a sentence."""

from __future__ import annotations

from campaigns.domain.errors import FanfareError


class CrowdError(FanfareError):
    """The crowd cannot play: no server, no entry, no packet in time."""

    code = "crowd"
