"""Rows of drafts and of deployed artefacts as designs."""

from database import Row
from engine.store.releases import content_hash
from engine.views import DesignView


def of_draft(row: Row, title: str) -> DesignView:
    hash_ = content_hash(row.source)
    return DesignView(row.kind, row.key, title, hash_, row.source, True, row.version, row.updated_at)


def of_member(row: Row, title: str) -> DesignView:
    return DesignView(row.kind, row.key, title, row.hash, row.source, False, 0, None)
