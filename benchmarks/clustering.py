"""How well, how fast and in how much memory ``group_phrases`` groups keywords.

    python benchmarks/clustering.py FILE…            columns keyword and topic; others are ignored
    python benchmarks/clustering.py --synthetic 20000

Prints one JSON object a file, or one for the synthetic list. ``--language`` is the site's language,
by default unknown.
"""

from __future__ import annotations

import argparse
import csv
import json
import random
import resource
import sys
import time
from collections import Counter
from collections.abc import Iterable, Sequence
from itertools import product
from math import comb, log
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from igny8_web.clustering import group_phrases

KINDS = (
    "garden kitchen bathroom bedroom garage office balcony cellar attic terrace wooden steel glass "
    "folding electric portable vintage smart mini outdoor velora maxwell nordhaus tamiko brixton "
    "calder fenwick halden orbis quill"
)
THINGS = (
    "lamp table chair shelf cabinet mirror carpet curtain heater fan clock sofa door window tile "
    "paint drill ladder saw hose shower sink tap oven fridge freezer toaster kettle vacuum mop "
    "rug desk bench hammock grill fence gate pump filter boiler"
)
ASPECTS = (
    "repair,cleaning,size chart,installation,replacement parts,colours,warranty,assembly,noise,"
    "storage,energy use,safety,rental,spare key,rust removal"
)
MODIFIERS = "best,cheap,how to,near me,review,for beginners,2026,vs,ideas,diy"


def main() -> None:
    """Measure what the command line asks for."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("files", nargs="*", type=Path, metavar="FILE")
    parser.add_argument("--synthetic", type=int, metavar="COUNT", help="keywords to make up")
    parser.add_argument("--language", help="BCP 47 tag of the site")
    asked = parser.parse_args()
    if not asked.files and asked.synthetic is None:
        parser.error("name a FILE or --synthetic COUNT")
    if asked.synthetic is not None:
        print(json.dumps(synthetic(asked.synthetic)), flush=True)
    for file in asked.files:
        print(json.dumps(labelled(file, asked.language)), flush=True)


def labelled(file: Path, language: str | None = None) -> dict[str, object]:
    """Group the keywords of a labelled file and compare with its topics."""
    with file.open(encoding="utf-8-sig", newline="") as lines:
        rows = list(csv.DictReader(lines))
    topics = [row["topic"] for row in rows]
    clusters, seconds = clustered([row["keyword"] for row in rows], language)
    return {
        "file": str(file),
        "keywords": len(rows),
        "topics": len(set(topics)),
        "adjusted_rand": round(adjusted_rand(topics, clusters), 4),
        "v_measure": round(v_measure(topics, clusters), 4),
        "clusters": len(set(clusters)),
        "seconds": round(seconds, 2),
    }


def synthetic(count: int) -> dict[str, object]:
    """Group ``count`` made-up keywords; peak memory is that of the whole process."""
    clusters, seconds = clustered(made_up(count), "en")
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return {
        "keywords": count,
        "clusters": len(set(clusters)),
        "seconds": round(seconds, 2),
        "peak_mb": round(peak / (1024 if sys.platform == "linux" else 1024**2)),
    }


def clustered(phrases: Sequence[str], language: str | None) -> tuple[list[int], float]:
    """The cluster of each phrase, and the seconds it took."""
    start = time.perf_counter()
    groups = group_phrases(phrases, language=language)
    seconds = time.perf_counter() - start
    label = {index: number for number, group in enumerate(groups) for index in group.members}
    return [label[index] for index in range(len(phrases))], seconds


def made_up(count: int) -> list[str]:
    """Distinct phrases of four or more words, always the same ones, at most 180,000."""
    parts = MODIFIERS.split(","), KINDS.split(), THINGS.split(), ASPECTS.split(",")
    phrases = [" ".join(words) for words in product(*parts)]
    return random.Random(7).sample(phrases, count)


def adjusted_rand(one: Sequence[object], other: Sequence[object]) -> float:
    """Adjusted Rand index of two labellings: 1 is the same grouping, 0 is chance."""
    together = _pairs(Counter(zip(one, other, strict=True)).values())
    in_one, in_other = _pairs(Counter(one).values()), _pairs(Counter(other).values())
    expected = in_one * in_other / max(comb(len(one), 2), 1)
    most = (in_one + in_other) / 2
    return 1.0 if most == expected else (together - expected) / (most - expected)


def v_measure(truth: Sequence[object], found: Sequence[object]) -> float:
    """Harmonic mean of homogeneity and completeness."""
    joint = _entropy(Counter(zip(truth, found, strict=True)).values())
    of_truth, of_found = _entropy(Counter(truth).values()), _entropy(Counter(found).values())
    shared = of_truth + of_found - joint
    return 1.0 if of_truth + of_found == 0 else 2 * shared / (of_truth + of_found)


def _pairs(sizes: Iterable[int]) -> int:
    return sum(comb(size, 2) for size in sizes)


def _entropy(sizes: Iterable[int]) -> float:
    counts = list(sizes)
    total = sum(counts)
    return -sum(count / total * log(count / total) for count in counts)


if __name__ == "__main__":
    main()
