"""Holds back whoever asks too often: so many times in so many seconds."""

from __future__ import annotations

from collections import OrderedDict, deque

KNOWN_AT_MOST = 20_000


class Pace:
    """Counts per name, in this process. Times are seconds of a monotonic clock that the caller passes in."""

    def __init__(self, times: int, seconds: float) -> None:
        self._times = times
        self._seconds = seconds
        self._seen: OrderedDict[str, deque[float]] = OrderedDict()

    def allows(self, name: str, at: float) -> bool:
        """Whether ``name`` may go on at ``at``; if so, that counts. A refusal does not count."""
        seen = self._seen.setdefault(name, deque(maxlen=self._times))
        self._seen.move_to_end(name)
        if len(self._seen) > KNOWN_AT_MOST:
            self._seen.popitem(last=False)
        if len(seen) == self._times and at - seen[0] < self._seconds:
            return False
        seen.append(at)
        return True
