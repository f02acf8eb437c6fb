"""``opstap check``: everything that people write (flows, translations, organisations), looked at together."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from pathlib import Path

from bot.aloud.lexicon import load_lexicons
from bot.catalogue_check import catalogue_texts, unfit_catalogues
from bot.choice_check import no_such_flow, unknown_choices
from bot.expertise_check import unknown_expertise
from bot.faq_check import unclear_faq
from bot.fillings import all_fillings
from bot.id_books import id_problems, keep_ids
from bot.opening import CHANNELS, LOCALES, read_wording
from bot.plain_check import hard_files, hard_texts, odd_placeholders
from bot.scenes import SCRIPTS, make_scenes, script_folders
from bot.session_check import unfit_sessions
from bot.shown_texts import Catalogues, Shown, in_code, in_file, in_flow, read_catalogues
from casework.house.neighbours import read_public_services, services_not_verified_since
from casework.house.organisations import FAQ, FILE, BadOrganisation, Organisation, load_organisations
from casework.offers.law import not_verified_since
from flows.care_words import load_care
from flows.catalogue import load_catalogues, stale
from flows.check import FACTS, check_flow
from flows.extract import Source, sources
from flows.load import Scripts
from flows.marked_yaml import Misread
from flows.plain_rules import load_plain_rules, unused
from flows.proof import Proof, prove
from flows.talk import Setting
from flows.words import load_words

ROOT = LOCALES.parent
HELPLINES = LOCALES / "helplines.yaml"


@dataclass(frozen=True, slots=True)
class Report:
    """``problems``: one line each, with file, line, what is wrong and the remedy. ``states``: how many states of
    talks the proof looked at; none while the flows themselves have problems. ``to_call``: helplines and
    public services whose number was not verified for a year; ``to_read``: rules of law, or numbers in them,
    that were not either."""

    problems: list[str]
    states: int = 0
    to_call: tuple[str, ...] = ()
    to_read: tuple[str, ...] = ()


def check_all(folder: Path, scripts: Path = SCRIPTS) -> Report:
    """Look at everything. ``folder`` holds the organisations, ``scripts`` the shared flow files."""
    try:
        organisations, services = load_organisations(folder), read_public_services(folder)
    except BadOrganisation as problem:
        return Report([str(problem)])
    unsound = [*_flows(folder, organisations, scripts), *_words()]
    unsound += [] if unsound else _choices(folder, organisations, scripts)
    if unsound:
        return Report([*unsound, *_translations(_sources(folder))])
    wording = read_wording()
    settings = make_scenes(organisations, folder, CHANNELS, wording).settings
    texts, catalogues, proofs = _sources(folder), read_catalogues(LOCALES), list(_proofs(settings))
    shown = [*in_code(texts, catalogues), *_written(folder, organisations, scripts, catalogues)]
    problems = [
        *_ids(folder, organisations, scripts),
        *_translations(texts),
        *map(str, odd_placeholders(catalogues)),
        *_texts(shown, settings.values()),
        *_exceptions(folder, shown),
        *unclear_faq(folder, {organisation: setting.faq for (organisation, _), setting in settings.items()}, wording),
        *unfit_sessions(folder, organisations, settings),
        *unknown_expertise(folder, organisations, settings),
        *unfit_catalogues(folder, organisations, settings),
        *(str(problem) for proof in proofs for problem in proof.problems),
    ]
    a_year_ago = date.today() - timedelta(days=365)
    helplines = wording.care.helplines.not_verified_since(a_year_ago)
    to_call = (*helplines, *services_not_verified_since(services, a_year_ago))
    rules = {id: rule for organisation in organisations.values() for id, rule in organisation.rules.items()}
    to_read = tuple(not_verified_since(rules, a_year_ago))
    return Report(problems, sum(proof.states for proof in proofs), to_call, to_read)


def _flows(folder: Path, organisations: Mapping[str, Organisation], scripts: Path) -> list[str]:
    """Each organisation's flow as it stands with its own files; what is shared is reported once."""
    found: dict[str, None] = {}
    for organisation in organisations.values():
        own = script_folders(folder, organisation.id)[1]
        files = Scripts(scripts, own)
        if missing := [*no_such_flow(folder, organisation, scripts, own)]:
            files.problems.found += missing
        else:
            check_flow(files.flow(organisation.flow), files.problems)
        found |= dict.fromkeys(map(str, files.problems))
    return list(found)


