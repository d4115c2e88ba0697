"""One concern a file; each gives its handlers for the services they work with."""

from npcbot.telegram.handlers import (
    about,
    ask,
    buttons,
    documents,
    exact,
    feedback,
    gate,
    groups,
    guest,
    inline,
    settings,
    start,
    watch,
)
from npcbot.telegram.services import Handlers, Services


def all_handlers(services: Services) -> Handlers:
    """In the order in which they are tried: what decides whether a chat is served, the gate, commands before questions,
    the catch-alls last."""
    parts = (start, about, settings, documents, exact, watch, feedback, buttons, inline, guest)
    return [
        *groups.handlers(services),
        gate.Gate(services),
        *(handler for part in parts for handler in part.handlers(services)),
        *start.unknown(services),
        *ask.handlers(services),
        *buttons.unknown(services),
    ]
