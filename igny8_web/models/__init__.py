"""The nouns. One file each; :mod:`.run` holds the life story of the work itself."""

from .ai_call import AiCall, CallStatus
from .cluster import Cluster, ClusterStatus
from .content import Content, ContentStatus
from .idea import Idea, IdeaStatus, idea_keyword
from .image import Image, ImageKind, ImageStatus
from .keyword import Keyword, KeywordStatus
from .run import Lane, Run, RunItem, StageRun
from .run_states import (
    LIVE,
    UNSETTLED,
    WORKABLE,
    ItemStatus,
    RunStatus,
    Scope,
    StageStatus,
    Trigger,
)
from .site import Site
from .task import Task, TaskStatus
from .user import ApiToken, OwnerLink, User

__all__ = [
    "LIVE",
    "UNSETTLED",
    "WORKABLE",
    "AiCall",
    "ApiToken",
    "CallStatus",
    "Cluster",
    "ClusterStatus",
    "Content",
    "ContentStatus",
    "Idea",
    "IdeaStatus",
    "Image",
    "ImageKind",
    "ImageStatus",
    "ItemStatus",
    "Keyword",
    "KeywordStatus",
    "Lane",
    "OwnerLink",
    "Run",
    "RunItem",
    "RunStatus",
    "Scope",
    "Site",
    "StageRun",
    "StageStatus",
    "Task",
    "TaskStatus",
    "Trigger",
    "User",
    "idea_keyword",
]
