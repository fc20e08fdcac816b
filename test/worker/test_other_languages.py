"""The forms of texts that are not English: nothing in them is read as English."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from speech import KNOWN_CLIP, read_pcm, to_samples
from swictation_worker.engine import PLAIN, Wishes
from swictation_worker.engines.canary.languages import known_languages, require_languages
from swictation_worker.engines.whisper.embedded import EmbeddedEngine
from swictation_worker.engines.whisper.in_language import spoken_in
from swictation_worker.errors import Refused
from swictation_worker.language import kept_form, plain_form
from swictation_worker.sentence_end import ends_sentence

PLAIN_FORMS = {
    "Guten Morgen, Herr Müller!": "guten morgen herr müller",
    "Es kostet 3,50 € am 4. März.": "es kostet 3,50 € am 4 märz",
    "L\u2019heure qu\u2019il est ? 10:30.": "l'heure qu'il est 10:30",
    "Est-ce que c'est \u00ab vrai \u00bb ?": "est-ce que c'est vrai",
    "\u00bfQu\u00e9 hora es?": "qu\u00e9 hora es",
    "50 % & Co.": "50 % & co",
    "\u0926\u0941\u0928\u093f\u092f\u093e\u0964": "\u0926\u0941\u0928\u093f\u092f\u093e",
    "\u4f60\u597d\uff0c\u4e16\u754c\u3002": "\u4f60\u597d \u4e16\u754c",
    "\u266a La la \u266a": "la la",
    "...": "",
    "": "",
}
KEPT_FORMS = {
    "Ça va ? Tr\u00e8s bien !": "Ça va ? Tr\u00e8s bien !",
    "Es sind 25 %.": "Es sind 25 %.",
    "Ich wollte... \u266a": "Ich wollte",
    "...": "",
}


@pytest.mark.parametrize(("written", "plain"), PLAIN_FORMS.items())
def test_plain_form(written: str, plain: str) -> None:
    assert plain_form(written, "de") == plain


@pytest.mark.parametrize(("written", "kept"), KEPT_FORMS.items())
def test_kept_form(written: str, kept: str) -> None:
    assert kept_form(written, "fr") == kept


@given(st.text())
def test_forms_of_any_text_are_stable(text: str) -> None:
    plain, kept = plain_form(text, "de"), kept_form(text, "de")
    assert plain_form(plain, "de") == plain
    assert kept_form(kept, "de") == kept


def test_english_is_spoken_words_as_ever() -> None:
    assert plain_form("At 9.", "en") == "at nine"
    assert plain_form("At 9.", "de") == "at 9"


@pytest.mark.parametrize("text", ["\u4f60\u597d\u3002", "\u00bfQu\u00e9?", "Ça va ?"])
def test_the_end_of_a_sentence_is_seen(text: str) -> None:
    assert ends_sentence(text) is True


def test_whisper_translates_into_english_only() -> None:
    assert spoken_in(PLAIN).into_english is False
    assert spoken_in(Wishes(language="de")).into_english is False
    assert spoken_in(Wishes(language="de", translate_to="en")).into_english is True


def test_the_engine_for_english_refuses_another_language_and_still_knows_its_own() -> None:
    engine = EmbeddedEngine(2, None, Wishes(language="de"))
    with pytest.raises(Refused, match="does not know the language de"):
        engine.load("cpu", lambda _: None)
    assert engine.device is None
    english = EmbeddedEngine(2)
    english.load("cpu", lambda _: None)
    audio = to_samples(read_pcm(Path(KNOWN_CLIP)))
    for wishes in (Wishes(language="de"), Wishes(translate_to="fr")):
        with pytest.raises(Refused):
            english.transcribe(audio, 28.0, lambda _: None, wishes)
    assert english.transcribe(audio, 28.0, lambda _: None).text == english.known_clip().words


class Tokenizer:
    def __init__(self, langs: list[str] | None) -> None:
        if langs is not None:
            self.langs = langs


def test_canary_knows_the_languages_of_its_tokenizers() -> None:
    flash = Tokenizer(["spl_tokens", "en", "de", "es-ES"])
    assert known_languages(flash) == {"en", "de", "es"}
    require_languages("canary", flash, PLAIN)
    require_languages("canary", flash, Wishes(language="de", translate_to="en"))
    for wishes in (Wishes(language="it"), Wishes(translate_to="it")):
        with pytest.raises(Refused, match="canary does not know it, only de, en, es"):
            require_languages("canary", flash, wishes)
    require_languages("canary", Tokenizer(None), Wishes(language="it"))
