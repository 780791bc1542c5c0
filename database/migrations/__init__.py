"""Migrations: env.py runs them, versions/ holds them, draft.py writes the next one. A migration keeps the old release running."""
