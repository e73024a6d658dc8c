"""What changes what comes after a course."""

from lms.learning.followups.services.boosters import BoosterRefused, begin_booster, choose_boosters
from lms.learning.followups.services.erasing import forget_after_course
from lms.learning.followups.services.indicators import (
    Defined,
    IndicatorRefused,
    define_indicator,
    end_indicator,
    enter_value,
    redefine_indicator,
)
from lms.learning.followups.services.plans import PlannedStep, delete_plan, save_plan
from lms.learning.followups.services.practice import (
    PracticeRefused,
    answer_practice,
    end_practice,
    postpone_practice,
    skip_practice,
)
from lms.learning.followups.services.sending import send_after_course
from lms.learning.followups.services.supervisors import (
    VALID_FOR,
    SupervisorRefused,
    answer_supervisor,
    ask_supervisor,
    forget_lapsed,
    resend_stale_supervisor_mails,
    send_supervisor_mail,
    stop_address,
    take_back_request,
)

__all__ = [
    "VALID_FOR",
    "BoosterRefused",
    "Defined",
    "IndicatorRefused",
    "PlannedStep",
    "PracticeRefused",
    "SupervisorRefused",
    "answer_practice",
    "answer_supervisor",
    "ask_supervisor",
    "begin_booster",
    "choose_boosters",
    "define_indicator",
    "delete_plan",
    "end_indicator",
    "end_practice",
    "enter_value",
    "forget_after_course",
    "forget_lapsed",
    "postpone_practice",
    "redefine_indicator",
    "resend_stale_supervisor_mails",
    "save_plan",
    "send_after_course",
    "send_supervisor_mail",
    "skip_practice",
    "stop_address",
    "take_back_request",
]
