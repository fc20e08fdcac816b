"""What clients speak to: OpenAI's transcription interface, `/healthz` and `/metrics`."""

import asyncio
import time
from contextlib import suppress

from fastapi import FastAPI, Request
from fastapi.responses import JSONResponse, PlainTextResponse, Response
from ray import serve
from ray.exceptions import RayError, RayTaskError
from ray.serve.exceptions import BackPressureError, RayServeException
from ray.serve.handle import DeploymentHandle
from ray.util.metrics import Counter, Gauge
from starlette.datastructures import UploadFile
from starlette.exceptions import HTTPException

from .api_error import ApiError, bad_field, not_now, overloaded
from .asked import read_asked
from .exchange import MARK, limited, render
from .heard import About, Heard, Sound, Text
from .keys import require_key
from .options import ServerOptions
from .ray_facts import count_replicas, read_ray_metrics
from .sound import read_sound
from .waiting import GRACE_S, WaitingRoom

AGAIN_S = 0.2
COUNT_FRESH_S = 2.0
RESTART_S = 5.0
"""What a replica needs to be replaced, about."""
MOST_FIELDS = 32

app = FastAPI(docs_url=None, redoc_url=None, openapi_url=None)


@app.exception_handler(ApiError)
async def answer_error(_: Request, error: ApiError) -> Response:
    return JSONResponse(error.body, error.status, {**error.headers, **MARK})


@app.exception_handler(HTTPException)
async def answer_http_error(request: Request, error: HTTPException) -> Response:
    message = f"{request.method} {request.url.path}: {error.detail}"
    return await answer_error(request, ApiError(error.status_code, message[:300], "not_served"))


@serve.ingress(app)
class Front:
    """Lets in, reads, asks a replica, answers. One of them knows of every request that waits."""

    def __init__(self, options: ServerOptions, key_sums: tuple[bytes, ...] | None, engines: DeploymentHandle) -> None:
        self._options = options
        self._key_sums = key_sums
        self._engines = engines
        self._about: About | None = None
        self._room: WaitingRoom | None = None
        self._under_way = 0
        self._draining = False
        self._count = 1
        self._counted_s = float("-inf")
        self._sound_s = Counter("swictation_sound_seconds", "Seconds of sound that were read")
        self._engine_s = Counter("swictation_engine_seconds", "Seconds of work that they took")
        self._promised_s = Gauge("swictation_promised_seconds", "Seconds of work that wait")

    @app.post("/v1/audio/transcriptions")
    async def transcribe(self, request: Request) -> Response:
        require_key(self._key_sums, request.headers.get("authorization"))
        if self._draining:
            raise not_now("the server is about to end", RESTART_S)
        self._under_way += 1
        try:
            return await self._transcribe(request)
        finally:
            self._under_way -= 1

    @app.get("/v1/models")
    async def models(self, request: Request) -> Response:
        require_key(self._key_sums, request.headers.get("authorization"))
        about, _ = await self._know()
        model = {"id": about.model, "object": "model", "created": 0, "owned_by": "swictation"}
        return JSONResponse({"object": "list", "data": [model]}, headers=MARK)

    @app.get("/healthz")
    async def healthz(self) -> Response:
        """Without a key: it says whether the server can be asked, and nothing of what is said to it."""
        if self._draining:
            raise not_now("the server is about to end", RESTART_S)
        about, _ = await self._know()
        count = await self._replicas()
        if count == 0:
            raise not_now("no engine is ready", RESTART_S)
        return JSONResponse({"status": "ok", "engine": about.name, "replicas": count}, headers=MARK)

    @app.get("/metrics")
    async def metrics(self, request: Request) -> Response:
        """Those that Ray exports on this machine, as Prometheus reads them."""
        require_key(self._key_sums, request.headers.get("authorization"))
        try:
            text = await asyncio.to_thread(read_ray_metrics)
        except OSError as error:
            raise not_now(f"Ray's metrics can't be read: {error}", RESTART_S) from None
        return PlainTextResponse(text, headers=MARK)

    async def drain(self, longest_s: float) -> bool:
        """Nothing new is let in; true once all that is under way is answered."""
        self._draining = True
        until_s = time.monotonic() + longest_s
        while self._under_way > 0 and time.monotonic() < until_s:
            await asyncio.sleep(0.05)
        return self._under_way == 0

    async def ready(self) -> About:
        """Waits for the first replica."""
        about, _ = await self._know()
        return about

    async def _transcribe(self, request: Request) -> Response:
        arrived_s = time.time()
        about, room = await self._know()
        async with limited(request, self._options.largest_bytes).form(max_files=1, max_fields=MOST_FIELDS) as form:
            asked = read_asked(form, about.model, about.languages)
            file = form.get("file")
            if not isinstance(file, UploadFile):
                raise bad_field("file", "the sound is missing: send it as the multipart field file")
            pcm = await read_sound(await file.read(), self._options.longest_s)
        seconds = Sound(pcm, 0).seconds
        sound = Sound(pcm, arrived_s + seconds + GRACE_S, asked.wishes)
        work_s = room.enter(seconds, await self._replicas())
        self._promised_s.set(room.promised_s)
        try:
            text = await self._ask(sound, room)
        finally:
            room.leave(work_s)
            self._promised_s.set(room.promised_s)
        room.learn(seconds, text.engine_s)
        self._sound_s.inc(seconds or 1e-3)
        self._engine_s.inc(text.engine_s or 1e-6)
        return render(text, asked, seconds)

    async def _ask(self, sound: Sound, room: WaitingRoom) -> Text:
        """A replica that ended is no answer: the sound goes to the next one, as long as somebody waits."""
        while (left_s := sound.until_s - time.time()) > 0:
            heard = await self._ask_once(sound, left_s)
            if isinstance(heard, Text):
                return heard
            if heard is not None and heard.why == "full":
                raise overloaded(heard.message, max(1.0, room.promised_s))
            if heard is not None and heard.why == "refused":
                raise ApiError(400, heard.message, "not_possible")
            if heard is not None and heard.why == "failed":
                raise ApiError(500, f"the engine failed: {heard.message}", "engine_failed")
            await asyncio.sleep(AGAIN_S)
        raise not_now("no engine had the time", max(RESTART_S, room.promised_s))

    async def _ask_once(self, sound: Sound, left_s: float) -> Heard | None:
        """None where the replica is gone, or was never reached."""
        response = self._engines.hear.remote(sound)
        try:
            async with asyncio.timeout(left_s):
                heard: Heard = await response
                return heard
        except TimeoutError:
            response.cancel()
            return None
        except BackPressureError:
            raise overloaded("too many requests wait: try again later", RESTART_S) from None
        except RayTaskError as error:
            raise ApiError(500, f"the engine failed: {type(error.cause).__name__}", "engine_failed") from None
        except (RayError, RayServeException):
            return None

    async def _know(self) -> tuple[About, WaitingRoom]:
        """What the replicas serve; the first request waits for the first of them."""
        if self._about is None or self._room is None:
            about: About = await self._engines.about.remote()
            self._about, self._room = about, self._room or WaitingRoom(self._options.wait_s, about.rtf)
        return self._about, self._room

    async def _replicas(self) -> int:
        """How many are ready, as the controller said two seconds ago at most."""
        if time.monotonic() - self._counted_s > COUNT_FRESH_S:
            self._counted_s = time.monotonic()
            with suppress(RayError, RayServeException):
                self._count = await asyncio.to_thread(count_replicas)
        return self._count
