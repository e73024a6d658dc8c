"""What an erasure does, kind by kind and in this order: what gives something back comes first."""

from lms.desks.leaving.steps.accounts import ACCOUNT_STEPS, INVITATION_STEPS, delete_what_hangs_on
from lms.desks.leaving.steps.base import EMPTIED, Act, Fate, Step
from lms.desks.leaving.steps.certificates import CERTIFICATE_STEPS
from lms.desks.leaving.steps.learning import LAST_STEPS, LEARNING_STEPS

STEPS: tuple[Step, ...] = (
    *LEARNING_STEPS,
    *CERTIFICATE_STEPS,
    *INVITATION_STEPS,
    *LAST_STEPS,
    *ACCOUNT_STEPS,
)

__all__ = ["EMPTIED", "STEPS", "Act", "Fate", "Step", "delete_what_hangs_on"]
