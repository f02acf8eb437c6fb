"""Guards and kinds of answer in plain words, in any language: what a picture of a flow says."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import TypeAlias, assert_never

from flows.conditions import All, AnyOf, AtLeast, AtMost, Condition, Has, Is, Known, Not, Test, Within
from flows.log import Value
from flows.messages import Phrase
from flows.script import Flow

KINDS: Mapping[str, Phrase] = {
    "choice": Phrase("one answer"),
    "choices": Phrase("one or more answers"),
    "yesno": Phrase("yes or no"),
    "words": Phrase("a few words"),
    "number": Phrase("a number"),
    "date": Phrase("a day"),
    "place": Phrase("a postcode or a town"),
    "phone": Phrase("a phone number"),
    "email": Phrase("an e-mail address"),
    "consent": Phrase("permission, kept as proof"),
    "of_the_house": Phrase("one answer"),
    "own_page": Phrase("where to answer"),
    "slot": Phrase("a free time"),
    "recap": Phrase("the summary"),
    "language": Phrase("the language of the talk"),
}
ORDERS: Mapping[str, Phrase] = {
    "book_appointment": Phrase("The appointment is booked"),
    "hand_over": Phrase("The coaches get the answers"),
    "look_for_cheque": Phrase("We look whether a cheque is left"),
}
_FILLINGS: Mapping[str, Phrase] = {
    "organisation": Phrase("the service"),
    "phone_line": Phrase("when to call"),
    "other_service": Phrase("the other service"),
    "other_line": Phrase("which service works there"),
    "who_sees": Phrase("who sees the answers"),
    "first_name": Phrase("the name"),
    "when": Phrase("day and hour"),
    "coach": Phrase("the coach"),
    "place_name": Phrase("the place"),
    "address": Phrase("the address"),
    "directions": Phrase("how to get there"),
    "how": Phrase("where, or who calls"),
}
"""What stands in a text for a placeholder, so that a reader knows what people will see there."""
_QUOTED = Phrase("“{words}”")
_Both: TypeAlias = "tuple[Phrase, Phrase]"
"""How it is said that something holds, and that it does not."""
_IS_VISIT = (Phrase("there is an appointment"), Phrase("there is no appointment"))
_FACTS: Mapping[tuple[str, Value], _Both] = {
    ("channel", "telegram"): (Phrase("the talk is on Telegram"), Phrase("the talk is not on Telegram")),
    ("channel", "web"): (Phrase("the talk is on our web chat"), Phrase("the talk is not on our web chat")),
    ("channel", "phone"): (Phrase("a coach calls"), Phrase("no coach calls")),
    ("private_channel", "yes"): (Phrase("nobody else can read along"), Phrase("others can read along")),
    ("private_channel", "no"): (Phrase("others can read along"), Phrase("nobody else can read along")),
    ("work_language", "nl"): (Phrase("people work in Dutch there"), Phrase("people do not work in Dutch there")),
    ("work_language", "fr"): (Phrase("people work in French there"), Phrase("people do not work in French there")),
}
_RESULTS: Mapping[tuple[str, str], _Both] = {
    ("book_appointment", "known"): _IS_VISIT,
    ("book_appointment", "booked"): _IS_VISIT,
    ("book_appointment", "confirmed"): _IS_VISIT,
    ("book_appointment", "cancelled"): (
        Phrase("the appointment is cancelled"),
        Phrase("the appointment is not cancelled"),
    ),
    ("hand_over", "known"): (Phrase("the coaches have the answers"), Phrase("the coaches do not have the answers")),
    ("look_for_cheque", "left"): (Phrase("a cheque is left"), Phrase("no cheque is left")),
    ("look_for_cheque", "none"): (Phrase("no cheque is left"), Phrase("a cheque is left")),
    ("look_for_cheque", "unknown"): (Phrase("there are no cheques here"), Phrase("there are cheques here")),
}
_AREA = (Phrase("{name} is in our area"), Phrase("{name} is not in our area"))
_AREAS: Mapping[str, _Both] = {
    "neighbours": (Phrase("another service works at {name}"), Phrase("no other service works at {name}")),
}


@dataclass(frozen=True, slots=True)
class Teller:
    """Says conditions of ``flow``; ``translate`` turns an English source into the wanted language."""

    flow: Flow
    translate: Callable[[str], str]

    def say(self, phrase: Phrase, **values: object) -> str:
        return self.translate(phrase.source).format(**values) if values else self.translate(phrase.source)

    def text(self, source: str) -> str:
        """A text of the flow, with words for what is filled in: ‹the coach›."""
        said = self.translate(source)
        for name, words in _FILLINGS.items():
            said = said.replace(f"{{{name}}}", f"‹{self.say(words)}›")
        return said

    def tells(self, condition: Condition, *, holds: bool = True) -> str:
        """The condition, or with ``holds=False`` its opposite, as half a sentence behind "only if"."""
        match condition:
            case All(parts):
                return self._joined(parts, Phrase("and") if holds else Phrase("or"), holds)
            case AnyOf(parts):
                return self._joined(parts, Phrase("or") if holds else Phrase("and"), holds)
            case Not(part):
                return self.tells(part, holds=not holds)
            case _:
                return self._test(condition, holds)

    def _joined(self, parts: Iterable[Condition], word: Phrase, holds: bool) -> str:
        said = [self._bracketed(part, self.tells(part, holds=holds)) for part in parts]
        return f" {self.say(word)} ".join(said)

    def _bracketed(self, part: Condition, said: str) -> str:
        inner = part.part if isinstance(part, Not) else part
        return f"({said})" if isinstance(inner, All | AnyOf) and len(inner.parts) > 1 else said

    def _test(self, test: Test, holds: bool) -> str:
        name = self._quoted(self._label(test.name))
        match test:
            case Is(_, values):
                return self._is(test.name, values, name, holds)
            case Has(_, option):
                phrase = Phrase("{name} has {option}") if holds else Phrase("{name} does not have {option}")
                return self.say(phrase, name=name, option=self._option(test.name, option))
            case AtLeast(_, number):
                phrase = Phrase("{name} is at least {number}") if holds else Phrase("{name} is less than {number}")
                return self.say(phrase, name=name, number=f"{number:g}")
            case AtMost(_, number):
                phrase = Phrase("{name} is at most {number}") if holds else Phrase("{name} is more than {number}")
                return self.say(phrase, name=name, number=f"{number:g}")
            case Known():
                return self._known(test.name, name, holds)
            case Within(_, region):
                return self.say(_AREAS.get(region, _AREA)[not holds], name=name)
            case _:
                assert_never(test)

    def _is(self, of: str, values: tuple[Value, ...], name: str, holds: bool) -> str:
        known = [_FACTS.get((of, value)) or self._result(of, str(value)) for value in values]
        if known[0] and all(both is known[0] for both in known):
            return self.say(known[0][not holds])
        phrase = Phrase("{name} is {values}") if holds else Phrase("{name} is not {values}")
        asked, options = self._asked(of, values)
        said = " / ".join(self._option(asked, option) for option in options)
        return self.say(phrase, name=name if asked == of else self._quoted(self._label(asked)), values=said)

    def _asked(self, of: str, values: tuple[Value, ...]) -> tuple[str, tuple[str, ...]]:
        """What no question asks by itself is said with the first question and its options that mean it."""
        by_value = [dict(self.flow.sources(of).get(str(value), ())) for value in values]
        if of not in self.flow.asks:
            for question in by_value[0]:
                if all(question in options for options in by_value):
                    return question, tuple(options[question] for options in by_value)
        return of, tuple(map(str, values))

    def _known(self, of: str, name: str, holds: bool) -> str:
        result = self._result(of, "known")
        if result:
            return self.say(result[not holds])
        return self.say(Phrase("{name} is answered") if holds else Phrase("{name} is not answered"), name=name)

    def _result(self, of: str, state: str) -> _Both | None:
        do = self.flow.dos.get(of)
        return _RESULTS.get((do.order, state)) if do else None

    def _label(self, name: str) -> str:
        ask = self.flow.asks.get(name)
        return self.translate(ask.label or ask.text) if ask else name

    def _option(self, name: str, option: str) -> str:
        ask = self.flow.asks.get(name)
        labels = [each.label for each in ask.kind.options if each.id == option] if ask else []
        return self._quoted(self.translate(labels[0]) if labels else option)

    def _quoted(self, words: str) -> str:
        return self.say(_QUOTED, words=words)
