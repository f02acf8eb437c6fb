"""May this company call you? Asked once after a session with it; who gets what, a number if there is none, a yes or no.

The answer is one per company and may be taken back at any moment, where the person looks at their data or under the
message itself. A no is a word like any other: nothing is asked about that company again.
"""

from __future__ import annotations

from flows.answers import Understood
from flows.answers.phone import HINT, PhoneAnswer
from flows.answers.text import ShortText
from flows.approach import approach
from flows.aside import beside, typed
from flows.commands import recognise
from flows.company_card import CompaniesFound, CompanyAnswered, CompanyCard
from flows.effects import AnswerCompany, FindCompanies
from flows.heard import COMPANY, Tap
from flows.log import Aside
from flows.menu import ask_open
from flows.messages import Choice, Phrase, Saying
from flows.minors import is_minor
from flows.small_talk import kind_of
from flows.talk import Talk

NAME, NUMBER, FIRST_NAME = "company", "company_number", "company_name"
"""What the log calls the question, and those for a number and a name."""
WISHES = frozenset({"yes", "bare", "no", "later", "what", "other"})
CALLED = "name"
"""The question of a flow whose answer is what somebody wants to be called."""
PHONE = "phone"
MAY_IT = Phrase("May the company {company} call you?")
LONGEST_NAME, MOST_WORDS = 40, 4
CALLED_SO = ShortText(LONGEST_NAME, name=True)
ENDING = 2
"""So many digits tell somebody which of their numbers it is."""


def ask_of_own_accord(talk: Talk, card: CompanyCard) -> None:
    text, before = _named(MAY_IT, card), (_named(Phrase("You met the company {company}."), card),)
    later = Choice(Phrase("Later"), _tap("later", card))
    approach(talk, NAME, text, *_yes_or_no(card), later, _what(card), before=before)


def hear_company_tap(talk: Talk, option: str) -> bool:
    """Do what a button says, such as ``yes:<id>``; false for one that says nothing we know."""
    wish, _, call = option.partition(":")
    if wish in WISHES and call and not is_minor(talk.memory):
        _order(talk, wish, call, _known_number(talk))
    else:
        return False
    return True


def hear_told(talk: Talk, aside: Aside | None, text: str) -> bool:
    """Whether ``text`` was the number, or the name, that was asked for."""
    if aside is not None and aside.name == NUMBER:
        return _hear_number(talk, aside, text)
    if aside is not None and aside.name == FIRST_NAME:
        return _hear_name(talk, aside, text)
    return False


def _hear_name(talk: Talk, aside: Aside, text: str) -> bool:
    """A few words that are neither a button nor a command; of a name that was introduced, the name."""
    wording = talk.setting.wording
    if not _reads_as_name(text) or typed(talk, aside, text) or recognise(text, wording, fuzzy=False):
        return False
    reading = CALLED_SO.read(text, talk.reader(FIRST_NAME))
    if kind_of(text, wording) or not isinstance(reading, Understood):
        talk.note(aside)
        talk.says.append(Saying(Phrase("Type your first name, please.")))
        return True
    talk.order(AnswerCompany("yes", _call_of(aside), talk.language, str(reading.value)))
    return True


def _reads_as_name(text: str) -> bool:
    return (
        0 < len(text.strip()) <= LONGEST_NAME
        and len(text.split()) <= MOST_WORDS
        and not any(sign.isdecimal() or sign in "?!@" for sign in text)
    )


def _hear_number(talk: Talk, aside: Aside, text: str) -> bool:
    """What has no number in it may be about something else."""
    reading = PhoneAnswer().read(text, talk.reader(NUMBER))
    if isinstance(reading, Understood):
        _order(talk, "yes", _call_of(aside), str(reading.value))
    elif any(sign.isdecimal() for sign in text):
        talk.note(aside)
        talk.says.append(Saying(Phrase(HINT)))
    else:
        return False
    return True


