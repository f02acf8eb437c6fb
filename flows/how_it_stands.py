"""How the person's help at other services stands: told when they ask, with their data, and when a partner answered."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from flows.approach import approach
from flows.asking import command
from flows.effects import FindReferrals
from flows.heard import COMMAND, Tap
from flows.menu import ask_open
from flows.messages import Choice, Phrase, Saying
from flows.referral_card import ReferralsFound, ReferralStanding
from flows.talk import Talk

NAME = "referrals"
"""What the log calls it when we write first."""
STATES: Mapping[str, Phrase] = {
    "proposed": Phrase("we wait for your yes"),
    "agreed": Phrase("you said yes, your coach sends it"),
    "sent": Phrase("it was sent, we wait for an answer"),
    "accepted": Phrase("they say yes"),
    "started": Phrase("you have begun there"),
    "done": Phrase("this is finished"),
    "declined": Phrase("it does not work out there"),
    "refused": Phrase("you said no, we sent nothing"),
}
"""By what became of it; ``declined`` by the partner, ``refused`` by the person."""
NEWS: Mapping[str, Phrase] = {
    "accepted": Phrase("{offer}: they say yes. Your coach tells you what comes next."),
    "declined": Phrase("{offer}: it does not work out there now. Your coach looks for something else with you."),
}
PRIVATE_NEWS = Phrase("There is news about help at another service. It is private. You can see it on our own page.")


def ask_how_it_stands(talk: Talk, *, beside: bool = False) -> None:
    """``beside``: with other things that they want to see, so nothing is said where there is nothing."""
    talk.order(FindReferrals(talk.language, beside))


def hear_how_it_stands(talk: Talk, found: ReferralsFound) -> None:
    """A line for each. Of a name that says something only that there is one, where others could read along."""
    if found.news:
        talk.says.extend(Saying(_news(each)) for each in found.standings)
    elif found.standings:
        *above, last = (Phrase("This is how your help at other services stands."), *_lines(found))
        page = (_page(),) if any(each.hidden for each in found.standings) else ()
        talk.says.append(Saying(last, tools=page, before=tuple(above)))
    else:
        talk.says.append(Saying(Phrase("Nothing goes on at another service now. Your coach can look for help there.")))
    if not (found.beside or found.news):
        ask_open(talk)


def tell_of_own_accord(talk: Talk, standing: ReferralStanding) -> None:
    """That a partner took it up, or did not."""
    if standing.hidden:
        no = command("No, not now", "repeat")
        approach(talk, NAME, Phrase("Do you want to see it now?"), _page(), no, before=(PRIVATE_NEWS,))
    else:
        approach(talk, NAME, _news(standing))


def _news(standing: ReferralStanding) -> Phrase:
    return Phrase(NEWS[standing.state].source, {"offer": _named(standing)})


def _lines(found: ReferralsFound) -> Iterator[Phrase]:
    for each in found.standings:
        if each.hidden:
            yield Phrase("• Something private: you can see it on our own page.")
        else:
            yield Phrase("• {offer}: {state}.", {"offer": _named(each), "state": STATES[each.state]})


def _named(standing: ReferralStanding) -> Phrase:
    return Phrase(f"{standing.title} ({standing.partner})" if standing.partner else standing.title, fixed=True)


def _page() -> Choice:
    return Choice(Phrase("Yes, on the page"), Tap(COMMAND, "web"), "🔒")
