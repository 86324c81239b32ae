"""Icons of the lucide set, as SVG that stands in a page."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from io import BytesIO
from xml.etree import ElementTree
from zipfile import ZipFile

_NAMESPACE = "{http://www.w3.org/2000/svg}"


def draw(name: str, attributes: Mapping[str, str]) -> str:
    """An icon of the set with attributes for its root, escaped; `_` in their names stands for `-`.

    Raises KeyError when the set has no such icon.
    """
    drawing = ElementTree.fromstring(_archive().read(f"{name}.svg"))  # noqa: S314 -- a file of the package
    for shape in drawing.iter():
        shape.tag = shape.tag.removeprefix(_NAMESPACE)
    drawing.attrib.update({key.replace("_", "-"): value for key, value in attributes.items()})
    return ElementTree.tostring(drawing, encoding="unicode")


@cache
def _archive() -> ZipFile:
    """The set, opened once: the package opens it for each icon, and reads its directory of 1,700 names every time."""
    return ZipFile(BytesIO(files("lucide").joinpath("lucide.zip").read_bytes()))
