"""The day on which a picture was taken, as its camera wrote it down."""

from datetime import datetime
from pathlib import Path

from PIL import Image

from fewshot_gui.images.decode import FORMATS, open_ordinary

_EXIF_IFD = 0x8769
_DATE_TIME_ORIGINAL = 0x9003


def day_in_exif(path: Path) -> str:
    """EXIF DateTimeOriginal as "2024-05-31", "" where the file doesn't say. Of most formats only the head is read."""
    try:
        with open_ordinary(path) as (file, _), Image.open(file, formats=FORMATS) as image:
            # Not image.getexif(): for a PNG without EXIF that decodes the whole picture, in search of some behind it.
            said = Image.Image.getexif(image).get_ifd(_EXIF_IFD).get(_DATE_TIME_ORIGINAL)
        return f"{datetime.strptime(str(said).strip()[:10], '%Y:%m:%d'):%Y-%m-%d}"
    except Exception:  # pillow's plugins raise nearly anything on broken files
        return ""
