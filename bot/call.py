"""One update on its way through the house, within one transaction."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session

from bot.house import House
from bot.incoming import Incoming
from bot.people import Place
from casework.house.organisations import Organisation
from flows.talk import Setting
from storage.insert import insert_new
from storage.tables import Heard


@dataclass(frozen=True, slots=True)
class Call:
    session: Session
    house: House
    incoming: Incoming
    now: datetime

    @property
    def place(self) -> Place:
        return Place(self.incoming.organisation, self.incoming.channel, self.incoming.address)

    @property
    def organisation(self) -> Organisation:
        return self.house.organisations[self.incoming.organisation]

    @property
    def setting(self) -> Setting:
        return self.house.setting(self.incoming.organisation, self.incoming.channel)

    @property
    def about(self) -> str:
        """The place in the inbox that this update's words are sealed for."""
        return f"heard|{self.incoming.organisation}|{self.incoming.channel}|{self.incoming.update_key}"

    def take_in(self, chat_id: str | None, **columns: object) -> bool:
        """Put the update into the inbox; false if it has been there before: then nothing may follow from it."""
        return insert_new(
            self.session,
            Heard,
            organisation=self.incoming.organisation,
            channel=self.incoming.channel,
            update_key=self.incoming.update_key,
            chat_id=chat_id,
            at=self.now,
            **columns,
        )
