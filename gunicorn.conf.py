"""How gunicorn serves the app; ``GUNICORN_CMD_ARGS`` overrides any of it."""

import os
from pathlib import Path

from gunicorn.glogging import Logger

bind = f"127.0.0.1:{os.environ.get('PORT', '8000')}"

# Pages wait for the database, not for the processor: threads serve them with the memory of one.
worker_class = "gthread"
workers = 1
threads = 8

graceful_timeout = 20  # under the 30 s that `make run` gives
timeout = 60
# Longer than proxies keep an idle connection (nginx and AWS 60 s, Heroku 90, Caddy 120): who closes
# first may cut off a request that is on its way, and then the proxy says 502.
keepalive = 130

# The worker's heartbeat is a file: in memory, so that a slow disk does not look like a dead worker.
worker_tmp_dir = "/dev/shm" if Path("/dev/shm").is_dir() else None  # noqa: S108 - gunicorn makes files of its own in it

# It would live in the home folder; all state of ours lives under IGNY8_DATA_DIR.
control_socket_disable = True

loglevel = "warning"
# For who asks for it with --access-logfile: no query and no referrer, people put tokens there.
access_log_format = "%(h)s %(m)s %(U)s %(s)s %(B)s bytes %(M)s ms request=%({x-request-id}o)s"


class OurLogger(Logger):
    """Gunicorn's lines look like all others."""

    def setup(self, cfg: object) -> None:
        """At the start, and when gunicorn reads its configuration anew."""
        from igny8_web import config, logs  # a name up there would be a setting of gunicorn's

        super().setup(cfg)
        logs.set_up(config.load())


logger_class = OurLogger
