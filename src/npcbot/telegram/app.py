"""The bot put together: its services, its handlers, its coming up and going down."""

from __future__ import annotations

import asyncio
import logging
import os
import signal
import time
from collections import deque
from collections.abc import AsyncIterator, Coroutine
from contextlib import AsyncExitStack, asynccontextmanager
from typing import Any, Final, TypeVar

import httpx
from telegram import Bot, Update, User
from telegram.error import Conflict, InvalidToken, NetworkError, RetryAfter, TelegramError
from telegram.ext import Application, ApplicationBuilder, BaseHandler, ExtBot, TypeHandler
from telegram.request import HTTPXRequest

from npcbot.answer import Library
from npcbot.config import Settings
from npcbot.errors import ConfigError, NpcbotError
from npcbot.telegram import handlers, logs
from npcbot.telegram.access import Access
from npcbot.telegram.asking import Asking
from npcbot.telegram.backup import locked
from npcbot.telegram.handlers import about
from npcbot.telegram.limits import Limits
from npcbot.telegram.metrics import Metrics, Pages
from npcbot.telegram.order import ByChat
from npcbot.telegram.outbox import Outbox, Pace, seconds
from npcbot.telegram.services import Context, Services, passage_link
from npcbot.telegram.state import NAME, State
from npcbot.telegram.updates import DurableQueue
from npcbot.telegram.uploads import Uploads
from npcbot.telegram.watches import Watches
from npcbot.telegram.watching import Watching

_log: Final = logging.getLogger(__name__)
TOKEN: Final = "NPCBOT_TELEGRAM_TOKEN"
SECRET: Final = "NPCBOT_TELEGRAM_SECRET"
#: Seconds that what runs has to end in when the bot is told to stop.
_GRACE: Final = 20.0
#: Buttons pressed and inline queries typed: by one person, in one chat.
_PRESSES: Final = ("40/60", "120/60")
#: Seconds for which a bot counts as just started; so many conflicts within so many seconds are one without end.
_NEW: Final = 5.0
_CONFLICTS: Final = 10
_ENDLESS: Final = 120.0
#: Seconds between tries to reach Telegram at the start.
_FIRST, _LAST = 0.5, 30.0
_CONFLICT: Final = (
    "Another program is fetching this bot's updates with the same token; Telegram gives them to one alone.",
    "Stop the other one, or make a token of its own for this one (@BotFather, /newbot). A webhook that was set"
    " elsewhere also counts as another.",
)

_Result = TypeVar("_Result")
App = Application[Any, Any, Any, Any, Any, Any]


def serve(settings: Settings, api_base: str | None = None, log_level: str = "info") -> None:
    """Runs the bot until SIGTERM or Ctrl-C.

    Raises:
        ConfigError: no token, a wrong one, another bot running with it, or a home that cannot be written.
        NpcbotError: the state or an index cannot be used.
    """
    token, secret = os.environ.get(TOKEN, "").strip(), os.environ.get(SECRET, "").strip()
    if not token:
        raise ConfigError(f"{TOKEN} is not set.", "Put the token in it that @BotFather gave you.")
    if settings.telegram.mode == "webhook" and not (secret and settings.telegram.webhook_url):
        raise ConfigError(
            f"A webhook needs telegram.webhook_url and {SECRET}.", "Set both, or telegram.mode = polling."
        )
    logs.set_up(log_level, [token, secret])
    with locked(settings.home):
        problem = asyncio.run(_serve(settings, token, secret, api_base or settings.telegram.api_base))
    if problem is not None:
        raise problem


