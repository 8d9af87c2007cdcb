import base64
import io
import os
import sys
import tempfile
from pathlib import Path

import pytest
from PIL import Image
from PySide6.QtCore import QMimeData, QUrl
from PySide6.QtGui import QImage

from fewshot_gui.images.decode import UnreadableError
from fewshot_gui.ui.drops import PICTURES_MIME, Drop, read_drop, unreadable, why_refused
from fewshot_gui.ui.pasted import as_png


def mime_of(**formats: bytes) -> QMimeData:
    """mime_of(text_html=b"...") holds text/html."""
    mime = QMimeData()
    for kind, data in formats.items():
        mime.setData(kind.replace("_", "/", 1), data)
    return mime


def files(*paths: Path) -> QMimeData:
    mime = QMimeData()
    mime.setUrls([QUrl.fromLocalFile(str(path)) for path in paths])
    return mime


def picture(kind: str, colour: str = "red", **options: object) -> bytes:
    buffer = io.BytesIO()
    Image.new("RGB", (6, 4), colour).save(buffer, kind, **options)
    return buffer.getvalue()


def opened(drop: Drop) -> Image.Image:
    assert drop.image is not None
    data = as_png(drop.image)
    assert data.startswith(b"\x89PNG")
    return Image.open(io.BytesIO(data)).convert("RGB")


def test_files_and_folders_come_as_paths_in_their_order(tmp_path):
    folder, file = tmp_path / "猫 and #1 100%", tmp_path / "ä?.png"
    folder.mkdir()
    file.write_bytes(picture("PNG"))
    assert read_drop(files(folder, file)) == Drop(paths=(folder, file))
    assert why_refused(files(folder, file)) == ""


@pytest.mark.skipif(sys.platform != "linux", reason="only here can a name be any bytes")
def test_a_name_that_is_not_valid_utf_8_is_found(tmp_path):
    path = Path(os.fsdecode(os.fsencode(tmp_path) + b"/caf\xe9.png"))
    path.write_bytes(picture("PNG"))
    address = b"file://" + os.fsencode(tmp_path) + b"/caf%E9.png\r\n"
    assert read_drop(mime_of(**{"text_uri-list": address})).paths == (path,)


@pytest.mark.skipif(os.name == "nt", reason="paths begin with a slash")
@pytest.mark.parametrize("prefix", ["file:", "file://", "file://localhost", "FILE://"])
def test_every_spelling_of_a_local_address_is_understood(tmp_path, prefix):
    assert read_drop(mime_of(**{"text_uri-list": f"{prefix}{tmp_path}".encode()})).paths == (tmp_path,)


def test_files_copied_in_a_file_manager_can_be_pasted(tmp_path):
    url = QUrl.fromLocalFile(str(tmp_path)).toEncoded().data()
    assert read_drop(mime_of(**{"x-special_gnome-copied-files": b"copy\n" + url})).paths == (tmp_path,)
    as_text = QMimeData()
    as_text.setText(f"x-special/nautilus-clipboard\ncopy\n{bytes(url).decode()}\n")
    assert read_drop(as_text).paths == (tmp_path,)


def test_paths_pasted_as_text_are_taken(tmp_path):
    spaced = tmp_path / "two words"
    spaced.mkdir()
    text = QMimeData()
    text.setText(f"{spaced}\n{tmp_path}")
    assert read_drop(text).paths == (spaced, tmp_path)


def test_of_several_files_those_that_are_gone_are_left_out(tmp_path):
    assert read_drop(files(tmp_path / "gone.png", tmp_path)).paths == (tmp_path,)


def test_a_file_that_is_gone_is_refused_by_its_name(tmp_path):
    mime = files(tmp_path / "gone.png")
    assert "gone.png" in read_drop(mime).refused
    assert "gone.png" in why_refused(mime)


def test_a_name_no_file_can_have_is_refused_not_an_error():
    assert read_drop(mime_of(**{"text_uri-list": b"file:///a%00b.png"})).refused


def test_tiles_of_the_gallery_come_before_anything_else(tmp_path):
    mime = files(tmp_path)
    mime.setImageData(QImage(2, 2, QImage.Format.Format_RGB32))
    mime.setData(PICTURES_MIME, b"3,1,20")
    assert read_drop(mime) == Drop(tiles=(3, 1, 20))


def test_files_come_before_image_data(tmp_path):
    mime = files(tmp_path)
    mime.setImageData(QImage(2, 2, QImage.Format.Format_RGB32))
    assert read_drop(mime) == Drop(paths=(tmp_path,))


