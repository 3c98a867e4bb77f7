from __future__ import annotations

import os
import stat
import time
from pathlib import Path

import pytest
from flask import Flask

from igny8_web.current import config
from igny8_web.extensions import transaction
from igny8_web.importers.limits import MAX_BYTES
from igny8_web.models import Site, User
from igny8_web.services import accounts, uploads
from igny8_web.services.errors import NotFound, Refused
from igny8_web.services.uploads import Upload

from ..factories import make_site

FILE = Upload("my\nkeywords, “é”.csv", b"keyword\ncoffee\n")


def kept() -> list[Path]:
    return sorted((config().data_dir / "uploads").iterdir())


def test_a_file_comes_back_as_it_came(site: Site, owner: User) -> None:
    token = uploads.keep(owner, site, FILE)
    found = uploads.find(owner, site, token)
    assert found.data == FILE.data
    assert found.filename == "my keywords, “é”.csv"
    assert stat.S_IMODE(kept()[0].stat().st_mode) == 0o600


def test_a_token_is_worth_nothing_to_others_and_on_other_sites(site: Site, owner: User) -> None:
    token = uploads.keep(owner, site, FILE)
    stranger = accounts.create_user("stranger@example.com", "correct horse battery")
    with transaction() as db:
        other = make_site(db, "other")
    for user, place in ((stranger, site), (owner, other)):
        with pytest.raises(NotFound):
            uploads.find(user, place, token)


@pytest.mark.parametrize("token", ["", "x", "../../secret_key", "a" * 43 + "/", "a" * 44, "é" * 43])
def test_what_is_no_token_names_no_file(token: str, site: Site, owner: User) -> None:
    with pytest.raises(NotFound):
        uploads.find(owner, site, token)


def test_what_is_done_with_is_gone(site: Site, owner: User) -> None:
    token = uploads.keep(owner, site, FILE)
    uploads.remove(owner, site, token)
    uploads.remove(owner, site, token)
    with pytest.raises(NotFound):
        uploads.find(owner, site, token)


def test_a_new_file_sweeps_out_those_of_more_than_a_day(site: Site, owner: User) -> None:
    old, fresh = uploads.keep(owner, site, FILE), uploads.keep(owner, site, FILE)
    (path,) = (path for path in kept() if path.name.endswith(old))
    yesterday = time.time() - uploads.KEPT_SECONDS - 1
    os.utime(path, (yesterday, yesterday))
    newest = uploads.keep(owner, site, FILE)
    assert {path.name[-43:] for path in kept()} == {fresh, newest}


def test_a_file_over_the_limit_is_refused_and_not_kept(site: Site, owner: User) -> None:
    with pytest.raises(Refused, match="larger than 20 MB"):
        uploads.keep(owner, site, Upload("big.csv", b"x" * (MAX_BYTES + 1)))
    assert not (config().data_dir / "uploads").exists()


def test_a_place_that_cannot_be_written_is_told(app: Flask, site: Site, owner: User) -> None:
    (config().data_dir / "uploads").write_text("in the way")
    with pytest.raises(Refused, match="could not be put aside"):
        uploads.keep(owner, site, FILE)
