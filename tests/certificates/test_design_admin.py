"""Designs in the admin: trainers for their own courses, administrators for all."""

import io
from datetime import datetime
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from pypdf import PdfReader

from certificates import services
from certificates.design_content import LAYOUTS, DesignContent
from certificates.designs import previews
from certificates.designs.previews import LONG_NAME, SHORT_NAME
from certificates.models import CertificateDesign, CourseDesign, DesignPicture
from courses.enums import StaffPart
from courses.models import CourseStaff
from lms.accounts.enums import StaffRole
from lms.accounts.models import User
from tests.factories import UserFactory, make_course, release_course_for_tests
from tests.factories.printing import picture
from tests.learning.cast import Cast, client_of, make_cast

pytestmark = [pytest.mark.django_db, pytest.mark.one_database]

CONTENT = DesignContent(layout="marco-1", main_colour="#6b1d2e", accent_colour="#c08a2d")


@pytest.fixture
def cast(now: datetime) -> Cast:
    services.ensure_default_design(now=now)
    return make_cast()


@pytest.fixture
def browser(cast: Cast) -> Client:
    return client_of(cast.trainer)


def make(by: User, name: str = "Diseño") -> CertificateDesign:
    return services.save_design(
        design=None, name=name, content=CONTENT, acting_user=by, now=timezone.now()
    )


def typed(**changes: Any) -> dict[str, Any]:
    """Return what somebody fills in."""
    return {
        "name": "Diseño nuevo",
        "layout": "sobrio-1",
        "main_colour": "#1F4D3A",
        "accent_colour": "#c9a24b",
        "attests_es": "Otorgado a {nombre}, {horas}.",
        **changes,
    }


def upload(name: str = "logo.png", content: bytes | None = None) -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content or picture(1, (320, 160)), "image/png")


def paths(design: CertificateDesign) -> dict[str, tuple[str, str]]:
    """Return every address with the method that it takes."""
    return {
        "index": ("get", reverse("disenos:index")),
        "add": ("get", reverse("disenos:add")),
        "edit": ("get", reverse("disenos:edit", args=[design.pk])),
        "history": ("get", reverse("disenos:history", args=[design.pk])),
        "courses": ("get", reverse("disenos:courses", args=[design.pk])),
        "picture": ("get", reverse("disenos:picture", args=["0" * 64])),
        "version": ("get", reverse("disenos:version", args=[design.pk, 99])),
        "preview": ("post", reverse("disenos:preview")),
        "duplicate": ("post", reverse("disenos:duplicate", args=[design.pk])),
        "default": ("post", reverse("disenos:default", args=[design.pk])),
    }


def is_refusal(answer: Any) -> bool:
    """Say whether Wagtail sent the person away, as it does in place of a 403."""
    url = answer.url if answer.status_code == 302 else ""
    return answer.status_code == 403 or url == "/admin/" or "login" in url


def test_each_of_the_cast_gets_what_is_hers(cast: Cast) -> None:
    design = make(cast.administrator)
    found: dict[str, dict[str, int]] = {}
    for name, person in cast.people.items():
        for what, (method, path) in paths(design).items():
            answer = getattr(client_of(person), method)(path)
            found.setdefault(name, {})[what] = 403 if is_refusal(answer) else answer.status_code

    strange = dict.fromkeys(paths(design), 403)
    assert found == {
        "learner": strange,
        "coordinator": strange,
        "stranger": strange,
        "nobody": strange,
        "trainer": {
            "index": 200,
            "add": 200,
            "edit": 403,
            "history": 200,
            "courses": 200,
            "picture": 404,
            "version": 404,
            "preview": 200,
            "duplicate": 302,
            "default": 403,
        },
        "administrator": {
            "index": 200,
            "add": 200,
            "edit": 200,
            "history": 200,
            "courses": 200,
            "picture": 404,
            "version": 404,
            "preview": 200,
            "duplicate": 302,
            "default": 302,
        },
    }


def test_reviewers_have_no_part_in_designs(cast: Cast) -> None:
    reviewer = UserFactory(role=StaffRole.LEGAL_REVIEWER)

    assert is_refusal(client_of(reviewer).get(reverse("disenos:index")))


