"""HTTP: the Flask app, its resources, problems, OpenAPI, and the built web. No SQL, no engine logic."""

from api.app import create_app

__all__ = ["create_app"]
