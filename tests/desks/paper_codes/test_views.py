"""A trainer's code for a learner of her cohort, and what the learner finds on her page."""

from typing import Any

import pytest
from django.urls import reverse

from lms.accounts.models import AccessCode
from lms.core.models import AuditEvent
from lms.core.queries import read_reason
from lms.learning.enums import NoticeKind
from lms.learning.models import Enrolment, Notice
from lms.learning.notices import unread_notices
from tests.factories import EnrolmentFactory, make_course
from tests.factories.cohorts import make_cohort
from tests.factories.paper import make_person_without_mail
from tests.learning.cast import Cast, client_of, make_cast

pytestmark = pytest.mark.django_db


@pytest.fixture
def cast() -> Cast:
    return make_cast(make_course(lessons=1, questions=0))


@pytest.fixture
def learner(cast: Cast) -> Enrolment:
    cohort = make_cohort(cast.release)
    found: Enrolment = EnrolmentFactory(
        release=cast.release, cohort=cohort, learner=make_person_without_mail()
    )
    return found


def _urls(enrolment: Enrolment) -> tuple[str, str]:
    args = [enrolment.cohort_id, enrolment.pk]
    return reverse("person_code", args=args), reverse("cohort_person", args=args)


def test_code_of_a_learner_is_for_who_follows_the_cohort(cast: Cast, learner: Enrolment) -> None:
    url, _page = _urls(learner)
    closed = {"learner": 404, "coordinator": 404, "stranger": 404, "nobody": 302}
    assert cast.statuses(url) == {"trainer": 200, "administrator": 200, **closed}
    assert not AccessCode.objects.exists()
    assert cast.statuses(url, method="post") == {"trainer": 200, "administrator": 200, **closed}
    made_by = AccessCode.objects.order_by("pk").values_list("made_by", flat=True)
    assert list(made_by) == [cast.trainer.pk, cast.administrator.pk]


def test_trainers_page_of_a_learner_offers_a_code_only_where_there_is_no_mail(
    cast: Cast, learner: Enrolment
) -> None:
    with_mail = EnrolmentFactory(release=cast.release, cohort=learner.cohort)
    for enrolment, is_offered in ((learner, True), (with_mail, False)):
        url, page = _urls(enrolment)
        html = client_of(cast.trainer).get(page).content.decode()
        assert (url in html) is is_offered
    assert client_of(cast.trainer).get(_urls(with_mail)[0]).status_code == 404
    assert client_of(cast.trainer).post(_urls(with_mail)[0]).status_code == 302
    assert not AccessCode.objects.exists()


def test_code_is_shown_once_and_the_learner_is_told_who_made_it(
    cast: Cast, learner: Enrolment
) -> None:
    answer = client_of(cast.trainer).post(_urls(learner)[0])
    slip: Any = answer.context["slips"][0]
    assert slip.code in answer.content.decode()
    assert slip.address.endswith("/accounts/codigo/")
    assert "no-store" in answer["Cache-Control"]

    notice = unread_notices(learner.learner)[0]
    assert (notice.kind, notice.url) == (NoticeKind.CODE_MADE, reverse("profile"))
    assert cast.trainer.get_display_name() in notice.detail
    assert Notice.objects.get().state == "done"
    page = client_of(learner.learner).get(reverse("my_learning")).content.decode()
    assert cast.trainer.get_display_name() in page
    event = AuditEvent.objects.get(action="access_code_made")
    assert (event.actor_id, event.target_id) == (cast.trainer.pk, str(learner.learner_id))
    assert slip.code not in f"{read_reason(event)}{event.changed_fields}{notice.detail}"
