"""Shows a person what fits them and keeps what they want to know more of, within the turn's own transaction."""

from __future__ import annotations

from bot.call import Call
from bot.people import Partner
from casework.offers.shown import Asking, shown, wish
from flows.conditions import PRIVATE_CHANNEL
from flows.effects import FindOffers, WishOffer
from flows.offer_card import OfferCard, OffersFound, OfferWished


def answer_about_offers(
    call: Call, partner: Partner, effect: FindOffers | WishOffer
) -> OffersFound | OfferWished | None:
    """``None`` where nothing fits and nothing else can be asked: then there is nothing to say."""
    cards = _cards(call, effect)
    if isinstance(effect, FindOffers):
        return OffersFound(tuple(cards)) if cards or call.organisation.news else None
    found = next((card for card in cards if card.id == effect.offer), None)
    if found is not None:
        wish(call.session, effect.case, partner.person_id, found.id, call.now)
    return OfferWished(found)


def _cards(call: Call, effect: FindOffers | WishOffer) -> list[OfferCard]:
    asking = Asking(effect.known, effect.language, effect.known.get(PRIVATE_CHANNEL) == "yes")
    return shown(call.session, call.organisation, call.setting.gazetteer, asking, call.now)