def _choices(folder: Path, organisations: Mapping[str, Organisation], scripts: Path) -> Iterator[str]:
    for organisation in organisations.values():
        flow = Scripts(scripts, script_folders(folder, organisation.id)[1]).flow(organisation.flow)
        yield from map(str, unknown_choices(folder, organisation, flow.asks))


def _words() -> list[str]:
    try:
        load_catalogues(LOCALES)
        load_words(LOCALES)
        load_care(LOCALES)
        load_plain_rules(LOCALES)
        load_lexicons(LOCALES)
    except Misread as problem:
        return [str(problem)]
    return []


def _ids(folder: Path, organisations: Iterable[str], scripts: Path) -> list[str]:
    try:
        return [str(problem) for problem in id_problems(scripts, _own(folder, organisations))]
    except Misread as problem:
        return [str(problem)]


def keep_every_id(folder: Path, scripts: Path = SCRIPTS) -> None:
    """Bring the books of ids up to date with the flow files, unless a mistake is in one of them: a retired id never
    comes back, and neither does the meaning of a misspelled one. Raises ``Misread`` and ``BadOrganisation``."""
    organisations = load_organisations(folder)
    if not _flows(folder, organisations, scripts):
        keep_ids(scripts, _own(folder, organisations))


def _own(folder: Path, organisations: Iterable[str]) -> list[Path]:
    own = (script_folders(folder, organisation)[1] for organisation in organisations)
    return [path for path in own if path.is_dir()]


def _sources(folder: Path) -> list[Source]:
    """Every text in flow files and code; none while a flow file cannot be read, which is reported with the flows."""
    try:
        return list(sources(ROOT, folder))
    except Misread:
        return []


def _translations(texts: list[Source]) -> list[str]:
    """None where a catalogue cannot be read, which is reported with the words."""
    try:
        found = sorted(stale(LOCALES, texts), key=lambda text: (text.file, text.line)) if texts else []
    except Misread:
        return []
    return [str(text) for text in found]


def _texts(shown: list[Shown], settings: Iterable[Setting]) -> list[str]:
    """Texts that are hard to read."""
    problems = (
        *hard_texts(shown, load_plain_rules(LOCALES), all_fillings(settings)),
        *hard_files(shown),
    )
    return [str(problem) for problem in problems]


def _exceptions(folder: Path, shown: Iterable[Shown]) -> list[str]:
    """Long words that may stay, and that nobody says any more. The lists are kept for what is shipped: where other
    organisations are, it is not theirs to mend."""
    is_ours = folder.resolve() == ROOT / "organisations"
    return [str(problem) for problem in unused(LOCALES, _said(shown))] if is_ours else []


def _written(
    folder: Path, organisations: Mapping[str, Organisation], scripts: Path, catalogues: Catalogues
) -> Iterator[Shown]:
    """The texts of flow files and of organisations."""
    for place in (scripts, *_own(folder, organisations)):
        for file in sorted(place.glob("*.yaml")):
            yield from in_flow(file, catalogues)
    yield from _in_organisations(folder, organisations)


def _in_organisations(folder: Path, organisations: Mapping[str, Organisation]) -> Iterator[Shown]:
    every = {language for organisation in organisations.values() for language in organisation.languages}
    for organisation in organisations.values():
        yield from in_file(folder / organisation.id / FILE, folder.parent, organisation.languages)
    yield from catalogue_texts(folder, organisations)
    if (folder / FAQ).exists():
        yield from in_file(folder / FAQ, folder.parent, every)
    yield from in_file(HELPLINES, ROOT, every)


def _said(shown: Iterable[Shown]) -> Mapping[str, list[str]]:
    said: dict[str, list[str]] = {}
    for text in shown:
        said.setdefault(text.language, []).append(text.text)
    return said


def _proofs(settings: Mapping[tuple[str, str], Setting]) -> Iterator[Proof]:
    """One proof for each flow, with every work language, whoever uses it."""
    flows: dict[int, list[Setting]] = {}
    for setting in settings.values():
        flows.setdefault(id(setting.flow), []).append(setting)
    for using in flows.values():
        yield prove(_with_every_work_language(using))


def _with_every_work_language(settings: Iterable[Setting]) -> Iterator[Setting]:
    for setting in settings:
        for language in FACTS["work_language"]:
            facts = replace(setting.facts, named={**setting.facts.named, "work_language": language})
            yield replace(setting, facts=facts)
