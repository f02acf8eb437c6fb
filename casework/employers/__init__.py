"""Companies that staff visit: the visits, the vacancies found there, and who agreed that a company may call them."""
