"""The formats as data: what each asks for, shows, allows and limits."""

from generators.builtin.text_lm.formats import ads, descriptions, mail, pages, posts, reworking, stories
from generators.builtin.text_lm.formats.shape import Format, Part

LANGUAGES = {
    "en": "English",
    "zh": "Simplified Chinese",
    "de": "German",
    "es": "Spanish",
    "fr": "French",
    "it": "Italian",
    "ja": "Japanese",
    "pt": "Portuguese",
    "nl": "Dutch",
    "pl": "Polish",
    "tr": "Turkish",
    "ru": "Russian",
    "ar": "Arabic",
    "he": "Hebrew",
    "hi": "Hindi",
    "ko": "Korean",
}

FORMATS: dict[str, Format] = {
    form.name: form
    for group in (descriptions, ads, posts, mail, pages, stories, reworking)
    for form in group.FORMATS
}

__all__ = ["FORMATS", "LANGUAGES", "Format", "Part"]
