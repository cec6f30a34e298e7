"""Permissions, access tokens, rate limits and idempotency keys."""
