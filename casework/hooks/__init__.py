"""Webhooks: systems elsewhere are told what happens with cases, signed and in order."""
