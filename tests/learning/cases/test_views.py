"""Pages of a walk: who sees them, what they say in both languages, and what they never say."""

import re
from typing import Any
from uuid import uuid4

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from courses.enums import EndingKind
from lms.accounts.models import User
from lms.core.models import AuditEvent
from lms.learning.models import CaseRun
from tests.factories import EnrolmentFactory
from tests.factories.cases import SECRET
from tests.learning.cases.people import CaseCast, make_case_cast, take
from tests.learning.cast import client_of, path_of, translate

pytestmark = pytest.mark.django_db

NOBODY_ELSE = {
    "learner": 200,
    "trainer": 404,
    "coordinator": 404,
    "administrator": 404,
    "stranger": 404,
    "nobody": 302,
}


@pytest.fixture
def cast() -> CaseCast:
    return make_case_cast()


@pytest.fixture
def client(cast: CaseCast) -> Client:
    return client_of(cast.cast.learner)


def url(name: str, run: CaseRun) -> str:
    return reverse(name, args=[run.public_id])


def text_of(answer: Any) -> str:
    found = re.sub(r"<script.*?</script>|<[^>]+>", " ", answer.content.decode(), flags=re.S)
    return " ".join(found.split())


def test_page_is_open_to_its_learners_and_staff_and_nobody_else(cast: CaseCast) -> None:
    assert cast.cast.statuses(path_of(cast.page)) == {
        "learner": 200,
        "trainer": 200,
        "coordinator": 403,
        "administrator": 200,
        "stranger": 403,
        "nobody": 403,
    }


def test_walk_is_open_to_its_learner_and_nobody_else(cast: CaseCast) -> None:
    run = cast.walk("a-solas")
    assert cast.cast.statuses(url("case_scene", run)) == NOBODY_ELSE
    assert cast.cast.statuses(url("case_consequence", run)) == NOBODY_ELSE
    ended = take(run, "despedir")
    assert cast.cast.statuses(url("case_ending", ended)) == NOBODY_ELSE


def test_posting_to_another_persons_walk_is_refused_and_noted(cast: CaseCast) -> None:
    run = cast.start()
    stranger = client_of(cast.cast.stranger)
    for name in ("case_scene", "case_again"):
        answer = stranger.post(url(name, run), {"choice": "a-solas", "number": "0"})
        assert answer.status_code == 404
    run.refresh_from_db()
    assert run.steps == []
    events = AuditEvent.objects.filter(action="case_choice_refused")
    assert [(one.actor_id, one.target_id) for one in events] == [
        (cast.cast.stranger.pk, str(run.pk))
    ] * 2


def test_starting_a_case_of_another_course_is_404(cast: CaseCast) -> None:
    answer = client_of(cast.cast.stranger).post(reverse("start_case", args=[cast.key]))
    assert answer.status_code == 404
    assert (
        client_of(cast.cast.learner).post(reverse("start_case", args=[uuid4()])).status_code == 404
    )


def test_a_learner_walks_the_whole_way_without_a_script(cast: CaseCast, client: Client) -> None:
    first = client.post(reverse("start_case", args=[cast.key]), follow=True)
    run = CaseRun.objects.get()
    assert first.redirect_chain[-1][0] == url("case_scene", run)
    shown = text_of(first)
    for words in (
        "Título llegada",
        "Texto llegada",
        "Una mujer y un acompañante",
        "Pide un formato",
        "Confianza No responde",
        "Opción a-solas",
        "Opción delante",
    ):
        assert words in shown
    assert 'aria-label="Una mesa"' in first.content.decode()

    second = client.post(url("case_scene", run), {"choice": "a-solas", "number": "0"}, follow=True)
    assert second.redirect_chain[-1][0] == url("case_consequence", run)
    shown = text_of(second)
    for words in ("Opción a-solas", "Consecuencia a-solas", "Comentario a-solas", "Otro guarda"):
        assert words in shown

    third = text_of(client.get(url("case_scene", run)))
    for words in ("Título sala", "Otro guarda su teléfono", "Pregunta algo", "Opción derivar"):
        assert words in third

    client.post(url("case_scene", run), {"choice": "derivar", "number": "1"})
    run.refresh_from_db()
    assert run.ending == EndingKind.SAFE
    last = client.get(url("case_scene", run), follow=True)
    assert last.redirect_chain[-1][0] == url("case_ending", run)
    shown = text_of(last)
    for words in (
        "Título seguro",
        "Cierre seguro",
        "Protocolo de prueba, 2026 (R)",
        "Opción derivar",
    ):
        assert words in shown
    page = text_of(client.get(path_of(cast.page)))
    assert "Opción" not in page


