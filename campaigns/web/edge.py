"""What the edges share: the services, where links point, how slow work leaves the hub. One per application."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from flask import current_app
from prometheus_client import CollectorRegistry

from campaigns.bootstrap import Services
from campaigns.domain.checklist import Machine
from campaigns.identity.operators import Offload, here
from campaigns.play.first_sight import FirstSight
from campaigns.web.assets import Assets
from campaigns.web.words import Catalog

KEY = "fanfare"


@dataclass(frozen=True)
class Edge:
    services: Services
    public_url: str  # what stands before the path of every link that leaves the house; no slash at its end
    assets: Assets
    catalog: Catalog
    joins_per_minute: int = 5000
    issuers: Mapping[str, bytes] = field(default_factory=dict)
    offload: Offload = here
    metrics: CollectorRegistry = field(default_factory=CollectorRegistry)
    first_sight: FirstSight = field(default_factory=FirstSight)
    machine: Machine = field(default_factory=Machine)
    alive: Callable[[], dict[str, bool]] = dict  # what else may be degraded, by name: True is well


def edge() -> Edge:
    found = current_app.extensions[KEY]
    assert isinstance(found, Edge)
    return found


def services() -> Services:
    return edge().services
