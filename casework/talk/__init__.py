"""The talk between a coach and a person: who has it, its lines, and the ways by which they arrive."""
