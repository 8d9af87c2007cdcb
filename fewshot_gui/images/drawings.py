"""Small drawn scenes, each a little different, for the sample pictures: houses, boats, flowers, fish, cups and others.

Every scene is a function `(canvas, rng)` that paints one picture; all its choices come from `rng`.
"""

import colorsys
from collections.abc import Callable, Sequence

import numpy as np
from PIL import Image, ImageDraw

Rng = np.random.Generator
Colour = tuple[int, int, int] | tuple[int, int, int, int]  # with a fourth number, 0..255: how opaque
Point = tuple[float, float]

WIDTH, HEIGHT = 320, 240
_FINER = 3  # drawn this much larger, then averaged down: smooth edges


class Pen:
    """Draws shapes given in an object's own coordinates (about -1..1, y down): scaled, turned, then put in place."""

    def __init__(self, draw: ImageDraw.ImageDraw, centre: Point, scale: float, degrees: float, mirrored: bool) -> None:
        self._draw = draw
        self._centre = np.array(centre)
        cos, sin = np.cos(np.radians(degrees)), np.sin(np.radians(degrees))
        self._matrix = scale * np.array([[cos, -sin], [sin, cos]]) @ np.diag([-1.0 if mirrored else 1.0, 1.0])
        self._scale = scale

    def _place(self, points: Sequence[Point]) -> list[Point]:
        placed = np.asarray(points, dtype=float) @ self._matrix.T + self._centre
        return [(float(x), float(y)) for x, y in placed]

    def polygon(self, points: Sequence[Point], colour: Colour) -> None:
        self._draw.polygon(self._place(points), fill=colour)

    def box(self, left: float, top: float, right: float, bottom: float, colour: Colour) -> None:
        self.polygon([(left, top), (right, top), (right, bottom), (left, bottom)], colour)

    def ellipse(self, x: float, y: float, rx: float, ry: float, colour: Colour, degrees: float = 0.0) -> None:
        angle = np.linspace(0, 2 * np.pi, 48, endpoint=False)
        cos, sin = np.cos(np.radians(degrees)), np.sin(np.radians(degrees))
        along, across = rx * np.cos(angle), ry * np.sin(angle)
        self.polygon(list(zip(x + along * cos - across * sin, y + along * sin + across * cos, strict=True)), colour)

    def line(self, points: Sequence[Point], width: float, colour: Colour) -> None:
        self._draw.line(self._place(points), fill=colour, width=max(1, round(width * self._scale)), joint="curve")


class Canvas:
    """One picture being painted, in units of the finished picture's height: x from 0 to 4/3, y from 0 to 1."""

    right = WIDTH / HEIGHT

    def __init__(self) -> None:
        self._unit = HEIGHT * _FINER
        self._image = Image.new("RGB", (WIDTH * _FINER, HEIGHT * _FINER))
        self._draw = ImageDraw.Draw(self._image, "RGBA")

    def pen(self, x: float, y: float, scale: float = 1.0, degrees: float = 0.0, mirrored: bool = False) -> Pen:
        return Pen(self._draw, (x * self._unit, y * self._unit), scale * self._unit, degrees, mirrored)

    def fade(self, upper: Colour, lower: Colour, top: float = 0.0, bottom: float = 1.0) -> None:
        """Fill the full width between two heights with a colour that turns gradually into another."""
        first, last = round(top * self._unit), round(bottom * self._unit)
        t = np.linspace(0, 1, max(last - first, 1))[:, None, None]
        column = np.array(upper[:3]) * (1 - t) + np.array(lower[:3]) * t
        strip = Image.fromarray(column.astype(np.uint8)).resize((self._image.width, len(column)))
        self._image.paste(strip, (0, first))

    def finish(self, rng: Rng) -> Image.Image:
        """The finished picture: smooth edges, one side a little darker, and a camera's grain."""
        pixels = np.asarray(self._image.reduce(_FINER), dtype=np.float32)
        x, y = np.linspace(-1, 1, WIDTH)[None, :, None], np.linspace(-1, 1, HEIGHT)[:, None, None]
        light = rng.uniform(0.92, 1.06) + rng.uniform(-0.07, 0.07) * x + rng.uniform(-0.05, 0.05) * y
        grain = rng.standard_normal((HEIGHT, WIDTH, 1), dtype=np.float32) * rng.uniform(2.0, 6.0)
        return Image.fromarray(np.clip(pixels * light + grain, 0, 255).astype(np.uint8))


