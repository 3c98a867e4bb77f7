"""What the tests of the engine share."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from igny8_web.extensions import transaction
from igny8_web.models import Run, Site
from igny8_web.services import automation

from ..engine import Rings
from ..factories import make_clusters

StartIdeas = Callable[[int], Run]


@pytest.fixture
def start_ideas(site: Site, rings: Rings) -> StartIdeas:
    """Start a run of one stage: ideas for so many new clusters. The plainest run there is."""

    def start(clusters: int) -> Run:
        with transaction() as db:
            ids = [cluster.id for cluster in make_clusters(db, site, clusters)]
        return automation.run_stage(site, "develop-ideas", ids)

    return start
