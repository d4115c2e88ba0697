"""What the server answers instead of a result."""

from __future__ import annotations

from typing import Any


class ApiError(Exception):
    """An answer with ``ok: false``: HTTP ``code``, Telegram's ``text``, and ``parameters`` such as ``retry_after``."""

    def __init__(self, code: int, text: str, **parameters: int) -> None:
        super().__init__(f"{code} {text}")
        self.code, self.text, self.parameters = code, text, parameters

    def json(self) -> dict[str, Any]:
        answer = {"ok": False, "error_code": self.code, "description": self.text}
        return {**answer, "parameters": self.parameters} if self.parameters else answer


def bad_request(text: str) -> ApiError:
    return ApiError(400, f"Bad Request: {text}")


def forbidden(text: str) -> ApiError:
    return ApiError(403, f"Forbidden: {text}")


def too_many_requests(seconds: int) -> ApiError:
    return ApiError(429, f"Too Many Requests: retry after {seconds}", retry_after=seconds)


class ServerFault(AssertionError):
    """The server itself sent what the Bot API does not allow, or a handler of the server broke."""