def _colour(hue: float, saturation: float, value: float) -> tuple[int, int, int]:
    r, g, b = colorsys.hsv_to_rgb(hue % 1, min(max(saturation, 0), 1), min(max(value, 0), 1))
    return round(r * 255), round(g * 255), round(b * 255)


def _near(rng: Rng, hue: float, saturation: float, value: float, spread: float = 0.03) -> tuple[int, int, int]:
    """A colour close to the one given, so that no two pictures are quite alike."""
    return _colour(
        hue + rng.uniform(-spread, spread), saturation + rng.uniform(-0.1, 0.1), value + rng.uniform(-0.06, 0.06)
    )


def _shade(colour: Colour, by: float) -> tuple[int, int, int]:
    """Darker (by < 1) or lighter (by > 1)."""
    r, g, b = (min(255, round(c * by)) for c in colour[:3])
    return r, g, b


def _arc(x: float, y: float, rx: float, ry: float, start: float, end: float) -> list[Point]:
    angle = np.radians(np.linspace(start, end, 24))
    return list(zip(x + rx * np.cos(angle), y + ry * np.sin(angle), strict=True))


def _sky(canvas: Canvas, rng: Rng, horizon: float) -> None:
    hue, saturation, value = [(0.57, 0.5, 0.92), (0.55, 0.3, 0.95), (0.06, 0.4, 0.98), (0.6, 0.12, 0.85)][
        rng.integers(4)
    ]
    canvas.fade(_near(rng, hue, saturation, value), _near(rng, hue, saturation * 0.3, 0.97), 0, horizon)
    if rng.random() < 0.4:
        canvas.pen(rng.uniform(0.1, 1.2), rng.uniform(0.1, 0.25)).ellipse(0, 0, 0.06, 0.06, (255, 244, 190))
    for _ in range(rng.integers(0, 3)):
        _cloud(canvas, rng, rng.uniform(0, canvas.right), rng.uniform(0.06, horizon * 0.5), rng.uniform(0.05, 0.1))


def _cloud(canvas: Canvas, rng: Rng, x: float, y: float, size: float) -> None:
    pen = canvas.pen(x, y, size)
    for i in range(-2, 3):
        puff = rng.uniform(0.7, 1.0) * (1.1 - 0.25 * abs(i))
        pen.ellipse(i * 0.8, rng.uniform(-0.15, 0.15), 1.15 * puff, 0.75 * puff, (255, 255, 255, 215))


