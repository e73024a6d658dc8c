"""What changes marks: drafts, first and second marks, the lead's word, regrades, appeals.

Each service holds the row of the attempt while it works; `lms.learning.attempts.results.settle`
brings the result up to date and never takes a completed course away.
"""

from lms.learning.marking.services.appeals import (
    AppealRefused,
    answer_appeal,
    open_appeal,
)
from lms.learning.marking.services.giving import (
    GivenMark,
    MarkChanged,
    MarkRefused,
    give_mark,
    mark_again,
    save_draft,
    settle_marks,
)
from lms.learning.marking.services.regrades import (
    PreviewOutdated,
    RegradeRefused,
    make_regrade,
    resend_regrades,
    work_regrade,
)

__all__ = [
    "AppealRefused",
    "GivenMark",
    "MarkChanged",
    "MarkRefused",
    "PreviewOutdated",
    "RegradeRefused",
    "answer_appeal",
    "give_mark",
    "make_regrade",
    "mark_again",
    "open_appeal",
    "resend_regrades",
    "save_draft",
    "settle_marks",
    "work_regrade",
]
