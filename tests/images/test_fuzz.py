"""Pictures of every format, damaged at random: each gives a picture or a sentence, and the program stays as it was.

The long run is a benchmark: FEWSHOT_FUZZ_SECONDS=600 python -m pytest tests/images/test_fuzz.py -m benchmark
"""

import io
import os
import random
import re
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from PIL import Image, features

from fewshot_gui.images.isolated import DIED, NO_PROCESS, SECONDS, Readers

SEED = 20
TASKS = (("square", 32), ("thumbnail", 64))
EXTREMES = (0, 1, 0x7F, 0xFF, 0x7FFF, 0xFFFF, 0x10000, 0x7FFFFFFF, 0x80000000, 0xFFFFFFFF)


def encoded(
    kind: str, mode: str = "RGB", frames: int = 1, size: tuple[int, int] = (48, 32), **options: object
) -> bytes:
    images = [Image.linear_gradient("L").rotate(90 * n).resize(size).convert(mode) for n in range(frames)]
    file = io.BytesIO()
    several = {"save_all": True, "append_images": images[1:]} if frames > 1 else {}
    images[0].save(file, kind, **several, **options)
    return file.getvalue()


def corpus() -> list[bytes]:
    """Small pictures of every format this program reads, in as many of its ways as pillow can write."""
    exif = b"Exif\0\0MM\0*\0\0\0\x08\0\x01\x01\x12\0\x03\0\0\0\x01\0\x06\0\0\0\0\0\0"
    made = [
        encoded("JPEG", exif=exif, icc_profile=b"a profile" * 30),
        encoded("JPEG", progressive=True),
        encoded("JPEG", "CMYK", size=(500, 400)),
        encoded("JPEG", "L", restart_marker_blocks=2),
        encoded("MPO", frames=2),
        encoded("PNG", "RGBA", exif=exif),
        encoded("PNG", "P", transparency=3),
        encoded("PNG", "1"),
        encoded("PNG", "I;16"),
        encoded("PNG", frames=3),
        encoded("GIF", "P", frames=3),
        encoded("GIF", "L", transparency=7),
        encoded("WEBP", "RGBA", lossless=True),
        encoded("WEBP", frames=3),
        encoded("BMP"),
        encoded("BMP", "P"),
        encoded("DIB"),
        encoded("TIFF", frames=3),
        encoded("TIFF", "F"),
        encoded("TIFF", "I;16"),
        encoded("TIFF", "CMYK"),
        *(encoded("TIFF", compression=way) for way in ("tiff_lzw", "tiff_deflate", "jpeg", "packbits")),
        *(encoded("TIFF", "1", compression=way) for way in ("group3", "group4")),
    ]
    if features.check("avif"):
        made += [encoded("AVIF", "RGBA", size=(64, 64)), encoded("AVIF", frames=2, size=(64, 64))]
    if "HEIF" in Image.SAVE:
        made += [encoded("HEIF", size=(64, 64))]
    return made