def house(canvas: Canvas, rng: Rng) -> None:
    horizon = rng.uniform(0.6, 0.74)
    _sky(canvas, rng, horizon)
    grass = _near(rng, 0.28, 0.5, 0.62)
    canvas.fade(_shade(grass, 1.12), _shade(grass, 0.8), horizon, 1)
    scale = rng.uniform(0.25, 0.36)
    base = rng.uniform(horizon + 0.08, 0.92)
    for _ in range(rng.integers(0, 3)):
        tree = canvas.pen(rng.uniform(0.05, 1.28), horizon + 0.02, rng.uniform(0.09, 0.14))
        tree.box(-0.12, -0.3, 0.12, 0.6, (104, 78, 58))
        tree.ellipse(0, -0.9, 0.75, 0.95, _near(rng, 0.3, 0.5, 0.45))
    pen = canvas.pen(rng.uniform(0.42, 0.92), base - scale * 0.65, scale, rng.uniform(-4, 4), rng.random() < 0.5)
    wall = _near(rng, rng.choice([0.1, 0.02, 0.55, 0.13, 0.95]), 0.22, 0.92)
    roof = _near(rng, rng.choice([0.02, 0.04, 0.6, 0.0]), 0.6, 0.62)
    pen.ellipse(0, 0.66, 1.2, 0.09, (20, 40, 20, 80))
    pen.box(0.42, -1.12, 0.62, -0.5, _shade(roof, 0.75))
    pen.box(-0.85, -0.3, 0.85, 0.65, wall)
    pen.box(-0.85, -0.3, 0.85, -0.2, _shade(wall, 0.85))
    pen.polygon([(-1.05, -0.26), (0, -1.1 + rng.uniform(-0.1, 0.15)), (1.05, -0.26)], roof)
    door = _near(rng, rng.random(), 0.6, 0.5)
    pen.box(-0.17, 0.08, 0.17, 0.65, door)
    pen.ellipse(0.1, 0.38, 0.03, 0.03, (240, 220, 140))
    glass = (255, 226, 140) if rng.random() < 0.3 else (176, 212, 236)
    for x in (-0.52, 0.52):
        pen.box(x - 0.2, -0.08, x + 0.2, 0.3, (250, 250, 246))
        pen.box(x - 0.16, -0.04, x + 0.16, 0.26, glass)
        pen.line([(x, -0.04), (x, 0.26)], 0.035, (250, 250, 246))
        pen.line([(x - 0.16, 0.11), (x + 0.16, 0.11)], 0.035, (250, 250, 246))


def boat(canvas: Canvas, rng: Rng) -> None:
    horizon = rng.uniform(0.45, 0.62)
    _sky(canvas, rng, horizon)
    sea = _near(rng, 0.55, 0.6, 0.68, 0.05)
    canvas.fade(_shade(sea, 1.15), _shade(sea, 0.7), horizon, 1)
    if rng.random() < 0.4:
        canvas.pen(rng.uniform(0.1, 1.2), horizon, 0.3).polygon(
            _arc(0, 0, 1, 0.25, 180, 360), _near(rng, 0.35, 0.3, 0.5)
        )
    scale = rng.uniform(0.24, 0.34)
    x, y = rng.uniform(0.42, 0.9), rng.uniform(horizon + 0.03, 0.78)
    pen = canvas.pen(x, y, scale, rng.uniform(-9, 9), rng.random() < 0.5)
    hull = _near(rng, rng.choice([0.0, 0.6, 0.08, 0.4, 0.85]), 0.65, 0.66)
    sail = _near(rng, rng.choice([0.1, 0.0, 0.14, 0.55]), rng.choice([0.05, 0.4]), 0.96)
    pen.line([(0, 0), (0, -1.55)], 0.06, (96, 70, 50))
    pen.polygon([(0.07, -1.45), (0.07, -0.12), (0.85, -0.12)], sail)
    pen.polygon([(-0.07, -1.3), (-0.07, -0.12), (-0.6, -0.12)], _shade(sail, 0.88))
    pen.polygon([(0, -1.55), (0, -1.4), (-0.25, -1.47)], _near(rng, rng.random(), 0.8, 0.85))
    pen.polygon([(-1.0, -0.02), (1.1, -0.02), (0.72, 0.4), (-0.72, 0.4)], hull)
    pen.polygon([(-1.0, -0.02), (1.1, -0.02), (1.04, 0.07), (-0.94, 0.07)], (250, 246, 236))
    water = canvas.pen(x, y + scale * 0.36, scale)
    water.polygon([*_arc(0, 0.02, 1.3, 0.1, 180, 360), (1.3, 0.12), (-1.3, 0.12)], (*_shade(sea, 0.98), 235))
    for _ in range(14):
        wave = canvas.pen(rng.uniform(0, canvas.right), rng.uniform(horizon + 0.05, 0.98), rng.uniform(0.03, 0.07))
        wave.line(_arc(0, 0, 1, 0.3, 20, 160), 0.14, (255, 255, 255, 110))


