"""The people around the course, for the addresses of their pages: all of them somebody else's."""

from datetime import timedelta
from typing import Any

from wagtail.models import Locale

from lms.accounts.enums import PersonalFileKind
from lms.accounts.models import PersonalFile
from lms.core.models import SiteTerm
from lms.learning.enums import PlaceState
from lms.learning.models import Cohort, CohortPlace, LearnerQuestion, StaffImport
from tests.factories.followups import offer_practice, wait_for_supervisor
from tests.factories.groups import make_session
from tests.factories.indicators import make_indicator
from tests.factories.library import make_card, make_figure, make_service, make_source
from tests.factories.practice import make_blended_course, observe
from tests.factories.reports import make_report_row
from tests.factories.sources import cite_in, make_norm, repeal
from tests.factories.staff import give_secret, make_invitation
from tests.factories.units import make_unit
from tests.learning.cast import NOW, Cast


def people_numbers(cast: Cast, cohort: Cohort) -> dict[str, Any]:
    """Return what stands in the addresses of agencies, cohorts and what is beside the course."""
    membership = cast.learner.memberships.get()
    agency = membership.agency
    invitation = make_invitation(agency, by=cast.coordinator, now=NOW)
    session = make_session(cohort, NOW)
    staff_import = StaffImport.objects.create(
        agency=agency, made_by=cast.coordinator, file_name="gente.xlsx", created_at=NOW
    )
    place = CohortPlace.objects.create(
        cohort=cohort, learner=cast.learner, state=PlaceState.APPLIED, created_at=NOW
    )
    question = LearnerQuestion.objects.create(
        enrolment=cast.enrolment, item_key=None, text="Texto", asked_at=NOW
    )
    practice = make_blended_course().practice
    return {
        "membership_id": membership.pk,
        "invitation_id": invitation.pk,
        "secret": give_secret(invitation),
        "unit_id": make_unit(agency, "Comisaría Norte").pk,
        "import_id": staff_import.pk,
        "place_id": place.pk,
        "session_id": session.pk,
        "uid": session.uid,
        "question_id": question.pk,
        "observation_id": observe(cast.enrolment, practice, by=cast.trainer, at=NOW).pk,
        "person_id": cast.learner.pk,
        "visit_id": 1,
        "revisiones:kind": "page",
        "report_id": make_report_row(cast.release.course_key, at=NOW).pk,
        **_changed_source(cast),
        "extension": "csv",
        "file_id": PersonalFile.objects.create(
            user=cast.learner,
            kind=PersonalFileKind.DATA_PDF,
            language="es",
            created_at=NOW,
            expires_at=NOW + timedelta(days=3650),
        ).public_id,
        "card_key": "ficha",
        "indicator_id": make_indicator(agency, by=cast.coordinator).pk,
        "interval": offer_practice(cast.enrolment, now=NOW).interval,
        "request_id": wait_for_supervisor(cast.enrolment, now=NOW).pk,
    }


def library_records(locale: Locale) -> list[Any]:
    """Return one record of each kind that the library keeps."""
    source = make_source()
    return [
        make_card(locale=locale),
        make_service(),
        make_figure(source=source),
        SiteTerm.objects.get(),
    ]


def _changed_source(cast: Cast) -> dict[str, Any]:
    source = make_norm()
    cite_in(cast.made.lessons[0])
    change = repeal(source, by=cast.administrator, now=NOW)
    check = change.checks.get()
    return {"source_id": source.pk, "change_id": change.pk, "check_id": check.pk}
