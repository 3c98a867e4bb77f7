from __future__ import annotations

from flask import Flask

from igny8_web.models import User
from igny8_web.services import accounts

PASSWORD = "correct horse battery"


def test_create_user_reads_the_password_from_standard_input(app: Flask) -> None:
    result = app.test_cli_runner().invoke(
        args=["create-user", "Owner@example.com"], input=f"{PASSWORD}\nmore\n"
    )
    assert result.exit_code == 0
    assert PASSWORD not in result.output
    assert accounts.authenticate("owner@example.com", PASSWORD)


def test_create_user_says_on_standard_error_why_not(app: Flask, owner: User) -> None:
    runner = app.test_cli_runner()
    for arguments, password, reason in (
        ("owner@example.com", PASSWORD, "already"),
        ("new@example.com", "short", "10 characters"),
        ("new@example.com", "", "10 characters"),
        ("new", PASSWORD, "e-mail"),
    ):
        result = runner.invoke(args=["create-user", arguments], input=f"{password}\n")
        assert result.exit_code == 1
        assert result.stdout == ""
        assert reason in result.stderr


def test_create_token_prints_the_token_alone(app: Flask, owner: User) -> None:
    result = app.test_cli_runner().invoke(args=["create-token", "OWNER@example.com"])
    assert result.exit_code == 0
    assert result.stderr == ""
    assert accounts.user_for_token(result.stdout.removesuffix("\n")) == owner


def test_create_token_for_nobody_fails(app: Flask) -> None:
    result = app.test_cli_runner().invoke(args=["create-token", "nobody@example.com"])
    assert result.exit_code == 1
    assert result.stdout == ""
    assert "no account" in result.stderr


def test_change_password_is_the_way_back_in(app: Flask, owner: User) -> None:
    result = app.test_cli_runner().invoke(
        args=["change-password", "owner@example.com"], input="a new password\n"
    )
    assert result.exit_code == 0
    assert accounts.authenticate("owner@example.com", "a new password")
