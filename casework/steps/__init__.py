"""Small steps that a coach and a person agree on: what, by whom, until when, how it goes; and one question later."""
