"""Every door to publishing, driven as it is: one rule, a clear answer, nothing lost."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth.models import Group
from django.contrib.messages import get_messages
from django.core.management import call_command
from django.test import TestCase
from django.urls import reverse
from django.utils import timezone, translation
from wagtail.models import GroupApprovalTask, Locale, PageLogEntry, Workflow, WorkflowPage
from wagtail.models import WorkflowTask as TaskOfWorkflow
from wagtail.test.utils.form_data import rich_text, streamfield
from wagtail_localize.models import StringTranslation, Translation, TranslationSource

from courses.models import CourseStaff, LessonPage, ModulePage
from courses.publication import PublicationRefused, publication_problems
from lms.accounts.enums import StaffRole
from tests.courses.authoring import (
    as_drafts,
    client_of,
    draft_lesson,
    fresh,
    lesson_post,
    make_trainer,
    module_post,
    translate,
)
from tests.factories import UserFactory, make_course, release_course_for_tests
from tests.factories.cases import add_case_page, make_case

pytestmark = pytest.mark.django_db

NO_LESSON = "The module has nothing published in it. Publish a lesson or another item first."


@pytest.fixture(autouse=True)
def _english(settings: Any) -> Iterator[None]:
    settings.LANGUAGE_CODE = "es"
    with translation.override("en"):
        yield


def shown(response: Any) -> list[str]:
    """Return the messages of a response, in the order in which they were said."""
    return [str(message) for message in get_messages(response.wsgi_request)]


def trainer_client(made: Any) -> Any:
    return client_of(make_trainer(made.course))


def test_publishing_a_revision_by_code_is_refused() -> None:
    made = make_course(lessons=1, questions=0)
    as_drafts(*made.modules, *made.lessons)

    with pytest.raises(PublicationRefused) as refused:
        made.modules[0].get_latest_revision().publish()

    assert [problem.message for problem in refused.value.problems] == [NO_LESSON]
    assert not fresh(made.modules[0]).live


def test_edit_form_refuses_at_the_field_and_loses_nothing() -> None:
    made = make_course()
    lesson = draft_lesson(made.modules[0])
    data = lesson_post(
        title="Lo que escribí",
        slug="borrador",
        sources=streamfield([]),
        **{"action-publish": "1"},
    )

    response = trainer_client(made).post(reverse("wagtailadmin_pages:edit", args=[lesson.pk]), data)

    assert response.status_code == 200
    form = response.context["form"]
    assert form.errors["sources"].as_data()[0].messages == ["Name at least one source."]
    assert b"Lo que escrib" in response.content
    assert not fresh(lesson).live


def test_edit_form_publishes_what_the_rule_allows() -> None:
    made = make_course()
    lesson = draft_lesson(made.modules[0])
    data = lesson_post(slug="borrador", **{"action-publish": "1"})

    response = trainer_client(made).post(reverse("wagtailadmin_pages:edit", args=[lesson.pk]), data)

    assert response.status_code == 302
    assert fresh(lesson).live


def test_draft_of_a_live_page_is_saved_though_it_may_not_be_published() -> None:
    made = make_course()
    data = lesson_post(slug="leccion-1", body=streamfield([]))

    response = trainer_client(made).post(
        reverse("wagtailadmin_pages:edit", args=[made.lessons[0].pk]), data
    )

    assert response.status_code == 302
    page = fresh(made.lessons[0])
    assert page.live
    assert page.has_unpublished_changes
    assert len(page.body) == 1


def test_create_form_refuses_an_empty_module_and_makes_nothing() -> None:
    made = make_course()
    url = reverse("wagtailadmin_pages:add", args=["courses", "modulepage", made.course.pk])

    response = trainer_client(made).post(url, module_post(**{"action-publish": "1"}))

    assert response.status_code == 200
    assert response.context["form"].non_field_errors() == [NO_LESSON]
    assert ModulePage.objects.count() == 1


def test_create_form_saves_a_draft_and_publishes_a_whole_lesson() -> None:
    made = make_course()
    client = trainer_client(made)
    url = reverse("wagtailadmin_pages:add", args=["courses", "lessonpage", made.modules[0].pk])

    client.post(url, lesson_post(slug="a", sources=streamfield([])))
    client.post(url, lesson_post(slug="b", **{"action-publish": "1"}))

    found = LessonPage.objects.filter(slug__in=["a", "b"]).order_by("slug")
    assert [page.live for page in found] == [False, True]


def test_plan_for_later_is_refused_in_the_form() -> None:
    made = make_course()
    lesson = draft_lesson(made.modules[0])
    data = lesson_post(
        slug="borrador",
        body=streamfield([]),
        go_live_at="2030-01-01 10:00",
        **{"action-publish": "1"},
    )

    response = trainer_client(made).post(reverse("wagtailadmin_pages:edit", args=[lesson.pk]), data)

    assert response.context["form"].errors["body"].as_data()[0].messages == [
        "The lesson has no content yet."
    ]
    assert fresh(lesson).scheduled_revision is None


def test_plan_that_comes_due_is_refused_noted_and_holds_up_nobody() -> None:
    made = make_course(lessons=1, questions=0)
    module, other = made.modules[0], draft_lesson(made.modules[0])
    as_drafts(module, *made.lessons)
    due = timezone.now() - timedelta(minutes=5)
    for page in (module, other):
        revision = page.get_latest_revision()
        revision.approved_go_live_at = due - timedelta(minutes=page.pk == module.pk)
        revision.save()

    call_command("publish_scheduled")

    assert not fresh(module).live
    assert fresh(module).scheduled_revision is None
    entry = PageLogEntry.objects.get(action="courses.publish_refused")
    assert entry.data == {"reasons": [NO_LESSON]}
    assert fresh(other).live


def bulk_url(action: str, *pages: Any) -> str:
    url = reverse("wagtail_bulk_action", args=["wagtailcore", "page", action])
    return url + "?" + "&".join(f"id={page.pk}" for page in pages) + "&next=/admin/"


def test_bulk_publish_refuses_all_and_says_why() -> None:
    made = make_course(lessons=1)
    lesson = draft_lesson(made.modules[0], sources=[])
    other = draft_lesson(made.modules[0], slug="otro")
    url = bulk_url("publish", lesson, other)

    response = trainer_client(made).post(url, {"include_descendants": ""})

    assert response.status_code == 302
    assert shown(response) == ["Nothing was published.", "Borrador: Name at least one source."]
    assert (fresh(lesson).live, fresh(other).live) == (False, False)


def test_bulk_publish_of_a_whole_course_goes_from_the_leaves_up() -> None:
    made = make_course()
    as_drafts(made.course, *made.modules, *made.lessons, made.quiz_page)

    trainer_client(made).post(bulk_url("publish", made.course), {"include_descendants": "on"})

    pages = (made.course, *made.modules, *made.lessons, made.quiz_page)
    assert [fresh(page).live for page in pages] == [True] * 5


@pytest.fixture
def approval() -> Workflow:
    """A workflow with one task for administrators."""
    workflow = Workflow.objects.create(name="Revisión")
    task = GroupApprovalTask.objects.create(name="Revisar")
    task.groups.add(Group.objects.get(name=StaffRole.ADMINISTRATOR))
    TaskOfWorkflow.objects.create(workflow=workflow, task=task, sort_order=1)
    return workflow


def test_approval_in_a_workflow_is_refused_and_can_be_repeated(approval: Workflow) -> None:
    made = make_course()
    lesson = draft_lesson(made.modules[0], sources=[])
    WorkflowPage.objects.create(page=lesson, workflow=approval)
    administrator = UserFactory(role=StaffRole.ADMINISTRATOR)
    state = approval.start(lesson, administrator)
    task_state = state.current_task_state
    client = client_of(administrator)
    url = reverse("wagtailadmin_pages:workflow_action", args=[lesson.pk, "approve", task_state.pk])

    response = client.post(url, {"comment": ""}, headers={"x-requested-with": "XMLHttpRequest"})

    edit = reverse("wagtailadmin_pages:edit", args=[lesson.pk])
    assert response.json() == {"step": "success", "redirect": edit}
    assert shown(response) == ["Borrador: Name at least one source."]
    task_state.refresh_from_db()
    assert task_state.status == "in_progress"
    assert not fresh(lesson).live
    assert client.post(url, {"comment": ""}).url == edit


def test_approval_from_the_edit_form_is_refused_at_the_field(approval: Workflow) -> None:
    made = make_course()
    lesson = draft_lesson(made.modules[0])
    WorkflowPage.objects.create(page=lesson, workflow=approval)
    administrator = UserFactory(role=StaffRole.ADMINISTRATOR)
    approval.start(lesson, administrator)
    data = lesson_post(
        slug="borrador",
        sources=streamfield([]),
        **{"action-workflow-action": "1", "workflow-action-name": "approve"},
    )

    response = client_of(administrator).post(
        reverse("wagtailadmin_pages:edit", args=[lesson.pk]), data
    )

    assert response.status_code == 200
    assert list(response.context["form"].errors) == ["sources", "__all__"]
    assert not fresh(lesson).live


def test_publishing_a_translation_is_refused_with_the_reason() -> None:
    made = make_course(lessons=1, questions=0)
    english = translate(made, without=tuple(made.lessons))
    module = english.get_children().get().specific
    module.live = False
    module.save(clean=False)
    source, _created = TranslationSource.get_or_create_from_instance(made.modules[0])
    Translation.objects.create(source=source, target_locale=Locale.objects.get(language_code="en"))
    client = trainer_client(made)

    response = client.post(
        reverse("wagtailadmin_pages:edit", args=[module.pk]), {"action": "publish"}
    )

    assert response.status_code == 302
    assert shown(response) == [NO_LESSON, "Texts that are not translated yet: 2."]
    assert not fresh(module).live


def test_translation_begins_as_a_draft_and_is_published_once_it_is_whole() -> None:
    made = make_course(lessons=2, questions=0)
    translate(made, without=(made.lessons[0],))
    lesson = made.lessons[0]
    client = trainer_client(made)
    english = Locale.objects.get(language_code="en")

    client.post(
        reverse("wagtail_localize:submit_page_translation", args=[lesson.pk]),
        {"locales": [english.pk]},
    )
    page = lesson.get_translation(english)
    edit = reverse("wagtailadmin_pages:edit", args=[page.pk])
    was_live = page.live
    refused = client.post(edit, {"action": "publish"})
    begun = Translation.objects.get(target_locale=english)
    for segment in begun.source.stringsegment_set.all():
        StringTranslation.objects.create(
            translation_of=segment.string,
            locale=english,
            context=segment.context,
            data=f"{segment.string.data} (en)",
        )
    with TestCase.captureOnCommitCallbacks(execute=True):
        client.post(edit, {"action": "publish"})

    assert not was_live
    assert shown(refused)[-1].startswith("Texts that are not translated yet:")
    page = fresh(page)
    assert (page.live, page.title) == (True, "Lección 1 (en)")


def test_translated_case_page_keeps_its_case_and_is_published_in_english() -> None:
    made = make_course(lessons=1, questions=0)
    case = make_case()
    page = add_case_page(made, case)
    page.save_revision()
    translate(made)
    english = Locale.objects.get(language_code="en")
    client = trainer_client(made)

    client.post(
        reverse("wagtail_localize:submit_page_translation", args=[page.pk]),
        {"locales": [english.pk]},
    )
    copy = page.get_translation(english)
    was_live = copy.live
    edit = reverse("wagtailadmin_pages:edit", args=[copy.pk])
    refused = client.post(edit, {"action": "publish"})
    begun = Translation.objects.get(target_locale=english, source__object_id=page.translation_key)
    for segment in begun.source.stringsegment_set.all():
        StringTranslation.objects.create(
            translation_of=segment.string,
            locale=english,
            context=segment.context,
            data=f"{segment.string.data} (en)",
        )
    with TestCase.captureOnCommitCallbacks(execute=True):
        client.post(edit, {"action": "publish"})

    assert not was_live
    assert shown(refused)[-1].startswith("Texts that are not translated yet:")
    copy = fresh(copy)
    assert (copy.live, copy.title) == (True, f"{page.title} (en)")
    assert (copy.case, copy.minutes, copy.translation_key) == (
        case,
        page.minutes,
        page.translation_key,
    )
    assert case.versions.count() == 1
    assert publication_problems(copy) == []


def test_translated_case_page_is_not_published_before_its_case() -> None:
    made = make_course(lessons=1, questions=0)
    case = make_case()
    page = add_case_page(made, case)
    translate(made)
    english = Locale.objects.get(language_code="en")
    copy = page.copy_for_translation(english)
    case.live_version = None
    case.save()

    with pytest.raises(PublicationRefused) as refused:
        copy.save_revision().publish()

    assert [problem.place for problem in refused.value.problems] == ["case"]
    assert not fresh(copy).live


def test_copy_form_refuses_live_copies_of_what_is_not_whole() -> None:
    made = make_course()
    client = trainer_client(made)
    url = reverse("wagtailadmin_pages:copy", args=[made.modules[0].pk])
    data = {
        "new_title": "Copia",
        "new_slug": "copia",
        "new_parent_page": made.course.pk,
        "publish_copies": "on",
    }

    refused = client.post(url, data)
    copied = client.post(url, {**data, "copy_subpages": "on"})

    assert refused.context["form"].errors["publish_copies"] == [
        "A copy without its parts cannot be published: it would be empty."
    ]
    assert b"Copia" in refused.content
    assert "alias" not in refused.context["form"].fields
    assert copied.status_code == 302
    copy = ModulePage.objects.get(slug="copia")
    assert (copy.live, copy.get_children().live().count()) == (True, 3)


def test_copies_and_aliases_by_code_ask_the_rule() -> None:
    made = make_course(lessons=1)
    module = made.modules[0]

    with pytest.raises(PublicationRefused):
        module.copy(update_attrs={"slug": "copia"})
    with pytest.raises(PublicationRefused):
        module.create_alias(update_slug="alias")
    draft = module.copy(update_attrs={"slug": "copia"}, keep_live=False)

    assert not draft.live
    assert module.create_alias(update_slug="alias", recursive=True).live


def test_last_lesson_of_a_live_module_may_not_be_unpublished_moved_or_deleted() -> None:
    made = make_course(lessons=1, questions=0)
    lesson = made.lessons[0]
    other = made.course.add_child(
        instance=ModulePage(title="Otro", slug="otro", summary="x", locale=made.course.locale)
    )
    client = trainer_client(made)
    said = ["“Módulo” would be left empty: unpublish it first."]

    unpublished = client.post(reverse("wagtailadmin_pages:unpublish", args=[lesson.pk]))
    moved = client.post(reverse("wagtailadmin_pages:move_confirm", args=[lesson.pk, other.pk]))
    deleted = client.post(
        reverse("wagtailadmin_pages:delete", args=[lesson.pk]), {"confirm_site_name": "Amparo"}
    )
    bulk = client.post(bulk_url("unpublish", lesson), {"include_descendants": ""})

    assert shown(unpublished)[-1:] == said
    assert shown(moved)[-1:] == said
    assert shown(deleted)[-1:] == said
    assert shown(bulk)[-1:] == said
    assert fresh(lesson).live
    assert fresh(lesson).get_parent().pk == made.modules[0].pk


def test_module_is_unpublished_with_its_lessons() -> None:
    made = make_course(lessons=1, questions=0)
    second = made.course.add_child(
        instance=ModulePage(title="Otro", slug="otro", summary="x", locale=made.course.locale)
    )
    client = trainer_client(made)

    client.post(
        reverse("wagtailadmin_pages:unpublish", args=[made.modules[0].pk]),
        {"include_descendants": "on"},
    )

    assert second.live
    assert (fresh(made.modules[0]).live, fresh(made.lessons[0]).live) == (False, False)


def test_what_a_release_promised_is_never_deleted() -> None:
    made = make_course()
    release_course_for_tests(made)
    client = trainer_client(made)
    url = reverse("wagtailadmin_pages:delete", args=[made.lessons[0].pk])

    response = client.post(url, {"confirm_site_name": "Amparo"})
    bulk = client.post(bulk_url("delete", made.lessons[1]), {"confirm_site_name": "Amparo"})

    said = "“{}” was promised in a release and is never deleted: unpublish it."
    assert shown(response)[-1] == said.format("Lección 1")
    assert shown(bulk)[-1] == said.format("Lección 2")
    assert LessonPage.objects.count() == 2


def test_whoever_begins_or_copies_a_course_becomes_its_lead() -> None:
    made = make_course(questions=0)
    trainer = make_trainer(made.course)
    client = client_of(trainer)
    index = made.course.get_parent()
    url = reverse("wagtailadmin_pages:add", args=["courses", "coursepage", index.pk])
    data = {
        "title": "Otro curso",
        "slug": "curso-9",
        "summary": "x",
        "audience": "x",
        "certificate_text": "x",
        "validity_months": "24",
        "scale": "vigesimal",
        "body": rich_text("<p></p>"),
        "objectives-count": "0",
    }

    created = client.post(url, data)
    client.post(
        reverse("wagtailadmin_pages:copy", args=[made.course.pk]),
        {"new_title": "Copia", "new_slug": "copia", "new_parent_page": index.pk},
    )

    assert created.status_code == 302
    rows = CourseStaff.objects.filter(user=trainer).values_list("part", flat=True)
    assert list(rows) == ["lead", "lead", "lead"]
