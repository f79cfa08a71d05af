"""What a webhook says: one announcement as JSON, the same bytes each time it is sent."""

import json
from typing import Any

from django.conf import settings

from brandkiln.notifications.models import Announcement


def message_id(announcement: Announcement) -> str:
    """Return the idempotency key of all messages that tell of an announcement."""
    return f"msg_{announcement.pk.hex}"


def payload(announcement: Announcement) -> dict[str, Any]:
    """Return what a message tells."""
    actor = announcement.actor
    return {
        "type": announcement.kind,
        "timestamp": announcement.created_at.isoformat(),
        "data": {
            "workspace": announcement.workspace.slug,
            "title": announcement.title,
            "url": address(announcement.path),
            "subject": {
                "type": announcement.subject_type,
                "id": announcement.subject_id,
                "name": announcement.subject,
            },
            "actor": {"email": actor.email, "name": str(actor)} if actor else None,
            "details": announcement.data,
        },
    }


def body_of(announcement: Announcement) -> bytes:
    """Return the bytes of a message."""
    return json.dumps(payload(announcement), ensure_ascii=False, separators=(",", ":")).encode()


def address(path: str) -> str:
    """Return the whole address of a page of the studio, "" for none."""
    return f"{settings.PUBLIC_URL.rstrip('/')}{path}" if path else ""
