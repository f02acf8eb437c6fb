"""At the end of an intake: what may fit the person, and what they want to know more of. A coach decides, never we."""

from __future__ import annotations

from collections.abc import Iterator

from flows.aside import beside
from flows.asking import command
from flows.effects import FindOffers, WishOffer
from flows.heard import OFFER, Tap
from flows.log import THE_PERSON, Value
from flows.menu import ask_open
from flows.messages import Choice, Phrase, Saying
from flows.minors import is_minor
from flows.offer_card import OfferCard, OffersFound, OfferWished
from flows.script import Do
from flows.talk import Talk

NAME = "offers"
"""What the log calls the question of which offer somebody wants to know more."""
LOOKS = Phrase("This may fit you. Your coach looks at it.")
A_COLLEAGUE_LOOKS = Phrase("This may fit you. Our colleague looks at it.")
TELLS_COACH = Phrase("I tell your coach that you want to know more. Your coach looks if it fits.")
TELLS_COLLEAGUE = Phrase("I tell our colleague that you want to know more. Our colleague looks if it fits.")
WITHOUT_COACH = frozenset({"company", "chores_customer", "partner", "other"})
"""What answers mean (``kind``) of those who do not look for work: no coach is theirs."""
MORE = Phrase("Yes, please")
MORE_OF = (Phrase("More of number 1"), Phrase("More of number 2"), Phrase("More of number 3"))
"""As many as are ever shown."""
NOT_NOW = command("No, thank you", "done")


def seek_offers(talk: Talk, do: Do) -> None:
    """Look for what fits, once the answers are with the coach and nothing is asked any more."""
    alone = talk.by == THE_PERSON and not is_minor(talk.memory)
    if do.order == "hand_over" and alone and talk.open_question() is None:
        talk.order(FindOffers(_known(talk), talk.language))


def hear_offers(talk: Talk, found: OffersFound) -> None:
    """A line and a button for each."""
    cards, counted = found.offers, list(enumerate(found.offers, 1))
    alone = len(cards) == 1
    text = Phrase("Do you want to know more of this?") if alone else Phrase("Of which one do you want to know more?")
    lines = (_line(talk, card, _fixed(card.title) if alone else _numbered(at, card)) for at, card in counted)
    labels = (MORE,) if alone else MORE_OF
    yes = (Choice(label, Tap(OFFER, card.id)) for label, card in zip(labels, cards, strict=False))
    looks = A_COLLEAGUE_LOOKS if _has_no_coach(talk) else LOOKS
    beside(talk, NAME, text, *yes, NOT_NOW, before=(looks, *lines), known_as=tuple(card.title for card in cards))


def hear_offer_tap(talk: Talk, option: str) -> bool:
    """Keep that they want to know more of it; false where there is no case that it could be kept with."""
    do = talk.setting.flow.order("hand_over")
    done = talk.memory.done.get(do.name) if do else None
    if done is None or "case" not in done.outcome or not option:
        return False
    talk.order(WishOffer(option, done.outcome["case"], _known(talk), talk.language))
    return True


def hear_wish(talk: Talk, wished: OfferWished) -> None:
    card = wished.card
    if card is None:
        _go_on(talk, Phrase("This is no longer there. We can still help you."))
        return
    told = Phrase("{title}: {about}", {"title": _fixed(card.title), "about": _fixed(card.about)})
    _go_on(talk, told, TELLS_COLLEAGUE if _has_no_coach(talk) else TELLS_COACH)


def _has_no_coach(talk: Talk) -> bool:
    return talk.position().result.get("kind") in WITHOUT_COACH


def _go_on(talk: Talk, *remarks: Phrase) -> None:
    """The open question comes back; after the end the remarks are enough."""
    if talk.open_question():
        ask_open(talk, *remarks)
    else:
        talk.says.append(Saying(remarks[-1], before=remarks[:-1]))


def _line(talk: Talk, card: OfferCard, named: Phrase) -> Phrase:
    waits = Phrase("There is a waiting list now.") if card.full else Phrase("", fixed=True)
    return Phrase("{offer}. {reason} {waits}", {"offer": named, "reason": _reason(talk, card), "waits": waits})


def _numbered(number: int, card: OfferCard) -> Phrase:
    return Phrase("{number}. {title}", {"number": number, "title": _fixed(card.title)})


def _reason(talk: Talk, card: OfferCard) -> Phrase:
    """What they said that speaks for it; a private answer is not said again."""
    for label, answer in _said(talk, card):
        return Phrase("You said at {label}: {answer}.", {"label": label, "answer": answer})
    return Phrase("It fits what you told me.")


def _said(talk: Talk, card: OfferCard) -> Iterator[tuple[Phrase, Phrase]]:
    """The short names of the questions, and the answers that may be seen again."""
    for name in card.because:
        ask = talk.setting.flow.asks.get(name)
        shown = talk.shown(ask) if ask else None
        if ask and shown is not None:
            yield Phrase(ask.label), shown


def _known(talk: Talk) -> dict[str, Value]:
    """The facts of the talk and every answer that counts, but for those of a special category."""
    asks = talk.setting.flow.asks
    answers = {name: value for name, value in talk.position().result.items() if name in asks}
    return {**talk.setting.facts.named, **{name: value for name, value in answers.items() if asks[name].tier != "C"}}


def _fixed(words: str) -> Phrase:
    return Phrase(words, fixed=True)
