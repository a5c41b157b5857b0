"""Errors of the server: a status and one sentence, as JSON."""

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.responses import JSONResponse

from tf_dnnh.errors import UserError


class RequestError(Exception):
    """Ends a request with a status and one sentence."""

    def __init__(self, status: int, sentence: str) -> None:
        super().__init__(sentence)
        self.status = status


def response(status: int, sentence: str) -> JSONResponse:
    """Returns `{"error": sentence}`."""
    headers = {"Retry-After": "1"} if status == 503 else None
    return JSONResponse({"error": sentence}, status, headers)


def install(app: FastAPI) -> None:
    """Makes every error of an application such an answer."""

    @app.exception_handler(RequestError)
    async def _request(_: Request, error: RequestError) -> JSONResponse:
        return response(error.status, str(error))

    @app.exception_handler(RequestValidationError)
    async def _invalid(
        _: Request, error: RequestValidationError
    ) -> JSONResponse:
        return response(422, _in_words(error))

    @app.exception_handler(HTTPException)
    async def _http(_: Request, error: HTTPException) -> JSONResponse:
        return response(error.status_code, f"{error.detail}.")

    @app.exception_handler(UserError)
    async def _user(_: Request, error: UserError) -> JSONResponse:
        return response(500, str(error))

    @app.exception_handler(Exception)
    async def _unexpected(_: Request, error: Exception) -> JSONResponse:
        return response(500, "The server failed; its terminal shows where.")


def _in_words(error: RequestValidationError) -> str:
    first = error.errors()[0]
    reason = first["msg"].removeprefix("Input ")
    # A long value would hide the sentence.
    received = str(first["input"])[:80]
    return f"`{first['loc'][-1]}` {reason}. Received: {received}"
