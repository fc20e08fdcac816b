"""A small server with the transcription interface, on the embedded engine: PORT ORDERS CERT STRANGER.

The file ORDERS says how it answers: well, or as a server that is broken. CERT and STRANGER are files with a certificate and its
key, empty for http; a stranger's is shown while the order says so.
"""

import json
import ssl
import sys
import threading
import time
from email.parser import BytesParser
from email.policy import HTTP
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import numpy as np

from swictation_worker.engines.whisper.embedded import EmbeddedEngine
from swictation_worker.parent import die_with_starter

SLOW_S = 30.0
HEADER_BYTES = 44
STATUSES = {"401": {}, "404": {}, "429": {"Retry-After": "2"}, "500": {}, "503": {"Retry-After": "1"}}

die_with_starter()
port, orders, cert, stranger = sys.argv[1:]
engine = EmbeddedEngine(1)
engine.load("cpu", lambda phase: None)
lock = threading.Lock()


def order() -> str:
    with open(orders) as file:
        return file.read().strip()


class Handler(BaseHTTPRequestHandler):
    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        kind = order()
        if kind in STATUSES:
            return self.answer(b'{"error":{"message":"no"}}', int(kind), STATUSES[kind])
        if kind == "garbage":
            return self.answer(b"<html>\xff\x00 busy</html>")
        if kind == "large":
            return self.answer(b'{"text":"' + b"a " * 2_000_000 + b'"}')
        if kind == "break":
            return self.connection.close()
        if kind == "slow":
            time.sleep(SLOW_S)
        text = json.dumps({"text": self.hear(body)}).encode()
        return self.answer(text, half=kind == "half")

    def hear(self, body: bytes) -> str:
        head = b"Content-Type: " + self.headers["Content-Type"].encode() + b"\r\n\r\n"
        form = BytesParser(policy=HTTP).parsebytes(head + body)
        parts = {part.get_param("name", header="content-disposition"): part for part in form.iter_parts()}
        sound = parts["file"].get_payload(decode=True)[HEADER_BYTES:]
        with lock:
            audio = np.frombuffer(sound, "<i2").astype(np.float32) / np.float32(32768)
            return engine.transcribe(audio, 28, lambda phase: None).text

    def answer(self, body: bytes, status: int = 200, headers: dict = {}, half: bool = False) -> None:
        self.send_response(status)
        for name, value in {"Content-Length": str(len(body)), "Content-Type": "application/json", **headers}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body[: len(body) // 2] if half else body)

    def log_message(self, *_: object) -> None:
        return


class Server(ThreadingHTTPServer):
    daemon_threads = True

    def get_request(self):
        connection, address = super().get_request()
        if not cert:
            return connection, address
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(stranger if order() == "stranger" else cert)
        return context.wrap_socket(connection, server_side=True, do_handshake_on_connect=False), address

    def handle_error(self, *_: object) -> None:
        return


server = Server(("127.0.0.1", int(port)), Handler)
print("listening", flush=True)
server.serve_forever()