@pytest.mark.parametrize("used_by", ["nobody", "her course", "another course", "both"])
def test_trainer_changes_what_only_her_courses_use(cast: Cast, used_by: str) -> None:
    design = make(cast.trainer if used_by in {"nobody", "another course"} else cast.administrator)
    other = release_course_for_tests(make_course(slug="otro"))
    if used_by in {"her course", "both"}:
        CourseDesign.objects.create(course_key=cast.release.course_key, design=design)
    if used_by in {"another course", "both"}:
        CourseDesign.objects.create(course_key=other.course_key, design=design)

    answer = client_of(cast.trainer).post(reverse("disenos:edit", args=[design.pk]), typed())

    allowed = used_by in {"nobody", "her course"}
    assert is_refusal(answer) is not allowed
    design.refresh_from_db()
    assert (design.name == "Diseño nuevo") is allowed


def test_trainer_never_changes_the_default(cast: Cast) -> None:
    design = make(cast.trainer)
    services.make_default(design=design, acting_user=cast.administrator, now=timezone.now())

    answer = client_of(cast.trainer).post(reverse("disenos:edit", args=[design.pk]), typed())

    assert is_refusal(answer)


def test_menu_shows_designs_to_those_who_may(cast: Cast) -> None:
    address = reverse("disenos:index")

    assert address in client_of(cast.trainer).get(address).content.decode()
    assert address not in client_of(cast.learner).get("/").content.decode()


# --- The form ------------------------------------------------------------------------------------


def test_trainer_makes_a_design(cast: Cast, browser: Client) -> None:
    data = typed(
        institution_1="Ministerio de Ejemplo",
        logo_1=upload(),
        institution_2="Municipalidad",
        signatory_1="Rosa Ccori",
        post_1="Directora",
        scan_1=upload("firma.png", picture(5, (300, 100))),
        headings_es="Constancia",
        closings_en="Issued on {fecha}.",
    )
    answer = browser.post(reverse("disenos:add"), data)

    design = CertificateDesign.objects.get(name="Diseño nuevo")
    content = design.live_version.typed_content
    assert answer.url == reverse("disenos:edit", args=[design.pk])
    assert (content.layout, content.main_colour) == ("sobrio-1", "#1f4d3a")
    assert content.headings == {"es": "Constancia"}
    assert content.attests == {"es": "Otorgado a {nombre}, {horas}."}
    assert content.closings == {"en": "Issued on {fecha}."}
    assert [one.institution for one in content.logos] == ["Ministerio de Ejemplo", "Municipalidad"]
    assert [bool(one.picture) for one in content.logos] == [True, False]
    assert content.signatories[0].name == "Rosa Ccori"
    kept = set(DesignPicture.objects.values_list("digest", flat=True))
    assert kept == set(content.pictures())
    assert DesignPicture.objects.filter(created_by=cast.trainer).count() == 2


def test_pictures_stay_unless_they_are_removed(browser: Client) -> None:
    first = typed(institution_1="Uno", logo_1=upload(), institution_2="Dos", logo_2=upload())
    edit = browser.post(reverse("disenos:add"), first).url
    form = browser.get(edit).context["form"]
    kept = {name: form[name].value() for name in ("kept_logo_1", "kept_logo_2")}

    browser.post(edit, typed(institution_1="Uno", institution_2="Dos", drop_logo_2="on", **kept))

    logos = CertificateDesign.objects.get(name="Diseño nuevo").live_version.typed_content.logos
    assert [one.picture for one in logos] == [kept["kept_logo_1"], ""]


