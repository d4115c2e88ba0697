"""A Telegram Bot API server for tests: real HTTP on loopback, Telegram's rules and words, people to act as.

``with running_server() as server:`` gives one; ``server.world`` makes people and chats, who then speak::

    anna = server.world.person("Anna")
    question = anna.says("/ask 五年来制定了多少部法律？")
    (answer,) = server.world.answers(question)
    anna.presses(answer, "More")
"""

from .errors import ApiError, ServerFault
from .faults import Faults, FloodLimits
from .html import parse, units
from .objects import Chat, Member, Message, Query, Upload, User
from .people import Person
from .server import TOKEN, Server, running_server
from .world import World

__all__ = [
    "TOKEN",
    "ApiError",
    "Chat",
    "Faults",
    "FloodLimits",
    "Member",
    "Message",
    "Person",
    "Query",
    "Server",
    "ServerFault",
    "Upload",
    "User",
    "World",
    "parse",
    "running_server",
    "units",
]
