"""Changes of state of observed practice and approval; each module says what it does."""

from lms.learning.practice.services.approving import approve_learners, undo_approval
from lms.learning.practice.services.common import PracticeRefused
from lms.learning.practice.services.signing import sign_practice, take_practice_back

__all__ = [
    "PracticeRefused",
    "approve_learners",
    "sign_practice",
    "take_practice_back",
    "undo_approval",
]
