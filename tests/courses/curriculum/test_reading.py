"""Every mistake in a curriculum is reported with its file and line, and correct texts are read."""

from pathlib import Path

import pytest

from courses.blocks import DRAWINGS
from courses.curriculum.documents import Source
from courses.curriculum.folder import read_curriculum
from courses.curriculum.problems import CurriculumError, Problems
from courses.curriculum.questionfiles import read_question
from courses.question_types import question_type
from tests.factories.curriculum import FILES, change

LESSON = "courses/curso/modulo-1/leccion-1.es.md"
ENGLISH = "courses/curso/modulo-1/leccion-1.en.md"
HARD = "courses/curso/modulo-1/leccion-2.es.md"
MODULE = "courses/curso/modulo-1/module.yaml"
QUIZ = "courses/curso/modulo-1/prueba.yaml"
COURSE = "courses/curso/course.yaml"
SINGLE = "questions/modulo-1/q-1.md"
MULTIPLE = "questions/modulo-1/q-2.md"
TRUE_FALSE = "questions/modulo-1/mitos/q-3.md"
BLOCKS = (
    "idea, drawing, image, table, checklist, never, accordion, term, quote, situation, think, task, "
    "download"
)
DRAWN = ", ".join(name for name, _label in DRAWINGS)
LESSON_FIELDS = (
    "after_care, content_notice, last_reviewed, minutes, needs_legal_review, objective, "
    "review_due, sources, title"
)


def problems_of(folder: Path) -> list[str]:
    """Return every problem of a folder as text."""
    with pytest.raises(CurriculumError) as caught:
        read_curriculum(folder)
    return [str(problem) for problem in caught.value.problems]


def test_read_curriculum_reads_the_small_folder(folder: Path) -> None:
    curriculum = read_curriculum(folder)
    assert list(curriculum.pages) == [
        "",
        "curso",
        "curso/modulo-1",
        "curso/modulo-1/leccion-1",
        "curso/modulo-1/leccion-2",
        "curso/modulo-1/prueba",
    ]
    assert curriculum.categories == {"modulo-1": "Módulo 1", "modulo-1/mitos": "Mitos"}
    assert list(curriculum.questions) == ["q-1", "q-2", "q-3"]


def test_read_curriculum_turns_markdown_into_blocks(folder: Path) -> None:
    lesson = read_curriculum(folder).pages["curso/modulo-1/leccion-1"]
    blocks = lesson.texts["es"].streams["body"]
    assert [block.shape for block in blocks] == [
        "text",
        "heading 2",
        "idea",
        "term enganche",
        "checklist of 2",
        "never of 1",
        "think",
        "table of 2 rows",
    ]
    link = '<a href="https://example.org/a?b=1&amp;c=2">un enlace</a>'
    assert blocks[0].value == f"<p>Un <b>texto</b> con {link}.</p>"
    assert blocks[5].value["items"] == [{"text": "Prometer", "why": "no se puede cumplir"}]
    assert blocks[7].value["table"]["data"] == [["A", "B"], ["1", "<b>2</b>"]]


def test_read_curriculum_reads_a_task_with_its_minutes(folder: Path) -> None:
    for path, title in ((LESSON, "Qué hacer"), (ENGLISH, "What to do")):
        change(folder, path, f"::: checklist {title}\n", f"::: task {title}\nminutes: 12\n\n")

    blocks = read_curriculum(folder).pages["curso/modulo-1/leccion-1"].texts["es"].streams["body"]

    task = next(block for block in blocks if block.kind == "task")
    assert (task.value["title"], task.value["minutes"]) == ("Qué hacer", 12)
    assert task.value["text"].startswith("<ul><li>")
    assert "minutes" not in task.value["text"]


def test_read_curriculum_weighs_options(folder: Path) -> None:
    questions = read_curriculum(folder).questions
    weights = {
        key: [option["weight"] for option in question.content["options"]]
        for key, question in questions.items()
    }
    assert weights == {
        "q-1": ["1", "0"],
        "q-2": ["0.50000", "0.50000", "-0.50000"],
        "q-3": ["0", "1"],
    }


def test_read_curriculum_takes_written_weights(folder: Path) -> None:
    for code in ("Agua", "Water"):
        change(folder, MULTIPLE, f"[x] a: {code}", f"[75%] a: {code}")
    for code in ("Calma", "Calm\n"):
        change(folder, MULTIPLE, f"[x] b: {code}", f"[25%] b: {code}")
    for code in ("Prisa", "Haste"):
        change(folder, MULTIPLE, f"[ ] c: {code}", f"[-25%] c: {code}")
    options = read_curriculum(folder).questions["q-2"].content["options"]
    assert [option["weight"] for option in options] == ["0.75", "0.25", "-0.25"]


