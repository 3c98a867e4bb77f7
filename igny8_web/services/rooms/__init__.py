"""The rooms of a site as lists, one file each.

Every list is of one site, holds columns and no objects, and takes two queries: the page, and how
many rows there are of each status. A filter says which rows are wanted: the list, the actions on
"all that match" and the exports read the same one.
"""

from __future__ import annotations

from .clusters import ClusterFilter, clusters, find_cluster
from .contents import ContentFilter, contents, contents_to_review
from .ideas import IdeaFilter, ideas
from .images import IMAGES_ON_A_PAGE, ImageFilter, images
from .keywords import KeywordFilter, keywords
from .tasks import TaskFilter, tasks

__all__ = [
    "IMAGES_ON_A_PAGE",
    "ClusterFilter",
    "ContentFilter",
    "IdeaFilter",
    "ImageFilter",
    "KeywordFilter",
    "TaskFilter",
    "clusters",
    "contents",
    "contents_to_review",
    "find_cluster",
    "ideas",
    "images",
    "keywords",
    "tasks",
]
