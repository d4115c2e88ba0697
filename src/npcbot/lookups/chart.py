"""A small chart as PNG. It has figures and Latin letters only, so that it needs no Chinese font."""

from __future__ import annotations

import io
from collections.abc import Sequence

#: Years or documents that are named on the axis, at most.
_NAMED = 24


def bars(labels: Sequence[str], series: Sequence[Sequence[float]], lines: bool = False) -> bytes:
    """One bar a label and series (``series[i][j]`` is the value of series ``i`` at ``labels[j]``), or lines with dots;
    several series are numbered ``1``, ``2``, … in their order."""
    import matplotlib

    matplotlib.use("Agg", force=False)
    from matplotlib.figure import Figure

    figure = Figure(figsize=(8, 3.6), dpi=120, layout="constrained")
    axes = figure.subplots()
    width = 0.8 / len(series)
    for number, values in enumerate(series):
        name = str(number + 1)
        if lines:
            axes.plot(range(len(labels)), values, marker="o", label=name)
        else:
            axes.bar([at + number * width for at in range(len(labels))], values, width, label=name)
    step = max(1, -(-len(labels) // _NAMED))
    axes.set_xticks(range(0, len(labels), step), labels[::step], rotation=60, fontsize=8)
    if all(value >= 0 for values in series for value in values):
        axes.set_ylim(bottom=0)
    else:
        axes.axhline(0, color="black", linewidth=0.8)
    axes.grid(axis="y", alpha=0.3)
    axes.spines[["top", "right"]].set_visible(False)
    if len(series) > 1:
        axes.legend()
    made = io.BytesIO()
    figure.savefig(made, format="png")
    return made.getvalue()
