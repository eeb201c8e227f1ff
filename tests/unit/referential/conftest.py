"""The properties here write files: how long that takes says nothing about them."""

from hypothesis import settings

settings.register_profile("files", deadline=None)
settings.load_profile("files")