def flower(canvas: Canvas, rng: Rng) -> None:
    wall = [(0.3, 0.35, 0.7), (0.55, 0.2, 0.93), (0.12, 0.15, 0.95), (0.34, 0.45, 0.45)][rng.integers(4)]
    canvas.fade(_near(rng, *wall), _near(rng, wall[0], wall[1] * 1.3, wall[2] * 0.85))
    for _ in range(rng.integers(5, 14)):  # blurred greenery behind
        spot = canvas.pen(rng.uniform(0, canvas.right), rng.uniform(0.3, 1), rng.uniform(0.05, 0.16))
        spot.ellipse(0, 0, 1, 1, (*_near(rng, 0.28, 0.35, 0.75), 50))
    x, y, scale = rng.uniform(0.45, 0.9), rng.uniform(0.34, 0.5), rng.uniform(0.22, 0.33)
    green = _near(rng, 0.3, 0.6, 0.5)
    stem = canvas.pen(x, y, scale, rng.uniform(-6, 6))
    bend = rng.uniform(-0.3, 0.3)
    stem.line([(0, 0), (bend * 0.6, 1), (bend, 1.9), (bend, 3)], 0.1, green)
    stem.ellipse(bend * 0.8 + 0.4, 1.45, 0.42, 0.15, _shade(green, 1.1), -30)
    stem.ellipse(bend * 0.9 - 0.38, 1.75, 0.42, 0.15, _shade(green, 0.9), 30)
    pen = canvas.pen(x, y, scale, rng.uniform(0, 90))
    petals = int(rng.integers(5, 11))
    colour = _near(rng, rng.choice([0.93, 0.0, 0.13, 0.78, 0.07, 0.88]), rng.choice([0.7, 0.6, 0.08]), 0.95)
    slim = rng.uniform(1.5, 2.0) / petals
    for shade, size, offset in ((0.85, 1.0, 0.5), (1.0, 0.92, 0.0)):
        for i in range(petals):
            angle = 2 * np.pi * (i + offset) / petals
            reach = 0.58 * size
            pen.ellipse(
                reach * np.cos(angle),
                reach * np.sin(angle),
                0.45 * size,
                slim,
                _shade(colour, shade),
                np.degrees(angle),
            )
    heart = _near(rng, rng.choice([0.13, 0.1, 0.06]), 0.75, rng.choice([0.95, 0.5]))
    pen.ellipse(0, 0, 0.32, 0.32, _shade(heart, 0.85))
    pen.ellipse(-0.03, -0.03, 0.26, 0.26, heart)


