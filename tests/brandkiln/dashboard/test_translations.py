"""Everything that the studio says, it says in Chinese too."""

import gettext
import re
from pathlib import Path

from brandkiln.dashboard.vocabulary import WORDS
from brandkiln.jobs.forms import params_form
from brandkiln.jobs.param_titles import PARAM_TITLES
from django.conf import settings

from generators import registry

FOLDER = Path(settings.LOCALE_PATHS[0]) / "zh_Hans" / "LC_MESSAGES"
PLACEHOLDER = re.compile(r"%\(\w+\)[sd]")


def catalogue() -> dict[str, str]:
    """Return the compiled texts; of plurals the one form that Chinese has."""
    with (FOLDER / "django.mo").open("rb") as source:
        texts = gettext.GNUTranslations(source)._catalog  # type: ignore[attr-defined]
    return {key if isinstance(key, str) else key[0]: text for key, text in texts.items() if key}


def test_every_text_of_the_source_is_translated_and_compiled() -> None:
    written = re.findall(r'^msgid "(.+)"$', (FOLDER / "django.po").read_text(encoding="utf-8"), re.MULTILINE)
    compiled = {key.split("\4")[-1] for key in catalogue()}
    missing = [text for text in written if text.replace('\\"', '"').replace("\\n", "\n") not in compiled]
    assert missing == []


def test_a_translation_keeps_every_placeholder() -> None:
    source = (FOLDER / "django.po").read_text(encoding="utf-8")
    plural_of = dict(re.findall(r'^msgid "(.+)"\nmsgid_plural "(.+)"$', source, re.MULTILINE))
    broken = {
        key: text
        for key, text in catalogue().items()
        if set(PLACEHOLDER.findall(plural_of.get(key, key))) != set(PLACEHOLDER.findall(text))
    }
    assert broken == {}


def test_the_built_in_generators_bring_no_word_that_translators_have_not_seen() -> None:
    said: set[str] = set()
    for spec in registry.specs().values():
        if not spec.package.startswith("generators.builtin."):
            continue
        said |= {spec.title, spec.summary}
        for kind in spec.kinds:
            form = params_form(spec, kind)
            said |= {name for name, _fields in form.groups()}
            said |= {str(text) for bound in form for text in (bound.label, bound.help_text)}
    seen = {*WORDS, *map(str, PARAM_TITLES.values())}
    unseen = {" ".join(text.split()) for text in said if text} - seen
    assert unseen == set(), "Add these to dashboard/vocabulary.py and translate them."
