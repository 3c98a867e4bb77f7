"""Just enough of a sparse matrix for cosine similarities of short texts, in plain numpy."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float32]
Ints = npt.NDArray[np.int64]


@dataclass(frozen=True)
class SparseRows:
    """Rows of weighted features, held by row and by column."""

    count: int
    row_starts: Ints
    columns: Ints
    values: Floats
    column_starts: Ints
    column_rows: Ints
    column_values: Floats

    def products(self, first: int, last: int) -> Floats:
        """Dot products of rows ``first`` … ``last - 1`` with every row: (last - first, count)."""
        entries = slice(self.row_starts[first], self.row_starts[last])
        columns, values = self.columns[entries], self.values[entries]
        rows = np.repeat(np.arange(last - first), np.diff(self.row_starts[first : last + 1]))
        starts = self.column_starts[columns]
        lengths = self.column_starts[columns + 1] - starts
        ends = np.cumsum(lengths)
        total = int(ends[-1]) if len(ends) else 0
        place = np.arange(total) + np.repeat(starts - (ends - lengths), lengths)
        cells = np.repeat(rows * self.count, lengths) + self.column_rows[place]
        weights = np.repeat(values, lengths) * self.column_values[place]
        flat = np.bincount(cells, weights, minlength=(last - first) * self.count)
        return flat.astype(np.float32).reshape(last - first, self.count)


def tfidf_rows(bags: Sequence[Mapping[str, float]], *, length: float, widest: int) -> SparseRows:
    """Rows of ``weight * log(1 + rows / rows with it)``, each scaled to ``length``.

    A feature that more than ``widest`` rows have counts towards a row's length but is not
    compared: it says little about who is near and would cost the most.
    """
    vocabulary: dict[str, int] = {}
    for bag in bags:
        for feature in bag:
            vocabulary.setdefault(feature, len(vocabulary))
    sizes = np.fromiter(map(len, bags), dtype=np.int64, count=len(bags))
    columns = np.fromiter(
        (vocabulary[feature] for bag in bags for feature in bag), np.int64, int(sizes.sum())
    )
    values = np.fromiter(
        (weight for bag in bags for weight in bag.values()), np.float64, len(columns)
    )
    rows = np.repeat(np.arange(len(bags)), sizes)
    spread = np.bincount(columns, minlength=len(vocabulary))
    values *= np.log1p(len(bags) / spread[columns])
    norms = np.sqrt(np.bincount(rows, values**2, minlength=len(bags)))
    values *= length / np.maximum(norms, 1e-9)[rows]

    kept = spread[columns] <= widest
    rows, columns, values = rows[kept], columns[kept], values[kept]
    by_column = np.argsort(columns, kind="stable")
    return SparseRows(
        count=len(bags),
        row_starts=_starts(rows, len(bags)),
        columns=columns,
        values=values.astype(np.float32),
        column_starts=_starts(columns, len(vocabulary)),
        column_rows=rows[by_column],
        column_values=values[by_column].astype(np.float32),
    )


def _starts(keys: Ints, count: int) -> Ints:
    starts = np.zeros(count + 1, dtype=np.int64)
    np.cumsum(np.bincount(keys, minlength=count), out=starts[1:])
    return starts