@pytest.mark.parametrize(
    ("path", "old", "new", "message"),
    [
        (LESSON, "title: Primera", "titel: Primera", f"unknown field `titel`; the fields here are: {LESSON_FIELDS}"),
        (LESSON, "minutes: 5", "minutes: 500", "`minutes` must be a whole number from 1 to 240, not “500”"),
        (LESSON, "minutes: 5", "minutes:", "`minutes` is empty"),
        (LESSON, "date: 2026-11\n", "date: 2026-13\n", "`date` must be YYYY-MM-DD, YYYY-MM or YYYY, not “2026-13”"),
        (LESSON, "review_due: 2027-05-23", "review_due: 23/05/2027", "`review_due` must be a date (YYYY-MM-DD), not “23/05/2027”"),
        (LESSON, "review_due: 2027-05-23", "review_due: 2026-05-23", "`review_due` must be later than `last_reviewed`"),
        (LESSON, "needs_legal_review: false", "needs_legal_review: maybe", "`needs_legal_review` must be one of true, false, not “maybe”"),
        (LESSON, "mark: R", "mark: X", "`mark` must be one of R, M-H, M-M, not “X”"),
        (LESSON, "    mark: R", "    url: javascript:alert(1)\n    mark: R", "`url` is no address of a site: “javascript:alert(1)”"),
        (LESSON, "title: Primera", "title: a: b", "is not valid YAML: mapping values are not allowed here"),
        (LESSON, "title: Primera", "title: <b>x</b>", "`title` holds HTML, which is not taken"),
        (LESSON, "Primero la seguridad.", "Primero <script>x</script>", "HTML is not taken"),
        (LESSON, "Primero la seguridad.", "[x](javascript:alert)", "a link begins with https:// and names a site, not “javascript:alert”"),
        (LESSON, "Primero la seguridad.", "[x](http://example.org)", "a link begins with https:// and names a site, not “http://example.org”"),
        (LESSON, "Primero la seguridad.", "![x](foto.png)", "use `::: image` for a picture"),
        (LESSON, "Primero la seguridad.", "`x`", "code is not taken"),
        (LESSON, "## Un título", "# Un título", "headings are written `## heading` or `### smaller heading`"),
        (LESSON, "::: idea", "::: ideas", f"unknown block “ideas”; the blocks are: {BLOCKS}"),
        (LESSON, "::: term enganche", "::: term nada", "the glossary has no term `nada`"),
        (LESSON, "- Preguntar", "* Preguntar", "expected an item: `- text`"),
        (LESSON, "- Preguntar", "- **Preguntar**", "this line is plain text: no bold, italics, links or code here"),
        (LESSON, "| 1 | **2** |", "| 1 | **2** | 3 |", "this row has 3 cells, the header 2"),
        (LESSON, "::: checklist Qué hacer\n", "::: task Escribir\nminutes: 61\n", "`::: task` begins with a line `minutes: …`, from 1 to 60"),
        (LESSON, "::: checklist Qué hacer\n", "::: task Escribir\n", "`::: task` begins with a line `minutes: …`, from 1 to 60"),
        (LESSON, "::: checklist Qué hacer", "::: checklist", "`::: checklist` needs a title on its first line"),
        (LESSON, "::: checklist Qué hacer", f"::: checklist {'x' * 161}", "a text of `checklist` has 161 characters; 160 are the most"),
        (HARD, "::: drawing tres-elementos", "::: drawing tres", f"there is no drawing “tres”; the drawings are: {DRAWN}"),
        (HARD, "content_notice: Esta lección habla de daño.\nafter_care: Converse con alguien de confianza.\n", "content_notice: Daño.\n", "a lesson with a `content_notice` needs `after_care`"),
        (HARD, "+++ brief", "+++ breve", "`+++` stands only inside `::: think`, or as `+++ brief`"),
        (ENGLISH, "title: First", "minutes: 5\ntitle: First", "`minutes` is the same in both languages: only the first has it"),
        (MODULE, "requires: []", "requires: [modulo-9/leccion-1]", "`requires` names `modulo-9/leccion-1`, which is no item of this course"),
        (MODULE, "requires: []", "requires: [leccion-1]", "`curso/modulo-1/leccion-1` could never open: what it asks for first asks for it"),
        (COURSE, "enrolment: open", "enrolment: free", "`enrolment` must be one of open, closed, not “free”"),
        (COURSE, "scale: vigesimal", "scale: vigesimal\nscale: percent", "the field `scale` is given twice"),
        (COURSE, "modules: [modulo-1]", "modules: [modulo-1, modulo-1]", "`modulo-1` is listed twice"),
        (QUIZ, "draw: 2\n    from: modulo-1", "draw: 3\n    from: modulo-1", "`modulo-1` has 2 questions left; 3 are drawn"),
        (QUIZ, "from: modulo-1", "from: modulo-2", "there is no category `modulo-2`"),
        (QUIZ, "question: q-1", "question: q-9", "there is no question `q-9`"),
        (QUIZ, "attempts: null", "attempts: 0", "`attempts` must be a whole number from 1 to 99, not “0”"),
        (QUIZ, "pass_mark: 70", "pass_mark: 170", "`pass_mark` must be a whole number from 0 to 100, not “170”"),
        (SINGLE, "key: q-1", "key: q-7", "`key` and the name of the file differ: “q-7”"),
        (SINGLE, "type: single_choice", "type: essay", "`type` must be one of single_choice, multiple_choice, true_false, matching, ordering, hotspots, short_answer, number, gaps, open, text, not “essay”"),
        (SINGLE, "lesson: modulo-1/leccion-1", "lesson: modulo-1/leccion-9", "`lesson` names `modulo-1/leccion-9`, which does not exist"),
        (SINGLE, "- [x] a: Listen", "- [ ] a: Listen", "the options of `# en` have other letters or marks than `# es`"),
        (SINGLE, "- [ ] b: Promise", "- [ ] c: Promise", "the options of `# en` have other letters or marks than `# es`"),
        (SINGLE, "¿Qué hace primero?", "¿Qué **hace** primero?", "this line is plain text: no bold, italics, links or code here"),
        (SINGLE, "## explanation", "## explicación", "unexpected heading “## explicación”; once each may stand here: `## explanation`, `## hint`, `## safety`, `## right`, `## partly`, `## wrong`"),
        ("helplines.yaml", "is_emergency: true", "is_emergency: si", "`is_emergency` must be one of true, false, not “si”"),
        ("helplines.yaml", "purpose: {es: Peligro, en: Danger}", "purpose: {es: Peligro}", "the field `en` is missing"),
        ("glossary.yaml", "key: enganche", "key: Enganche", "`key` takes small letters, digits and hyphens only: “Enganche”"),
        ("glossary.yaml", "{term: Hook,", "{term: *hook,", "is not valid YAML: aliases are not used here"),
    ],
)  # fmt: skip
def test_read_curriculum_reports_file_and_line(
    folder: Path, path: str, old: str, new: str, message: str
) -> None:
    line = change(folder, path, old, new)
    found = problems_of(folder)
    expected = f"{path}:{line}: {message}"
    near = [f"{path}:{n}: {message}" for n in (line, line + 1)]
    assert [text for text in found if text in near] == [
        near[1] if expected not in found else expected
    ], found


