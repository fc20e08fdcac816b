"""Whisper through CTranslate2: the engine that is always here."""
