"""Files an operator maintains: read with their line numbers, judged by a JSON Schema."""

from bma.documents.validation import Violation, require_valid, violations
from bma.documents.yamlfile import Document, load_yaml

__all__ = ["Document", "Violation", "load_yaml", "require_valid", "violations"]
