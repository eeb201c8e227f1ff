"""New passwords for boxes: made, held encrypted, set in Exchange, delivered, destroyed."""
