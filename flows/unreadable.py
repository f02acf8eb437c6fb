"""What we cannot take in: a photo, a paper, a sticker, a place on the map, a message changed afterwards. Answered
kindly, never fetched."""

from __future__ import annotations

from flows.menu import ask_open
from flows.messages import Phrase
from flows.recordings import CANNOT_LISTEN
from flows.talk import Talk

_PAPERS = Phrase("I cannot look at photos or papers, and I do not keep them. Show them to your coach.")
_YOURS_TO_DELETE = Phrase("You can delete it here yourself.")
"""Of a photo nobody knows what is on it: taking away a picture of somebody's child would be rude."""
_LOCATION = Phrase("I cannot use your location.")
_CHANGED = Phrase('You changed a message. I do not read it again. Type "change" to change an answer.')
_OTHER = Phrase("I can only read text and buttons.")
_INSTEAD = {
    "phone": Phrase("Type your phone number."),
    "email": Phrase("Type your e-mail address."),
    "place": Phrase("Type your postcode or village."),
    "date": Phrase("Type the day."),
    "number": Phrase("Type a number."),
    "text": Phrase("Type a few words, please."),
}


def hear_unreadable(talk: Talk, kind: str) -> None:
    """Say that it cannot be read, what to do instead where the answer must be typed, and ask again."""
    question = talk.open_question()
    expects = question.kind.expects if question else ""
    instead = (_INSTEAD[expects],) if expects in _INSTEAD and kind != "edit" else ()
    ask_open(talk, *_cannot_read(kind), *instead)


def _cannot_read(kind: str) -> tuple[Phrase, ...]:
    match kind:
        case "voice":
            return (CANNOT_LISTEN,)
        case "photo" | "file":
            return (_PAPERS, _YOURS_TO_DELETE)
        case "location":
            return (_LOCATION,)
        case "edit":
            return (_CHANGED,)
        case _:
            return (_OTHER,)
