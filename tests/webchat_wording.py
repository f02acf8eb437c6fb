"""The shipped Dutch and French, for tests of the web chat."""

from __future__ import annotations

from pathlib import Path

from flows.catalogue import load_catalogues
from flows.wording import Wording

WORDING = Wording(load_catalogues(Path(__file__).parent.parent / "locales"))
DUTCH = WORDING.catalogues["nl"]
FRENCH = WORDING.catalogues["fr"]
translate = WORDING.translate
