from __future__ import annotations

import pytest
import sqlalchemy as sa
from flask import Flask

from igny8_web.extensions import session
from igny8_web.models import ApiToken, OwnerLink, User
from igny8_web.services import accounts
from igny8_web.services.accounts import LinkSpent
from igny8_web.services.errors import Invalid, NotFound

PASSWORD = "correct horse battery"


def test_an_account_is_found_by_its_address_whatever_the_case(app: Flask) -> None:
    user = accounts.create_user("  Owner@Example.COM ", PASSWORD)
    assert user.email == "owner@example.com"
    assert accounts.authenticate("OWNER@example.com", PASSWORD) == user
    assert accounts.find_user("owner@EXAMPLE.com") == user


def test_a_password_is_kept_as_a_salted_hash(app: Flask) -> None:
    one = accounts.create_user("a@example.com", PASSWORD)
    two = accounts.create_user("b@example.com", PASSWORD)
    assert one.password_hash.startswith("scrypt:")
    assert one.password_hash != two.password_hash


@pytest.mark.parametrize(
    "email",
    ["", "owner", "owner@", "@example.com", "a b@example.com", "a@b@c", "x" * 250 + "@a.de"],
)
def test_what_is_no_address_is_refused(app: Flask, email: str) -> None:
    with pytest.raises(Invalid) as refused:
        accounts.create_user(email, PASSWORD)
    assert refused.value.field == "email"


@pytest.mark.parametrize("password", ["", "ninechars", "x" * 1025])
def test_too_short_and_too_long_passwords_are_refused(app: Flask, password: str) -> None:
    with pytest.raises(Invalid, match="character") as refused:
        accounts.create_user("owner@example.com", password)
    assert refused.value.field == "password"


def test_a_second_account_for_an_address_is_refused_and_the_first_stays(app: Flask) -> None:
    accounts.create_user("owner@example.com", PASSWORD)
    with pytest.raises(Invalid, match="already"):
        accounts.create_user("OWNER@example.com", "another password")
    assert accounts.authenticate("owner@example.com", PASSWORD)


def test_wrong_passwords_and_unknown_addresses_are_nobody(app: Flask) -> None:
    accounts.create_user("owner@example.com", PASSWORD)
    assert accounts.authenticate("owner@example.com", PASSWORD.upper()) is None
    assert accounts.authenticate("owner@example.com", "") is None
    assert accounts.authenticate("nobody@example.com", PASSWORD) is None
    assert accounts.authenticate("nobody@example.com", "") is None


def test_the_hash_is_computed_for_an_unknown_address_too(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    checked: list[str] = []
    real = accounts.check_password_hash

    def watched(known: str, password: str) -> bool:
        checked.append(known.split("$")[0])
        return real(known, password)

    monkeypatch.setattr(accounts, "check_password_hash", watched)
    user = accounts.create_user("owner@example.com", PASSWORD)
    accounts.authenticate("owner@example.com", "wrong password")
    accounts.authenticate("nobody@example.com", "wrong password")
    assert checked == [user.password_hash.split("$")[0]] * 2


def test_a_changed_password_replaces_the_old_one(app: Flask) -> None:
    user = accounts.create_user("owner@example.com", PASSWORD)
    accounts.change_password(user, "a new password")
    assert accounts.authenticate("owner@example.com", "a new password")
    assert accounts.authenticate("owner@example.com", PASSWORD) is None
    with pytest.raises(Invalid):
        accounts.change_password(user, "short")


def test_a_token_names_its_account_and_is_stored_as_a_digest_only(app: Flask) -> None:
    user = accounts.create_user("owner@example.com", PASSWORD)
    token = accounts.create_token(user)
    assert token.startswith("igny8_")
    assert accounts.user_for_token(token) == user
    assert accounts.user_for_token(token + "x") is None
    stored = session().scalars(sa.select(ApiToken.digest)).one()
    assert len(stored) == 64
    assert token.removeprefix("igny8_") not in stored


def test_an_account_that_is_not_there_is_not_found(app: Flask) -> None:
    with pytest.raises(NotFound, match=r"nobody@example\.com"):
        accounts.find_user("nobody@example.com")


def test_the_link_makes_the_owner_once(app: Flask) -> None:
    link = accounts.new_owner_link()
    assert link is not None
    accounts.check_owner_link(link)
    assert accounts.claim_owner_link(link, "owner@example.com", PASSWORD).id
    with pytest.raises(LinkSpent):
        accounts.claim_owner_link(link, "second@example.com", PASSWORD)
    with pytest.raises(LinkSpent):
        accounts.check_owner_link(link)
    assert session().scalars(sa.select(User.email)).all() == ["owner@example.com"]


def test_a_link_survives_an_input_that_cannot_be_used(app: Flask) -> None:
    link = accounts.new_owner_link()
    assert link is not None
    with pytest.raises(Invalid):
        accounts.claim_owner_link(link, "owner@example.com", "short")
    assert accounts.claim_owner_link(link, "owner@example.com", PASSWORD)


def test_a_new_link_replaces_the_old_one_and_only_its_digest_is_kept(app: Flask) -> None:
    old, new = accounts.new_owner_link(), accounts.new_owner_link()
    assert old
    assert new
    with pytest.raises(LinkSpent):
        accounts.check_owner_link(old)
    accounts.check_owner_link(new)
    assert new not in session().scalars(sa.select(OwnerLink.digest)).one()


def test_no_link_works_once_there_is_an_account(app: Flask) -> None:
    link = accounts.new_owner_link()
    assert link
    accounts.create_user("owner@example.com", PASSWORD)
    assert accounts.new_owner_link() is None
    with pytest.raises(LinkSpent):
        accounts.claim_owner_link(link, "second@example.com", PASSWORD)


def test_a_made_up_link_opens_nothing(app: Flask) -> None:
    with pytest.raises(LinkSpent):
        accounts.check_owner_link("made-up")
