"""When a picture was taken."""

from datetime import datetime
from pathlib import Path

from PIL import Image, JpegImagePlugin, MpoImagePlugin, PngImagePlugin, TiffImagePlugin, WebPImagePlugin

_FORMATS = [plugin.format for plugin in (JpegImagePlugin.JpegImageFile, MpoImagePlugin.MpoImageFile)]
_FORMATS += [PngImagePlugin.PngImageFile.format, TiffImagePlugin.TiffImageFile.format]
_FORMATS += [WebPImagePlugin.WebPImageFile.format]
_EXIF_IFD = 0x8769
_DATE_TIME_ORIGINAL = 0x9003


def day_taken(path: Path, mtime_ns: int) -> str:
    """The day as "2024-05-31": EXIF DateTimeOriginal, else of the file's last change (ns since 1970), in local time.

    Only the head of the file is read. Whatever is wrong with it, there is a day.
    """
    try:
        with Image.open(path, formats=_FORMATS) as image:
            said = image.getexif().get_ifd(_EXIF_IFD).get(_DATE_TIME_ORIGINAL)
        return f"{datetime.strptime(str(said).strip()[:10], '%Y:%m:%d'):%Y-%m-%d}"
    except Exception:  # pillow's plugins raise nearly anything on broken files
        return _day_of_change(mtime_ns)


def _day_of_change(mtime_ns: int) -> str:
    try:
        return f"{datetime.fromtimestamp(mtime_ns / 1e9):%Y-%m-%d}"
    except (OverflowError, ValueError, OSError):  # a time before year 1 or after 9999
        return "0000-00-00"
