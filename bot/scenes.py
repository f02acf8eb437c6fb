"""For each organisation and channel, what the engine must know: flow, wording, places, facts."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from functools import partial
from pathlib import Path

from bot.choice_check import no_such_flow, unknown_choices
from bot.street import Street
from bot.visit_choice import follows, offered, with_labels
from casework.hours.calendar import is_staffed
from casework.hours.opening_times import opening_times
from casework.house.greeting import greeted
from casework.house.neighbours import read_public_services
from casework.house.organisations import Organisation
from casework.sessions.group_sessions import is_one_coming, last_sign_up
from casework.visiting.visit_kinds import only_ways
from flows.answers.gazetteer import Gazetteer, load_gazetteer
from flows.check import sound_flow
from flows.conditions import PRIVATE_CHANNEL
from flows.faq import Faq
from flows.faq_answers import ANSWER, TITLE
from flows.fitting import fitted, settled
from flows.marked_yaml import Misread
from flows.problems import refuse_first
from flows.script import Flow
from flows.talk import Setting
from flows.walk import Facts
from flows.wording import SOURCE, Wording

SCRIPTS = Path(__file__).parent.parent / "flows" / "scripts"
PRIVATE = frozenset({"web", "terminal", "phone"})
"""Channels rated for special categories of data; Telegram keeps its own copy of every chat.

``phone`` is a coach who asks and writes down."""


@dataclass(frozen=True, slots=True)
class Scenes:
    """Settings by organisation and channel, made at the start, and anew where an organisation has changed since."""

    settings: dict[tuple[str, str], Setting]
    made_for: dict[str, Organisation] = field(default_factory=dict)
    street: Street = field(default_factory=Street)
    day: dict[str, date] = field(default_factory=dict)

    def setting(self, organisation: str, channel: str) -> Setting:
        return self.settings[organisation, channel]

    def at(self, address: str) -> Scenes:
        """The same, with the page of each organisation's web chat under ``address``."""
        street = replace(self.street, address=address)
        pages = {
            key: replace(_with_page(setting, f"{address}/chat/{key[0]}"), neighbours=partial(street.look, key[0]))
            for key, setting in self.settings.items()
        }
        return Scenes(pages, dict(self.made_for), street)

    def follow(self, organisation: Organisation, wording: Wording) -> None:
        """Make the settings of an organisation anew if it is no longer the one that they were made for. Its flow stays:
        nothing of what staff change in the console is in it."""
        made_for = self.made_for.setdefault(organisation.id, organisation)
        if made_for is organisation:
            return
        for (id, channel), old in tuple(self.settings.items()):
            if id == organisation.id:
                made = make_setting(organisation, channel, old.flow, wording, old.gazetteer)
                made = replace(made, facts=replace(made.facts, regions=old.facts.regions), neighbours=old.neighbours)
                page = next(iter(old.texts.values())).get("web_page")
                self.settings[id, channel] = _with_page(made, page) if page else made
        self.made_for[organisation.id] = organisation

    def on(self, organisation: str, day: date) -> None:
        """Let the areas be those of that day."""
        if self.day.get(organisation) == day or organisation not in self.street.organisations:
            return
        found = self.street.regions(organisation, day)
        for (id, channel), old in tuple(self.settings.items()):
            if id == organisation and old.facts.regions != found:
                self.settings[id, channel] = replace(old, facts=replace(old.facts, regions=found))
        self.day[organisation] = day


def _with_page(setting: Setting, page: str) -> Setting:
    texts = {language: {**texts, "web_page": page} for language, texts in setting.texts.items()}
    return replace(setting, texts=texts)


def make_scenes(
    organisations: Mapping[str, Organisation], folder: Path, channels: tuple[str, ...], wording: Wording
) -> Scenes:
    """Load each organisation's flow, with the files of its own that replace shared ones, and what it needs to know."""
    settings = {}
    gazetteer = load_gazetteer()
    shared: dict[tuple[object, ...], Flow] = {}
    street = Street(dict(organisations), read_public_services(folder))
    for organisation in organisations.values():
        _speaks(organisation, wording)
        flow = _flow(folder, organisation, shared)
        first = make_setting(organisation, channels[0], flow, wording, gazetteer)
        first = replace(first, neighbours=partial(street.look, organisation.id))
        everywhere = street.regions(organisation.id, None)
        for channel in channels:
            facts = replace(_facts(organisation, channel), regions=everywhere)
            settings[organisation.id, channel] = replace(first, facts=facts)
    return Scenes(settings, dict(organisations), street)


