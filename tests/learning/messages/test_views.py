"""Pages of messages: who comes in, the way from the form to the sending, what learners read."""

import re
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.core import mail
from django.urls import reverse

from lms.learning.enums import EnrolmentState, MessageKind
from lms.learning.messages import services
from lms.learning.messages.enums import Audience
from lms.learning.messages.wording import READY_TEXTS
from lms.learning.models import (
    Cohort,
    Enrolment,
    Message,
    MessageCopy,
    MessageTemplate,
    Notice,
)
from tests.factories import EnrolmentFactory, make_course
from tests.factories.cohorts import make_cohort
from tests.factories.messages import make_announcement, many_in, write_message
from tests.learning.cast import NOW, Cast, client_of, make_cast, path_of, serve_home

pytestmark = pytest.mark.django_db
STAFF_ONLY = {
    "learner": 404,
    "trainer": 200,
    "coordinator": 404,
    "administrator": 200,
    "stranger": 404,
    "nobody": 302,
}
HIDDEN = re.compile(r'<input type="hidden" name="([^"]+)"(?: value="([^"]*)")?')


@pytest.fixture
def cast() -> Cast:
    return make_cast()


@pytest.fixture
def cohort(cast: Cast) -> Cohort:
    found = make_cohort(cast.release, name="Valle Alto")
    Enrolment.objects.filter(pk=cast.enrolment.pk).update(cohort=found)
    return found


def fields(**changes: Any) -> dict[str, Any]:
    return {
        "form_key": str(uuid4()),
        "audience": Audience.UNDER_WAY,
        "title": "La sesión del lunes",
        "text": "Nos vemos a las nueve.",
        "step": "preview",
        **changes,
    }


def hidden_in(page: str) -> dict[str, list[str]]:
    """Return the hidden fields of the last form of a page."""
    found: dict[str, list[str]] = {}
    for name, value in HIDDEN.findall(page.rpartition("<form")[2]):
        found.setdefault(name, []).append(value)
    return found


@pytest.mark.parametrize(
    "name", ["cohort_messages", "message_write", "announcement_write", "message_templates"]
)
def test_writing_is_for_the_staff_of_the_course(cast: Cast, cohort: Cohort, name: str) -> None:
    other = make_cast(make_course(slug="otro"))
    url = reverse(name, args=[cohort.pk])
    assert cast.statuses(url) == STAFF_ONLY
    assert client_of(other.trainer).get(url).status_code == 404
    for person in (cast.learner, cast.coordinator, cast.stranger, other.trainer):
        assert client_of(person).post(url, fields(step="send")).status_code in (404, 405)
    assert not Message.objects.exists()


def test_what_was_written_is_shown_to_the_staff_of_its_cohort_only(
    cast: Cast, cohort: Cohort
) -> None:
    message = make_announcement(cohort, by=cast.trainer, now=NOW)
    assert cast.statuses(reverse("cohort_message", args=[cohort.pk, message.pk])) == STAFF_ONLY
    elsewhere = make_cohort(cast.release)
    client = client_of(cast.trainer)
    for name in ("cohort_message", "announcement_take_down"):
        url = reverse(name, args=[elsewhere.pk, message.pk])
        method = client.post if name == "announcement_take_down" else client.get
        assert method(url).status_code == 404
    down = reverse("announcement_take_down", args=[cohort.pk, message.pk])
    assert cast.statuses(down, method="post")["coordinator"] == 404
    message.refresh_from_db()
    assert message.taken_down_at is not None


def test_message_is_previewed_and_sent_once(
    cast: Cast, cohort: Cohort, django_capture_on_commit_callbacks: Any
) -> None:
    client = client_of(cast.trainer)
    url = reverse("message_write", args=[cohort.pk])
    preview = client.post(url, fields())
    assert (preview.status_code, Message.objects.count()) == (200, 0)
    assert preview.context["preview"].people == preview.context["preview"].mails == 1
    page = preview.content.decode()
    assert cast.learner.full_name in page
    assert str(cast.learner.email) not in page

    sent = hidden_in(page) | {"step": ["send"]}
    with django_capture_on_commit_callbacks(execute=True):
        answers = [client.post(url, sent) for _press in range(2)]

    message = Message.objects.get()
    there = reverse("cohort_message", args=[cohort.pk, message.pk])
    assert [answer["Location"] for answer in answers] == [there, there]
    assert (message.title, message.author) == ("La sesión del lunes", cast.trainer)
    assert len(mail.outbox) == 1
    assert str(cast.learner.email) not in client.get(there).content.decode()