async def _serve(settings: Settings, token: str, secret: str, api_base: str) -> NpcbotError | None:
    """Returns what ended it, where it was not a signal."""
    stop = _Stop()
    async with _running(settings, token, api_base, stop) as running:
        if running is None:
            return stop.problem
        app, services, processor = running
        await app.start()
        replayed = await services.queue.replay(app.bot)
        await stop.before(_fetch(app, settings, secret, stop))
        _log.info("serving", extra={"facts": {"bot": services.username, "replayed": replayed}})
        beside = [asyncio.create_task(_menus(app.bot)), asyncio.create_task(services.watching.run())]
        await stop.wait()
        _log.info("stopping")
        for task in beside:
            task.cancel()
        if app.updater is not None:
            await app.updater.stop()
        processor.stop()
        try:
            await asyncio.wait_for(app.stop(), _GRACE)
        except TimeoutError:
            _log.warning("what was not finished in time is taken up again at the next start")
    return stop.problem


class _Stop:
    """Set by a signal, or by what makes going on useless."""

    def __init__(self) -> None:
        self._event = asyncio.Event()
        self._began = time.monotonic()
        self._conflicts: deque[float] = deque(maxlen=_CONFLICTS)
        self.problem: NpcbotError | None = None
        for number in (signal.SIGTERM, signal.SIGINT):
            asyncio.get_running_loop().add_signal_handler(number, self._event.set)

    async def wait(self) -> None:
        await self._event.wait()

    async def before(self, work: Coroutine[Any, Any, _Result]) -> _Result | None:
        """What the work gives; ``None`` where it was broken off because the bot was told to stop."""
        task, told = asyncio.create_task(work), asyncio.create_task(self._event.wait())
        try:
            await asyncio.wait((task, told), return_when=asyncio.FIRST_COMPLETED)
            return task.result() if task.done() else None
        finally:
            task.cancel()
            told.cancel()
            await asyncio.wait((task, told))

    def fetching_failed(self, error: TelegramError) -> None:
        """Called for every failed ``getUpdates``; most failures pass by themselves.

        Of two that fetch with one token, each disturbs the other. The one that has just started gives way; one that was
        there before goes on, unless it is disturbed without end.
        """
        if isinstance(error, Conflict):
            now = time.monotonic()
            self._conflicts.append(now)
            endless = len(self._conflicts) == _CONFLICTS and now - self._conflicts[0] < _ENDLESS
            if now - self._began > _NEW and not endless:
                _log.warning("%s %s", *_CONFLICT)
                return
            self.problem = ConfigError(*_CONFLICT)
        elif isinstance(error, InvalidToken):
            self.problem = _wrong_token()
        else:
            _log.warning("updates could not be fetched: %s; trying again", type(error).__name__)
            return
        self._event.set()


@asynccontextmanager
async def _running(
    settings: Settings, token: str, api_base: str, stop: _Stop
) -> AsyncIterator[tuple[App, Services, ByChat] | None]:
    """Everything made, and undone in the opposite order; ``None`` where it is told to stop before Telegram answers."""
    async with AsyncExitStack() as stack:
        state = State(settings.home / NAME)
        stack.callback(state.close)
        library = stack.enter_context(Library(settings))
        telegram = settings.telegram
        queue = DurableQueue(state, telegram.stale_seconds, telegram.backlog)
        processor = ByChat(queue, telegram.chats_at_once, telegram.backlog)
        base = api_base.rstrip("/")
        app: App = ApplicationBuilder().bot(_bot(token, base)).update_queue(queue).concurrent_updates(processor).build()
        stack.push_async_callback(app.shutdown)
        me = await stop.before(_reached(app))
        if me is None:
            yield None
            return
        asking = Asking(library, telegram.workers)
        stack.callback(asking.close)
        uploads = Uploads(settings, state, library)
        stack.callback(uploads.close)
        access = Access(app.bot, state, settings)
        metrics = Metrics(lambda: queue.oldest, lambda: _generations(library, access))
        pace = Pace(telegram.send_per_chat, telegram.send_per_group, telegram.send_overall)
        outbox = Outbox(app.bot, state, pace, refused=metrics.refused)
        watches = Watches(state)
        watching = Watching(watches, asking, access, outbox, passage_link(me), lambda chat: state.chat(chat).language)
        services = Services(
            settings=settings,
            me=me,
            state=state,
            queue=queue,
            outbox=outbox,
            asking=asking,
            access=access,
            limits=Limits(telegram.per_person, telegram.per_chat, telegram.overall),
            presses=Limits(*_PRESSES, telegram.overall),
            metrics=metrics,
            uploads=uploads,
            watches=watches,
            watching=watching,
        )
        await asking.warm(access.public())
        for number, group in enumerate(_handlers(services)):
            app.add_handlers(group, number)
        app.add_error_handler(_failed)
        if telegram.health_port:
            pages = Pages(telegram.health_port, metrics, lambda: bool(app.updater and app.updater.running))
            stack.callback(pages.close)
        yield app, services, processor


