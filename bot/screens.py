"""What a person has on their screen at this moment: their flow, in the texts of today."""

from __future__ import annotations

from bot.call import Call
from bot.people import Partner
from casework.cases.words_seen import Screen


def screen(call: Call, partner: Partner) -> Screen:
    setting = call.house.scenes.setting(partner.place.organisation, partner.place.channel)
    day = call.now.astimezone(setting.zone).date()
    return Screen(setting.flow, setting.wording, setting.gazetteer, day, setting.texts)
