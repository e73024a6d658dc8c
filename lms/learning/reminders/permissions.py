"""The only road from a request to somebody's choice of reminders: her own."""

from lms.accounts.models import User
from lms.learning.enums import ReminderChoice
from lms.learning.models import ReminderSetting


def access_choice(user: User) -> ReminderChoice:
    """Return how often the user wants to be reminded; the usual if she never chose."""
    row = ReminderSetting.objects.filter(learner=user).first()
    return ReminderChoice(row.choice) if row is not None else ReminderChoice.USUAL
