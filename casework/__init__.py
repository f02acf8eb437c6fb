"""The rules of the house (calendar, slots, booking, cases, consent) and the desks that apply them."""
