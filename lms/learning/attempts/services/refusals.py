"""Why an attempt cannot do what it was asked for; the messages are for people."""


class AttemptRefused(Exception):
    """No attempt can be begun; the message says why, and what can be done."""


class AttemptClosed(Exception):
    """The attempt was handed in, or its enrolment has ended: it takes nothing more."""


class AnnulmentRefused(Exception):
    """An attempt cannot be annulled; the message says why."""


class AllowanceRefused(Exception):
    """Nothing can be allowed to a learner; the message says why."""


class ReopeningRefused(Exception):
    """An attempt cannot be opened again; the message says why, and what can be done instead."""


class AnswerRefused(Exception):
    """An answer that cannot be stored; the message is for the learner."""

    def __init__(self, position: int, message: str) -> None:
        super().__init__(message)
        self.position = position


class UnknownPosition(AnswerRefused):
    """The attempt has no question at this position."""
