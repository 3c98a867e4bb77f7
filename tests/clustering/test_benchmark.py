from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from benchmarks.clustering import adjusted_rand, made_up, v_measure

ROOT = Path(__file__).resolve().parents[2]


@pytest.mark.parametrize(
    ("truth", "found", "rand", "v"),
    # The values that scikit-learn 1.x gives in its own documentation.
    [
        ([0, 0, 1, 1], [1, 1, 0, 0], 1.0, 1.0),
        ([0, 0, 1, 2], [0, 0, 1, 1], 0.5714285714, 0.8),
        ([0, 0, 0, 0], [0, 1, 2, 3], 0.0, 0.0),
        ([0, 0, 1, 1], [0, 1, 0, 1], -0.5, 0.0),
    ],
)
def test_scores_have_their_known_values(
    truth: list[int], found: list[int], rand: float, v: float
) -> None:
    assert adjusted_rand(truth, found) == pytest.approx(rand)
    assert v_measure(truth, found) == pytest.approx(v)


def test_made_up_keywords_are_distinct_and_always_the_same() -> None:
    assert len(set(made_up(5000))) == 5000
    assert made_up(50) == made_up(50)


def test_the_benchmark_prints_one_json_line_a_file() -> None:
    files = ["benchmarks/data/ar_travel.csv", "benchmarks/data/cs_garden.csv"]
    done = subprocess.run(
        [sys.executable, "benchmarks/clustering.py", *files],
        cwd=ROOT, capture_output=True, text=True, check=True,
    )  # fmt: skip
    results = [json.loads(line) for line in done.stdout.splitlines()]
    assert [result["file"] for result in results] == files
    assert all(result["adjusted_rand"] > 0.5 for result in results)
    assert set(results[0]) == {
        "file", "keywords", "topics", "adjusted_rand", "v_measure", "clusters", "seconds",
    }  # fmt: skip
