"""Settings: read, refused by name, and all of them documented."""

from __future__ import annotations

import re
import stat
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import fields
from pathlib import Path

import pytest

from igny8_web.config import Config, ConfigError, load, secret_key
from igny8_web.providers.settings import image_settings

DOCUMENT = Path(__file__).parents[1] / "docs" / "configuration.md"
NUMBERS = [spec.name for spec in fields(Config) if spec.type == "int"]
SWITCHES = [spec.name for spec in fields(Config) if spec.type == "bool"]


def variable(name: str) -> str:
    return f"IGNY8_{name.upper()}"


def test_without_any_variable_everything_has_a_default(tmp_path: Path) -> None:
    config = load({}, data_dir=tmp_path)

    assert config.database_url == f"sqlite:///{tmp_path / 'igny8.db'}"
    assert config.redis_url.startswith("unix://")
    assert config.media_dir == tmp_path / "media"


def test_each_variable_sets_its_field() -> None:
    config = load({"IGNY8_DATA_DIR": "/srv/igny8", "IGNY8_WORKERS": " 5 ", "IGNY8_LANES": ""})

    assert (config.data_dir, config.workers, config.lanes) == (Path("/srv/igny8"), 5, Config.lanes)


def test_an_override_wins_over_the_environment(tmp_path: Path) -> None:
    assert load({"IGNY8_WORKERS": "5"}, data_dir=tmp_path, workers=1).workers == 1


def test_a_relative_data_folder_becomes_absolute(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)

    assert load({"IGNY8_DATA_DIR": "state"}).data_dir == tmp_path / "state"


@pytest.mark.parametrize("prefix", ["postgres://", "postgresql://"])
def test_a_postgres_url_gets_the_driver_that_is_installed(prefix: str) -> None:
    url = load({"IGNY8_DATABASE_URL": f"{prefix}u:p@host/name"}).database_url

    assert url == "postgresql+psycopg://u:p@host/name"


@pytest.mark.parametrize("value", ["0", "-1", "1.5", "many", "1e3"])
@pytest.mark.parametrize("name", NUMBERS)
def test_a_number_that_cannot_be_used_is_refused_by_name(name: str, value: str) -> None:
    with pytest.raises(ConfigError, match=rf"{variable(name)} must be a whole number.*'{value}'"):
        load({variable(name): value})


@pytest.mark.parametrize("name", SWITCHES)
def test_a_switch_that_cannot_be_used_is_refused_by_name(name: str) -> None:
    with pytest.raises(ConfigError, match=f"{variable(name)} must be 1 or 0, not 'maybe'"):
        load({variable(name): "maybe"})


@pytest.mark.parametrize(("value", "meant"), [("1", True), ("Yes", True), ("off", False)])
def test_a_switch_is_read_in_the_usual_spellings(value: str, meant: bool) -> None:
    assert load({"IGNY8_SECURE_COOKIES": value}).secure_cookies is meant


def test_the_made_secret_key_is_kept_and_for_this_user_only(tmp_path: Path) -> None:
    first = secret_key(load({}, data_dir=tmp_path / "new"))

    assert len(first) == 64
    assert secret_key(load({}, data_dir=tmp_path / "new")) == first
    assert stat.S_IMODE((tmp_path / "new" / "secret_key").stat().st_mode) == 0o600


def test_a_configured_secret_key_is_used_and_not_written_down(tmp_path: Path) -> None:
    assert secret_key(load({"IGNY8_SECRET_KEY": "mine"}, data_dir=tmp_path)) == "mine"
    assert not (tmp_path / "secret_key").exists()


def test_first_starts_at_once_agree_on_one_secret_key(tmp_path: Path) -> None:
    config = load({}, data_dir=tmp_path)
    with ThreadPoolExecutor(8) as pool:
        keys = set(pool.map(secret_key, [config] * 8))

    assert len(keys) == 1