def test_a_closed_choice_is_not_shown(cast: CaseCast, client: Client) -> None:
    run = cast.walk("delante")
    shown = text_of(client.get(url("case_scene", run)))
    assert "Opción despedir" in shown
    assert "Opción derivar" not in shown


def test_a_post_without_a_choice_says_so_at_the_choices(cast: CaseCast, client: Client) -> None:
    run = cast.start()
    answer = client.post(url("case_scene", run), {"number": "0"})
    assert answer.status_code == 400
    assert 'id="choices-error"' in answer.content.decode()
    run.refresh_from_db()
    assert run.steps == []


def test_a_closed_choice_is_refused_with_words(cast: CaseCast, client: Client) -> None:
    run = cast.walk("delante")
    answer = client.post(url("case_scene", run), {"choice": "derivar", "number": "1"})
    assert answer.status_code == 409
    assert 'id="choices-error"' in answer.content.decode()


@pytest.mark.parametrize("number", ["0", "7", "", "x", "-1", "²"])
def test_a_foreign_choice_or_number_moves_nothing(
    cast: CaseCast, client: Client, number: str
) -> None:
    run = cast.start()
    answer = client.post(url("case_scene", run), {"choice": "derivar", "number": number})
    assert answer.status_code == (404 if number == "0" else 302)
    run.refresh_from_db()
    assert run.steps == []


def test_a_double_click_takes_one_step(cast: CaseCast, client: Client) -> None:
    run = cast.start()
    data = {"choice": "a-solas", "number": "0"}
    answers = [client.post(url("case_scene", run), data) for _click in range(2)]
    assert [answer.url for answer in answers] == [url("case_consequence", run)] * 2
    run.refresh_from_db()
    assert len(run.steps) == 1


def test_a_second_window_is_told_where_the_walk_is(cast: CaseCast, client: Client) -> None:
    run = cast.walk("a-solas")
    answer = client.post(url("case_scene", run), {"choice": "delante", "number": "0"}, follow=True)
    assert answer.redirect_chain[-1][0] == url("case_scene", run)
    assert len(list(answer.context["messages"])) == 1
    assert "Título sala" in text_of(answer)


def test_thinking_again_goes_one_step_back(cast: CaseCast, client: Client) -> None:
    run = cast.walk("a-solas")
    answer = client.post(url("case_again", run), {"from": "choice", "number": "1"}, follow=True)
    assert "Título llegada" in text_of(answer)


def test_thinking_again_from_an_ending_opens_a_new_walk(cast: CaseCast, client: Client) -> None:
    run = cast.walk("a-solas", "denunciar")
    answer = client.post(url("case_again", run), {"from": "choice", "number": "2"}, follow=True)
    again = CaseRun.objects.get(number=2)
    assert answer.redirect_chain[-1][0] == url("case_scene", again)
    assert "Título sala" in text_of(answer)


def test_beginning_again_shows_the_first_scene(cast: CaseCast, client: Client) -> None:
    run = cast.walk("a-solas")
    answer = client.post(url("case_again", run), {"from": "beginning", "number": "1"}, follow=True)
    assert "Título llegada" in text_of(answer)


def test_an_ended_session_keeps_the_choice(cast: CaseCast) -> None:
    run = cast.start()
    answer = Client().post(url("case_scene", run), {"choice": "a-solas", "number": "0"})
    assert answer.status_code == 401


def test_a_harmful_ending_shows_where_another_way_was_open(cast: CaseCast, client: Client) -> None:
    run = cast.walk("delante", "denunciar")
    shown = text_of(client.get(url("case_ending", run)))
    assert "Cierre dano" in shown
    assert "Opción a-solas" in shown
    assert cast.page.after_care in shown


