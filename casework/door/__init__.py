"""Who works here: accounts, how they sign in, what each may do, tokens of programs, and the audit."""
