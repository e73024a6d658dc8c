"""The words of the register: what people read on My data."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _

AGREED = _("You agreed to it, as Ley 29733 asks.")
NEEDED = _("Needed for the training that you asked for; you agreed to it when you began.")
DUTY = _("Needed so that the site is safe and what was done in it can be accounted for.")


@dataclass(frozen=True)
class KindWords:
    """One line of the table; `see` is the name of the address where one sees it herself, or ''."""

    title: Any
    what: Any
    purpose: Any
    ground: Any
    kept: Any
    on_erasure: Any
    see: str = ""


WORDS: Mapping[str, KindWords] = {
    "account": KindWords(
        title=_("Your account"),
        what=_(
            "Names, e-mail or user name, language, choice of reminders; sex and identity document "
            "only if you gave them, the document encrypted."
        ),
        purpose=_("So that you can log in, and so that your certificates bear the right name."),
        ground=NEEDED,
        kept=_("While you have the account."),
        on_erasure=_("It is emptied: an account without a name and without a way in remains."),
        see="profile",
    ),
    "sign_in": KindWords(
        title=_("Logging in"),
        what=_("Where you are logged in, your second step, codes on paper that were made for you."),
        purpose=_("So that only you get into your account."),
        ground=DUTY,
        kept=_("Until you log out or switch it off; sessions end by themselves after two weeks."),
        on_erasure=_("It is deleted."),
        see="usersessions_list",
    ),
    "agencies": KindWords(
        title=_("Agencies and groups"),
        what=_("To which agencies you belong, from when until when, and your places in groups."),
        purpose=_("So that your agency can nominate you, and sees only what it nominated you for."),
        ground=NEEDED,
        kept=_("While you have the account; a membership that ended stays with its dates."),
        on_erasure=_("It is deleted; how many people an agency nominated stays as a number."),
        see="my_agencies",
    ),
    "learning": KindWords(
        title=_("Courses"),
        what=_("In which courses you enrolled, which lessons and cases you did, and when."),
        purpose=_("So that you find your place again, and so that your hours can be certified."),
        ground=NEEDED,
        kept=_("While you have the account."),
        on_erasure=_("It stays without your name, for the counts that are made of everybody."),
        see="my_learning",
    ),
    "answers": KindWords(
        title=_("Answers and results"),
        what=_("What you answered, your marks, comments on them, and your objections."),
        purpose=_("To mark your answers, to show you what you got, and to improve the questions."),
        ground=NEEDED,
        kept=_("While you have the account."),
        on_erasure=_(
            "What you wrote in words of your own is deleted; what you ticked and your marks stay "
            "without your name."
        ),
        see="my_record",
    ),
    "presence": KindWords(
        title=_("Sessions and practice"),
        what=_("At which sessions you were, and which practice a trainer saw and signed."),
        purpose=_("To know whether you did what the course asks for."),
        ground=NEEDED,
        kept=_("While you have the account."),
        on_erasure=_("It stays without your name; remarks about you are deleted."),
        see="my_record",
    ),
    "certificates": KindWords(
        title=_("Certificates"),
        what=_(
            "Your certificates as they were printed, with their codes; with whom you shared them, "
            "and on which days somebody checked them."
        ),
        purpose=_("So that anybody who has the code can check that a certificate is real."),
        ground=NEEDED,
        kept=_("Without an end, because people may show a certificate years later."),
        on_erasure=_(
            "Your name and the end of your document are taken off. The code goes on saying "
            "whether the certificate is valid."
        ),
        see="my_learning",
    ),
    "messages": KindWords(
        title=_("Messages"),
        what=_("Notices, messages of your trainers, and the questions that you asked them."),
        purpose=_("So that you hear what concerns you, and get answers."),
        ground=NEEDED,
        kept=_("While you have the account."),
        on_erasure=_("It is deleted, with the questions that you let be published."),
        see="own_questions",
    ),
    "after_course": KindWords(
        title=_("After a course"),
        what=_(
            "Your own plan, your answers about your practice, boosters, and what you asked your "
            "supervisor; her or his address only until the mail has gone."
        ),
        purpose=_(
            "So that you keep what you learned. Your answers are added up with those of others, "
            "from ten people on."
        ),
        ground=AGREED,
        kept=_("While you have the account; you can delete your plan whenever you want."),
        on_erasure=_("It is deleted."),
        see="my_learning",
    ),
    "contact": KindWords(
        title=_("Wish to be contacted"),
        what=_("A safe way and hour to reach you, encrypted; nothing of what happened."),
        purpose=_("So that the people named on the page of help can reach you."),
        ground=AGREED,
        kept=_("For some days, as the page of help says; then it is deleted."),
        on_erasure=_("It is deleted."),
        see="care",
    ),
    "consents": KindWords(
        title=_("Consents and requests"),
        what=_("What you agreed to and when, corrections that you asked for, files made for you."),
        purpose=_("To be able to show that you were asked, and that you were answered."),
        ground=DUTY,
        kept=_("While you have the account; a file that was made for you, for 72 hours."),
        on_erasure=_("It is deleted."),
        see="consents",
    ),
    "audit": KindWords(
        title=_("Audit trail"),
        what=_(
            "What was done in your account and by whom, without contents: that a mark was "
            "changed, not which."
        ),
        purpose=_("So that nobody can change something about you without a trace."),
        ground=DUTY,
        kept=_("Without an end: lines are only ever added."),
        on_erasure=_(
            "What was written about you becomes unreadable; a number without a name stays."
        ),
    ),
    "work": KindWords(
        title=_("Work as trainer, reviewer, coordinator or administrator"),
        what=_(
            "What you wrote, changed, decided or uploaded as staff, and which courses are yours."
        ),
        purpose=_("To know who is responsible for what people learn here."),
        ground=DUTY,
        kept=_("As long as what you worked on."),
        on_erasure=_("What you made stays, and names nobody any more. Your rights are deleted."),
    ),
}
