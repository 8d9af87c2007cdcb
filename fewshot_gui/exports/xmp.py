"""XMP sidecars (ISO 16684-1): the class as a keyword, for darktable, digiKam and other photo programs.

One NAME.jpg.xmp for each picture with a class, in a folder of their own with the sub-folders of the pictures: never
among the pictures. A person may copy them there. dc:subject holds the class, lr:hierarchicalSubject "Fewshot|class";
who said so and how sure stand in a namespace of our own, which other programs keep or pass over.
"""

from __future__ import annotations

import os
from pathlib import Path

from fewshot_gui.exports.records import PERSON, Record, Saved, Step
from fewshot_gui.exports.target import make_file
from fewshot_gui.exports.xml_text import content
from fewshot_gui.sorting.names import MAX_BYTES

SUFFIX = ".xmp"
ROOT = "Fewshot"
NAMESPACES = {
    "x": "adobe:ns:meta/",
    "rdf": "http://www.w3.org/1999/02/22-rdf-syntax-ns#",
    "dc": "http://purl.org/dc/elements/1.1/",
    "lr": "http://ns.adobe.com/lightroom/1.0/",
    "fewshot": "urn:fewshot-gui:xmp#",
}


def write(saved: Saved, folder: Path, step: Step) -> None:
    """Write the sidecars into an empty folder."""
    for done, record in enumerate(saved.records, 1):
        if has_sidecar(record):
            file = folder / sidecar_of(record.place)
            file.parent.mkdir(parents=True, exist_ok=True)
            make_file(file, packet(record).encode())
        step(done)


def sidecar_of(picture: Path) -> Path:
    """The sidecar's path beside the picture's: the whole name, so that a.jpg and a.png have one each."""
    return picture.with_name(picture.name + SUFFIX)


def has_sidecar(record: Record) -> bool:
    """Whether the picture gets one: it has a class, and its name leaves room for the suffix."""
    return bool(record.label) and len(os.fsencode(sidecar_of(record.place).name)) <= MAX_BYTES


def clashes(saved: Saved) -> int:
    """Of how many pictures the sidecar, copied beside the picture, would replace one that is there."""
    return sum(has_sidecar(record) and sidecar_of(record.path).exists() for record in saved.records)


def packet(record: Record) -> str:
    """The sidecar of a picture with a class."""
    spaces = " ".join(f'xmlns:{prefix}="{NAMESPACES[prefix]}"' for prefix in ("dc", "lr", "fewshot"))
    branch = record.label.replace("|", "/")  # "|" parts the levels
    sure = 1.0 if record.said_by == PERSON or record.machine is None else record.machine.confidence
    return f"""<?xml version="1.0" encoding="UTF-8"?>
<x:xmpmeta xmlns:x="{NAMESPACES["x"]}" x:xmptk="Fewshot GUI">
 <rdf:RDF xmlns:rdf="{NAMESPACES["rdf"]}">
  <rdf:Description rdf:about="" {spaces}
    fewshot:saidBy="{record.said_by}" fewshot:confidence="{sure:.4f}">
   <dc:subject>
    <rdf:Bag>
     <rdf:li>{content(record.label)}</rdf:li>
    </rdf:Bag>
   </dc:subject>
   <lr:hierarchicalSubject>
    <rdf:Bag>
     <rdf:li>{content(f"{ROOT}|{branch}")}</rdf:li>
    </rdf:Bag>
   </lr:hierarchicalSubject>
  </rdf:Description>
 </rdf:RDF>
</x:xmpmeta>
"""
