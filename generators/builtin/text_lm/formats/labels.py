"""The fixed texts between the parts, such as "Subject: ", in the language that the parts are written in."""

import re
from dataclasses import replace

from generators.builtin.text_lm.formats.shape import Format

_ENGLISH = (
    "Subject", "Preheader", "Button", "Hello", "Warm regards", "Headline", "Description", "Title", "Q", "A", "Scene",
    "Voice",
)  # fmt: skip
_SAID = {
    "zh": "主题|预览文字|按钮|您好|祝好|标题|描述|标题|问|答|镜头|旁白",
    "ja": "件名|プリヘッダー|ボタン|こんにちは|よろしくお願いします|見出し|説明|タイトル|質問|回答|シーン|ナレーション",
    "de": "Betreff|Vorschautext|Schaltfläche|Hallo|Herzliche Grüße|Überschrift|Beschreibung|Titel|F|A|Szene|Stimme",
    "es": "Asunto|Texto previo|Botón|Hola|Saludos cordiales|Titular|Descripción|Título|P|R|Escena|Voz",
    "fr": "Objet|Aperçu|Bouton|Bonjour|Cordialement|Accroche|Description|Titre|Q|R|Scène|Voix",
    "it": "Oggetto|Anteprima|Pulsante|Buongiorno|Cordiali saluti|Titolo|Descrizione|Titolo|D|R|Scena|Voce",
    "pt": "Assunto|Pré-cabeçalho|Botão|Olá|Atenciosamente|Título|Descrição|Título|P|R|Cena|Voz",
}
"""The words above in other languages, in their order."""
_WIDE_PUNCTUATION = str.maketrans({":": "：", ",": "，"})
_WORD = re.compile(rf"\b(?:{'|'.join(_ENGLISH)})\b")


def labelled(form: Format, language: str) -> Format:
    """Return a format whose fixed texts are in a language; English ones stay where it is not known."""
    if language not in _SAID:
        return form
    words = dict(zip(_ENGLISH, _SAID[language].split("|"), strict=True))

    def said(text: str) -> str:
        found = _WORD.sub(lambda match: words[match.group()], text)
        if language not in {"zh", "ja"}:
            return found
        return re.sub(r"(?<=：) $", "", found.translate(_WIDE_PUNCTUATION)) if found != text else found

    parts = tuple(replace(part, before=said(part.before)) for part in form.parts)
    return replace(form, parts=parts, closing=said(form.closing))
