"""What an invented person answers: a question and a seeded chance in, what they tap or type out. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from random import Random

from bot.demo.inventing import Somebody
from bot.demo.written import Written
from flows.answers.choices import SeveralChoices
from flows.heard import Heard, Said, Tap, Tapped
from flows.messages import Bubble
from flows.script import Flow

MOST_TICKS = 3
THAT_IS_ALL = "="


class Walker:
    """One person on their way through the questions."""

    def __init__(self, somebody: Somebody, written: Written, flow: Flow, random: Random) -> None:
        self._somebody, self._written, self._flow, self._random = somebody, written, flow, random
        story = somebody.story
        self._sure = {
            "language": somebody.language,
            "path": somebody.door,
            "book": "yes" if story.books else "no",
        }

    def answers(self, bubble: Bubble) -> list[Heard]:
        """One after the other, to what ``bubble`` asks."""
        question = bubble.question or ""
        asked = self._flow.asks.get(question)
        if asked is not None and isinstance(asked.kind, SeveralChoices):
            ticks = self._several(question, asked.kind)
            return [Tapped(Tap(question, each)) for each in (*(f"+{tick}" for tick in ticks), THAT_IS_ALL)]
        options = [tap.option for tap in (button.tap for button in bubble.buttons) if _answers(tap, question)]
        if options:
            return [Tapped(Tap(question, self._one(question, options)))]
        return [Said(self._typed(question, bubble.expects))]

    def _one(self, question: str, options: Sequence[str]) -> str:
        sure = self._sure.get(question)
        if sure in options:
            return str(sure)
        if question not in self._flow.asks or self._flow.asks[question].kind.expects == "slot":
            return self._slot(options)
        likely = self._written.likely.get(question, dict.fromkeys(options, 1))
        weights = [likely.get(option, 0) for option in options]
        return self._random.choices(options, weights)[0] if any(weights) else self._random.choice(options)

    def _slot(self, options: Sequence[str]) -> str:
        """Who came some days ago took the first time there was."""
        return options[0] if self._somebody.story.days_ago > 1 else self._random.choice(options)

    def _several(self, question: str, kind: SeveralChoices) -> list[str]:
        """One, two or three that can stand together."""
        together = [option.id for option in kind.options if not option.alone]
        likely = self._written.likely.get(question, dict.fromkeys(together, 1))
        ticks: list[str] = []
        for _ in range(self._random.randint(1, MOST_TICKS)):
            left = [each for each in together if likely.get(each, 0) and each not in ticks]
            ticks += self._random.choices(left, [likely[each] for each in left]) if left else []
        return ticks

    def _typed(self, question: str, expects: str) -> str:
        match expects:
            case "place":
                return self._somebody.postcode
            case "phone":
                return f"0470 00 {self._random.randrange(100):02} {self._random.randrange(100):02}"
            case "email":
                return "post@example.org"
            case _ if question == "name":
                return self._somebody.name
        texts = self._written.texts.get(question, self._written.texts["any"])
        return self._random.choice(texts[self._somebody.language])


def _answers(tap: Tap, question: str) -> bool:
    """And does not turn a page, or lead elsewhere."""
    return tap.question == question and tap.option[:1] not in "=~@>"
