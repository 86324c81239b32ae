import hashlib
import re

import typst

from billwright.render.pdf import FONT_FOLDER

SIZE_MAX = 2_500_000


def test_every_font_is_the_file_that_the_readme_names() -> None:
    readme = (FONT_FOLDER / "README.md").read_text()
    table = re.findall(r"^\| (\S+\.ttf) \|.*\| ([0-9a-f]{64}) \|$", readme, re.MULTILINE)
    found = {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in FONT_FOLDER.glob("*.ttf")}
    assert dict(table) == found


def test_the_fonts_stay_small_enough_to_ship() -> None:
    assert sum(path.stat().st_size for path in FONT_FOLDER.glob("*.ttf")) < SIZE_MAX


def test_both_families_are_found_by_the_name_that_the_templates_use() -> None:
    fonts = typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=[FONT_FOLDER])
    assert set(fonts.families()) == {"Source Sans Pro", "Noto Sans Devanagari"}


def test_the_licence_of_each_family_is_shipped() -> None:
    for family in ("SourceSansPro", "NotoSansDevanagari"):
        assert "SIL OPEN FONT LICENSE Version 1.1" in (FONT_FOLDER / f"OFL-{family}.txt").read_text()