def _speaks(organisation: Organisation, wording: Wording) -> None:
    """Raises ``Misread`` where texts or words of its languages are missing: people would get English."""
    for language in organisation.languages:
        for name, there in (("LC_MESSAGES/opstap.po", wording.languages), ("words.yaml", wording.words)):
            if language not in there:
                problem = f"{organisation.id} speaks {language}, and this file is not there"
                raise Misread(f"locales/{language}/{name}", 1, problem, "Put it back, or take the language out")


def _flow(folder: Path, organisation: Organisation, shared: dict[tuple[object, ...], Flow]) -> Flow:
    """The organisation's flow, if nobody can get stuck in it; one without files of its own is read once for all, and
    is one and the same for those who offer the same."""
    scripts, own = script_folders(folder, organisation.id)
    refuse_first(no_such_flow(folder, organisation, scripts, own))
    name = (organisation.flow, organisation.id if own.is_dir() else None)
    if name not in shared:
        shared[name] = sound_flow(organisation.flow, scripts, own)
    refuse_first(unknown_choices(folder, organisation, shared[name].asks))
    fit = (*name, *offered(organisation).items(), *only_ways(organisation).items())
    if fit not in shared:
        shared[fit] = fitting_flow(shared[name], organisation)
    return shared[fit]


def fitting_flow(flow: Flow, organisation: Organisation) -> Flow:
    """The flow with the choices of this organisation."""
    return fitted(flow, offered(organisation), follows(organisation))


def script_folders(organisations: Path, organisation: str) -> tuple[Path, Path]:
    """Where an organisation's flow files stand: the shared ones, and its own, which go before."""
    return SCRIPTS, organisations / organisation / "flows"


def make_setting(
    organisation: Organisation, channel: str, flow: Flow, wording: Wording, gazetteer: Gazetteer
) -> Setting:
    """One organisation on one channel."""
    languages = tuple(organisation.languages)
    return Setting(
        flow,
        greeted(with_labels(wording, organisation), flow, organisation.greeting),
        gazetteer,
        languages,
        organisation.tz,
        _facts(organisation, channel),
        {language: _texts(organisation, language) for language in (*languages, SOURCE)},
        {place: _place(organisation, place) for place in organisation.places},
        {coach.id: coach.name for coach in organisation.coaches.values()},
        organisation.voice_notes,
        organisation.pause.as_timedelta(),
        organisation.on_request,
        organisation.translations,
        partial(is_staffed, organisation),
        Faq({id: entry.asked for id, entry in organisation.faq.items()}, wording.manners),
        last_sign_up(organisation),
        partial(is_one_coming, organisation),
    )


def _facts(organisation: Organisation, channel: str) -> Facts:
    return Facts(
        {
            "channel": channel,
            PRIVATE_CHANNEL: "yes" if channel in PRIVATE else "no",
            "work_language": organisation.languages[0],
            **settled(offered(organisation)),
        },
        {"area": organisation.area},
    )


def _texts(organisation: Organisation, language: str) -> dict[str, str]:
    texts = {
        "organisation": organisation.name,
        "phone_line": organisation.text("phone_line", language),
        "who_sees": organisation.text("data_goes_to", language),
        "walk_in_line": organisation.text("walk_in_line", language),
        "opening_hours": opening_times(organisation.opening_hours, language),
        **({"news": organisation.news[language]} if language in organisation.news else {}),
    }
    return texts | _faq_texts(organisation, language, texts)


def _faq_texts(organisation: Organisation, language: str, texts: Mapping[str, str]) -> dict[str, str]:
    first = organisation.languages[0]
    found = {}
    for id, entry in organisation.faq.items():
        found[TITLE.format(id=id)] = entry.title.get(language) or entry.title[first]
        found[ANSWER.format(id=id)] = _filled(entry.answer.get(language) or entry.answer[first], texts)
    return found


def _filled(answer: str, texts: Mapping[str, str]) -> str:
    return re.sub(r"\{(\w+)\}", lambda found: texts.get(found[1], found[0]), answer)


def _place(organisation: Organisation, place: str) -> dict[str, dict[str, str]]:
    found = organisation.places[place]
    return {
        language: {
            "place_name": found.name,
            "address": found.address,
            "directions": found.directions.get(language) or found.directions[organisation.languages[0]],
        }
        for language in (*organisation.languages, SOURCE)
    }