def test_no_secret_shows_when_the_configuration_is_printed() -> None:
    config = load(
        {
            "IGNY8_SECRET_KEY": "hush-1",
            "IGNY8_TEXT_API_KEY": "hush-2",
            "IGNY8_TEXT_BASE_URL": "https://ai.example/v1",
            "IGNY8_TEXT_MODEL": "small",
            "IGNY8_IMAGE_API_KEY": "hush-3",
        }
    )

    assert (config.text_api_key, config.text_model) == ("hush-2", "small")
    assert "hush" not in repr(config)


@pytest.mark.parametrize(
    ("more", "problem"),
    [
        ({"IGNY8_TEXT_BASE_URL": "ai.example/v1"}, "must begin with https:// or http://"),
        ({"IGNY8_TEXT_BASE_URL": "https:///v1"}, "name a host"),
        ({"IGNY8_TEXT_BASE_URL": "https://me:hush@ai.example/v1"}, "no place for a key"),
        ({"IGNY8_TEXT_BASE_URL": "https://ai.example/v1?key=hush"}, "no place for a key"),
    ],
)
def test_a_text_api_that_cannot_be_used_ends_the_start(more: dict[str, str], problem: str) -> None:
    usable = {"IGNY8_TEXT_BASE_URL": "https://ai.example/v1", "IGNY8_TEXT_MODEL": "small"}
    load(usable)

    with pytest.raises(ConfigError, match=problem) as refusal:
        load({**usable, **more})
    assert "hush" not in str(refusal.value)


@pytest.mark.parametrize(
    ("environment", "provider", "base_url"),
    [
        ({}, "", ""),
        ({"PROVIDER": "openai", "MODEL": "m"}, "openai", "https://api.openai.com/v1"),
        ({"PROVIDER": "runware", "MODEL": "m"}, "runware", "https://api.runware.ai/v1"),
        ({"BASE_URL": "http://localhost:1/v1", "MODEL": "m"}, "openai", "http://localhost:1/v1"),
    ],
)
def test_who_makes_the_pictures_is_known_from_the_least_that_is_said(
    environment: dict[str, str], provider: str, base_url: str
) -> None:
    config = load({f"IGNY8_IMAGE_{name}": value for name, value in environment.items()})
    settings = image_settings(config)

    assert (settings.provider, settings.base_url) == (provider, base_url)


@pytest.mark.parametrize(
    ("environment", "problem"),
    [
        ({"PROVIDER": "dream"}, "IGNY8_IMAGE_PROVIDER must be openai or runware, not 'dream'"),
        ({"PROVIDER": "runware"}, "IGNY8_IMAGE_PROVIDER needs IGNY8_IMAGE_MODEL"),
        ({"BASE_URL": "https://ai.example/v1"}, "IGNY8_IMAGE_BASE_URL needs IGNY8_IMAGE_MODEL"),
        ({"BASE_URL": "file:///x", "MODEL": "m"}, "IGNY8_IMAGE_BASE_URL must begin with https"),
        ({"TIMEOUT_SECONDS": "soon"}, "IGNY8_IMAGE_TIMEOUT_SECONDS must be a whole number"),
    ],
)
def test_an_image_api_that_cannot_be_used_ends_the_start(
    environment: dict[str, str], problem: str
) -> None:
    with pytest.raises(ConfigError, match=problem):
        load({f"IGNY8_IMAGE_{name}": value for name, value in environment.items()})


def test_every_setting_is_documented_with_its_default() -> None:
    rows = re.findall(r"^\| `([A-Z0-9_]+)` \| (.+?) \| (.+) \|$", DOCUMENT.read_text(), re.M)
    documented = {name: default.strip("`") for name, default, _ in rows}

    assert documented.keys() == {variable(spec.name) for spec in fields(Config)} | {"PORT"}
    spelled: dict[type, Callable[[object], str]] = {int: str, bool: lambda v: "1" if v else "0"}
    for spec in fields(Config):
        if type(spec.default) in spelled:
            assert documented[variable(spec.name)] == spelled[type(spec.default)](spec.default)
