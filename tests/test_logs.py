"""Who keeps the logs may fail: whoever says something into them goes on."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

SAYS = """
import logging
import structlog
from bot.logs import set_up_logs
set_up_logs()
for number in range(3):
    structlog.get_logger().warning("told", number=number)
    logging.getLogger("library").error("told")
print("went on")
"""


def test_a_full_disk_under_the_logs_stops_nothing() -> None:
    with Path("/dev/full").open("w") as full:
        ran = subprocess.run([sys.executable, "-c", SAYS], stderr=full, stdout=subprocess.PIPE, check=False, text=True)
    assert ran.stdout == "went on\n"


def test_a_line_is_one_json_object_and_a_library_says_no_more_than_where_it_was() -> None:
    ran = subprocess.run([sys.executable, "-c", SAYS], capture_output=True, check=True, text=True)
    lines = ran.stderr.splitlines()
    assert len(lines) == 6
    assert '"number": 0, "event": "told"' in lines[0]
    assert '"logger": "library"' in lines[1]
    assert "told" not in lines[1]
