"""The extension objects of the pages, nothing else."""

from __future__ import annotations

from flask import Flask
from flask_login import LoginManager
from flask_wtf import CSRFProtect

login_manager = LoginManager()
csrf = CSRFProtect()


def init_app(app: Flask) -> None:
    """Give each extension the app."""
    login_manager.init_app(app)
    csrf.init_app(app)
