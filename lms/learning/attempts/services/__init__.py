"""What changes an attempt: the one state machine.

in progress → handed in (waits for a marker or for the closing) → marked; in progress → expired
(the time ran out and nothing was answered); any of them → annulled. Handed in, marked and expired
go back to in progress only by `reopen_attempt`. Each service locks what it changes and is durable.
"""

from lms.learning.attempts.services.closing import (
    annul_attempt,
    close_if_overdue,
    close_overdue,
    release_held_results,
    submit_attempt,
)
from lms.learning.attempts.services.refusals import (
    AllowanceRefused,
    AnnulmentRefused,
    AnswerRefused,
    AttemptClosed,
    AttemptRefused,
    ReopeningRefused,
    UnknownPosition,
)
from lms.learning.attempts.services.reopening import reopen_attempt
from lms.learning.attempts.services.saving import (
    PostedAnswer,
    SavedAnswer,
    note_shown,
    record_tampering,
    save_response,
    save_responses,
)
from lms.learning.attempts.services.starting import (
    begin_attempt,
    grant_allowance,
    start_attempt,
)
from lms.learning.attempts.services.surveys import hand_in_survey

__all__ = [
    "AllowanceRefused",
    "AnnulmentRefused",
    "AnswerRefused",
    "AttemptClosed",
    "AttemptRefused",
    "PostedAnswer",
    "ReopeningRefused",
    "SavedAnswer",
    "UnknownPosition",
    "annul_attempt",
    "begin_attempt",
    "close_if_overdue",
    "close_overdue",
    "grant_allowance",
    "hand_in_survey",
    "note_shown",
    "record_tampering",
    "release_held_results",
    "reopen_attempt",
    "save_response",
    "save_responses",
    "start_attempt",
    "submit_attempt",
]
