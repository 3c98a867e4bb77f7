"""The nouns. One file each; :mod:`.run` holds the life story of the work itself."""

from .ai_call import AiCall, CallStatus
from .beat import Beat
from .cluster import Cluster, ClusterStatus
from .content import Content, ContentStatus
from .content_version import ContentVersion
from .decision import Decision
from .idea import Idea, IdeaStatus, idea_keyword
from .image import Image, ImageKind, ImageStatus
from .image_version import ImageVersion
from .keyword import Keyword, KeywordStatus
from .mishap import Mishap
from .money import MonthSpend, Price
from .prompt import PromptVersion
from .provider_setting import ProviderKind, ProviderSetting
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
    "Beat",
    "CallStatus",
    "Cluster",
    "ClusterStatus",
    "Content",
    "ContentStatus",
    "ContentVersion",
    "Decision",
    "Idea",
    "IdeaStatus",
    "Image",
    "ImageKind",
    "ImageStatus",
    "ImageVersion",
    "ItemStatus",
    "Keyword",
    "KeywordStatus",
    "Lane",
    "Mishap",
    "MonthSpend",
    "OwnerLink",
    "Price",
    "PromptVersion",
    "ProviderKind",
    "ProviderSetting",
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
