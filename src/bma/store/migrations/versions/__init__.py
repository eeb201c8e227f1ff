"""One file a revision; ``v0002_…`` follows ``v0001_…``."""