@pytest.mark.parametrize(
    ("path", "old", "new", "place"),
    [
        (SINGLE, "- [x] a: ", "- [ ] a: ", "options"),
        (TRUE_FALSE, " true: ", " yes: ", "options"),
    ],
)
def test_read_curriculum_asks_the_type_of_the_question(
    folder: Path, path: str, old: str, new: str, place: str
) -> None:
    for _language in ("es", "en"):
        change(folder, path, old, new)
    question = read_question(Source(folder, Problems()), path, "modulo-1")
    assert question is not None
    of_kind = question_type(question.kind)
    said = of_kind.publication_problems(of_kind.read(question.content))
    assert [problem.place for problem in said] == [place]
    assert problems_of(folder) == [f"{path}:12: {said[0].message}"]


def test_read_curriculum_reports_every_mistake_at_once(folder: Path) -> None:
    lines = [
        change(folder, LESSON, "minutes: 5", "minutes: x"),
        change(folder, LESSON, "::: idea", "::: unknown"),
        change(folder, QUIZ, "layout: one_per_page", "layout: heap"),
    ]
    found = [text.split(": ")[0] for text in problems_of(folder)]
    assert found[:1] == [f"{ENGLISH}:10"]  # the languages differ now
    assert found[1:] == [f"{LESSON}:{lines[0]}", f"{LESSON}:{lines[1]}", f"{QUIZ}:{lines[2]}"]


def test_read_curriculum_compares_the_languages(folder: Path) -> None:
    line = change(folder, ENGLISH, "::: idea\nSafety first.\n:::\n", "Safety first.\n")
    message = (
        f"both languages have the same blocks: the source has idea ({LESSON}:18), here is text"
    )
    assert problems_of(folder) == [f"{ENGLISH}:{line}: {message}"]


def test_read_curriculum_reports_a_missing_language(folder: Path) -> None:
    (folder / ENGLISH).unlink()
    assert problems_of(folder) == [f"{ENGLISH}:1: this file is missing: a page has all languages"]


