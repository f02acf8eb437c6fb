"""What the voice gets to say: signs left out, numbers and abbreviations as people say them."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.aloud.lexicon import load_lexicons, read_lexicon
from bot.aloud.pronouncing import LONGEST, Passage, passages, readable
from flows.heard import Tap
from flows.marked_yaml import Misread
from flows.messages import Bubble, Button
from tests.reading_aloud import LOCALES
from tests.webchat_wording import translate

LEXICONS = load_lexicons(LOCALES)
TAP = Tap("q", "o")


@pytest.mark.parametrize(
    ("language", "shown", "said"),
    [
        ("nl", "Vraag 3 van 14", "Vraag 3 van 14"),
        ("nl", "✓ 3600 Genk", "36 honderd Genk"),
        ("nl", "3690 Zutendaal, 3000 Leuven", "36 90 Zutendaal, 3 duizend Leuven"),
        ("nl", "op 1 mei 2027", "op 1 mei 2027"),
        ("nl", "di 30 mrt, 9.30 uur", "dinsdag 30 maart, 9 uur 30"),
        ("nl", "dinsdag 30 maart om 10 uur", "dinsdag 30 maart om 10 uur"),
        ("nl", "📝 Vragen (10 min)", "Vragen (10 minuten)"),
        ("nl", "VDAB en RVA. Het OCMW ook.", "Vee dee aa bee en R vee aa. Het Oo cee em wee ook."),
        ("nl", "Bel 089 00 00 00.", "Bel 0 8 9, 0 0, 0 0, 0 0."),
        ("nl", "Bel +32 470 12 34 56", "Bel + 3 2, 4 7 0, 1 2, 3 4, 5 6"),
        (
            "nl",
            "Zelfmoordlijn: bel 1813. Nu in gevaar: bel 112.",
            "Zelfmoordlijn: bel 1 8 1 3. Nu in gevaar: bel 1 1 2.",
        ),
        ("nl", "Ga naar https://opstap.example/x?y=1 toe", "Ga naar de link in dit bericht toe"),
        ("nl", "[[a]] <b>vet</b> • x", "a b vet, b x"),
        ("fr", "mar. 30 mars, 9 h", "mardi 30 mars, 9 heures"),
        ("fr", "jeu. 1er avr., 9 h 30", "jeudi premier avril, 9 heures 30"),
        ("fr", "CPAS et Forem, chez votre coach", "Cé pé a esse et forème, chez votre côtche"),
        ("fr", "Téléphonez au 012 00 00 00", "Téléphonez au 0 1 2, 0 0, 0 0, 0 0"),
        ("fr", "Télé-Accueil : appelez le 107, jour et nuit.", "Télé-Accueil : appelez le 1 0 7, jour et nuit."),
        ("fr", "👍 Je viens", "Je viens"),
    ],
)
def test_it_is_said_as_people_say_it(language: str, shown: str, said: str) -> None:
    assert readable(shown, LEXICONS[language]) == said


def test_the_answers_are_said_after_the_question_and_what_is_ticked_first() -> None:
    buttons = (Button("🧒 Mijn kinderen", TAP), Button("🚲 Vervoer", TAP, ticked=True), Button("✔ Klaar", TAP))
    bubble = Bubble("Vraag 2 van 4\nWat is moeilijk?", "nl", buttons)
    said = "Vraag 2 van 4. Wat is moeilijk? Dit heb je gekozen: Vervoer. Je kan kiezen: Mijn kinderen. Klaar."
    assert passages(bubble, translate, LEXICONS) == (Passage("nl", said),)


def test_a_question_in_every_language_is_said_by_every_voice() -> None:
    buttons = (Button("Nederlands", TAP), Button("Français", TAP))
    bubble = Bubble("Welke taal wil je?\nQuelle langue ?", "nl", buttons, languages=("nl", "fr"))
    assert passages(bubble, translate, LEXICONS) == (
        Passage("nl", "Welke taal wil je? Je kan kiezen: Nederlands. Français."),
        Passage("fr", "Quelle langue ? Vous pouvez choisir : Nederlands. Français."),
    )


def test_no_message_lasts_for_ever() -> None:
    (passage,) = passages(Bubble("woord " * 5000, "nl"), translate, LEXICONS)
    assert len(passage.text) == LONGEST


def test_a_language_without_a_voice_is_not_said() -> None:
    assert passages(Bubble("Ολα καλά", "el"), translate, LEXICONS) == ()


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("voice: nl\nlink: x\nsound: y\n", "unknown part 'sound'"),
        ("link: x\n", "voice is no text"),
        ("voice: nl\nlink: x\nwords: [a]\n", "words is no list"),
        ("voice: nl\nlink: x\npatterns:\n  - ['(', 'x']\n", "is no pattern"),
        ("voice: nl\nlink: x\npatterns:\n  - ['a', '\\2']\n", "is no pattern"),
    ],
)
def test_a_mistake_in_a_lexicon_is_named(tmp_path: Path, text: str, problem: str) -> None:
    file = tmp_path / "speech.yaml"
    file.write_text(text, "utf-8")
    with pytest.raises(Misread, match=problem):
        read_lexicon(file)