@pytest.mark.parametrize(
    ("changes", "field", "words"),
    [
        ({"name": ""}, "name", "necesario"),
        ({"layout": "horizonte-1"}, "layout", ""),
        ({"main_colour": "#fff;background:url(http://127.0.0.1/)"}, "main_colour", "cifras"),
        ({"main_colour": "#cccccc"}, "main_colour", "1.6:1"),
        ({"accent_colour": "red"}, "accent_colour", "cifras"),
        ({"attests_es": "{otro}"}, "attests_es", "{otro}"),
        ({"attests_en": "{nombre.__class__}"}, "attests_en", "llave"),
        ({"closings_es": "{{ nombre }}"}, "closings_es", "llave"),
        ({"closings_es": "{% include 'x' %}"}, "closings_es", "llave"),
        ({"closings_es": "{nombre} {nombre}"}, "closings_es", "dos veces"),
        ({"headings_es": "{curso}"}, "headings_es", "{curso}"),
        ({"headings_es": "x" * 33}, "headings_es", "32"),
        ({"attests_es": "x" * 241}, "attests_es", "240"),
        ({"closings_es": "hola \u202e"}, "closings_es", "invisibles"),
        ({"signatory_1": "Rosa"}, "post_1", "cargo"),
        ({"post_1": "Directora"}, "signatory_1", "nombre"),
        ({"logo_1": upload()}, "institution_1", "institución"),
        ({"institution_1": "Uno", "logo_1": upload("a.png", b"<svg/>")}, "logo_1", "PNG"),
        ({"institution_1": "Uno", "logo_1": upload("a.png", b"<html>")}, "logo_1", "PNG"),
        (
            {"institution_1": "Uno", "logo_1": upload("a.png", picture(1, (320, 160))[:300])},
            "logo_1",
            "dañada",
        ),
    ],
)
def test_what_is_wrong_is_said_at_its_field(
    browser: Client, changes: dict[str, Any], field: str, words: str
) -> None:
    for value in changes.values():
        if isinstance(value, SimpleUploadedFile):
            value.seek(0)
    answer = browser.post(reverse("disenos:add"), typed(**changes))

    form = answer.context["form"]
    assert answer.status_code == 200
    assert list(form.errors) == [field]
    assert words.lower() in str(form.errors[field]).lower().replace("&#x27;", "'")
    assert CertificateDesign.objects.filter(name="Diseño nuevo").count() == 0
    kept = {"layout": "layout", "accent_colour": "accent_colour"}
    for name, value in typed(**changes).items():
        if name not in kept and not isinstance(value, SimpleUploadedFile):
            assert form[name].value() == value


def test_good_picture_is_not_lost_when_another_field_is_wrong(browser: Client) -> None:
    answer = browser.post(
        reverse("disenos:add"), typed(name="", institution_1="Uno", logo_1=upload())
    )

    digest = answer.context["form"]["kept_logo_1"].value()
    assert DesignPicture.objects.get().digest == digest
    assert reverse("disenos:picture", args=[digest]) in answer.content.decode()
    browser.post(reverse("disenos:add"), typed(institution_1="Uno", kept_logo_1=digest))
    content = CertificateDesign.objects.get(name="Diseño nuevo").live_version.typed_content
    assert content.logos[0].picture == digest


@pytest.mark.parametrize("digest", ["0" * 64, "../x", '"><script>', "http://127.0.0.1/"])
def test_picture_that_is_not_kept_is_left_out(browser: Client, digest: str) -> None:
    browser.post(reverse("disenos:add"), typed(institution_1="Uno", kept_logo_1=digest))

    content = CertificateDesign.objects.get(name="Diseño nuevo").live_version.typed_content
    assert content.logos[0].picture == ""


def test_name_that_is_taken_is_said_at_its_field(cast: Cast, browser: Client) -> None:
    make(cast.trainer, "Diseño nuevo")

    answer = browser.post(reverse("disenos:add"), typed())

    assert list(answer.context["form"].errors) == ["name"]


def test_kept_picture_is_given_as_a_picture(browser: Client) -> None:
    browser.post(reverse("disenos:add"), typed(institution_1="Uno", logo_1=upload()))
    row = DesignPicture.objects.get()

    answer = browser.get(reverse("disenos:picture", args=[row.digest]))

    assert answer["Content-Type"] == "image/png"
    assert answer.content == bytes(row.content)


# --- Courses, copies, history ----------------------------------------------------------------------


def test_trainer_chooses_for_her_own_courses_only(cast: Cast, browser: Client) -> None:
    design = make(cast.administrator)
    other = release_course_for_tests(make_course(slug="otro")).course_key
    mine = cast.release.course_key
    path = reverse("disenos:courses", args=[design.pk])

    choices = [key for key, _title in browser.get(path).context["form"].fields["courses"].choices]
    refused = browser.post(path, {"courses": [str(mine), str(other)]})
    assert (choices, refused.status_code) == ([str(mine)], 200)
    assert CourseDesign.objects.count() == 0

    assert browser.post(path, {"courses": [str(mine)]}).status_code == 302
    assert list(CourseDesign.objects.values_list("course_key", "design")) == [(mine, design.pk)]


def test_administrator_chooses_for_every_course(cast: Cast) -> None:
    design = make(cast.administrator)
    other = release_course_for_tests(make_course(slug="otro")).course_key
    path = reverse("disenos:courses", args=[design.pk])

    answer = client_of(cast.administrator).post(path, {"courses": [str(other)]})

    assert answer.status_code == 302
    assert CourseDesign.objects.get().course_key == other