def test_no_page_scores_anybody(cast: CaseCast, client: Client) -> None:
    run = cast.walk("delante", "denunciar")
    for address in (url("case_ending", run), path_of(cast.page)):
        shown = text_of(client.get(address)).casefold()
        assert not re.search(r"\bpuntaje|\bpuntos: |no es víctima|usted falló", shown)


def test_the_same_walk_is_read_in_english(cast: CaseCast, client: Client) -> None:
    run = cast.walk("a-solas")
    shown = text_of(client.get("/en" + url("case_scene", run)))
    for words in ("Título sala (en)", "Opción derivar (en)", "She asks something", "Trust"):
        assert words in shown


def test_page_shows_earlier_walks_and_goes_on_with_the_one_under_way(
    cast: CaseCast, client: Client
) -> None:
    ended = cast.walk("a-solas", "despedir")
    under_way = cast.start()
    body = client.get(path_of(cast.page)).content.decode()
    assert url("case_ending", ended) in body
    assert url("case_scene", under_way) in body
    assert reverse("start_case", args=[cast.key]) not in body


def test_a_translated_page_shows_the_same_walk(cast: CaseCast, client: Client) -> None:
    index = cast.cast.made.course.get_parent()
    for page in (index.get_parent(), index, cast.cast.made.course, cast.cast.made.modules[0]):
        translate(page.specific, f"{page.title} en")
    translate(cast.page, "Case 1")
    run = cast.start()
    body = client.get("/en" + path_of(cast.page)).content.decode()
    assert "Case 1" in body
    assert url("case_scene", run) in body


# -- nothing leaves early --------------------------------------------------------------------------


def addresses(cast: CaseCast, run: CaseRun) -> list[str]:
    """Return every address by which a learner might ask for something of a case."""
    found = [url(name, run) for name in ("case_scene", "case_consequence", "case_ending")]
    found += [
        path_of(cast.page),
        path_of(cast.cast.made.modules[0]),
        path_of(cast.cast.made.course),
    ]
    return [*found, *(f"/en{one}" for one in found), "/mi-aprendizaje/"]


def seen(client: Client, cast: CaseCast, run: CaseRun) -> str:
    """Return all that these addresses answer, redirects followed."""
    parts = []
    for address in addresses(cast, run):
        answer = client.get(address, follow=True)
        parts.append(answer.content.decode())
    return "\n".join(parts)


def test_nothing_of_later_scenes_leaves_early(cast: CaseCast, client: Client) -> None:
    run = cast.start()
    first = seen(client, cast, run)
    assert SECRET not in first
    assert not re.search(
        r"sala|derivar|despedir|seguro\b(?!s)|teléfono \(|Otro guarda", _case_part(first)
    )

    run = take(run, "delante")
    second = seen(client, cast, run)
    found = set(re.findall(rf"(\w[\w -]*) {SECRET}", second))
    assert found == {"Consecuencia delante", "Comentario delante"}
    assert "Título se-va" not in second
    assert "Opción derivar" not in second

    ended = take(run, "despedir")
    third = seen(client, cast, ended)
    found = set(re.findall(rf"(\w[\w -]*) {SECRET}", third))
    assert found == {
        "Consecuencia delante",
        "Consecuencia despedir",
        "Comentario despedir",
        "Cierre se-va",
    }


def _case_part(html: str) -> str:
    """Return the words of our case only: titles, texts, choices, consequences."""
    return "\n".join(re.findall(r"(?:Título|Texto|Opción|Consecuencia|Cierre) [\w-]+", html))


@pytest.mark.parametrize("name", ["case_scene", "case_consequence", "case_ending"])
def test_a_longer_path_asks_no_more_queries(cast: CaseCast, client: Client, name: str) -> None:
    counts = []
    for choices in (("a-solas", "despedir"), ("delante", "despedir")):
        run = cast.walk(*(choices if name == "case_ending" else choices[:1]))
        for _visit in range(2):
            with CaptureQueriesContext(
                connection,
            ) as captured:
                assert client.get(url(name, run)).status_code == 200
        counts.append(len(captured))
        CaseRun.objects.all().delete()
    assert len(set(counts)) == 1


