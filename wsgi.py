"""``flask --app wsgi …`` and gunicorn start here."""

from igny8_web import create_app

app = create_app()
