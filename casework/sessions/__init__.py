"""Group sessions: seats, waiting list, rounds, attendance, and what people are told of them."""
