"""What comes over HTTP, read into a call; what goes back, written."""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import parse_qsl

from aiohttp import web

from .calls import Call
from .errors import ApiError
from .objects import Json

ERROR_PAGE = (
    "<html>\r\n<head><title>{0}</title></head>\r\n<body>\r\n<center><h1>{0}</h1></center>\r\n</body>\r\n</html>"
)


async def read_call(request: web.Request, method: str) -> Call:
    """Parameters from the address and from a JSON, urlencoded or multipart body; files apart.

    :raises ApiError: 400 no JSON object, 413 the body is too large.
    """
    params: Json = dict(request.query)
    files: dict[str, tuple[str, bytes, str]] = {}
    try:
        if request.content_type == "application/json":
            body = json.loads(await request.read() or b"{}")
            if not isinstance(body, dict):
                raise ValueError
            params |= body
        elif request.content_type == "multipart/form-data":
            for name, value in (await request.post()).items():
                if isinstance(value, web.FileField):
                    files[name] = (value.filename, value.file.read(), value.content_type)
                else:
                    params[name] = value
        else:
            params |= dict(parse_qsl((await request.read()).decode(), keep_blank_values=True))
    except web.HTTPRequestEntityTooLarge:
        raise ApiError(413, "Request Entity Too Large") from None
    except ValueError:
        raise ApiError(400, "Bad Request: can't parse request body") from None
    return Call(method, params, files)


def answer(result: Any) -> web.Response:
    return _json({"ok": True, "result": result}, 200)


def refusal(error: ApiError) -> web.Response:
    return _json(error.json(), error.code)


def error_page(code: int) -> web.Response:
    """What a proxy before the server says: no JSON."""
    titles = {500: "500 Internal Server Error", 502: "502 Bad Gateway"}
    return web.Response(status=code, text=ERROR_PAGE.format(titles[code]), content_type="text/html")


def dropped(request: web.Request) -> web.Response:
    """The connection is closed; the response is for nobody."""
    if request.transport is not None:
        request.transport.abort()
    return web.Response()


def _json(value: Json, status: int) -> web.Response:
    return web.Response(status=status, body=json.dumps(value).encode(), content_type="application/json")
