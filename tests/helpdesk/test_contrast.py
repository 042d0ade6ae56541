"""Text on its ground has 4.5 to 1, edges have 3 to 1, in light and in dark."""

import math
import re

import pytest
from django.conf import settings

TOKENS = (settings.ROOT / "static/css/tokens.css").read_text()
GROUNDS = ("paper", "card", "sunk")
INKS = ("ink", "ink-2", "ink-3", "accent", "due", "soon", "late")
TEXT = [(ink, ground) for ink in INKS for ground in GROUNDS]
TEXT += [("on-accent", "accent"), ("card", "late"), ("ink", "note"), ("ink-2", "note"), ("ink", "mark")]
TEXT += [(tone, f"{tone}-soft") for tone in ("accent", "due", "soon", "late")]
TEXT += [(ink, f"{tone}-soft") for tone in ("accent", "due", "soon", "late") for ink in ("ink", "ink-2")]
EDGES = [("edge", ground) for ground in GROUNDS] + [("due", "sunk"), ("late", "sunk"), ("soon", "sunk")]
EDGES += [("soon-fill", ground) for ground in GROUNDS]


def luminance(lightness, chroma, hue):
    """Relative luminance (WCAG 2.2) of an OKLCH colour, by way of OKLab and linear sRGB (Ottosson 2020)."""
    a, b = chroma * math.cos(math.radians(hue)), chroma * math.sin(math.radians(hue))
    long = (lightness + 0.3963377774 * a + 0.2158037573 * b) ** 3
    medium = (lightness - 0.1055613458 * a - 0.0638541728 * b) ** 3
    short = (lightness - 0.0894841775 * a - 1.2914855480 * b) ** 3
    red = 4.0767416621 * long - 3.3077115913 * medium + 0.2309699292 * short
    green = -1.2684380046 * long + 2.6097574011 * medium - 0.3413193965 * short
    blue = -0.0041960863 * long - 0.7034186147 * medium + 1.7076147010 * short
    red, green, blue = (min(1, max(0, part)) for part in (red, green, blue))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def colours(theme):
    found = {}
    for name, light, dark in re.findall(
        r"--([\w-]+): light-dark\(oklch\(([^)]+)\), oklch\(([^)]+)\)\)", TOKENS
    ):
        if "/" in light or name in found:
            continue
        parts = (light if theme == "light" else dark).split()
        found[name] = luminance(float(parts[0].rstrip("%")) / 100, float(parts[1]), float(parts[2]))
    return found


def contrast(one, other):
    high, low = max(one, other), min(one, other)
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_text_can_be_read(theme):
    tokens = colours(theme)
    found = {(a, b): round(contrast(tokens[a], tokens[b]), 2) for a, b in TEXT}
    assert not {pair: ratio for pair, ratio in found.items() if ratio < 4.5}


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_shapes_can_be_seen(theme):
    tokens = colours(theme)
    found = {(a, b): round(contrast(tokens[a], tokens[b]), 2) for a, b in EDGES}
    assert not {pair: ratio for pair, ratio in found.items() if ratio < 3}
