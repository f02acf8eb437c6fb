"""The shipped Dutch and French, for tests of the web chat."""

from __future__ import annotations

from pathlib import Path

from flows.catalogue import load_catalogues
from flows.helplines import load_helplines
from flows.wording import Wording

LOCALES = Path(__file__).parent.parent / "locales"
HELPLINES = load_helplines(LOCALES / "helplines.yaml").numbers()
WORDING = Wording(load_catalogues(LOCALES))
DUTCH = WORDING.catalogues["nl"]
FRENCH = WORDING.catalogues["fr"]
translate = WORDING.translate
