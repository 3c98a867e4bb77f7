"""How fast a provider may be asked, by all workers together: a line in Redis.

Two things hold a request back: the requests and tokens a minute that a person set, and the time
that the provider asked us to wait. Who asks for a turn is told when it comes and waits until
then, so that requests leave evenly, one after the other, and a wait that is over starts no
stampede. Time is by the clock of Redis: a worker whose clock is wrong goes neither ahead nor
behind. Where Redis is away nothing is held back but by the provider's own refusals.

Not with ``limits``: its fixed windows let twice the limit through where two meet, its others go
by the clocks of the workers, and none tells a lane when its turn comes.
"""

from __future__ import annotations

import logging
import time
from dataclasses import dataclass

from redis.exceptions import RedisError

from ..current import house
from ..providers.base import ProviderError
from ..queue import stopping
from .time_limit import clock_stopped

log = logging.getLogger(__name__)

PATIENCE = 5.0
"""Seconds that a lane waits in line; for a longer time it leaves its worker to others."""
FIRST_PATIENCE = 30.0
"""The same for the first in line: somebody has to be there when the turn comes."""
LONGEST_HOLD = 900.0
"""Seconds that a provider may make us wait; whoever wants more is asked again earlier."""
AFTER_A_HOLD = 0.1
"""Seconds between those who waited for the same moment."""
SLACK = 1.01
"""A request that is quicker on its way than the one a minute before it must not be one too many."""
LOOK = 0.2
"""Seconds between two looks, so that a worker that is told to stop does."""
MINUTE = 60

_TURN = """
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local held = math.max(0, redis.call('PTTL', KEYS[1]))
local per_request, for_tokens, after_a_hold = tonumber(ARGV[1]), tonumber(ARGV[2]), ARGV[3]
local seen = redis.call('HMGET', KEYS[2], 'last', 'requests', 'tokens')
local last = tonumber(seen[1] or 0)
local requests, tokens = tonumber(seen[2] or 0), tonumber(seen[3] or 0)
local turn = now + held
if held > 0 then turn = math.max(turn, last + after_a_hold) end
if per_request > 0 then turn = math.max(turn, requests) end
if for_tokens > 0 then turn = math.max(turn, tokens) end
local patience = last <= now and ARGV[5] or ARGV[4]
if turn - now > tonumber(patience) then return math.floor(now - turn) end
redis.call('HSET', KEYS[2], 'last', turn, 'requests', turn + per_request,
    'tokens', turn + for_tokens)
redis.call('PEXPIRE', KEYS[2], math.ceil(turn - now + per_request + for_tokens) + 60000)
return math.ceil(turn - now)
"""
"""Milliseconds until the turn that is now ours; below 0: how long it would be, and it is not."""


class NotYet(ProviderError):
    """It is not our turn for a while: the item goes back and loses no attempt."""

    def __init__(self, seconds: float) -> None:
        super().__init__(
            f"Waiting for the provider: it takes no more requests for {seconds:.0f} s.",
            code="waits",
            retry=True,
            retry_after=seconds,
        )


@dataclass(frozen=True)
class Pace:
    """The pace of one provider's account. ``key`` names it in Redis; it holds no secret."""

    key: str
    requests_per_minute: int | None = None
    tokens_per_minute: int | None = None

    def wait_for_turn(self, tokens: int = 0) -> None:
        """Wait until one request, of about so many tokens, may be sent. Raises NotYet."""
        if not self.key:
            return
        try:
            with clock_stopped():
                while seconds := self._take_turn(tokens):
                    _sleep(seconds)
                    if not house().redis.exists(self._hold):
                        return
        except RedisError as error:
            log.warning("requests are not counted: Redis is away (%s)", error)

    def hold(self, seconds: float) -> None:
        """Send no request for so many seconds, from any worker. Raises NotYet without Redis."""
        wait = int(1000 * min(seconds, LONGEST_HOLD))
        try:
            if house().redis.pttl(self._hold) < wait:
                house().redis.set(self._hold, "1", px=max(1, wait))
        except RedisError as error:
            log.warning("other workers are not told to wait: Redis is away (%s)", error)
            raise NotYet(wait / 1000) from error

    def _take_turn(self, tokens: int) -> float:
        """Seconds until our turn. Raises NotYet when we had better do something else until then."""
        apart = SLACK * MINUTE / self.requests_per_minute if self.requests_per_minute else 0
        used = SLACK * MINUTE * tokens / self.tokens_per_minute if self.tokens_per_minute else 0
        # One request larger than a minute's tokens is no reason to wait longer than a minute.
        times = (apart, min(used, MINUTE), AFTER_A_HOLD, PATIENCE, FIRST_PATIENCE)
        keys = [self._hold, f"igny8:pace:{self.key}:line"]
        milliseconds = house().redis.eval(_TURN, 2, *keys, *[1000 * each for each in times])
        if milliseconds < 0:
            raise NotYet(-milliseconds / 1000)
        return float(milliseconds) / 1000

    @property
    def _hold(self) -> str:
        return f"igny8:pace:{self.key}:hold"


FREE = Pace("")
"""For providers that nobody holds back."""


def _sleep(seconds: float) -> None:
    """Raises NotYet when this worker is told to stop."""
    ends = time.monotonic() + seconds
    while (left := ends - time.monotonic()) > 0:
        if stopping():
            raise NotYet(left)
        time.sleep(min(left, LOOK))
