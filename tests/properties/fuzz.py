"""A plugin for `make fuzz`: more examples of every property, drawn anew in every run, on CI too, however slow the machine is."""

from hypothesis import settings

settings.register_profile("fuzz", max_examples=500, derandomize=False, deadline=None, print_blob=True)
