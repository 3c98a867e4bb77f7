from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask

from igny8_web.current import House, config
from igny8_web.models import User
from igny8_web.platform.embedded_redis import answers, default_url, socket_path
from igny8_web.queue import bounded_redis
from igny8_web.services import accounts
from igny8_web.web import throttle

from ..platform.helpers import Program, until
from ..visitor import PASSWORD, Visitor


def signed_in(client: Visitor) -> bool:
    return client.get("/sites/new").status_code == 200


def test_the_right_password_opens_and_signing_out_closes(client: Visitor, owner: User) -> None:
    assert not signed_in(client)
    assert client.sign_in(owner.email).location == "/"
    assert signed_in(client)
    assert client.submit("/logout").location == "/login"
    assert not signed_in(client)


def test_a_wrong_password_says_so_and_keeps_the_address(client: Visitor, owner: User) -> None:
    answer = client.sign_in(owner.email, "wrong password")
    assert answer.status_code == 422
    assert "do not belong together" in answer.text
    assert owner.email in answer.text
    assert "wrong password" not in answer.text
    assert not signed_in(client)


def test_whoever_is_signed_in_needs_no_form(owner_client: Visitor) -> None:
    assert owner_client.get("/login?next=/sites/new").location == "/sites/new"


def test_sign_in_leads_to_the_page_that_was_asked_for(client: Visitor, owner: User) -> None:
    turned_away = client.get("/sites/new?a=1")
    assert turned_away.location == "/login?next=/sites/new?a%3D1"
    assert client.sign_in(owner.email, path=turned_away.location).location == "/sites/new?a=1"


@pytest.mark.parametrize(
    "elsewhere",
    [
        "https://evil.example/",
        "//evil.example/",
        "/\\evil.example",
        "\\\\evil.example",
        "/\t/evil.example",
        "/\n/evil.example",
        "javascript:alert(1)",
        "evil",
        "",
    ],
)
def test_sign_in_never_leads_elsewhere(client: Visitor, owner: User, elsewhere: str) -> None:
    answer = client.sign_in(owner.email, query_string={"next": elsewhere})
    assert answer.location == "/"


def test_nothing_of_the_visitors_session_is_kept_at_sign_in(client: Visitor, owner: User) -> None:
    with client.session_transaction() as before:
        before["planted"] = "by somebody else"
    before_cookie = client.get_cookie("igny8")
    client.sign_in(owner.email)
    with client.session_transaction() as after:
        assert "planted" not in after
    assert client.get_cookie("igny8") != before_cookie


def test_a_new_password_ends_every_session(owner_client: Visitor, owner: User) -> None:
    assert signed_in(owner_client)
    accounts.change_password(owner, "a new password")
    assert not signed_in(owner_client)


def test_the_session_cookie_is_out_of_reach_of_scripts_and_other_sites(
    client: Visitor, owner: User
) -> None:
    cookie = client.sign_in(owner.email).headers["Set-Cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=Lax" in cookie


def test_the_one_time_link_makes_the_owner_and_signs_in(client: Visitor) -> None:
    link = f"/setup/{accounts.new_owner_link()}"
    assert "Create the owner account" in client.get(link).text
    short = client.submit(link, data={"email": "owner@example.com", "password": "short"})
    assert short.status_code == 422
    assert "10 characters" in short.text
    answer = client.submit(link, data={"email": "owner@example.com", "password": PASSWORD})
    assert answer.location == "/"
    assert signed_in(client)


@pytest.mark.usefixtures("owner")
def test_a_spent_link_says_what_to_do(client: Visitor) -> None:
    answer = client.get("/setup/spent")
    assert answer.status_code == 404
    assert "used already" in answer.text
    again = client.submit("/setup/spent", data={"email": "a@example.com", "password": PASSWORD})
    assert again.status_code == 404
    assert accounts.authenticate("a@example.com", PASSWORD) is None


@pytest.fixture
def redis(app: Flask, tmp_path: Path) -> Iterator[None]:
    """A real Redis for the app."""
    server = Program(tmp_path, "igny8_web.platform.embedded_redis", IGNY8_DATA_DIR=str(tmp_path))
    until(lambda: answers(socket_path(tmp_path)))
    client = bounded_redis(default_url(tmp_path))
    app.extensions["igny8"] = House(config(), client)
    yield
    client.close()
    server.clean_up()


@pytest.mark.usefixtures("redis")
def test_guessing_is_stopped_for_one_account_from_one_address(client: Visitor, owner: User) -> None:
    def attempt(password: str, address: str = "192.0.2.1", email: str = owner.email) -> int:
        origin = {"REMOTE_ADDR": address}
        return client.sign_in(email, password, environ_overrides=origin).status_code

    for _ in range(throttle.MOST_FAILURES):
        assert attempt("wrong password") == 422
    assert attempt("wrong password") == 429
    assert attempt(PASSWORD, email=owner.email.upper()) == 429
    assert attempt("wrong password", email="other@example.com") == 422
    assert attempt(PASSWORD, address="192.0.2.2") == 302


@pytest.mark.usefixtures("redis")
def test_a_success_forgets_the_failures_before_it(client: Visitor, owner: User) -> None:
    for _ in range(2):
        for _ in range(throttle.MOST_FAILURES - 1):
            assert client.sign_in(owner.email, "wrong password").status_code == 422
        assert client.sign_in(owner.email).status_code == 302
        client.submit("/logout")