def test_trainer_copies_what_she_may_not_change(cast: Cast, browser: Client) -> None:
    default = CertificateDesign.objects.get(is_default=True)

    answer = browser.post(reverse("disenos:duplicate", args=[default.pk]))

    copy = CertificateDesign.objects.get(created_by=cast.trainer)
    assert answer.url == reverse("disenos:edit", args=[copy.pk])
    assert browser.get(answer.url).status_code == 200


@pytest.mark.parametrize("page", ["index", "history"])
def test_lists_cost_the_same_for_one_and_three(cast: Cast, page: str) -> None:
    design = make(cast.administrator)
    browser = client_of(cast.administrator)
    path = paths(design)[page][1]
    counts = []
    for number in (1, 2):
        for at in range(number):
            one = make(cast.administrator, f"Diseño {number} {at}")
            course = release_course_for_tests(make_course(slug=f"otro-{number}-{at}"))
            CourseDesign.objects.create(course_key=course.course_key, design=one)
            services.save_design(
                design=design,
                name=design.name,
                content=DesignContent(LAYOUTS[at], "#1c2d4f", f"#00000{number}"),
                acting_user=cast.administrator,
                now=timezone.now(),
            )
        browser.get(path)
        with CaptureQueriesContext(connection) as queries:
            browser.get(path)
        counts.append(len(queries))

    assert counts[0] == counts[1]


# --- Previews ------------------------------------------------------------------------------------


def words_of(content: bytes) -> str:
    pages = PdfReader(io.BytesIO(content)).pages
    return " ".join(" ".join(page.extract_text() for page in pages).replace("\x00", "").split())


def test_preview_shows_what_stands_in_the_form_and_keeps_nothing(browser: Client) -> None:
    data = typed(
        name="",
        attests_en="Awarded to {nombre}",
        institution_1="Municipalidad de Ejemplo",
        institution_2="Ministerio",
        logo_2=upload(),
    )
    answer = browser.post(reverse("disenos:preview") + "?nombre=largo&idioma=en", data)

    words = words_of(answer.content)
    assert answer["Content-Type"] == "application/pdf"
    assert answer["Content-Disposition"].startswith("inline")
    assert answer["X-Frame-Options"] == "SAMEORIGIN"
    assert words.count("SAMPLE") == 4
    assert "Municipalidad de Ejemplo" in words
    assert f"Awarded to {LONG_NAME}"[:40] in words
    assert len(PdfReader(io.BytesIO(answer.content)).pages[0].images) == 1
    assert DesignPicture.objects.count() == 0
    assert CertificateDesign.objects.filter(is_default=False).count() == 0


def test_version_is_shown_as_it_is_kept(cast: Cast, browser: Client) -> None:
    design = make(cast.administrator)

    answer = browser.get(reverse("disenos:version", args=[design.pk, 1]))

    words = words_of(answer.content)
    assert SHORT_NAME in words
    assert words.count("MUESTRA") == 4


def test_preview_says_what_must_be_put_right_first(browser: Client) -> None:
    answer = browser.post(reverse("disenos:preview"), typed(attests_es="{otro}"))

    assert answer["Content-Type"].startswith("text/html")
    assert list(answer.context["form"].errors) == ["attests_es"]


def test_only_so_many_previews_are_drawn_at_once(
    browser: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(previews, "MOST_SECONDS_WAITING", 0.01)
    for _place in range(previews.AT_ONCE):
        previews._places.acquire()
    try:
        answer = browser.post(reverse("disenos:preview"), typed())
    finally:
        for _place in range(previews.AT_ONCE):
            previews._places.release()

    assert answer.status_code == 503


def test_preview_that_takes_too_long_is_given_up(
    browser: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(previews, "MOST_SECONDS_DRAWING", 0.01)

    answer = browser.post(reverse("disenos:preview"), typed())

    assert answer.status_code == 503
    assert previews._places.acquire(blocking=False)
    previews._places.release()


def test_lead_of_a_course_may_too(cast: Cast) -> None:
    lead = UserFactory(role=StaffRole.TRAINER)
    CourseStaff.objects.create(user=lead, course_key=cast.release.course_key, part=StaffPart.LEAD)
    design = make(cast.trainer)
    CourseDesign.objects.create(course_key=cast.release.course_key, design=design)

    assert client_of(lead).get(reverse("disenos:edit", args=[design.pk])).status_code == 200
