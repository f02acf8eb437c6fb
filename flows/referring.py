"""May this be sent to a partner? The question, with all that would be sent, and what comes of the answer."""

from __future__ import annotations

from collections.abc import Iterator

from flows.approach import approach
from flows.aside import beside
from flows.effects import AnswerReferral
from flows.heard import REFERRAL, Tap
from flows.menu import ask_open
from flows.messages import Choice, Phrase, Saying
from flows.referral_card import ReferralAnswered, ReferralCard
from flows.talk import Talk

NAME = "referral"
"""What the log calls the question."""
WISHES = frozenset({"yes", "sure", "no", "show"})
LATER = "later"
"""The wish of who does not want to look now."""
MAY_WE = Phrase("May we send this?")
REMARKS = {
    "refused": Phrase("That is fine. We send nothing."),
    "was_agreed": Phrase("You said yes to this. Your coach knows it."),
    "was_refused": Phrase("You said no to this. We send nothing."),
    "too_late": Phrase("It was sent already. I told your coach that you say no now."),
    "over": Phrase("This is not needed any more. You do not have to answer."),
}


def ask_of_own_accord(talk: Talk, card: ReferralCard) -> None:
    """Where others could read along only that there is a question, and the way to our own page."""
    if card.hidden:
        approach(
            talk,
            NAME,
            Phrase("Do you want to see it now?"),
            Choice(Phrase("Yes, on the page"), _tap("show", card), "🔒"),
            Choice(Phrase("No, not now"), _tap(LATER, card)),
            before=(Phrase("Your coach has a question for you. It is private. You can see it on our own page."),),
        )
    else:
        approach(talk, NAME, MAY_WE, _yes("yes", card), _no(card), before=tuple(_preview(card)))


def hear_referral_tap(talk: Talk, option: str) -> bool:
    """Do what a button says, such as ``yes:<id>``; false for one that says nothing we know."""
    wish, _, referral = option.partition(":")
    if wish == LATER:
        _go_on(talk, Phrase("That is fine. Your coach can also tell you about it."))
    elif wish in WISHES and referral:
        talk.order(AnswerReferral(wish, referral, talk.language))
    else:
        return False
    return True


def hear_referral(talk: Talk, answered: ReferralAnswered) -> None:
    card = answered.card
    if card is None:
        _go_on(talk, REMARKS["over"])
        return
    match answered.came:
        case "asked":
            beside(talk, NAME, MAY_WE, _yes("yes", card), _no(card), before=tuple(_preview(card)))
        case "sure":
            _ask_twice(talk, card)
        case "agreed":
            _go_on(talk, _thanks(card), Choice(Phrase("I changed my mind"), _tap("no", card)))
        case _:
            _go_on(talk, REMARKS[answered.came])


def _preview(card: ReferralCard) -> Iterator[Phrase]:
    title = Phrase(card.title, fixed=True)
    if card.partner:
        house = Phrase(card.partner, fixed=True)
        yield Phrase("Your coach has a proposal for you: {title}, at {partner}.", {"title": title, "partner": house})
        yield Phrase("This is what we send to {partner}:", {"partner": house})
    else:
        yield Phrase("Your coach has a proposal for you: {title}.", {"title": title})
        yield Phrase("This is what we send there:")
    for label, value in card.lines:
        yield Phrase("• {label}: {answer}", {"label": Phrase(label, fixed=True), "answer": Phrase(value, fixed=True)})
    if card.sentence:
        yield Phrase("• Your coach writes: {words}", {"words": Phrase(card.sentence, fixed=True)})
    if not (card.lines or card.sentence):
        yield Phrase("• Nothing of your answers")
    yield Phrase("We send nothing else. You may say no. Then nothing changes for you.")


def _ask_twice(talk: Talk, card: ReferralCard) -> None:
    """Who reads the name learns something about the person: that is agreed to by itself."""
    named = {"name": Phrase(card.named or card.title, fixed=True)}
    beside(
        talk,
        NAME,
        Phrase("Is that OK for you too?"),
        Choice(Phrase("Yes, that is OK"), _tap("sure", card)),
        _no(card),
        before=(Phrase("The name {name} tells something about you. Who sees it may guess why you go.", named),),
    )


def _thanks(card: ReferralCard) -> Phrase:
    if not card.partner:
        return Phrase("Thank you. Your coach sends it.")
    return Phrase("Thank you. Your coach sends it to {partner}.", {"partner": Phrase(card.partner, fixed=True)})


def _yes(wish: str, card: ReferralCard) -> Choice:
    return Choice(Phrase("Yes, send it"), _tap(wish, card))


def _no(card: ReferralCard) -> Choice:
    return Choice(Phrase("No, do not send it"), _tap("no", card))


def _tap(wish: str, card: ReferralCard) -> Tap:
    return Tap(REFERRAL, f"{wish}:{card.id}")


def _go_on(talk: Talk, remark: Phrase, *tools: Choice) -> None:
    """The open question comes back, unless a coach has the talk; after the end the remark is enough."""
    talk.says.append(Saying(remark, tools=tools))
    if talk.open_question() and not talk.memory.with_coach:
        ask_open(talk)
