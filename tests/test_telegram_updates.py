"""What an update of Telegram's means to the conversation."""

from __future__ import annotations

import random
from typing import Any

import pytest

from bot.channels.telegram_updates import NO_BUTTON
from bot.incoming import Incoming
from bot.reach import Reach
from flows.heard import CannotRead, ContactShared, Heard, Said, Started, Tap, Tapped, VoiceNote
from tests.telegram_desk import ORGANISATION, TAPS, TOKEN
from tests.telegram_talk import Talk
from tests.telegram_user import User
from tests.telegram_world import Account

PLACE = f"{ORGANISATION}/telegram/77"


@pytest.fixture
def account() -> Account:
    return Account(TOKEN)


@pytest.fixture
def user(account: Account) -> User:
    return User(account.chat(77, language="nl-BE"))


@pytest.fixture
def talk() -> Talk:
    return Talk()


async def heard(talk: Talk, user: User, number: int) -> Incoming:
    await talk.channel().hear(user.chat.account.pending[number])
    return talk.heard[-1]


async def test_a_message_is_what_was_said_with_its_key_address_and_language(talk: Talk, user: User) -> None:
    number = user.says("Ik woon in Genk")
    incoming = await heard(talk, user, number)
    assert incoming == Incoming(
        ORGANISATION, "telegram", str(number), "77", Said("Ik woon in Genk"), "nl", "Ik woon in Genk", message="1"
    )


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("/start", Started()),
        ("/start link_abc-123", Started("link_abc-123")),
        ("/start@opstap_test_bot", Started()),
        ("/terug", Said("terug")),
        ("/mijn_gegevens@opstap_test_bot", Said("mijn gegevens")),
        ("/started", Said("started")),
        ("9000 / 9050", Said("9000 / 9050")),
        ("/", Said("/")),
        ("  ", Said("  ")),
    ],
)
async def test_commands_are_words_and_start_carries_what_the_link_said(
    talk: Talk, user: User, text: str, meant: Heard
) -> None:
    assert (await heard(talk, user, user.says(text))).heard == meant


@pytest.mark.parametrize(
    ("sent", "kind"),
    [("photo", "photo"), ("document", "file"), ("location", "location"), ("sticker", "sticker")],
)
async def test_what_we_do_not_read_is_named(talk: Talk, user: User, sent: str, kind: str) -> None:
    assert (await heard(talk, user, user.sends(sent))).heard == CannotRead(kind)


async def test_the_words_under_a_picture_are_listened_to_and_are_no_answer(talk: Talk, user: User) -> None:
    photo = await heard(talk, user, user._sends(photo=[], caption="mijn CV"))
    assert photo.heard == CannotRead("photo", "mijn CV")
    assert photo.body is None
    assert photo.message is not None


async def test_the_pictures_of_an_album_are_one_update(talk: Talk, user: User) -> None:
    for _ in range(4):
        await talk.channel().hear(user.chat.account.pending[user._sends(photo=[], media_group_id="77")])
    await talk.channel().hear(user.chat.account.pending[user._sends(photo=[], media_group_id="78")])
    assert [incoming.heard for incoming in talk.heard] == [CannotRead("photo")] * 2


async def test_a_message_that_was_changed_is_listened_to_and_is_no_answer(talk: Talk, user: User) -> None:
    changed = await heard(talk, user, user.edits("3500"))
    assert changed.heard == CannotRead("edit", "3500")
    assert changed.body is None


async def test_who_shares_where_they_walk_is_not_answered_at_each_step(talk: Talk, user: User) -> None:
    moved = user.edits("")
    assert await talk.channel().hear(user.chat.account.pending[moved]) is None
    assert talk.heard == []


async def test_a_voice_message_is_known_by_its_name_and_length_and_is_not_fetched(talk: Talk, user: User) -> None:
    incoming = await heard(talk, user, user.speaks(b"OggS", seconds=12, ref="AwACAgQAAx"))
    assert incoming.heard == VoiceNote("AwACAgQAAx", 12, 4)
    assert incoming.body is None
    assert user.chat.account.sent("getFile") == []


@pytest.mark.parametrize(
    "voice",
    [{}, {"file_id": 5, "duration": 3}, {"file_id": "x" * 999, "duration": 3}, {"file_id": "x", "duration": "3"}, []],
)
async def test_a_voice_message_of_an_odd_shape_is_only_named(talk: Talk, user: User, voice: Any) -> None:
    assert (await heard(talk, user, user._sends(voice=voice))).heard == CannotRead("voice")


