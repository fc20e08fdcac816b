"""The `openai` package, which is not ours, against the server: URL KEY FILE; prints what it heard, one line a format."""

import sys

from openai import AuthenticationError, BadRequestError, OpenAI

url, key, file = sys.argv[1:]
client = OpenAI(base_url=f"{url}/v1", api_key=key, max_retries=0, timeout=60)
print([model.id for model in client.models.list()])
with open(file, "rb") as sound:
    print(client.audio.transcriptions.create(model="whisper-1", file=sound).text)
with open(file, "rb") as sound:
    print(client.audio.transcriptions.create(model="tiny.en", file=sound, response_format="text").strip())
with open(file, "rb") as sound:
    verbose = client.audio.transcriptions.create(
        model="whisper-1", file=sound, response_format="verbose_json", language="en"
    )
    print(f"{verbose.duration:.3f} {[segment.text for segment in verbose.segments]}")
try:
    client.audio.transcriptions.create(model="whisper-1", file=("x.wav", b"noise"))
except BadRequestError as error:
    print(f"{error.status_code} {error.body['code']} {error.body['param']}")
try:
    OpenAI(base_url=f"{url}/v1", api_key="wrong", max_retries=0).models.list()
except AuthenticationError as error:
    print(f"{error.status_code} {error.body['code']}")