def test_read_curriculum_reports_a_file_that_nothing_reads(folder: Path) -> None:
    stray = folder / "courses/curso/modulo-1/leccion-3.es.md"
    stray.write_text(FILES[LESSON], encoding="utf-8")
    message = "nothing reads this file: is its name right, and does a list name it?"
    assert problems_of(folder) == [f"courses/curso/modulo-1/leccion-3.es.md:1: {message}"]


def test_read_curriculum_reports_a_block_that_is_never_closed(folder: Path) -> None:
    file = folder / "courses/curso/course.es.md"
    line = change(folder, LESSON, "::: idea\nPrimero la seguridad.\n:::\n", "::: idea\nPrimero\n")
    message = f"the block of line {line} is still open: close it with `:::`"
    assert f"{LESSON}:{line + 3}: {message}" in problems_of(folder)
    assert file.exists()


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (b"---\ntitle: \xe9\n---\n", "site.es.md:2: is not UTF-8 text (byte 0xe9); save the file as UTF-8"),
        (b"---\ntitle: a\x00\n---\n", "site.es.md:2: holds the invisible character U+0000"),
        ("---\ntitle: a\u202eb\n---\n".encode(), "site.es.md:2: holds the invisible character U+202E"),
        (b"", "site.es.md:1: must begin with a header between two lines `---`"),
        (b"---\ntitle: x\n", "site.es.md:1: the header is never closed with a line `---`"),
        (b"---\n" + b"[" * 5000 + b"\n---\n", "site.es.md:2: is not valid YAML: nested too deeply"),
        (b"---\na: " + b"x" * 1_000_000, "site.es.md:1: is longer than 1000000 bytes"),
    ],
)  # fmt: skip
def test_read_curriculum_answers_odd_files(folder: Path, data: bytes, expected: str) -> None:
    (folder / "site.es.md").write_bytes(data)
    assert problems_of(folder) == [expected]


def test_read_curriculum_accepts_byte_order_mark_and_windows_line_ends(folder: Path) -> None:
    before = read_curriculum(folder)
    for path in FILES:
        file = folder / path
        file.write_bytes(b"\xef\xbb\xbf" + file.read_bytes().replace(b"\n", b"\r\n"))
    after = read_curriculum(folder)
    assert after.pages == before.pages
    assert after.questions == before.questions


def test_read_curriculum_accepts_emoji_and_marks_of_direction(folder: Path) -> None:
    title = "Primera \U0001f331 \u200f\u0634\u0643\u0631\u0627"
    change(folder, LESSON, "title: Primera", f"title: {title}")
    lesson = read_curriculum(folder).pages["curso/modulo-1/leccion-1"]
    assert lesson.texts["es"].values["title"] == title


@pytest.mark.parametrize(
    ("block", "message"),
    [
        ("::: image nada.png\nalt: x\n:::", "there is no file “nada.png” beside this one"),
        ("::: image ../../../site.es.md\nalt: x\n:::", "“courses/curso/modulo-1/../../../site.es.md” must be the name of a file in the same folder"),
        ("::: image false.png\nalt: x\n:::", None),
        ("::: image false.png\n:::", "`::: image` needs either `alt: …` or `decorative: true`"),
        ("::: download false.pdf\ntitle: x\n:::", "“false.pdf”: is no pdf file, whatever its name says"),
        ("::: download leccion-1.md\ntitle: x\n:::", "there is no file “leccion-1.md” beside this one"),
    ],
)  # fmt: skip
def test_read_curriculum_checks_files_beside_the_text(
    folder: Path, block: str, message: str | None
) -> None:
    for name in ("false.png", "false.pdf"):
        (folder / LESSON).with_name(name).write_bytes(b"nothing of the kind")
    line = change(folder, LESSON, "## Un título", f"{block}\n\n## Un título")
    found = [text for text in problems_of(folder) if text.startswith(f"{LESSON}:{line}: ")]
    assert len(found) == (2 if "needs either" in (message or "") else 1)
    if message is not None:
        assert f"{LESSON}:{line}: {message}" in found


def test_read_curriculum_reports_a_folder_that_is_not_there(tmp_path: Path) -> None:
    missing = tmp_path / "nada"
    assert problems_of(missing) == [f"{missing}:1: there is no such folder"]


def test_read_curriculum_reports_items_that_wait_for_each_other(folder: Path) -> None:
    line = change(folder, QUIZ, "requires: [leccion-1, leccion-2]", "requires: [prueba]")
    message = "`curso/modulo-1/prueba` could never open: what it asks for first asks for it"
    assert problems_of(folder) == [f"{QUIZ}:{line}: {message}"]
