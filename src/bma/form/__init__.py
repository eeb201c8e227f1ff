"""The web form: what holders answer, kept with its history; the latest answer of a box counts."""

from bma.form.answer import Answer, Aside
from bma.form.book import AnswerBook, KnownAnswer
from bma.form.service import Imported, import_answers

__all__ = ["Answer", "AnswerBook", "Aside", "Imported", "KnownAnswer", "import_answers"]