def fish(canvas: Canvas, rng: Rng) -> None:
    water = _near(rng, rng.choice([0.5, 0.56, 0.46]), 0.55, 0.75)
    canvas.fade(_shade(water, 1.25), _shade(water, 0.6))
    for _ in range(3):  # light from above
        left = rng.uniform(-0.2, 1.2)
        canvas.pen(0, 0).polygon([(left, 0), (left + 0.12, 0), (left + 0.4, 1), (left + 0.1, 1)], (255, 255, 255, 18))
    if rng.random() < 0.6:
        canvas.fade(_near(rng, 0.11, 0.3, 0.8), _near(rng, 0.1, 0.4, 0.6), rng.uniform(0.84, 0.92), 1)
    for _ in range(rng.integers(0, 5)):
        weed = canvas.pen(rng.uniform(0, canvas.right), 1.0, rng.uniform(0.15, 0.35))
        sway, start = rng.uniform(0.06, 0.14), rng.uniform(0, 6)
        stalk = [(sway * np.sin(start + 7 * t), -t) for t in np.linspace(0, 1, 20)]
        weed.line(stalk, 0.1, _near(rng, 0.36, 0.6, 0.4))
    scale = rng.uniform(0.26, 0.38)
    place = rng.uniform(0.42, 0.9), rng.uniform(0.36, 0.64)
    pen = canvas.pen(*place, scale, rng.uniform(-14, 14), rng.random() < 0.5)
    body = _near(rng, rng.choice([0.07, 0.13, 0.0, 0.93, 0.6, 0.75]), 0.75, 0.95)
    fin, tall = _shade(body, 0.8), rng.uniform(0.42, 0.6)
    pen.polygon([(0.65, 0), (1.3, -0.5), (1.15, 0), (1.3, 0.5)], fin)
    pen.polygon([(-0.35, -tall * 0.8), (0.15, -tall - 0.32), (0.55, -tall * 0.55)], fin)
    pen.polygon([(-0.1, tall * 0.8), (0.25, tall + 0.25), (0.4, tall * 0.6)], fin)
    pen.ellipse(0, 0, 0.95, tall, body)
    pen.ellipse(-0.05, tall * 0.35, 0.75, tall * 0.5, (*_shade(body, 1.35), 120))
    if rng.random() < 0.6:
        stripe = (255, 255, 255, 220) if rng.random() < 0.6 else (40, 40, 60, 200)
        for x in (-0.28, 0.12, 0.48)[: rng.integers(2, 4)]:
            half = tall * np.sqrt(1 - (x / 0.95) ** 2) * 0.97
            pen.polygon(_arc(x, 0, 0.1, half, 90, 270) + _arc(x + 0.07, 0, 0.1, half, 270, 90), stripe)
    pen.polygon([(0.0, 0.1), (0.38, 0.02), (0.3, 0.32)], fin)
    pen.ellipse(-0.6, -0.1, 0.13, 0.13, (255, 255, 255))
    pen.ellipse(-0.63, -0.1, 0.07, 0.07, (20, 20, 30))
    pen.line(_arc(-0.86, 0.13, 0.14, 0.07, 10, 100), 0.035, _shade(body, 0.5))
    for i in range(rng.integers(2, 6)):
        bubble = canvas.pen(place[0] + rng.uniform(-0.5, 0.5), rng.uniform(0.05, 0.4), 0.012 + 0.004 * i)
        bubble.ellipse(0, 0, 1, 1, (255, 255, 255, 120))


def cup(canvas: Canvas, rng: Rng) -> None:
    edge = rng.uniform(0.55, 0.7)
    canvas.fade(_near(rng, rng.random(), 0.15, 0.88), _near(rng, rng.random(), 0.15, 0.8), 0, edge)
    table = [_near(rng, 0.07, 0.5, 0.6), _near(rng, 0.09, 0.35, 0.78), _near(rng, 0.6, 0.08, 0.85)][rng.integers(3)]
    canvas.fade(table, _shade(table, 0.85), edge, 1)
    for _ in range(8):  # the grain of the wood
        y = rng.uniform(edge + 0.01, 1)
        canvas.pen(0, y).line([(0, 0), (canvas.right, rng.uniform(-0.01, 0.01))], 0.004, (*_shade(table, 0.75), 90))
    scale = rng.uniform(0.25, 0.34)
    x, y = rng.uniform(0.45, 0.88), rng.uniform(edge - 0.05, 0.66)
    pen = canvas.pen(x, y, scale, rng.uniform(-4, 4), rng.random() < 0.5)
    colour = _near(rng, rng.choice([0.0, 0.06, 0.12, 0.45, 0.57, 0.62, 0.93]), rng.choice([0.6, 0.45, 0.08]), 0.85)
    taper, tall = rng.uniform(0.03, 0.2), rng.uniform(0.7, 0.85)
    pen.ellipse(0.1, tall + 0.05, 1.15, 0.2, (30, 20, 10, 70))
    if rng.random() < 0.5:
        pen.ellipse(0, tall + 0.02, 1.1, 0.2, _shade(colour, 0.9))
        pen.ellipse(0, tall - 0.01, 0.95, 0.15, _shade(colour, 1.05))
    pen.line(_arc(0.62, 0.02, 0.42, 0.4, -80, 95), 0.14, _shade(colour, 0.82))
    side = [(-0.7, -0.6), (0.7, -0.6), (0.7 - taper, tall - 0.1)]
    pen.polygon([*side, *_arc(0, tall - 0.1, 0.7 - taper, 0.16, 0, 180), (taper - 0.7, tall - 0.1)], colour)
    for left in (0.2, 0.35, 0.5):  # the side away from the light
        lower = left * (1 - taper / 0.7)
        bottom = _arc(0, tall - 0.1, 0.7 - taper, 0.16, 0, np.degrees(np.arccos(lower / (0.7 - taper))))
        pen.polygon([(left, -0.6), (0.7, -0.6), *bottom], (0, 0, 0, 14))
    if rng.random() < 0.6:
        mark = _near(rng, rng.random(), 0.6, 0.9)
        if rng.random() < 0.5:
            edges = 0.7 - taper * 0.5
            band = _arc(0, 0.05, edges, 0.16, 0, 180) + _arc(0, 0.25, edges - taper * 0.15, 0.16, 180, 0)
            pen.polygon(band, mark)
        else:
            for i in (-0.36, 0.0, 0.36):
                pen.ellipse(i, 0.22 + 0.05 * (i == 0), 0.12, 0.12, mark)
    pen.ellipse(0, -0.6, 0.7, 0.17, _shade(colour, 1.15))
    pen.ellipse(0, -0.585, 0.62, 0.13, _near(rng, 0.07, 0.65, 0.3))
    for i in range(rng.integers(0, 4)):
        start = -0.3 + 0.3 * i
        steam = [(start + 0.06 * np.sin(3 * t), -0.7 - 0.5 * t) for t in np.linspace(0, 1.3, 14)]
        pen.line(steam, 0.05, (255, 255, 255, 120))


