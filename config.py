"""Settings: everything that may differ between two installations, read once, from an environ mapping.

Only composition roots import this (wsgi.py, cli.py, workers/__main__.py, migrations/env.py, bench/, tests/conftest.py);
everything below them is handed values. Empty `database_url` and `*_redis_url` mean "embedded": `cli.py up` starts the
services and hands their addresses to its children by `to_environ()`. Every secret NAME may come as NAME_FILE instead.
Rejected: a settings library (one dataclass and six small readers do it), a settings file (a second source of truth).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from campaigns.domain.errors import FanfareError
from campaigns.domain.ticket import is_issuer

STORES = ("DATABASE_URL", "REDIS_URL", "LIVE_REDIS_URL", "QUEUE_REDIS_URL", "BUS_REDIS_URL")
SECRETS = ("SECRET_KEY", "HANDOVER_SECRETS", *STORES)
SHORTEST_SECRET = 16
YES, NO = ("1", "true", "yes", "on"), ("0", "false", "no", "off")
LOG_LEVELS = ("debug", "info", "warning", "error", "critical")


class ConfigError(FanfareError):
    """`variable` held `value` (secrets are masked); `wanted` says what would have been right."""

    code = "config"

    def __init__(self, variable: str, value: str, wanted: str) -> None:
        self.variable, self.value, self.wanted = variable, value, wanted
        super().__init__(f"{variable}: got {value!r}, wanted {wanted}")


@dataclass(frozen=True)
class Settings:
    database_url: str = ""
    live_redis_url: str = ""
    queue_redis_url: str = ""
    bus_redis_url: str = ""
    secret_key: bytes = b""
    handover_secrets: tuple[tuple[str, bytes], ...] = ()
    host: str = "0.0.0.0"
    port: int = 8000
    public_url: str | None = None
    var_dir: str = "var"
    trusted_proxies: int = 0
    joins_per_minute: int = 5000
    condense_days: int = 30
    max_sockets: int | None = None
    polling: bool = True
    log_level: str = "warning"

    @classmethod
    def from_environ(cls, environ: Mapping[str, str]) -> Settings:
        """An unset and an empty variable are the same. Raises ConfigError."""
        redis_url = _redis_url(environ, "REDIS_URL", "")
        return cls(
            database_url=_database_url(environ),
            live_redis_url=_redis_url(environ, "LIVE_REDIS_URL", redis_url),
            queue_redis_url=_redis_url(environ, "QUEUE_REDIS_URL", redis_url),
            bus_redis_url=_redis_url(environ, "BUS_REDIS_URL", redis_url),
            secret_key=_secret_key(environ),
            handover_secrets=_handover_secrets(environ),
            host=_host(environ),
            port=_integer(environ, "PORT", cls.port, 1, 65535),
            public_url=_public_url(environ),
            var_dir=_text(environ, "VAR_DIR") or cls.var_dir,
            trusted_proxies=_integer(environ, "TRUSTED_PROXIES", cls.trusted_proxies, 0, 32),
            joins_per_minute=_integer(environ, "JOINS_PER_MINUTE", cls.joins_per_minute, 1, 10_000_000),
            condense_days=_integer(environ, "CONDENSE_DAYS", cls.condense_days, 1, 36_500),
            max_sockets=_integer(environ, "MAX_SOCKETS", 0, 1, 10_000_000) or None,
            polling=_switch(environ, "POLLING", cls.polling),
            log_level=_one_of(environ, "LOG_LEVEL", cls.log_level, LOG_LEVELS),
        )

    def to_environ(self) -> dict[str, str]:
        """What `from_environ` of a child process needs to arrive at the same settings."""
        return {
            "DATABASE_URL": self.database_url,
            "LIVE_REDIS_URL": self.live_redis_url,
            "QUEUE_REDIS_URL": self.queue_redis_url,
            "BUS_REDIS_URL": self.bus_redis_url,
            "SECRET_KEY": self.secret_key.decode("utf-8", "surrogateescape"),
            "HANDOVER_SECRETS": " ".join(f"{issuer}:{secret.decode()}" for issuer, secret in self.handover_secrets),
            "HOST": self.host,
            "PORT": str(self.port),
            "PUBLIC_URL": self.public_url or "",
            "VAR_DIR": self.var_dir,
            "TRUSTED_PROXIES": str(self.trusted_proxies),
            "JOINS_PER_MINUTE": str(self.joins_per_minute),
            "CONDENSE_DAYS": str(self.condense_days),
            "MAX_SOCKETS": str(self.max_sockets or ""),
            "POLLING": "on" if self.polling else "off",
            "LOG_LEVEL": self.log_level,
        }

    def environ_for_children(self, inherited: Mapping[str, str]) -> dict[str, str]:
        """The environ of a child: ours, with every address and secret given once and in plain."""
        ours = {name for secret in SECRETS for name in (secret, secret + "_FILE")}
        return {**{name: value for name, value in inherited.items() if name not in ours}, **self.to_environ()}

    def complete(self) -> Settings:
        """For processes that start nothing themselves: everything must be there. Raises ConfigError."""
        for variable, value in (
            ("DATABASE_URL", self.database_url),
            ("LIVE_REDIS_URL", self.live_redis_url),
            ("QUEUE_REDIS_URL", self.queue_redis_url),
            ("BUS_REDIS_URL", self.bus_redis_url),
            ("SECRET_KEY", self.secret_key),
        ):
            if not value:
                wanted = "a value (embedded services run under `make run`; this process only connects)"
                raise ConfigError(variable, "", wanted)
        return self


def _text(environ: Mapping[str, str], variable: str) -> str:
    return environ.get(variable, "").strip()


def _secret_text(environ: Mapping[str, str], variable: str) -> str:
    value, from_file = _text(environ, variable), _text(environ, variable + "_FILE")
    if not from_file:
        return value
    if value:
        raise ConfigError(variable + "_FILE", from_file, f"to be unset, because {variable} is set (one of the two)")
    try:
        content = Path(from_file).read_text(encoding="utf-8", errors="surrogateescape").strip()
    except OSError as error:
        raise ConfigError(variable + "_FILE", from_file, f"the path of a readable file ({error.strerror})") from error
    if not content:
        raise ConfigError(variable + "_FILE", from_file, "the path of a file that is not empty")
    return content


def _secret_key(environ: Mapping[str, str]) -> bytes:
    key = _secret_text(environ, "SECRET_KEY").encode("utf-8", "surrogateescape")
    if key and len(key) < SHORTEST_SECRET:
        raise ConfigError("SECRET_KEY", f"{len(key)} bytes", f"at least {SHORTEST_SECRET} random bytes")
    if b"\0" in key:
        raise ConfigError("SECRET_KEY", f"{len(key)} bytes", "bytes without a zero among them")
    return key


def _handover_secrets(environ: Mapping[str, str]) -> tuple[tuple[str, bytes], ...]:
    """Who may hand members over, and by which secret: issuer:secret, separated by blanks or line ends."""
    wanted = (
        f"issuer:secret, the issuer of a-z 0-9 -, once each, the secret of {SHORTEST_SECRET} or more signs of ASCII"
    )
    found: dict[str, bytes] = {}
    for pair in _secret_text(environ, "HANDOVER_SECRETS").split():
        issuer, _, secret = pair.partition(":")
        if not is_issuer(issuer) or issuer in found or len(secret) < SHORTEST_SECRET or not secret.isascii():
            raise ConfigError("HANDOVER_SECRETS", f"{issuer[:40]}:…", wanted)
        found[issuer] = secret.encode()
    return tuple(sorted(found.items()))


def _database_url(environ: Mapping[str, str]) -> str:
    url = _secret_text(environ, "DATABASE_URL")
    if not url:
        return ""
    scheme, separator, rest = url.partition("://")
    if not separator or not rest or scheme not in ("postgresql", "postgres", "postgresql+psycopg"):
        raise ConfigError("DATABASE_URL", _masked(url), "a PostgreSQL URL like postgresql://user:password@host/name")
    return f"postgresql+psycopg://{rest}"


def _redis_url(environ: Mapping[str, str], variable: str, default: str) -> str:
    url = _secret_text(environ, variable)
    if not url:
        return default
    scheme, separator, rest = url.partition("://")
    if not separator or not rest or scheme not in ("redis", "rediss", "unix"):
        raise ConfigError(variable, _masked(url), "a Redis URL like redis://host:6379/0 or unix:///path/redis.sock")
    return url


def _masked(url: str) -> str:
    return re.sub(r"(://[^:@/]*):[^@/]*@", r"\1:…@", url)


def _host(environ: Mapping[str, str]) -> str:
    host = _text(environ, "HOST") or Settings.host
    if re.search(r"[\s/]", host):
        raise ConfigError("HOST", host, "an address or a name to listen on, like 0.0.0.0")
    return host.removeprefix("[").removesuffix("]")


def _public_url(environ: Mapping[str, str]) -> str | None:
    url = _text(environ, "PUBLIC_URL").rstrip("/")
    if not url:
        return None
    wanted = "an absolute http:// or https:// address without a path, like https://play.example.com"
    try:
        parts = urlsplit(url)
        _ = parts.port  # raises for a port that is not a number
    except ValueError as error:
        raise ConfigError("PUBLIC_URL", _masked(url), wanted) from error
    if parts.scheme not in ("http", "https") or not parts.hostname or parts.path or parts.query or parts.fragment:
        raise ConfigError("PUBLIC_URL", _masked(url), wanted)
    return url


def _integer(environ: Mapping[str, str], variable: str, default: int, lowest: int, highest: int) -> int:
    value = _text(environ, variable)
    if not value:
        return default
    if not re.fullmatch(r"[+-]?[0-9]{1,12}", value) or not lowest <= int(value) <= highest:
        raise ConfigError(variable, value, f"a whole number from {lowest} to {highest}")
    return int(value)


def _switch(environ: Mapping[str, str], variable: str, default: bool) -> bool:
    value = _text(environ, variable).lower()
    if not value:
        return default
    if value not in YES + NO:
        raise ConfigError(variable, value, "on or off")
    return value in YES


def _one_of(environ: Mapping[str, str], variable: str, default: str, choices: tuple[str, ...]) -> str:
    value = _text(environ, variable).lower()
    if not value:
        return default
    if value not in choices:
        raise ConfigError(variable, value, "one of " + ", ".join(choices))
    return value
