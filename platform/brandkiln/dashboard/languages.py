"""Languages as people call them."""

from django.utils.translation import get_language_info


def language_name(code: str) -> str:
    """Return the name of a language in the language of the page.

    Raises:
        KeyError: If Django does not know the code.
    """
    return str(get_language_info({"zh": "zh-hans"}.get(code, code))["name_translated"])