def _bot(token: str, base: str) -> ExtBot[None]:
    def request(connections: int, pool: float) -> HTTPXRequest:
        return HTTPXRequest(connections, read_timeout=20, write_timeout=20, connect_timeout=10, pool_timeout=pool)

    return ExtBot(
        token,
        base_url=f"{base}/bot",
        base_file_url=f"{base}/file/bot",
        request=request(256, 60),
        # The last call of all confirms what has arrived; it must not wait for one that was broken off.
        get_updates_request=request(4, 2),
    )


async def _reached(app: App) -> User:
    """Who the bot is; asks until Telegram can be reached.

    Raises:
        ConfigError: Telegram does not know the token.
    """
    pause = _FIRST
    while True:
        try:
            await app.initialize()
            me: User = await app.bot.get_me()
            return me
        except InvalidToken:
            raise _wrong_token() from None
        except (NetworkError, RetryAfter) as error:
            wait = seconds(error.retry_after) if isinstance(error, RetryAfter) else pause
            _log.warning("Telegram cannot be reached: %s; trying again in %.1f s", type(error).__name__, wait)
            await asyncio.sleep(wait)
            pause = min(2 * pause, _LAST)


async def _fetch(app: App, settings: Settings, secret: str, stop: _Stop) -> None:
    assert app.updater is not None
    kinds = Update.ALL_TYPES
    if settings.telegram.mode == "polling":
        await app.updater.start_polling(
            poll_interval=0.0,
            timeout=30,
            bootstrap_retries=-1,
            allowed_updates=kinds,
            error_callback=stop.fetching_failed,
        )
        return
    url = httpx.URL(settings.telegram.webhook_url)
    await app.updater.start_webhook(
        listen="127.0.0.1",
        port=settings.telegram.webhook_port,
        url_path=url.path.lstrip("/"),
        webhook_url=str(url),
        secret_token=secret,
        bootstrap_retries=-1,
        allowed_updates=kinds,
    )


async def _menus(bot: Bot) -> None:
    """The menus of commands; a bot without them works as well."""
    for scope, code, commands in about.menus():
        try:
            await bot.set_my_commands(commands, scope, code or None)
        except TelegramError as error:
            _log.warning("a menu of commands was not set: %s", type(error).__name__)


def _handlers(services: Services) -> list[list[BaseHandler[Update, Context, None]]]:
    """Two groups: counting, which sees every update, and those of which the first that fits handles it."""

    async def count(update: Update, context: Context) -> None:
        kinds = (kind for kind in Update.ALL_TYPES if getattr(update, kind) is not None)
        services.metrics.update(next(kinds, "unknown"))

    return [[TypeHandler(Update, count)], handlers.all_handlers(services)]


async def _failed(update: object, context: Context) -> None:
    """What no handler expected: its kind and where it came from are logged, never what it says."""
    number = update.update_id if isinstance(update, Update) else 0
    _log.error("update %d could not be handled", number, exc_info=context.error)


def _generations(library: Library, access: Access) -> dict[str, int]:
    with library.collections(access.public()) as opened:
        return {collection.name: collection.generation for collection in opened}


def _wrong_token() -> ConfigError:
    return ConfigError(f"Telegram does not know the token in {TOKEN}.", "Copy it again from @BotFather.")
