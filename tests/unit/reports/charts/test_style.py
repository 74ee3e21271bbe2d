"""Colours can be told apart by people with any of the common kinds of colour blindness, and words can be read on them.

Colour blindness is simulated after Machado, Oliveira and Fernandes (IEEE TVCG 15, 2009, severity 1); differences are
distances in OKLab (Ottosson, 2020), in which a just noticeable one is about 0.02; contrast is that of WCAG 2.
"""

from __future__ import annotations

from itertools import combinations

import pytest

from overdue_flow.reports.charts.layers import MOST
from overdue_flow.reports.charts.style import (
    INK_ON_DARK,
    INK_ON_LIGHT,
    LAYERS_DARK,
    LAYERS_LIGHT,
    SERIES_DARK,
    SERIES_LIGHT,
    SHADES_DARK,
    SHADES_LIGHT,
)

Colour = tuple[float, float, float]
PAPER = {"light": "#ffffff", "dark": "#14181d"}
SEEN_BY = {
    "everybody": ((1, 0, 0), (0, 1, 0), (0, 0, 1)),
    "protanopes": ((0.152286, 1.052583, -0.204868), (0.114503, 0.786281, 0.099216), (-0.003882, -0.048116, 1.051998)),
    "deuteranopes": ((0.367322, 0.860646, -0.227968), (0.280085, 0.672501, 0.047413), (-0.011820, 0.042940, 0.968881)),
    "tritanopes": ((1.255528, -0.076749, -0.178779), (-0.078411, 0.930809, 0.147602), (0.004733, 0.691367, 0.303900)),
}


def linear(colour: str) -> Colour:
    """The light of a colour."""
    shares = (int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5))
    red, green, blue = (one / 12.92 if one <= 0.04045 else ((one + 0.055) / 1.055) ** 2.4 for one in shares)
    return red, green, blue


def times(matrix: tuple[tuple[float, ...], ...], colour: Colour) -> Colour:
    red, green, blue = (sum(a * b for a, b in zip(row, colour, strict=True)) for row in matrix)
    return red, green, blue


def perceived(colour: str, by: str) -> Colour:
    """A colour as a place in OKLab, as somebody sees it."""
    seen = times(SEEN_BY[by], linear(colour))
    seen = (max(seen[0], 0.0), max(seen[1], 0.0), max(seen[2], 0.0))
    cones = times(
        ((0.4122214708, 0.5363325363, 0.0514459929), (0.2119034982, 0.6806995451, 0.1073969566),
         (0.0883024619, 0.2817188376, 0.6299787005)), seen,
    )  # fmt: skip
    roots = (cones[0] ** (1 / 3), cones[1] ** (1 / 3), cones[2] ** (1 / 3))
    return times(
        ((0.2104542553, 0.7936177850, -0.0040720468), (1.9779984951, -2.4285922050, 0.4505937099),
         (0.0259040371, 0.7827717662, -0.8086757660)), roots,
    )  # fmt: skip


def apart(one: str, other: str, by: str) -> float:
    pairs = zip(perceived(one, by), perceived(other, by), strict=True)
    return float(sum((a - b) ** 2 for a, b in pairs) ** 0.5)


def contrast(one: str, other: str) -> float:
    lights = sorted(0.2126 * red + 0.7152 * green + 0.0722 * blue for red, green, blue in map(linear, (one, other)))
    return (lights[1] + 0.05) / (lights[0] + 0.05)


@pytest.mark.parametrize("by", SEEN_BY)
@pytest.mark.parametrize("palette", [LAYERS_LIGHT, LAYERS_DARK, SERIES_LIGHT[:2], SERIES_DARK[:2]])
def test_no_two_colours_of_a_palette_look_alike_to_anybody(palette: tuple[str, ...], by: str) -> None:
    closest = min(combinations(palette, 2), key=lambda pair: apart(*pair, by))
    assert apart(*closest, by) > 0.12, closest


def test_the_check_would_see_colours_that_look_alike() -> None:
    assert apart("#c00000", "#3f6f00", "everybody") > 0.15
    assert apart("#b07000", "#7c8a00", "protanopes") < 0.05


def test_there_is_a_colour_for_every_layer_that_is_drawn() -> None:
    assert len(LAYERS_LIGHT) == len(LAYERS_DARK) == MOST


@pytest.mark.parametrize(("colours", "scheme"), [(SERIES_LIGHT, "light"), (SERIES_DARK, "dark")])
def test_lines_stand_out_from_the_page(colours: tuple[str, ...], scheme: str) -> None:
    assert min(contrast(one, PAPER[scheme]) for one in colours) > 4.5


@pytest.mark.parametrize(("shades", "inks"), [(SHADES_LIGHT, INK_ON_LIGHT), (SHADES_DARK, INK_ON_DARK)])
def test_every_figure_can_be_read_on_its_shade_and_shades_go_one_way(
    shades: tuple[str, ...], inks: tuple[str, ...]
) -> None:
    assert min(contrast(*pair) for pair in zip(shades, inks, strict=True)) > 4.5
    light = [perceived(shade, "everybody")[0] for shade in shades]
    assert light in (sorted(light), sorted(light, reverse=True))
