"""What can go wrong while the house is being put up; the message is for the person at the terminal."""

from __future__ import annotations

from campaigns.domain.errors import FanfareError


class DeployError(FanfareError):
    code = "deploy"
