"""The colours and lines of charts, on a light page and on a dark one, and on paper.

The eight colours of layers began as Paul Tol's scheme `muted` (https://personal.sron.nl/~pault/) and were moved apart,
so that no two of them look alike to people with any of the common kinds of colour blindness; a test measures it. The
two of champion and challenger are a blue and an orange. No meaning is told by colour alone: lines have dashes and marks
of their own, layers their names beside them, cells their figures.
"""

from __future__ import annotations

LAYERS_LIGHT = ("#401887", "#91d1ec", "#47aaa3", "#4d6f12", "#ae9724", "#ddcc77", "#9e478d", "#641730")
LAYERS_DARK = ("#767cf5", "#a3edf5", "#68bee6", "#37751e", "#acb614", "#ebdc83", "#c77787", "#9a3f98")
SERIES_LIGHT = ("#0b5f9e", "#b8500a", "#2a7d4f")
SERIES_DARK = ("#6cb4f0", "#f59a54", "#6cc596")
SHADES_LIGHT = ("#f3f5f8", "#e3edf7", "#cadef0", "#a4cae6", "#74b0da", "#2c74b3", "#12579b", "#08396f")
SHADES_DARK = ("#1e242b", "#1b3045", "#1c3f5f", "#1d4f7b", "#266395", "#8ab9de", "#b5d4ec", "#e0effa")
INK_ON_LIGHT = (*["#1a2027"] * 5, *["#ffffff"] * 3)
INK_ON_DARK = (*["#e8ecf0"] * 5, *["#14181d"] * 3)


def _named(kind: str, colours: tuple[str, ...]) -> str:
    return " ".join(f"--{kind}{number}: {colour};" for number, colour in enumerate(colours))


def _colours(layers: tuple[str, ...], series: tuple[str, ...], shades: tuple[str, ...], on: tuple[str, ...]) -> str:
    return f"{_named('c', layers)} {_named('s', series)} {_named('h', shades)} {_named('on-h', on)}"


def _classes() -> str:
    """Which class of a shape has which colour."""
    rules = [f".area.c{one}, .band.c{one} {{ fill: var(--c{one}); }}" for one in range(len(LAYERS_LIGHT))]
    rules += [
        f".line.s{one}, .mark.s{one} {{ stroke: var(--s{one}); }} "
        f".mark.s{one}, .beam.s{one}, .belt.s{one} {{ fill: var(--s{one}); }}"
        for one in range(len(SERIES_LIGHT))
    ]
    rules += [
        f".shade.h{one} {{ fill: var(--h{one}); }} .drawn .on-h{one} {{ color: var(--on-h{one}); }}"
        for one in range(len(SHADES_LIGHT))
    ]
    return "\n".join(rules)


_LIGHT = _colours(LAYERS_LIGHT, SERIES_LIGHT, SHADES_LIGHT, INK_ON_LIGHT)

CHART_STYLE = f"""
:root {{ {_LIGHT} }}
@media (prefers-color-scheme: dark) {{
  :root {{ {_colours(LAYERS_DARK, SERIES_DARK, SHADES_DARK, INK_ON_DARK)} }}
}}
figure {{ margin: .9rem 0 1.6rem; }}
figcaption {{ font-weight: 600; margin-bottom: .35rem; }}
figcaption::first-letter, summary::first-letter {{ text-transform: uppercase; }}
.legend {{ list-style: none; display: flex; flex-wrap: wrap; gap: .2rem 1.4rem; margin: 0 0 .5rem; padding: 0; }}
.legend li {{ display: flex; align-items: center; gap: .5rem; color: var(--soft); }}
.key {{ width: 30px; height: 12px; flex: none; overflow: visible; }}
.drawn {{ display: block; width: 100%; height: auto; overflow: visible; }}
.drawn.narrow {{ display: none; }}
.drawn text {{ font-size: 13px; fill: currentColor; color: var(--ink); }}
.drawn.narrow text {{ font-size: 12px; }}
.drawn .soft {{ color: var(--soft); }}
.drawn .strong {{ font-weight: 600; }}
.axis {{ stroke: var(--soft); stroke-width: 1; }}
.grid {{ stroke: var(--line); stroke-width: 1; }}
.leader {{ stroke: var(--soft); stroke-width: .8; }}
.whisker {{ stroke: var(--ink); stroke-width: 1.4; }}
.line {{ fill: none; stroke-width: 2.4; stroke-linejoin: round; }}
.line.s1 {{ stroke-dasharray: 7 4; }}
.line.s2 {{ stroke-dasharray: 2 3; }}
.mark {{ stroke-width: 1.6; }}
.mark.apart {{ fill: var(--mark); stroke: var(--mark); }}
.mark.hollow {{ fill: var(--paper); stroke: var(--soft); }}
.belt {{ opacity: .2; }}
.area {{ stroke: var(--paper); stroke-width: .8; }}
.band {{ opacity: .42; }}
.band:hover {{ opacity: .8; }}
details {{ margin-top: .4rem; }}
summary {{ color: var(--mark); cursor: pointer; }}
{_classes()}
@media screen and (max-width: 46rem) {{
  .drawn.roomy {{ display: none; }}
  .drawn.narrow {{ display: block; }}
}}
@media print {{
  :root {{ {_LIGHT} }}
  figure {{ break-inside: avoid; }}
  .drawn, .key {{ print-color-adjust: exact; -webkit-print-color-adjust: exact; }}
  summary {{ display: none; }}
}}
"""
"""What a page with charts has besides the style of every page."""


__all__ = [
    "CHART_STYLE", "INK_ON_DARK", "INK_ON_LIGHT", "LAYERS_DARK", "LAYERS_LIGHT", "SERIES_DARK", "SERIES_LIGHT",
    "SHADES_DARK", "SHADES_LIGHT",
]  # fmt: skip