def test_a_pasted_screenshot_becomes_a_png():
    image = QImage(5, 3, QImage.Format.Format_RGB32)
    image.fill(0xFF0000FF)
    mime = QMimeData()
    mime.setImageData(image)
    assert opened(read_drop(mime)).size == (5, 3)
    assert opened(read_drop(mime)).getpixel((0, 0)) == (0, 0, 255)
    assert why_refused(mime) == ""


def test_chrome_s_picture_is_taken_with_the_name_from_its_address():
    mime = mime_of(**{"text_uri-list": b"https://example.org/pets/big%20cat.jpg?size=3", "image_jpeg": picture("JPEG")})
    drop = read_drop(mime)
    assert opened(drop).size == (6, 4)
    assert drop.name == "big cat.jpg"
    assert why_refused(mime) == ""


def test_a_picture_s_data_comes_out_upright():
    exif = Image.Exif()
    exif[0x0112] = 6
    assert opened(read_drop(mime_of(image_jpeg=picture("JPEG", exif=exif)))).size == (4, 6)


def test_firefox_s_temporary_file_is_read_at_once():
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "dragged.bmp")
        path.write_bytes(picture("BMP", "lime"))
        mime = files(path)
        mime.setHtml('<img src="https://example.org/cat.jpg">')
        drop = read_drop(mime)
    assert opened(drop).getpixel((0, 0)) == (0, 255, 0)
    assert (drop.paths, drop.name) == ((), "dragged.bmp")


def test_a_person_s_own_file_in_the_temporary_folder_stays_a_file(tmp_path):
    path = tmp_path / "mine.png"
    path.write_bytes(picture("PNG"))
    assert read_drop(files(path)).paths == (path,)


def test_a_preview_embedded_in_the_page_is_taken():
    data = base64.b64encode(picture("PNG", "lime")).decode()
    mime = QMimeData()
    mime.setHtml(f'<a href="https://example.org"><img alt="x" src="data:image/png;base64,{data}"></a>')
    assert opened(read_drop(mime)).getpixel((0, 0)) == (0, 255, 0)
    dragged = mime_of(**{"text_uri-list": f"data:image/png;base64,{data}".encode()})
    assert opened(read_drop(dragged)).getpixel((0, 0)) == (0, 255, 0)


@pytest.mark.parametrize("address", ["http://example.org/cat.jpg", "https://example.org"])
def test_a_web_address_alone_is_refused_with_the_way_out(address):
    as_link = mime_of(**{"text_uri-list": address.encode(), "text_html": b'<img src="https://example.org/cat.jpg">'})
    as_text = QMimeData()
    as_text.setText(address)
    for mime in (as_link, as_text):
        drop = read_drop(mime)
        assert "works offline" in drop.refused and "Save the picture first" in drop.refused
        assert why_refused(mime) == drop.refused


@pytest.mark.parametrize("text", ["", "hello", "a\nb", "cat.jpg"])
def test_what_holds_no_picture_is_refused(text):
    mime = QMimeData()
    mime.setText(text)
    assert read_drop(mime).refused
    assert why_refused(mime)


@pytest.mark.parametrize("data", [b"not a picture", picture("JPEG")[:-40]])
def test_image_data_that_can_not_be_read_is_refused_with_the_reason(data):
    image = read_drop(mime_of(image_jpeg=data)).image
    assert image is not None
    with pytest.raises(UnreadableError) as error:
        as_png(image)
    assert unreadable(error.value) == f"The picture can't be read. {error.value.reason}"


def test_damaged_embedded_data_is_refused():
    image = read_drop(mime_of(**{"text_uri-list": b"data:image/png;base64,A"})).image
    assert image == b""
    with pytest.raises(UnreadableError, match="empty"):
        as_png(image)


def test_image_data_is_not_decoded_while_it_is_dropped():
    drop = read_drop(mime_of(image_jpeg=b"anything"))
    assert drop.image == b"anything"


def test_more_data_than_a_project_can_hold_is_refused_as_it_comes(monkeypatch):
    monkeypatch.setattr("fewshot_gui.ui.pasted.LARGEST_BYTES", 3)
    assert "larger than" in read_drop(mime_of(image_jpeg=b"four")).refused


def test_a_huge_pasted_picture_is_kept_smaller(monkeypatch):
    monkeypatch.setattr("fewshot_gui.ui.pasted.LARGEST_SIDE", 3)
    assert opened(read_drop(mime_of(image_jpeg=picture("JPEG")))).size == (3, 2)


def test_ids_that_are_no_numbers_are_passed_over():
    assert read_drop(mime_of(**{PICTURES_MIME.replace("/", "_", 1): b"x,4,,-2"})).tiles == (4,)