def test_more_walks_ask_no_more_queries(cast: CaseCast, client: Client) -> None:
    counts = []
    for _round in range(3):
        cast.walk("a-solas", "despedir")
        client.get(path_of(cast.page))
        with CaptureQueriesContext(connection) as captured:
            client.get(path_of(cast.page))
        counts.append(len(captured))
    assert len(set(counts)) == 1


# -- what trainers see -----------------------------------------------------------------------------


def others(cast: CaseCast, count: int) -> list[User]:
    found = []
    for _number in range(count):
        enrolment = EnrolmentFactory(release=cast.cast.release)
        found.append(enrolment.learner)
    return found


FOLLOWERS = {
    "learner": 404,
    "trainer": 200,
    "coordinator": 404,
    "administrator": 200,
    "stranger": 404,
    "nobody": 302,
}


@pytest.mark.parametrize("name", ["case_paths", "case_role_play"])
def test_paths_and_sheets_are_for_the_staff_of_the_course(cast: CaseCast, name: str) -> None:
    assert cast.cast.statuses(reverse(name, args=[cast.key])) == FOLLOWERS


@pytest.mark.parametrize("name", ["case_paths", "case_role_play"])
def test_a_case_that_is_none_is_404(cast: CaseCast, name: str) -> None:
    client = client_of(cast.cast.administrator)
    assert client.get(reverse(name, args=[uuid4()])).status_code == 404


def test_counts_are_of_people_and_in_bands(cast: CaseCast) -> None:
    for learner in others(cast, 6):
        enrolment = learner.enrolments.get()
        cast.walk("a-solas", "derivar", enrolment=enrolment)
        cast.walk("a-solas", "despedir", enrolment=enrolment)
    cast.walk("delante", "denunciar")
    answer = client_of(cast.cast.trainer).get(reverse("case_paths", args=[cast.key]))
    paths = answer.context["paths"]

    assert (paths.walkers.low, [(str(kind), band.low) for kind, band in paths.endings]) == (
        5,
        [("safe", 5), ("incomplete", 5), ("harmful", 0)],
    )
    assert [[(one.text, one.band.low) for one in scene.choices] for scene in paths.scenes] == [
        [("Opción a-solas", 5), ("Opción delante", 0)],
        [("Opción derivar", 5), ("Opción despedir", 5), ("Opción denunciar", 0)],
    ]
    body = answer.content.decode()
    assert not re.search(r">\s*[67]\s*<|>\s*1\s*</td>", body.split("<svg")[0])


def test_paths_ask_no_more_queries_for_more_walks(cast: CaseCast) -> None:
    client = client_of(cast.cast.trainer)
    counts = []
    for count in (1, 3):
        for learner in others(cast, count):
            cast.walk("a-solas", "derivar", enrolment=learner.enrolments.get())
        client.get(reverse("case_paths", args=[cast.key]))
        with CaptureQueriesContext(connection) as captured:
            client.get(reverse("case_paths", args=[cast.key]))
        counts.append(len(captured))
    assert counts[0] == counts[1]


@pytest.mark.parametrize("language", ["", "/en"])
def test_sheets_hold_every_card_and_the_debrief(cast: CaseCast, language: str) -> None:
    client = client_of(cast.cast.trainer)
    answer = client.get(language + reverse("case_role_play", args=[cast.key]))
    shown = text_of(answer)
    end = " (en)" if language else ""
    for name in ("llegada", "sala", "seguro", "se-va", "dano"):
        assert f"Título {name}{end}" in shown
    for words in (f"Cierre seguro {SECRET}{end}", "Protocolo de prueba"):
        assert words in shown
    assert ("What changed?" if language else "¿Qué cambió?") in shown
    assert answer.content.decode().count('class="case-card"') == 5


def test_the_drawing_and_the_outline_say_the_same(cast: CaseCast) -> None:
    answer = client_of(cast.cast.trainer).get(reverse("case_paths", args=[cast.key]))
    drawn, outline = answer.context["drawn"], answer.context["outline"]
    assert [one.scene.id for one in drawn.scenes] == ["llegada", "sala", "seguro", "se-va", "dano"]
    assert len(drawn.choices) == 5
    body = answer.content.decode()
    for tag in ("<title id=", "<desc id=", 'class="case-outline"'):
        assert tag in body
    assert "style=" not in body
    assert [one.target_number for one in outline[0].choices] == [2, 2]
