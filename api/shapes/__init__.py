"""Shapes of what goes over HTTP: marshmallow schemas, each field described. No logic."""
