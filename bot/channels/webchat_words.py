"""The web chat's own texts, by the names the page knows them by."""

from __future__ import annotations

from collections.abc import Mapping

from bot.web.pages import Translate, language_name
from casework.house.organisations import Organisation
from flows.messages import Phrase

PAGE: Mapping[str, Phrase] = {
    "computer": Phrase("You chat with a computer, not with a person."),
    "purpose": Phrase("It asks short questions about work. Then you can choose a talk with a coach."),
    "pace": Phrase("It takes about 10 minutes. You may stop. You can go on later."),
    "rather": Phrase("Do you want to talk to a person?"),
    "privacy": Phrase("What happens with your answers?"),
    "rights": Phrase('Type "my data" to see what we keep. Type "erase everything" to delete it.'),
    "cookie": Phrase("One small cookie remembers your chat on this device. There is nothing else in it."),
    "begin": Phrase("Start in {language}"),
    "translation": Phrase("This is a translation of the Dutch text."),
    "no_script": Phrase("This chat needs JavaScript. Please call us or visit us."),
    "conversation": Phrase("Conversation"),
    "we_say": Phrase("The assistant says:"),
    "you_say": Phrase("You said:"),
    "choose": Phrase("Choose an answer"),
    "tools": Phrase("More buttons"),
    "field": Phrase("Your answer"),
    "type_here": Phrase("Type your answer"),
    "send": Phrase("Send"),
    "sending": Phrase("Sending …"),
    "saved": Phrase("Saved"),
    "waiting": Phrase("Not sent yet. We keep trying."),
    "refused": Phrase("This was not sent."),
    "again": Phrase("Try again"),
    "offline": Phrase("No connection. Your answers wait here."),
    "private": Phrase("Private answer"),
    "removed": Phrase("(removed)"),
    "person": Phrase("A person"),
    "menu": Phrase("Menu"),
    "help": Phrase("Help"),
    "change": Phrase("Change an answer"),
    "stop": Phrase("Stop"),
    "forget": Phrase("Forget me on this device"),
    "forget_why": Phrase("This is for a shared phone or computer. Your coach keeps your answers."),
    "forget_yes": Phrase("Yes, forget me here"),
    "forget_no": Phrase("No, go on"),
    "gone": Phrase("This chat is no longer on this device."),
    "start_again": Phrase("Start again"),
    "to_field": Phrase("Go to your answer"),
    "newer": Phrase("New message"),
    "listen": Phrase("Listen"),
    "hush": Phrase("Silence"),
    "no_sound": Phrase("I cannot read this aloud now."),
}

CONTINUE: Mapping[str, Phrase] = {
    "title": Phrase("Go on with your talk"),
    "bring": Phrase("Your answers come along. You go on where you were."),
    "code": Phrase("The code on your paper"),
    "go_on": Phrase("Go on here"),
    "occupied": Phrase("There is another talk on this device already. Do you want yours in its place?"),
    "replace": Phrase("Yes, show mine"),
    "keep": Phrase("No, leave it"),
    "trouble": Phrase("No connection. Please try again."),
    "shared": Phrase('Is this not your device? Choose "Forget me" in the menu afterwards.'),
}
LINK_USED = Phrase("This link or code no longer works. Ask for a new one where you were.")
TOO_FAST = Phrase("Please wait a moment. We send it again.")
TOO_MUCH_SOUND = Phrase("Please wait a moment. Then listen again.")
NO_SOUND = PAGE["no_sound"]
TOO_LONG = Phrase("This text is too long. Please make it shorter.")
UNREADABLE = Phrase("We could not read this. Please try again.")
FOREIGN = Phrase("This did not come from our page. Please open the chat again.")
NO_CHAT = PAGE["gone"]
OLD_BUTTON = Phrase("This button no longer works.")
EMPTY = Phrase("Type your answer or tap a button.")


def page_words(translate: Translate, organisation: Organisation) -> dict[str, dict[str, str]]:
    """All texts of the page per language, so that it can change language while it is open."""
    return {language: _words(translate, organisation, language) for language in organisation.languages}


def continue_words(translate: Translate, organisation: Organisation) -> dict[str, dict[str, str]]:
    """The texts of the page that a link leads to, per language: whose talk it is, is not known yet."""
    more = {
        language: {key: translate(phrase.source, language) for key, phrase in CONTINUE.items()}
        for language in organisation.languages
    }
    return {language: words | more[language] for language, words in page_words(translate, organisation).items()}


def _words(translate: Translate, organisation: Organisation, language: str) -> dict[str, str]:
    name = language_name(language)
    texts = {key: translate(phrase.source, language) for key, phrase in PAGE.items()}
    return {
        **texts,
        "language_name": name[:1].upper() + name[1:],
        "begin": texts["begin"].format(language=name),
        "phone": organisation.text("phone_line", language),
        "walk_in": organisation.text("walk_in_line", language),
        "goes_to": organisation.text("data_goes_to", language),
    }
