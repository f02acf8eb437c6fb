"""Telegram, web chat and terminal: each thin, each knowing only its own wire."""