def hear_company(talk: Talk, answered: CompanyAnswered) -> None:
    card = answered.card
    if card is None:
        _go_on(talk, Phrase("This is not needed any more. You do not have to answer."))
        return
    match answered.came:
        case "later":
            beside(talk, NAME, Phrase("That is fine. You can still say it later."), *_yes_or_no(card), _what(card))
        case "told":
            beside(talk, NAME, _named(MAY_IT, card), *_yes_or_no(card), before=_who_gets_what(card))
        case "number":
            text = _named(Phrase("On which number may {company} call you? Type it here."), card)
            beside(talk, NUMBER, text, Choice(Phrase("I do not want that"), _tap("no", card)))
        case "name":
            text = _named(Phrase("What is your first name? {company} gets it too."), card)
            beside(talk, FIRST_NAME, text, Choice(Phrase("Rather no name"), _tap("bare", card)))
        case "agreed":
            _agreed(talk, card, answered)
        case _:
            _go_on(talk, _named(Phrase("That is fine. {company} does not get your number."), card))


def ask_which_companies(talk: Talk) -> None:
    """With their other data: which companies may call them."""
    talk.order(FindCompanies())


def hear_companies(talk: Talk, found: CompaniesFound) -> None:
    for card in found.cards:
        stop = Choice(Phrase("Stop this"), _tap("no", card))
        talk.says.append(Saying(_named(Phrase("{company} may call you."), card), tools=(stop,)))


def _who_gets_what(card: CompanyCard) -> tuple[Phrase, ...]:
    return (
        _named(Phrase("{company} gets your first name and your phone number. Nothing else."), card),
        Phrase("You may say no. You may also stop it later: type “my data”."),
    )


def _agreed(talk: Talk, card: CompanyCard, answered: CompanyAnswered) -> None:
    both = Phrase("Thank you. {company} gets your first name and your phone number.")
    thanks = _named(both if answered.named else Phrase("Thank you. {company} gets your phone number."), card)
    ends = Phrase("The number ends in {digits}.", {"digits": Phrase(answered.ends_in, fixed=True)})
    tools = Choice(Phrase("Another number"), _tap("other", card)), Choice(Phrase("I changed my mind"), _tap("no", card))
    talk.says.append(Saying(ends, tools=tools, before=(thanks,)))
    _open_again(talk)


def _order(talk: Talk, wish: str, call: str, number: str) -> None:
    name = str(talk.memory.value(CALLED) or "") if wish == "yes" else ""
    talk.order(AnswerCompany(wish, call, talk.language, name, number if wish == "yes" else ""))


def _known_number(talk: Talk) -> str:
    """The one that they gave before, if they did."""
    asks = (ask.id for ask in talk.setting.flow.asks.values() if ask.kind.expects == PHONE)
    return next((str(value) for id in asks if (value := talk.memory.value(id))), "")


def _yes_or_no(card: CompanyCard) -> tuple[Choice, Choice]:
    return Choice(Phrase("Yes"), _tap("yes", card)), Choice(Phrase("No"), _tap("no", card))


def _what(card: CompanyCard) -> Choice:
    return Choice(Phrase("Who gets what?"), _tap("what", card))


def _call_of(aside: Aside) -> str:
    """The question that the first button of ``aside`` is about."""
    return aside.taps[0].partition(":")[2]


def _tap(wish: str, card: CompanyCard) -> Tap:
    return Tap(COMPANY, f"{wish}:{card.id}")


def _named(phrase: Phrase, card: CompanyCard) -> Phrase:
    return Phrase(phrase.source, {"company": Phrase(card.company, fixed=True)})


def _go_on(talk: Talk, remark: Phrase) -> None:
    talk.says.append(Saying(remark))
    _open_again(talk)


def _open_again(talk: Talk) -> None:
    """The open question comes back, unless a coach has the talk; after the end the remark is enough."""
    if talk.open_question() and not talk.memory.with_coach:
        ask_open(talk)
