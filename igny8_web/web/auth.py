"""Signing in and out, and the owner account of the first start."""

from __future__ import annotations

from urllib.parse import urlsplit

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from ..services import accounts
from ..services.errors import Invalid
from . import throttle
from .identity import sign_in, sign_out

blueprint = Blueprint("auth", __name__)


@blueprint.route("/login", methods=["GET", "POST"])
def login() -> ResponseReturnValue:
    """Ask for e-mail and password, then go where the visitor wanted to go."""
    if request.method == "GET":
        if current_user.is_authenticated:
            return redirect(_wanted())
        return render_template("auth/login.html", email=None, error=None)
    email, password = request.form.get("email", ""), request.form.get("password", "")
    address = request.remote_addr or ""
    if not throttle.may_try(email, address):
        pause = throttle.WINDOW // 60
        error = f"Too many attempts for this account. Try again in {pause} minutes."
        return render_template("auth/login.html", email=email, error=error), 429
    user = accounts.authenticate(email, password)
    if user is None:
        error = "E-mail and password do not belong together."
        return render_template("auth/login.html", email=email, error=error), 422
    throttle.forget(email, address)
    sign_in(user)
    return redirect(_wanted())


@blueprint.post("/logout")
def logout() -> ResponseReturnValue:
    """End the session."""
    sign_out()
    return redirect(url_for("auth.login"))


@blueprint.route("/setup/<token>", methods=["GET", "POST"])
def setup(token: str) -> ResponseReturnValue:
    """Create the owner account with the link that the first start printed."""
    accounts.check_owner_link(token)
    if request.method == "GET":
        return render_template("auth/setup.html", email=None, error=None)
    email, password = request.form.get("email", ""), request.form.get("password", "")
    try:
        user = accounts.claim_owner_link(token, email, password)
    except Invalid as error:
        return render_template("auth/setup.html", email=email, error=error.message), 422
    sign_in(user)
    return redirect(url_for("sites.start"))


def _wanted() -> str:
    """The page asked for before signing in, if it is one of ours; else the start."""
    path = request.args.get("next", "")
    return path if _is_local(path) else url_for("sites.start")


def _is_local(path: str) -> bool:
    # Browsers read a backslash as a slash and skip control characters: "/\\evil" is "//evil".
    if not path.startswith("/") or "\\" in path or not path.isprintable():
        return False
    url = urlsplit(path)
    return not url.scheme and not url.netloc and not path.startswith("//")