def stripes(canvas: Canvas, rng: Rng) -> None:
    hue = rng.random()
    canvas.fade(_near(rng, hue, 0.3, 0.85), _near(rng, hue, 0.3, 0.85))
    pen, step = canvas.pen(0.67, 0.5, 1, rng.uniform(0, 180)), rng.uniform(0.08, 0.2)
    for i in range(-12, 12):
        pen.box(-1.2, i * step, 1.2, i * step + step * 0.5, _near(rng, hue + 0.08 * (i % 3), 0.5, 0.75))


def clouds(canvas: Canvas, rng: Rng) -> None:
    canvas.fade(_near(rng, 0.58, 0.55, 0.85), _near(rng, 0.55, 0.2, 0.95))
    for _ in range(9):
        _cloud(canvas, rng, rng.uniform(0, canvas.right), rng.uniform(0.05, 0.95), rng.uniform(0.06, 0.16))


def lights(canvas: Canvas, rng: Rng) -> None:
    canvas.fade(_near(rng, 0.7, 0.6, 0.15), _near(rng, 0.75, 0.5, 0.3))
    for _ in range(40):
        spot = canvas.pen(rng.uniform(0, canvas.right), rng.uniform(0, 1), rng.uniform(0.02, 0.12))
        spot.ellipse(0, 0, 1, 1, (*_near(rng, rng.random(), 0.5, 0.95), 90))


def mountains(canvas: Canvas, rng: Rng) -> None:
    canvas.fade(_near(rng, 0.07, 0.3, 0.95), _near(rng, 0.6, 0.15, 0.9))
    hue = rng.uniform(0.5, 0.75)
    for depth in range(4):
        ridge = [(x, 0.35 + 0.15 * depth + rng.uniform(-0.11, 0.11)) for x in np.linspace(0, canvas.right, 9)]
        colour = _near(rng, hue, 0.25 + 0.1 * depth, 0.8 - 0.16 * depth)
        canvas.pen(0, 0).polygon([(0, 1), *ridge, (canvas.right, 1)], colour)


CLASSES: dict[str, Callable[[Canvas, Rng], None]] = {
    "boat": boat,
    "cup": cup,
    "fish": fish,
    "flower": flower,
    "house": house,
}
OTHERS: tuple[Callable[[Canvas, Rng], None], ...] = (stripes, clouds, lights, mountains)


def draw(scene: Callable[[Canvas, Rng], None], rng: Rng) -> Image.Image:
    """Paint one picture of `scene`, WIDTH x HEIGHT, RGB. The same state of `rng` gives the same picture."""
    canvas = Canvas()
    scene(canvas, rng)
    return canvas.finish(rng)
