"""From what the engine says to bubbles of plain text in one language."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from string import Formatter

from flows.dates import long_date, short_date
from flows.messages import Bubble, Button, Choice, Link, LinkButton, Param, Phrase, Saying
from flows.talk import Setting
from flows.translated import translation_mark

_PLAIN = Formatter()


def render(saying: Saying, setting: Setting, language: str) -> Bubble:
    """One message in ``language``. Placeholders are filled from the phrase, then from the organisation."""
    above = [phrase_text(phrase, setting, language) for phrase in (*saying.before, *saying.lines)]
    languages = _languages(saying, setting, language)
    text = [_marked(saying.text, setting, each, len(languages)) for each in languages]
    return Bubble(
        "\n".join(part for part in (*above, *text) if part),
        language,
        tuple(_buttons(saying.choices, setting, *languages)),
        tuple(_buttons(saying.tools, setting, *languages)),
        saying.question,
        saying.expects,
        saying.redraws,
        _ours(*saying.before, *saying.lines, saying.text, *(choice.label for choice in saying.choices))
        and not any(choice.ticked for choice in saying.choices),
        languages if len(languages) > 1 else (),
        link=_link(saying.link, setting, language) if saying.link else None,
    )


def _languages(saying: Saying, setting: Setting, language: str) -> tuple[str, ...]:
    """Those in which the text is said; whoever has a language already does not miss it."""
    if not saying.every_language:
        return saying.languages or (language,)
    return setting.offered if language in setting.offered else (*setting.offered, language)


def _marked(text: Phrase, setting: Setting, language: str, together: int) -> str:
    """Beside the original, a translation is marked as one."""
    mark = translation_mark(setting, language) if together > 1 else ()
    return " ".join(phrase_text(phrase, setting, language) for phrase in (text, *mark))


def _ours(*phrases: Phrase) -> bool:
    """Whether they hold nothing but words of the catalogues and of the organisation, and how far we are."""
    values = (value for phrase in phrases for value in phrase.params.values())
    return not any(phrase.fixed for phrase in phrases) and all(isinstance(value, int) for value in values)


def _buttons(choices: Iterable[Choice], setting: Setting, *languages: str) -> Iterable[Button]:
    for choice in choices:
        labels = (phrase_text(choice.label, setting, language) for language in languages)
        label = " / ".join(dict.fromkeys(labels))
        yield Button(f"{choice.icon} {label}" if choice.icon else label, choice.tap, choice.ticked)


def _link(link: Link, setting: Setting, language: str) -> LinkButton:
    return LinkButton(phrase_text(link.label, setting, language), link.address)


def phrase_text(phrase: Phrase, setting: Setting, language: str) -> str:
    """The phrase in ``language``, its placeholders filled. Fixed words stand as they are."""
    if phrase.fixed:
        return phrase.source
    pattern = setting.wording.translate(phrase.source, language)
    if "{" not in pattern:
        return pattern
    params = {**setting.texts.get(language, {}), **phrase.params}
    return "".join(_filled(pattern, params, setting, language)).strip()


def _filled(pattern: str, params: Mapping[str, Param], setting: Setting, language: str) -> Iterable[str]:
    """Only bare ``{names}`` are known: a text of a flow file can reach nothing else."""
    for literal, name, _, _ in _PLAIN.parse(pattern):
        yield literal
        if name:
            yield _param(name, params.get(name.removesuffix("_short"), params.get(name, "")), setting, language)


def _param(name: str, value: Param, setting: Setting, language: str) -> str:
    match value:
        case datetime():
            say = short_date if name.endswith("_short") else long_date
            return say(value, language, setting.zone)
        case Phrase():
            return phrase_text(value, setting, language)
        case tuple():
            return ", ".join(phrase_text(phrase, setting, language) for phrase in value)
        case _:
            return str(value)
