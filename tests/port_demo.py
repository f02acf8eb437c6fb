"""An appointment system on this machine to try ``docs/agenda-port.md`` with: ``python -m tests.port_demo``.

It has free hours on the coming working days. ``--full`` has none, ``--away`` answers nothing that makes sense, and with
``--taken`` every time is just taken when it is ordered.
"""

from __future__ import annotations

import argparse
import asyncio
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from tests.port_server import TOKEN, PortServer

DAYS, HOURS, FRIDAY = 20, (10, 11, 14), 4


def coming(now: datetime, zone: ZoneInfo) -> dict[str, datetime]:
    """Free hours on the working days after today, by their ids."""
    days = (now.astimezone(zone) + timedelta(days=number) for number in range(1, DAYS))
    starts = (
        day.replace(hour=hour, minute=0, second=0, microsecond=0)
        for day in days
        if day.weekday() <= FRIDAY
        for hour in HOURS
    )
    return {f"{start:%m%d%H}": start for start in starts}


async def serve(how: argparse.Namespace) -> None:
    server = PortServer(port=how.port)
    async with server:
        server.free = {} if how.full else coming(datetime.now(UTC), ZoneInfo("Europe/Brussels"))
        server.faults = ["nonsense"] * 100_000 if how.away else []
        server.gone = set(server.free) if how.taken else set()
        print(f"address: {server.url}\ntoken: {TOKEN}", flush=True)
        await asyncio.Event().wait()


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--port", type=int, default=8099)
    for mode in ("full", "away", "taken"):
        parser.add_argument(f"--{mode}", action="store_true")
    asyncio.run(serve(parser.parse_args()))