def test_ticked_people_come_from_other_pages_and_only_they_get_it(
    cast: Cast, cohort: Cohort
) -> None:
    other = EnrolmentFactory(release=cohort.release, cohort=cohort)
    client = client_of(cast.trainer)
    led = client.get(reverse("cohort_messages", args=[cohort.pk]), {"a": other.pk})
    url = reverse("message_write", args=[cohort.pk])
    assert led["Location"] == f"{url}?a={other.pk}"
    form = client.get(led["Location"]).context["form"]
    assert (form["audience"].value(), form["people"].value()) == (Audience.CHOSEN, [other.pk])

    posted = fields(audience=Audience.CHOSEN, people=[str(other.pk)])
    page = client.post(url, posted).content.decode()
    client.post(url, hidden_in(page) | {"step": "send"})

    assert [copy.enrolment for copy in MessageCopy.objects.all()] == [other]
    stranger = EnrolmentFactory(release=cohort.release)
    assert client.get(url, {"a": stranger.pk}).status_code == 404


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"title": " "}, "title"),
        ({"title": "x" * 121}, "title"),
        ({"text": ""}, "text"),
        ({"text": "x" * 4001}, "text"),
        ({"text": "Nos vemos el [day]."}, "text"),
        ({"audience": "nobody"}, "audience"),
        ({"audience": Audience.CHOSEN}, "people"),
        ({"audience": Audience.CHOSEN, "people": ["999999"]}, "people"),
        ({"people": ["ticked"]}, "audience"),  # ticks that would be passed over in silence
    ],
)
def test_bad_input_is_said_at_its_field_and_nothing_is_lost(
    cast: Cast, cohort: Cohort, changed: dict[str, Any], field: str
) -> None:
    url, client = reverse("message_write", args=[cohort.pk]), client_of(cast.trainer)
    if changed.get("people") == ["ticked"]:
        changed = {"people": [str(cast.enrolment.pk)]}
    assert client.post(url, fields(**changed, step="send")).status_code == 400
    answer = client.post(url, fields(**changed))
    assert answer.status_code == 400
    assert list(answer.context["form"].errors) == [field]
    typed = fields(**changed)
    page = answer.content.decode()
    assert typed["text"] in page
    assert f'value="{typed["title"]}"' in page
    assert not Message.objects.exists()


@pytest.mark.parametrize("kind", list(MessageKind))
def test_data_of_a_real_case_is_asked_about_before_anything_is_kept(
    cast: Cast, cohort: Cohort, kind: MessageKind
) -> None:
    name = "message_write" if kind == MessageKind.MESSAGE else "announcement_write"
    url, client = reverse(name, args=[cohort.pk]), client_of(cast.trainer)
    typed = fields(text="El caso de Rosa Quispe Mamani, DNI 45678912, se discute el lunes.")
    for step in ("preview", "send", "keep"):
        answer = client.post(url, typed | {"step": step})
        assert answer.status_code == 400
        assert "<mark>45678912</mark>" in answer.content.decode()
    assert not Message.objects.exists()
    assert not MessageTemplate.objects.exists()

    checked = client.post(url, typed | {"checked": "yes"})
    client.post(url, hidden_in(checked.content.decode()) | {"step": "send"})
    assert Message.objects.get().kind == kind


def test_names_of_the_few_who_get_it_are_no_case(cast: Cast, cohort: Cohort) -> None:
    cast.learner.full_name = "Rosa Quispe Mamani"
    cast.learner.save()
    url, client = reverse("message_write", args=[cohort.pk]), client_of(cast.trainer)
    text = "Estimada Rosa Quispe, nos vemos el lunes."
    chosen = {"audience": Audience.CHOSEN, "people": [str(cast.enrolment.pk)]}
    assert client.post(url, fields(text=text, **chosen)).status_code == 200
    assert client.post(url, fields(text=text)).status_code == 400


def test_ready_text_is_taken_over_after_what_was_typed(cast: Cast, cohort: Cohort) -> None:
    Cohort.objects.filter(pk=cohort.pk).update(languages=["es", "en"])
    saved = services.save_template(
        course_key=cast.release.course_key,
        title="Saludo",
        text="Buenos días, [nombre].",
        acting_user=cast.trainer,
        now=NOW,
    )
    url, client = reverse("message_write", args=[cohort.pk]), client_of(cast.trainer)

    def taken(template: str, **typed: str) -> Any:
        posted = fields(step="insert", template=template, **typed)
        answer = client.post(url, posted)
        assert answer.status_code == 200
        form = answer.context["form"]
        assert str(form["form_key"].value()) == posted["form_key"]
        return form["title"].value(), form["text"].value()

    assert taken(f"saved-{saved.pk}", title="", text="") == (saved.title, saved.text)
    title, text = taken(f"saved-{saved.pk}", title="Mío", text="Antes.")
    assert (title, text) == ("Mío", f"Antes.\n\n{saved.text}")
    for ready in READY_TEXTS:
        _title, text = taken(f"ready-{ready.key}", title="", text="")
        assert "%(" not in text
    assert cast.made.course.title in text  # the last one names the course, in both languages
    assert f"{cast.made.course.title} (en)" in text
    assert taken("ready-nada", title="Mío", text="Antes.") == ("Mío", "Antes.")
    assert client.post(url, fields(step="insert", template="saved-999")).status_code == 404