def damaged(rng: random.Random, pictures: list[bytes]) -> bytes:
    """One of the pictures, with one to four things wrong."""
    data = bytearray(rng.choice(pictures))
    for _ in range(rng.randint(1, 4)):
        if len(data) < 8:
            break
        # Headers break in more ways than pixels do, so half of the damage is near the beginning.
        place = rng.randrange(min(len(data), 120) if rng.random() < 0.5 else len(data))
        length = rng.randint(1, max(1, len(data) // 4))
        match rng.randrange(8):
            case 0:
                data[place] ^= 1 << rng.randrange(8)
            case 1:
                data[place] = rng.choice((0, 1, 127, 128, 255, rng.randrange(256)))
            case 2:
                del data[place:]
            case 3:
                del data[place : place + length]
            case 4:
                data[place:place] = data[place : place + length]
            case 5:  # two pieces change places
                other = rng.randrange(len(data))
                one, two = data[place : place + length], data[other : other + length]
                data[place : place + len(two)], data[other : other + len(one)] = two, one
            case 6:  # a length or an offset
                size, order = rng.choice((2, 4)), rng.choice(("big", "little"))
                value = rng.choice((*EXTREMES, len(data), rng.randrange(1 << 32))) % (1 << 8 * size)
                data[place : place + size] = value.to_bytes(size, order)
            case 7:  # a piece of another format
                stranger = rng.choice(pictures)
                data[place : place + length] = stranger[place : place + length]
    return bytes(data)


def cases(seed: int) -> Iterator[bytes]:
    rng, pictures = random.Random(seed), corpus()
    yield from pictures
    while True:
        yield damaged(rng, pictures)


def check(readers: Readers, data: bytes, task: str, side: int) -> str:
    """Read it; returns what came of it, in a word."""
    reading = readers.read(data, task, side)
    if reading.pixels is not None:
        assert reading.problem is None
        assert reading.pixels.dtype == np.uint8
        height, width, channels = reading.pixels.shape
        assert channels == 3
        assert (height, width) == (side, side) if task == "square" else 1 <= max(height, width) <= side
        return "picture"
    problem = reading.problem or ""
    assert re.fullmatch(r"[A-Z].*\.", problem), problem
    if problem == DIED:
        return "died"
    return "too long" if "more than" in problem and "seconds" in problem else "refused"


def memory(readers: Readers, what: str) -> float:
    """MB of the largest reading process, now (VmRSS) or ever (VmHWM)."""
    found = 0
    for process in readers._all:
        status = Path(f"/proc/{process._process.pid}/status")
        if status.exists() and (line := re.search(rf"{what}:\s+(\d+) kB", status.read_text())):
            found = max(found, int(line[1]))
    return found / 1024


def own_memory() -> float:
    """MB of this process, 0 where the system does not say."""
    status = Path("/proc/self/status")
    line = re.search(r"VmRSS:\s+(\d+) kB", status.read_text()) if status.exists() else None
    return int(line[1]) / 1024 if line else 0.0


def test_every_format_is_read_whole_before_it_is_damaged() -> None:
    readers = Readers()
    assert {check(readers, data, task, side) for data in corpus() for task, side in TASKS} == {"picture"}
    readers.close()


def test_a_hundred_damaged_pictures_each_give_a_picture_or_a_sentence() -> None:
    readers = Readers()
    damage = cases(SEED)
    found = Counter(check(readers, next(damage), *TASKS[n % 2]) for n in range(200))
    assert found["picture"] > 20
    assert found["refused"] > 20
    readers.close()


@pytest.mark.benchmark
def test_damage_for_minutes(capsys: pytest.CaptureFixture[str]) -> None:
    seconds, seed = int(os.environ.get("FEWSHOT_FUZZ_SECONDS", "30")), int(os.environ.get("FEWSHOT_FUZZ_SEED", SEED))
    readers, found, slowest, largest = Readers(), Counter[str](), 0.0, 0.0
    began, before = time.monotonic(), own_memory()
    for number, data in enumerate(cases(seed)):
        if time.monotonic() - began > seconds:
            break
        asked = time.monotonic()
        came = check(readers, data, *TASKS[number % 2])
        took = time.monotonic() - asked
        slowest = max(slowest, took)
        if number % 100 == 0 or took > 0.5:
            largest = max(largest, memory(readers, "VmHWM"))
        found[came] += 1
        if came in ("died", "too long"):
            kept = Path(os.environ.get("FEWSHOT_FUZZ_KEEP", os.devnull))
            if kept.is_dir():
                (kept / f"{came} {seed} {number}").write_bytes(data)
    for task, side in TASKS:
        check(readers, corpus()[0], task, side)  # what the last picture took is given back by now
    grown, at_the_end = own_memory() - before, memory(readers, "VmRSS")
    readers.close()
    with capsys.disabled():
        print(
            f"\n  seed {seed}, {seconds} s: {found.total()} pictures: {dict(found)}; slowest {slowest:.2f} s; "
            f"the program grew by {grown:.0f} MB, a reading process held {at_the_end:.0f} MB, {largest:.0f} at most"
        )
    assert grown < 1024
    assert at_the_end < 1024
    assert slowest < 4 * SECONDS + 10  # each of two tries may wait for the file and for its pixels
    assert NO_PROCESS not in found
