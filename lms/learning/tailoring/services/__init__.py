"""What trainers change for one learner, and what ends by the calendar."""

from lms.learning.tailoring.services.deadlines import expire_overdue, move_deadline
from lms.learning.tailoring.services.exemptions import exempt_item, take_back_exemption
from lms.learning.tailoring.services.leaving import withdraw_learner
from lms.learning.tailoring.services.refusals import TailoringRefused
from lms.learning.tailoring.services.rules import change_stuck_rule

__all__ = [
    "TailoringRefused",
    "change_stuck_rule",
    "exempt_item",
    "expire_overdue",
    "move_deadline",
    "take_back_exemption",
    "withdraw_learner",
]
