"""A few words of the person's own, kept as they are and not longer than was asked."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import islice

from flows.answers import NotUnderstood, Option, Reader, Reading, Understood
from flows.answers.matching import answers
from flows.answers.settings import flag, only, whole
from flows.answers.spelling import clean, closest, plain
from flows.contacts import says_nothing_else, without_contacts
from flows.log import Value

HINT = "Type a few words."
LONGEST_NAME = 5
"""Words."""
LEAD = 6
"""How many words an introduction has at most."""
SPELT_LOOSELY = 9
"""Letters of an introduction in which a typo is heard: "je sais" is no "je suis"."""
CUT = "Your text is long. I kept the first part."
LEFT_OUT = "I left out the phone number or e-mail address."


@dataclass(frozen=True, slots=True)
class ShortText:
    max: int = 300
    name: bool = False
    options: tuple[Option, ...] = ()
    expects: str = "text"

    def read(self, text: str, reader: Reader) -> Reading:
        own = _without(text, reader) if self.name else text
        public = without_contacts(own)
        if says_nothing_else(public) or (self.name and (public != own or _is_no_name(own, reader))):
            return NotUnderstood(HINT)
        kept, was_cut = clean(public, self.max)
        notice = CUT if was_cut else LEFT_OUT if public != own else None
        return Understood(kept, notice) if kept else NotUnderstood(HINT)

    def show(self, value: Value, reader: Reader) -> str:
        return str(value)


def load(settings: Mapping[str, object]) -> ShortText:
    """``max`` is how many characters are kept (300); ``name: true`` takes "my name is" off a name."""
    only(settings, "max", "name")
    longest = whole(settings, "max", 300)
    if not 1 <= longest <= 300:
        raise ValueError("'max' must be between 1 and 300 characters")
    return ShortText(longest, flag(settings, "name"))


def _is_no_name(text: str, reader: Reader) -> bool:
    """A yes, a no, a number, or a sentence about something else: it would be said to them as their name."""
    said = plain(text)
    words = said.split()
    if any(map(str.isdigit, words)) or len(words) > LONGEST_NAME:
        return True
    if any(said in set(answers(reader, name)) for name in ("yes", "no", "dont_know", "rather_not", "refuse")):
        return True
    return len(words) > 1 and not set(answers(reader, "no_name")).isdisjoint(words)


def _without(text: str, reader: Reader) -> str:
    """The name itself, where somebody introduced themselves with it."""
    said, leads = text.strip(), {lead: lead for lead in answers(reader, "my_name_is")}
    long = {lead: lead for lead in leads if len(lead) >= SPELT_LOOSELY}
    starts = {space.end(): plain(said[: space.start()]) for space in islice(re.finditer(r"\s+", said), LEAD)}
    ends = [end for end, start in starts.items() if start in leads or closest(start, long)]
    return said[max(ends, default=0) :]
