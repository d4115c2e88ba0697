"""What is drawn in a chart, read from the axes that matplotlib is given."""

from __future__ import annotations

import pytest
from matplotlib.figure import Figure

from npcbot.lookups import chart


@pytest.fixture
def figures(monkeypatch: pytest.MonkeyPatch) -> list[Figure]:
    saved: list[Figure] = []
    monkeypatch.setattr(Figure, "savefig", lambda figure, *_, **__: saved.append(figure))
    return saved


@pytest.mark.parametrize("lines", [True, False])
def test_falls_are_below_a_line_at_zero(figures: list[Figure], lines: bool) -> None:
    chart.bars(["2001", "2002"], [[3.0, -2.5]], lines=lines)
    (axes,) = figures[0].axes
    assert axes.get_ylim()[0] <= -2.5 and axes.get_ylim()[1] >= 3
    assert [0, 0] in [list(line.get_ydata()) for line in axes.lines]


@pytest.mark.parametrize("lines", [True, False])
def test_without_falls_it_begins_at_zero(figures: list[Figure], lines: bool) -> None:
    chart.bars(["2001", "2002"], [[300.0, 310.0], [0.0, 280.0]], lines=lines)
    assert figures[0].axes[0].get_ylim()[0] == 0
