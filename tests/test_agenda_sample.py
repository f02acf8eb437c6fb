"""What ``docs/agenda-port.md`` says to put into an organisation's file makes one with an agenda elsewhere."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

from casework.house.organisations import load_organisations
from tests.stage import ROOT

DOCS = ROOT / "docs" / "agenda-port.md"
COACHES = "\ncoaches:\n"


def sample() -> tuple[str, str]:
    """The lines about the agenda, and those of the coach."""
    blocks = re.findall(r"```yaml(\n.*?)```", DOCS.read_text(encoding="utf-8"), re.DOTALL)
    agenda, _, desk = next(block for block in blocks if COACHES in block).partition(COACHES)
    return agenda, desk


def test_the_sample_of_the_manual_is_read_beside_what_genk_has(tmp_path: Path) -> None:
    for name in ("genk", "rules"):
        shutil.copytree(ROOT / "organisations" / name, tmp_path / name)
    file, (agenda, desk) = tmp_path / "genk" / "organisation.yaml", sample()
    house = file.read_text(encoding="utf-8")
    file.write_text(house.replace(COACHES, f"{agenda}{COACHES}{desk}"), encoding="utf-8")
    genk = load_organisations(tmp_path)["genk"]
    assert genk.agenda is not None
    assert genk.agenda.address == "http://127.0.0.1:8099"
    assert genk.coaches[genk.agenda.coach].bookable
