"""``python worker.py``: a pool of IGNY8_WORKERS workers, restarted when one dies."""

from igny8_web.pool import main

if __name__ == "__main__":
    raise SystemExit(main())
