"""The look keeps its promises: contrast in light and dark (WCAG 2.2, 1.4.3 and 1.4.11), small, nothing fetched."""

import re

import pytest

from sotegraph.web.assets import HERE

STYLE = (HERE / "static" / "site.css").read_text("utf-8")
ON_GROUND = [
    *((ink, ground) for ink in ("ink", "soft", "accent", "accent-ink") for ground in ("paper", "sheet", "tint")),
    ("on-deep", "deep"),
    ("on-deep-soft", "deep"),
    ("paper", "accent"),
    ("paper", "accent-ink"),
    ("bad", "paper"),
    ("ink", "bad-tint"),
    ("warn", "paper"),
]


def palettes() -> dict[str, dict[str, str]]:
    """The colours of the light and of the dark look, by name."""
    blocks = [
        dict(re.findall(r"--([\w-]+): (#[0-9a-f]{3,6});", block)) for block in re.findall(r":root \{([^}]*)\}", STYLE)
    ]
    light, dark = blocks[:2]
    return {"light": light, "dark": light | dark}


def luminance(colour: str) -> float:
    digits = colour[1:] if len(colour) == 7 else "".join(each * 2 for each in colour[1:])
    parts = [int(digits[place : place + 2], 16) / 255 for place in (0, 2, 4)]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return sum(weight * part for weight, part in zip((0.2126, 0.7152, 0.0722), linear, strict=True))


def contrast(one: str, other: str) -> float:
    darker, lighter = sorted((luminance(one), luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


def test_the_measure_is_right():
    assert contrast("#fff", "#000000") == pytest.approx(21)
    assert contrast("#767676", "#ffffff") == pytest.approx(4.54, abs=0.01)


@pytest.mark.parametrize("look", ["light", "dark"])
@pytest.mark.parametrize(("ink", "ground"), ON_GROUND)
def test_text_is_readable_on_its_ground(look, ink, ground):
    palette = palettes()[look]
    assert contrast(palette[ink], palette[ground]) >= 4.5


@pytest.mark.parametrize("look", ["light", "dark"])
@pytest.mark.parametrize(("sign", "ground"), [("strong-line", "paper"), ("focus", "paper"), ("focus", "sheet")])
def test_edges_of_controls_and_the_focus_are_visible(look, sign, ground):
    palette = palettes()[look]
    assert contrast(palette[sign], palette[ground]) >= 3


def test_the_sheet_is_small_and_fetches_nothing():
    assert len(STYLE.encode()) < 20 << 10
    assert "url(" not in STYLE
    assert "@import" not in STYLE


def test_whoever_wants_no_movement_sees_none():
    moving = re.findall(r"(?:animation|transition|scroll-behavior)", STYLE)
    assert moving == ["scroll-behavior"]
    assert "@media (prefers-reduced-motion: no-preference) { html { scroll-behavior: smooth; } }" in STYLE
