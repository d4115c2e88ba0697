"""The server: HTTP on loopback, in a thread of its own, for one bot."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import re
import threading
import time
import traceback
from collections import Counter
from collections.abc import Callable, Iterator
from types import TracebackType
from typing import Any, TypeVar

from aiohttp import web

from . import answering, requests, sending  # noqa: F401 (answering and sending register their methods)
from .calls import Call
from .errors import ApiError, ServerFault, bad_request, forbidden, too_many_requests
from .faults import Fault, Faults, FloodLimits
from .methods import METHODS, Handler
from .objects import Json, User
from .updates import MAX_BATCH
from .validation import check_request, check_result, prepare
from .world import World

T = TypeVar("T")
_LOG = logging.getLogger(__name__)
TOKEN = "7000000001:AAEtestTESTtestTESTtestTESTtestTESTte"
CONFLICT = "Conflict: terminated by other getUpdates request; make sure that only one bot instance is running"
WEBHOOK_ACTIVE = (
    "Conflict: can't use getUpdates method while webhook is active; use deleteWebhook to delete the webhook first"
)
MAX_POLL_SECONDS = 50


class Server:
    """A Bot API server; ``with``, ``async with``, or ``start`` and ``stop``, which may be repeated on the same port.

    ``world`` is what the bot lives in, ``faults`` what goes wrong, ``flood`` Telegram's limits if they shall hold.
    ``calls`` is every call of the bot in order, ``violations`` what the bot sent against the Bot API.
    """

    def __init__(
        self,
        *,
        username: str = "TestBot",
        token: str = TOKEN,
        privacy: bool = True,
        guests: bool = True,
        validate: bool = True,
        faults: Faults | None = None,
        flood: FloodLimits | None = None,
        port: int = 0,
    ) -> None:
        if validate:
            prepare()
        self.token, self.validate, self.port = token, validate, port
        bot = User(int(token.split(":")[0]), username.removesuffix("Bot") or username, username, is_bot=True)
        self.world = World(bot, privacy, guests)
        self.world.wake, self.world.check = self._wake_pollers, self.check
        self.world.updates.validate = validate
        self.faults, self.flood = faults or Faults(), flood
        self.calls: list[Call] = []
        self.violations: list[str] = []
        self.failures: list[str] = []
        self._methods: dict[str, Handler] = dict(METHODS)
        self._loop: asyncio.AbstractEventLoop | None = None
        self._thread: threading.Thread | None = None
        self._more = asyncio.Event()
        self._poll: object = None

    # Running

    @property
    def base_url(self) -> str:
        return f"http://127.0.0.1:{self.port}/bot"

    @property
    def base_file_url(self) -> str:
        return f"http://127.0.0.1:{self.port}/file/bot"

    def start(self) -> Server:
        """Serve from a thread. :raises OSError: the port is taken."""
        ready: threading.Event = threading.Event()
        failed: list[BaseException] = []
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._run, args=(self._loop, ready, failed), daemon=True)
        self._thread.start()
        ready.wait()
        if failed:
            self._thread.join()
            raise failed[0]
        return self

    def stop(self) -> None:
        """Close every connection; the world and its unconfirmed updates stay."""
        if self._loop is not None and self._thread is not None:
            self._loop.call_soon_threadsafe(self._loop.stop)
            self._thread.join()
            self._loop = self._thread = None

    def _run(self, loop: asyncio.AbstractEventLoop, ready: threading.Event, failed: list[BaseException]) -> None:
        asyncio.set_event_loop(loop)
        application = web.Application(client_max_size=sending.MAX_UPLOAD + 1024 * 1024)
        application.router.add_route("*", "/file/bot{token}/{path:.+}", self._serve_file)
        application.router.add_route("*", "/bot{token}/{method}", self._serve)
        runner = web.AppRunner(application, shutdown_timeout=0.05, access_log=None)
        try:
            loop.run_until_complete(runner.setup())
            site = web.TCPSite(runner, "127.0.0.1", self.port, reuse_address=True)
            loop.run_until_complete(site.start())
            self.port = runner.addresses[0][1]
        except BaseException as error:
            failed.append(error)
        else:
            ready.set()
            loop.run_forever()
        finally:
            loop.run_until_complete(runner.cleanup())
            for task in asyncio.all_tasks(loop):
                task.cancel()
            loop.run_until_complete(asyncio.sleep(0))
            loop.close()
            ready.set()

    def __enter__(self) -> Server:
        return self.start()

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.stop()
        if error is None:
            self.check()

    async def __aenter__(self) -> Server:
        return await asyncio.to_thread(self.start)

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None
    ) -> None:
        await asyncio.to_thread(self.__exit__, kind, error, at)

    # For tests

    def register(self, name: str, handler: Handler | None) -> None:
        """Answer a method otherwise, or with None no longer: "Not Found: method not found"."""
        if handler is None:
            self._methods.pop(name.lower(), None)
        else:
            self._methods[name.lower()] = handler

    def check(self) -> None:
        """:raises ServerFault: something in the server itself went wrong."""
        if self.failures:
            raise ServerFault("\n".join(self.failures))

    @property
    def counts(self) -> Counter[str]:
        """How often each method was called."""
        return Counter(call.method for call in list(self.calls))

    def wait_for(self, predicate: Callable[[], T], timeout: float = 5.0) -> T:
        """See ``World.wait_for``; its error tells the last calls."""
        try:
            return self.world.wait_for(predicate, timeout)
        except ServerFault:
            raise
        except AssertionError as error:
            last = [f"{one.method} {one.status} {one.error}{one.fault}".strip() for one in self.calls[-12:]]
            raise AssertionError(f"{error}; the last calls: {last}") from None

    async def until(self, predicate: Callable[[], T], timeout: float = 5.0) -> T:
        """``wait_for`` in a coroutine."""
        return await asyncio.to_thread(self.wait_for, predicate, timeout)

    # Serving

    def _wake_pollers(self) -> None:
        loop = self._loop
        if loop is not None:
            with contextlib.suppress(RuntimeError):
                loop.call_soon_threadsafe(self._release)

    def _release(self) -> None:
        self._more.set()
        self._more = asyncio.Event()

    def _authorize(self, token: str) -> None:
        if token != self.token:
            known = re.fullmatch(r"\d+:[\w-]{30,}", token)
            raise ApiError(401, "Unauthorized") if known else ApiError(404, "Not Found")

    async def _serve_file(self, request: web.Request) -> web.Response:
        try:
            self._authorize(request.match_info["token"])
        except ApiError as error:
            return requests.refusal(error)
        path = request.match_info["path"]
        upload = next((one for one in list(self.world.files.values()) if one.path == path), None)
        if upload is None:
            return requests.refusal(ApiError(404, "Not Found"))
        return web.Response(body=upload.content, content_type="application/octet-stream")

    async def _serve(self, request: web.Request) -> web.Response:
        try:
            self._authorize(request.match_info["token"])
            call = await requests.read_call(request, request.match_info["method"])
        except ApiError as error:
            return requests.refusal(error)
        self.calls.append(call)
        try:
            response = await self._answer(request, call)
        except ApiError as error:
            call.status, call.error = error.code, error.text
            response = requests.refusal(error)
        except Exception:
            call.status, call.error = 500, "the server broke"
            self._fail(traceback.format_exc())
            response = requests.refusal(ApiError(500, "Internal Server Error"))
        if request.transport is None or request.transport.is_closing():
            call.status = 0
        call.done = time.monotonic()
        self.world.changed()
        return response

    async def _answer(self, request: web.Request, call: Call) -> web.Response:
        fault = self.faults.strike(call.method)
        if fault is not None:
            call.fault = fault.kind
            if (early := await self._befall(request, fault)) is not None:
                call.status = early.status
                return early
        handler = self._handler(call)
        wrong = check_request(call.method, self._declared(call)) if self.validate else []
        if wrong:
            self.violations.append(f"{call.method}: {'; '.join(wrong)}")
            raise bad_request(f"the test server's check refuses this: {'; '.join(wrong)}")
        self._limit(call)
        if handler is None:
            # Its updates were checked when they were made.
            result: Any = await self._get_updates(call)
        else:
            with self.world.lock:
                result = handler(self.world, call)
            wrong = check_result(call.method, result) if self.validate else []
        if wrong:
            self._fail(f"the result of {call.method} is not well formed: {wrong}: {result}")
        call.status = 200
        if fault is not None and fault.kind == "drop_after":
            return requests.dropped(request)
        return requests.answer(result)

    def _fail(self, text: str) -> None:
        self.failures.append(text)
        _LOG.error("%s", text)

    async def _befall(self, request: web.Request, fault: Fault) -> web.Response | None:
        """What a fault does before the call has an effect; None lets the call go on."""
        if fault.kind == "retry_after":
            raise too_many_requests(max(1, round(fault.seconds)))
        if fault.kind == "forbidden":
            raise forbidden("bot was blocked by the user")
        if fault.kind in ("error_500", "error_502"):
            return requests.error_page(int(fault.kind.removeprefix("error_")))
        if fault.kind == "drop_before":
            return requests.dropped(request)
        if fault.kind == "slow":
            await asyncio.sleep(fault.seconds)
        return None

    def _declared(self, call: Call) -> Json:
        """The parameters with a word in the place of each file."""
        plain = {name: f"attach://{name}" for name in call.files if name in ("document", "photo")}
        return {**call.params, **plain}

    def _limit(self, call: Call) -> None:
        name, chat_id = call.method.lower(), call.text("chat_id")
        if self.flood is None or not chat_id.lstrip("-").isdigit() or not name.startswith(("send", "edit")):
            return
        wait = self.flood.wait(int(chat_id), name.startswith("send") and name != "sendchataction")
        if wait:
            raise too_many_requests(max(1, round(wait + 0.5)))

    def _handler(self, call: Call) -> Handler | None:
        """Who answers a call; None for getUpdates, which waits. :raises ApiError: 404, no such method."""
        name = call.method.lower()
        if name == "getupdates":
            return None
        too_new = "ephemeral" in name and self.world.version < sending.EPHEMERAL_SINCE
        if name not in self._methods or too_new:
            raise ApiError(404, "Not Found: method not found")
        return self._methods[name]

    async def _get_updates(self, call: Call) -> list[Json]:
        """Long polling. A newer poll ends the older one with a conflict."""
        updates = self.world.updates
        if self.world.webhook:
            raise ApiError(409, WEBHOOK_ACTIVE)
        mine = self._poll = object()
        self._release()
        end = time.monotonic() + min(call.integer("timeout"), MAX_POLL_SECONDS)
        limit = min(call.integer("limit", MAX_BATCH) or MAX_BATCH, MAX_BATCH)
        with self.world.lock:
            if call.params.get("allowed_updates") is not None:
                updates.allow(call.object("allowed_updates"))
            if offset := call.integer("offset"):
                updates.confirm(offset)
        try:
            while True:
                more = self._more
                if self._poll is not mine:
                    raise ApiError(409, CONFLICT)
                with self.world.lock:
                    batch = updates.pending[:limit]
                left = end - time.monotonic()
                if batch or left <= 0:
                    return self.faults.disturb(batch)
                with contextlib.suppress(asyncio.TimeoutError):
                    await asyncio.wait_for(more.wait(), left)
        finally:
            if self._poll is mine:
                self._poll = None


@contextlib.contextmanager
def running_server(**options: Any) -> Iterator[Server]:
    """A server for synchronous tests; options as of ``Server``. A broken server fails the test."""
    with Server(**options) as server:
        yield server
