"""Talk to a bot without Telegram: ``python -m tests.botapi``, then start the bot with the token and address printed."""

from __future__ import annotations

import argparse
import sys
import threading
from pathlib import Path

from .objects import Chat, Message, Query
from .people import Person
from .server import Server

HELP = """\
What you type is said to the bot. Besides:
  :private  :group       where it is said
  :press LABEL           press a button of the bot's last message
  :reply TEXT            reply to the bot's last message
  :edit TEXT             edit what you said last
  :file PATH [CAPTION]   send a document
  :inline TEXT           ask inline, as after @bot
  :start                 start the private chat (/start)
  :help  :quit"""


class Prompt:
    """One person at a terminal, in a private chat and in a group with the bot."""

    def __init__(self, server: Server) -> None:
        self._server = server
        self._me: Person = server.world.person("Anna", username="anna")
        self._group = server.world.supergroup("Group", self._me)
        self._here: Chat = self._me.private
        self._said: Message | None = None
        self._queries: list[Query] = []
        self._shown: dict[int, tuple[str, list[str], bool]] = {}

    def watch(self) -> None:
        """Print what the bot does, as it comes; never ends."""
        while True:
            self._server.world.wait_for(self._news, float("inf"))

    def _news(self) -> bool:
        for chat in (self._me.private, self._group):
            for message in chat.sent_by_bot(deleted=True):
                state = (message.text, message.labels, message.deleted)
                old = self._shown.get(message.order)
                if old != state:
                    self._shown[message.order] = state
                    verb = "deletes" if message.deleted else "says" if old is None else "edits"
                    self._print(chat, verb, message)
        for query in [one for one in self._queries if one.answer is not None]:
            self._queries.remove(query)
            titles = "".join(f"\n  - {one.get('title', one['id'])}" for one in query.results)
            print(f"[answer] {query.text}{titles}" if query.text or titles else "[answer] empty", flush=True)
        return False

    def _print(self, chat: Chat, verb: str, message: Message) -> None:
        document = message.data.get("document")
        file = f" [{document['file_name']}, {document['file_size']} bytes]" if document else ""
        buttons = "".join("\n  " + " ".join(f"[{one['text']}]" for one in row) for row in message.buttons)
        place = "group" if chat is self._group else "private"
        print(f"\n({place}) bot {verb}{file}: {message.text}{buttons}", flush=True)

    def obey(self, line: str) -> bool:
        """Do what a line asks; False ends. :raises AssertionError, OSError: no such button, message or file."""
        word, _, rest = line.strip().partition(" ")
        if word == ":quit":
            return False
        if word in (":private", ":group"):
            self._here = self._group if word == ":group" else self._me.private
        elif word == ":press":
            self._queries.append(self._me.presses(self._here.last, rest))
        elif word == ":reply":
            self._said = self._me.says(self._here, rest, reply_to=self._here.last)
        elif word == ":edit":
            assert self._said is not None, "nothing said yet"
            self._me.says(self._said.chat, rest, edit=self._said)
        elif word == ":file":
            path, _, caption = rest.partition(" ")
            self._said = self._me.uploads(self._here, Path(path).name, Path(path).read_bytes(), caption)
        elif word == ":inline":
            self._queries.append(self._me.inline(rest))
        elif word.startswith(":") and word != ":start":
            print(HELP)
        elif word:
            text = "/start" if word == ":start" else line.strip()
            self._said = self._me.says(self._here, text)
            if not self._said.meant:
                print("(privacy mode: the bot does not see this)")
        return True


def main() -> int:
    """Serve until the input ends or Ctrl-C; 2 if the port is taken."""
    parser = argparse.ArgumentParser(prog="python -m tests.botapi", description=__doc__)
    parser.add_argument("--port", type=int, default=8081, help="on 127.0.0.1; 0 takes a free one (default: 8081)")
    options = parser.parse_args()
    try:
        server = Server(port=options.port).start()
    except (OSError, OverflowError) as error:
        print(f"cannot serve on port {options.port}: {error}", file=sys.stderr)
        return 2
    print(f"token:         {server.token}\nbase_url:      {server.base_url}\nbase_file_url: {server.base_file_url}")
    print(HELP)
    prompt = Prompt(server)
    threading.Thread(target=prompt.watch, daemon=True).start()
    try:
        for line in sys.stdin:
            try:
                if not prompt.obey(line):
                    break
            except (AssertionError, OSError) as error:
                print(f"! {error}")
            except Exception as error:
                print(f"! {type(error).__name__}: {error}")
    except KeyboardInterrupt:
        print()
    finally:
        server.stop()
    return 0


if __name__ == "__main__":
    sys.exit(main())
