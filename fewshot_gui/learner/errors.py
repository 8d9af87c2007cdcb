"""What can be wrong with a learner's files."""


class WeightsError(ValueError):
    """A weights file can't be used; the message says which and why."""
