"""A chart as SVG: panels side by side, both axes logarithmic, one line an engine, dark where the
reader's screen is."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from xml.sax.saxutils import escape

_WIDTH, _HEIGHT = 300, 240
_LEFT, _RIGHT, _TOP, _BOTTOM = 48, 30, 30, 34
# Told apart by most who see colours differently (Okabe & Ito, "Color Universal Design", 2008).
_COLOURS = ("#d55e00", "#0072b2", "#009e73", "#cc79a7", "#e69f00", "#56b4e9", "#8c8c8c")
_STYLE = (
    "<style>.paper{fill:#fff}.grid{stroke:#ddd}text{fill:#222}"
    "@media (prefers-color-scheme:dark)"
    "{.paper{fill:#0d1117}.grid{stroke:#333b45}text{fill:#d0d7de}}</style>"
)


@dataclass(slots=True)
class Panel:
    """One drawing: a title, and for each line its points."""

    title: str
    lines: dict[str, list[tuple[float, float]]] = field(default_factory=dict)

    def add(self, line: str, x: float, y: float) -> None:
        """Add a point, both coordinates above 0."""
        self.lines.setdefault(line, []).append((x, y))


def render(panels: list[Panel]) -> str:
    """The panels as an SVG document, with one legend below. Each needs at least one point."""
    names = list(dict.fromkeys(name for panel in panels for name in panel.lines))
    colour = {name: _COLOURS[i % len(_COLOURS)] for i, name in enumerate(names)}
    width, height = _WIDTH * len(panels), _HEIGHT + 28
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}"'
        ' font-family="sans-serif" font-size="11">',
        _STYLE,
        f'<rect class="paper" width="{width}" height="{height}"/>',
    ]
    for number, panel in enumerate(panels):
        parts.append(f'<g transform="translate({number * _WIDTH} 0)">')
        parts += _panel(panel, colour)
        parts.append("</g>")
    for number, name in enumerate(names):
        x = _LEFT + number * 110
        parts.append(
            f'<rect x="{x}" y="{_HEIGHT + 6}" width="12" height="4" fill="{colour[name]}"/>'
            f'<text x="{x + 18}" y="{_HEIGHT + 12}">{escape(name)}</text>'
        )
    parts.append("</svg>")
    return "\n".join(parts) + "\n"


def _panel(panel: Panel, colour: dict[str, str]) -> list[str]:
    points = [point for line in panel.lines.values() for point in line]
    x_low, x_high = _decades([x for x, _ in points])
    y_low, y_high = _decades([y for _, y in points])

    def place(x: float, y: float) -> tuple[float, float]:
        right = (math.log10(x) - x_low) / (x_high - x_low)
        up = (math.log10(y) - y_low) / (y_high - y_low)
        return (
            round(_LEFT + right * (_WIDTH - _LEFT - _RIGHT), 1),
            round(_HEIGHT - _BOTTOM - up * (_HEIGHT - _TOP - _BOTTOM), 1),
        )

    parts = [f'<text x="{_LEFT}" y="16" font-weight="bold">{escape(panel.title)}</text>']
    for decade in range(x_low, x_high + 1):
        x, bottom = place(10.0**decade, 10.0**y_low)
        _, top = place(10.0**decade, 10.0**y_high)
        parts.append(f'<path d="M{x} {bottom}V{top}" class="grid"/>')
        parts.append(f'<text x="{x}" y="{bottom + 16}" text-anchor="middle">{_name(decade)}</text>')
    for decade in range(y_low, y_high + 1):
        left, y = place(10.0**x_low, 10.0**decade)
        right, _ = place(10.0**x_high, 10.0**decade)
        parts.append(f'<path d="M{left} {y}H{right}" class="grid"/>')
        parts.append(f'<text x="{left - 5}" y="{y + 4}" text-anchor="end">{_name(decade)}</text>')
    for name, line in panel.lines.items():
        placed = [place(x, y) for x, y in sorted(line)]
        path = "L".join(f"{x} {y}" for x, y in placed)
        parts.append(f'<path d="M{path}" fill="none" stroke="{colour[name]}" stroke-width="2"/>')
        parts += [f'<circle cx="{x}" cy="{y}" r="3" fill="{colour[name]}"/>' for x, y in placed]
    return parts


def _decades(values: list[float]) -> tuple[int, int]:
    """The powers of ten around ``values``, at least one apart."""
    low = math.floor(math.log10(min(values)) + 1e-9)
    return low, max(math.ceil(math.log10(max(values)) - 1e-9), low + 1)


def _name(decade: int) -> str:
    return f"{10**decade:,}" if decade >= 0 else f"{10.0**decade:.{-decade}f}"