async def test_only_ones_own_contact_card_gives_a_phone_number(talk: Talk, user: User) -> None:
    own = await heard(talk, user, user.shares_contact("32470123456"))
    forwarded = await heard(talk, user, user.shares_contact("32470123456", own=False))
    assert own.heard == ContactShared("+32470123456")
    assert forwarded.heard == CannotRead("other")
    assert own.body is None


async def test_a_tap_says_which_answer_it_gives_and_what_stood_on_the_button(talk: Talk, user: User) -> None:
    token = TAPS.token(PLACE, Tap("place", "genk"))
    user.chat.add("Waar woon je?", from_bot=True, rows=[[("📍 Genk", token)]])
    incoming = await heard(talk, user, user.taps("Genk"))
    assert incoming.heard == Tapped(Tap("place", "genk"))
    assert incoming.body == "📍 Genk"


async def test_a_button_of_somebody_else_or_of_another_bot_is_no_button(talk: Talk, user: User) -> None:
    for place in (f"{ORGANISATION}/telegram/78", "liege/telegram/77"):
        token = TAPS.token(place, Tap("place", "genk"))
        assert (await heard(talk, user, user.taps_data(token))).heard == Tapped(NO_BUTTON)


async def test_forged_buttons_never_become_an_answer(talk: Talk, user: User) -> None:
    chance = random.Random(18)
    channel = talk.channel()
    good = TAPS.token(PLACE, Tap("place", "genk"))
    for _ in range(500):
        at = chance.randrange(len(good))
        forged = good[:at] + chance.choice("abcXYZ019-_:é") + good[at + 1 :]
        if forged != good:
            await channel.hear(user.chat.account.pending[user.taps_data(forged)])
    assert {incoming.heard for incoming in talk.heard} == {Tapped(NO_BUTTON)}
    assert {incoming.body for incoming in talk.heard} == {None}


async def test_a_tap_is_answered_with_the_word_of_the_conversation(talk: Talk, user: User) -> None:
    talk.toast = "Genoteerd"
    answer = await talk.channel().hear(user.chat.account.pending[user.taps_data("x")])
    assert answer == {"method": "answerCallbackQuery", "callback_query_id": "1", "text": "Genoteerd"}


async def test_blocking_and_coming_back_are_noted_and_are_no_turn(talk: Talk, user: User) -> None:
    channel = talk.channel()
    numbers = (user.blocks(), user.unblocks())
    for number in numbers:
        assert await channel.hear(user.chat.account.pending[number]) is None
    assert talk.reached == [
        Reach(ORGANISATION, "telegram", str(number), "77", open=open)
        for number, open in zip(numbers, (False, True), strict=True)
    ]
    assert talk.heard == []


def _in_group(update: dict[str, Any]) -> dict[str, Any]:
    update["message"]["chat"] = {"id": -5, "type": "group", "title": "G"}
    return update


async def test_groups_service_messages_and_unknown_kinds_are_left_alone(talk: Talk, user: User) -> None:
    channel = talk.channel()
    pending = user.chat.account.pending
    service = user.chat.account.deliver(
        message={"message_id": 1, "chat": user.chat.as_json(), "from": user.chat.person(), "pinned_message": {}}
    )
    for update in (
        _in_group(pending[user.says("hallo")]),
        pending[service],
        {"update_id": 5, "poll": {"id": "1"}},
        {"update_id": 6},
    ):
        assert await channel.hear(update) is None
    assert (talk.heard, talk.reached, channel.unreadable) == ([], [], 0)


@pytest.mark.parametrize(
    "update",
    [
        {"message": {"text": "geen nummer"}},
        {"update_id": 1, "message": []},
        {"update_id": 1, "callback_query": {"id": "1"}},
        {"update_id": 1, "my_chat_member": {"chat": {}}},
        {"update_id": 1, "message": {"chat": None, "from": None}},
    ],
)
async def test_a_shape_that_telegram_never_sends_is_counted_and_dropped(talk: Talk, update: dict[str, Any]) -> None:
    channel = talk.channel()
    assert await channel.hear(update) is None
    assert channel.unreadable == 1
    assert talk.heard == []
