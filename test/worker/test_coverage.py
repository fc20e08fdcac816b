"""Speech without words, found by where the words begin and where there is speech."""

from __future__ import annotations

import numpy as np

from swictation_worker.engines.whisper.coverage import FRAME_S, Frames, Uncovered, cuts_around, find_uncovered

SECONDS = 6.4


def frames(*speech: tuple[float, float]) -> Frames:
    """Probabilities for ``SECONDS``, high in the given stretches."""
    heard = np.full(round(SECONDS / FRAME_S), 0.05, np.float32)
    for from_s, to_s in speech:
        heard[round(from_s / FRAME_S) : round(to_s / FRAME_S)] = 0.95
    return heard


def test_words_all_along_cover_all() -> None:
    starts = [0.3 * k for k in range(20)]
    assert find_uncovered(starts, SECONDS, lambda: frames((0.1, 6.0))) is None


def test_nobody_listens_where_no_span_is_long() -> None:
    def fail() -> Frames:
        raise AssertionError("asked for nothing")

    assert find_uncovered([0.0, 0.4, 0.9, 1.3], 2.2, fail) is None


def test_a_sentence_behind_the_last_word() -> None:
    heard = frames((0.1, 2.4), (3.0, 5.9))
    found = find_uncovered([0.0, 0.5, 1.0, 1.5, 2.0], SECONDS, lambda: heard)
    assert found == Uncovered(4, 2.0, SECONDS)
    (cut,) = cuts_around(found, SECONDS, heard)
    assert 2.4 < cut < 3.0


def test_a_sentence_before_the_first_word() -> None:
    """The first word is said to begin with the audio, wherever it is."""
    heard = frames((0.1, 2.8), (3.3, 5.9))
    found = find_uncovered([0.0, 3.7, 4.2, 4.7, 5.4], SECONDS, lambda: heard)
    assert found == Uncovered(0, 0.0, 3.7)
    (cut,) = cuts_around(found, SECONDS, heard)
    assert 2.8 < cut < 3.3


def test_a_span_that_ends_in_a_rest_is_cut_at_that_rest() -> None:
    """An alignment may be early: the second word is said to begin before the first one was spoken."""
    heard = frames((0.1, 2.0), (2.6, 5.9))
    found = find_uncovered([0.0, 2.3, 3.1, 3.6, 4.2, 4.9, 5.4], SECONDS, lambda: heard)
    assert found == Uncovered(0, 0.0, 2.3)
    (cut,) = cuts_around(found, SECONDS, heard)
    assert 2.0 < cut < 2.6


def test_a_sentence_in_the_middle_is_cut_out_on_both_sides() -> None:
    heard = frames((0.1, 1.9), (2.3, 3.9), (4.3, 6.3))
    found = find_uncovered([0.0, 0.7, 1.4, 4.4, 5.0, 5.6], SECONDS, lambda: heard)
    assert found == Uncovered(2, 1.4, 4.4)
    first, second = cuts_around(found, SECONDS, heard)
    assert 1.9 < first < 2.3
    assert 3.9 < second < 4.3


def test_a_short_sentence_behind_a_rest() -> None:
    found = find_uncovered([0.0, 0.5, 1.0], 2.4, lambda: frames((0.1, 1.4), (1.7, 2.2)))
    assert found == Uncovered(2, 1.0, 2.4)


def test_a_word_and_the_silence_behind_it_are_covered() -> None:
    assert find_uncovered([0.0, 0.5, 1.0], SECONDS, lambda: frames((0.1, 1.8))) is None


def test_speech_without_a_rest_is_cut_where_it_is_softest() -> None:
    heard = frames((0.1, 6.0))
    heard[round(3.2 / FRAME_S) :][:3] = 0.6
    found = find_uncovered([0.0, 0.5, 1.0], SECONDS, lambda: heard)
    assert found is not None
    (cut,) = cuts_around(found, SECONDS, heard)
    assert abs(cut - 3.25) < 0.1


def test_no_words_at_all() -> None:
    assert find_uncovered([], SECONDS, lambda: frames((1.0, 3.0))) == Uncovered(0, 0.0, SECONDS)
    assert find_uncovered([], SECONDS, lambda: frames((1.0, 1.2))) is None