def test_words_are_kept_as_a_template_and_deleted(cast: Cast, cohort: Cohort) -> None:
    url, client = reverse("message_write", args=[cohort.pk]), client_of(cast.trainer)
    typed = fields(step="keep", text="Nos vemos el [day].", audience=Audience.CHOSEN)
    for _press in range(2):
        answer = client.post(url, typed)
        assert answer.status_code == 200
        assert answer.context["form"]["text"].value() == typed["text"]
    template = MessageTemplate.objects.get()
    other = make_cast(make_course(slug="otro"))
    elsewhere = reverse("message_templates", args=[make_cohort(other.release).pk])
    posted = {"template": str(template.pk)}
    assert client_of(other.trainer).post(elsewhere, posted).status_code == 404
    client.post(reverse("message_templates", args=[cohort.pk]), posted)
    assert not MessageTemplate.objects.exists()


def test_message_is_read_by_its_recipients_only(cast: Cast, cohort: Cohort) -> None:
    other = EnrolmentFactory(release=cohort.release, cohort=cohort)
    message = write_message(
        cohort, by=cast.trainer, now=NOW, audience=Audience.CHOSEN, chosen=[cast.enrolment.pk]
    )
    url = reverse("own_message", args=[message.pk])
    expected = dict.fromkeys(STAFF_ONLY, 404) | {"learner": 200, "nobody": 302}
    assert cast.statuses(url) == expected
    assert client_of(other.learner).get(url).status_code == 404
    assert Notice.objects.get().read_at is not None
    page = client_of(cast.learner).get(url).content.decode()
    assert "Nos vemos el lunes." in page
    assert other.learner.full_name not in page
    listed = client_of(cast.learner).get(reverse("own_messages")).content.decode()
    assert url in listed
    assert url not in client_of(other.learner).get(reverse("own_messages")).content.decode()


def test_announcement_is_pinned_for_those_who_come_later_until_it_is_taken_down(
    cast: Cast, cohort: Cohort
) -> None:
    serve_home(cast.made)
    message = make_announcement(cohort, by=cast.trainer, now=NOW, title="Salón nuevo")
    late = EnrolmentFactory(release=cohort.release, cohort=cohort)
    elsewhere = EnrolmentFactory(release=cohort.release, cohort=make_cohort(cast.release))
    gone = EnrolmentFactory(
        release=cohort.release, cohort=cohort, state=EnrolmentState.WITHDRAWN, withdrawn_at=NOW
    )
    pages = ["/mi-aprendizaje/", path_of(cast.made.course), f"/mensajes/{message.pk}/"]

    def seen(learner: Any) -> list[bool]:
        client = client_of(learner)
        return ["Salón nuevo" in client.get(page).content.decode() for page in pages]

    assert seen(late.learner) == seen(cast.learner) == [True, True, True]
    assert seen(elsewhere.learner) == seen(gone.learner) == [False, False, False]

    down = reverse("announcement_take_down", args=[cohort.pk, message.pk])
    client_of(cast.trainer).post(down)

    assert seen(late.learner) == [False, False, False]
    assert client_of(late.learner).get(pages[2]).status_code == 410


@pytest.mark.parametrize("number", [1, 3])
def test_lists_ask_the_same_number_of_queries(
    cast: Cast, cohort: Cohort, number: int, django_assert_num_queries: Any
) -> None:
    many_in(cohort, number)
    for _one in range(number):
        message = write_message(cohort, by=cast.trainer, now=NOW)
        make_announcement(cohort, by=cast.trainer, now=NOW)
    trainer, learner = client_of(cast.trainer), client_of(cast.learner)
    for client, url, queries in (  # session, person and her rights included
        (trainer, reverse("cohort_messages", args=[cohort.pk]), 8),
        (trainer, reverse("cohort_message", args=[cohort.pk, message.pk]), 9),
        (trainer, reverse("message_write", args=[cohort.pk]), 8),
        (learner, reverse("own_messages"), 5),
    ):
        client.get(url)
        with django_assert_num_queries(queries):
            assert client.get(url).status_code == 200


def test_form_key_of_nonsense_gets_a_new_number(cast: Cast, cohort: Cohort) -> None:
    answer = client_of(cast.trainer).post(
        reverse("message_write", args=[cohort.pk]), fields(form_key="x", step="back")
    )
    assert UUID(str(answer.context["form"]["form_key"].value()))
