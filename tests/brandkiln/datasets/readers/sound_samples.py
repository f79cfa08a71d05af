"""Sounds that tests make: WAV with the standard library, the others with libsndfile."""

import io
import math
import struct
import wave

import soundfile


def wav(seconds: float = 0.1, *, rate: int = 8000, channels: int = 1, amplitude: float = 0.5) -> bytes:
    """Return a tone of 440 Hz as 16-bit WAV."""
    target = io.BytesIO()
    with wave.open(target, "wb") as file:
        file.setnchannels(channels)
        file.setsampwidth(2)
        file.setframerate(rate)
        for number in range(round(seconds * rate)):
            value = round(amplitude * 32767 * math.sin(2 * math.pi * 440 * number / rate))
            file.writeframesraw(struct.pack("<h", value) * channels)
    return target.getvalue()


def encoded(container: str, coding: str | None = None, *, title: str = "", seconds: float = 0.2) -> bytes:
    """Return the tone as FLAC or OGG."""
    samples = b"".join(
        struct.pack("<f", 0.5 * math.sin(2 * math.pi * 440 * number / 48_000))
        for number in range(round(seconds * 48_000))
    )
    target = io.BytesIO()
    with soundfile.SoundFile(
        target, "w", samplerate=48_000, channels=1, format=container, subtype=coding
    ) as file:
        if title:
            file.title = title
        file.buffer_write(samples, dtype="float32")
    return target.getvalue()


def chunk(name: bytes, data: bytes) -> bytes:
    """Return one part of a WAV file."""
    return name + struct.pack("<I", len(data)) + data + b"\0" * (len(data) % 2)


def with_chunk(data: bytes, extra: bytes) -> bytes:
    """Return a WAV file with another part in front of its samples."""
    place = data.index(b"data")
    grown = data[:place] + extra + data[place:]
    return grown[:4] + struct.pack("<I", len(grown) - 8) + grown[8:]
