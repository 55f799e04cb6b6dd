"""Settings: every bad value is refused with the variable, the value and what was wanted."""

from __future__ import annotations

from pathlib import Path

import pytest

from config import ConfigError, Settings


def test_an_empty_environ_means_embedded_and_the_documented_defaults() -> None:
    settings = Settings.from_environ({})
    assert settings == Settings()
    assert (settings.database_url, settings.live_redis_url, settings.secret_key) == ("", "", b"")
    assert (settings.host, settings.port, settings.public_url) == ("0.0.0.0", 8000, None)
    assert settings.polling is True


@pytest.mark.parametrize(
    ("variable", "value"),
    [
        ("PORT", "http"),
        ("PORT", "0"),
        ("PORT", "70000"),
        ("PORT", "8000.0"),
        ("PORT", "٨٠٠٠"),
        ("TRUSTED_PROXIES", "-1"),
        ("JOINS_PER_MINUTE", "0"),
        ("MAX_SOCKETS", "0"),
        ("POLLING", "maybe"),
        ("LOG_LEVEL", "loud"),
        ("HOST", "http://here"),
        ("PUBLIC_URL", "play.example.com"),
        ("PUBLIC_URL", "ftp://play.example.com"),
        ("PUBLIC_URL", "https://play.example.com/fanfare"),
        ("PUBLIC_URL", "https://play.example.com:port"),
        ("DATABASE_URL", "mysql://somewhere/fanfare"),
        ("REDIS_URL", "somewhere:6379"),
        ("BUS_REDIS_URL", "http://somewhere"),
    ],
)
def test_a_bad_value_is_refused_by_name_value_and_wanted_type(variable: str, value: str) -> None:
    with pytest.raises(ConfigError) as refused:
        Settings.from_environ({variable: value})
    assert refused.value.variable == variable
    assert repr(value) in str(refused.value)
    assert "wanted" in str(refused.value)


def test_secrets_never_stand_in_an_error() -> None:
    with pytest.raises(ConfigError) as refused:
        Settings.from_environ({"DATABASE_URL": "mysql://fan:hunter2@somewhere/fanfare"})
    assert "hunter2" not in str(refused.value)
    with pytest.raises(ConfigError) as refused:
        Settings.from_environ({"SECRET_KEY": "too short"})
    assert "too short" not in str(refused.value)


def test_a_secret_may_come_from_a_file_but_not_from_both(tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.write_text("0123456789abcdef0123\n")
    assert Settings.from_environ({"SECRET_KEY_FILE": str(secret)}).secret_key == b"0123456789abcdef0123"
    with pytest.raises(ConfigError, match="SECRET_KEY_FILE"):
        Settings.from_environ({"SECRET_KEY_FILE": str(secret), "SECRET_KEY": "0123456789abcdef"})
    with pytest.raises(ConfigError, match="readable file"):
        Settings.from_environ({"DATABASE_URL_FILE": str(tmp_path / "nowhere")})
    secret.write_text("\n")
    with pytest.raises(ConfigError, match="not empty"):
        Settings.from_environ({"REDIS_URL_FILE": str(secret)})


def test_one_redis_address_is_the_default_of_all_three() -> None:
    settings = Settings.from_environ({"REDIS_URL": "redis://a/0", "QUEUE_REDIS_URL": "redis://b/0"})
    assert settings.live_redis_url == settings.bus_redis_url == "redis://a/0"
    assert settings.queue_redis_url == "redis://b/0"


def test_every_way_to_write_a_postgresql_address_ends_at_the_one_driver() -> None:
    for scheme in ("postgres", "postgresql", "postgresql+psycopg"):
        assert Settings.from_environ({"DATABASE_URL": f"{scheme}://h/f"}).database_url == "postgresql+psycopg://h/f"


def test_communities_come_with_their_secrets_and_a_bad_pair_shows_no_secret(tmp_path: Path) -> None:
    file = tmp_path / "secrets"
    file.write_text(f"forum:{'f' * 32}\nclub:{'c' * 16}\n")
    settings = Settings.from_environ({"HANDOVER_SECRETS_FILE": str(file)})
    assert settings.handover_secrets == (("club", b"c" * 16), ("forum", b"f" * 32))
    for bad in ("forum", "forum:hunter2", f"Forum:{'f' * 16}", f"forum:{'f' * 16} forum:{'g' * 16}", f":{'f' * 16}"):
        with pytest.raises(ConfigError) as refused:
            Settings.from_environ({"HANDOVER_SECRETS": bad})
        assert "hunter2" not in str(refused.value) and "ffff" not in str(refused.value)


def test_the_public_url_loses_its_trailing_slash() -> None:
    assert Settings.from_environ({"PUBLIC_URL": "https://play.example.com/"}).public_url == "https://play.example.com"


def test_a_child_arrives_at_the_same_settings() -> None:
    settings = Settings(
        database_url="postgresql+psycopg://fanfare@/fanfare?host=/s",
        live_redis_url="unix:///r",
        queue_redis_url="unix:///q",
        bus_redis_url="unix:///b",
        secret_key=bytes(range(1, 9)) + b"\xff" * 12,
        handover_secrets=(("club", b"c" * 16), ("forum", b"f:" * 16)),
        host="::1",
        port=81,
        public_url="http://a",
        trusted_proxies=2,
        polling=False,
        log_level="info",
    )
    inherited = {"PATH": "/bin", "SECRET_KEY_FILE": "/run/secret", "REDIS_URL": "redis://elsewhere"}
    environ = settings.environ_for_children(inherited)
    assert Settings.from_environ(environ) == settings
    assert environ["PATH"] == "/bin"
    assert "SECRET_KEY_FILE" not in environ


def test_a_process_that_only_connects_needs_every_address() -> None:
    with pytest.raises(ConfigError, match="DATABASE_URL"):
        Settings().complete()
