"""Choices that trainers make about courses, questions and quizzes."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Scale(models.TextChoices):
    """How marks are shown; they are kept as exact fractions (fact D9: 0 to 20 is usual in Peru)."""

    VIGESIMAL = "vigesimal", _("0 to 20")
    PERCENT = "percent", _("per cent")


class QuizLayout(models.TextChoices):
    """How a quiz lies on the screen."""

    ONE_PER_PAGE = "one_per_page", _("one question per screen")
    ALL_ON_ONE_PAGE = "all_on_one_page", _("all questions on one page")


class FeedbackTiming(models.TextChoices):
    """When a learner sees which options were right, and why."""

    AFTER_EACH = "after_each", _("after each question")
    AT_END = "at_end", _("after submitting the whole quiz")
    AFTER_CLOSING = "after_closing", _("after the quiz has closed for everybody")
    MARKS_ONLY = "marks_only", _("only the marks, never the key")
    NONE = "none", _("nothing but passed or not passed")


class QuizMode(models.TextChoices):
    """What a quiz is for."""

    GRADED = "graded", _("quiz of the course: counts for the certificate")
    EXAM = "exam", _("exam: one question per screen, no hints, nothing revealed before closing")
    DIAGNOSIS = "diagnosis", _("diagnosis: before or after a module, does not count")
    SURVEY = "survey", _("survey: no right answers, does not count")


SHORT_MODES = {
    QuizMode.GRADED: _("quiz"),
    QuizMode.EXAM: _("exam"),
    QuizMode.DIAGNOSIS: _("diagnosis"),
    QuizMode.SURVEY: _("survey"),
}
"""Each mode in one word, for lists and outlines."""

UNCOUNTED_MODES = (QuizMode.DIAGNOSIS, QuizMode.SURVEY)
"""A quiz in one of these is done once it was handed in, whatever its marks."""


class AttemptCounting(models.TextChoices):
    """Which of a learner's attempts gives the result."""

    BEST = "best", _("the best one")
    LAST = "last", _("the last one")
    FIRST = "first", _("the first one")


class Difficulty(models.TextChoices):
    """How hard the author expects a question to be."""

    EASY = "easy", _("easy")
    MEDIUM = "medium", _("medium")
    HARD = "hard", _("hard")


class QuestionGroup(models.TextChoices):
    """What a type of question asks a learner to do."""

    CHOOSE = "choose", _("Choose among options")
    ARRANGE = "arrange", _("Put together")
    WRITE = "write", _("Write")
    READ = "read", _("Between the questions")


class ThinkingLevel(models.TextChoices):
    """What a question asks of the learner."""

    REMEMBER = "remember", _("remember")
    UNDERSTAND = "understand", _("understand")
    APPLY = "apply", _("apply")


class ItemKind(models.TextChoices):
    """The kinds of item that a release may promise."""

    LESSON = "lesson", _("lesson")
    QUIZ = "quiz", _("quiz")
    CASE = "case", _("case")
    PRACTICE = "practice", _("observed practice")


class StaffPart(models.TextChoices):
    """What somebody does in one course."""

    LEAD = "lead", _("lead trainer")
    TRAINER = "trainer", _("trainer")


class ImportFormat(models.TextChoices):
    """The files of questions that can be read."""

    GIFT = "gift", "GIFT"
    AIKEN = "aiken", "Aiken"
    MOODLE_XML = "moodle_xml", "Moodle XML"
    DJANGO_QUIZ_APP = "django_quiz_app", "django-quiz-app"


class ImportState(models.TextChoices):
    """Where an import of questions stands."""

    UPLOADED = "uploaded", _("waiting")
    CHECKED = "checked", _("checked, nothing written yet")
    RUNNING = "running", _("under way")
    DONE = "done", _("done")
    REFUSED = "refused", _("refused")


class EndingKind(models.TextChoices):
    """How a case ended: never how a learner did."""

    SAFE = "safe", _("safe ending")
    INCOMPLETE = "incomplete", _("incomplete ending")
    HARMFUL = "harmful", _("harmful ending")


class SourceKind(models.TextChoices):
    """What a source is."""

    TREATY = "treaty", _("treaty")
    NORM = "norm", _("norm")
    CASE_LAW = "case_law", _("decision of a court")
    PROTOCOL = "protocol", _("protocol or guide")
    FIGURES = "figures", _("figures")
    STUDY = "study", _("study or report")
    PRESS = "press", _("press or web page")


class SourceState(models.TextChoices):
    """Whether what a source says is in force."""

    IN_FORCE = "in_force", _("in force")
    AMENDED = "amended", _("in force, amended")
    REPEALED = "repealed", _("no longer in force")
    UNKNOWN = "unknown", _("not confirmed")
    NOT_A_RULE = "not_a_rule", _("not a rule")


class SourceChangeKind(models.TextChoices):
    """What happened to a source."""

    AMENDED = "amended", _("it was amended")
    REPEALED = "repealed", _("it is no longer in force")
    REPLACED = "replaced", _("another one replaces it")
    OTHER = "other", _("something else")


class CheckOutcome(models.TextChoices):
    """What became of an item whose source changed."""

    OPEN = "open", _("to be checked")
    UNCHANGED = "unchanged", _("nothing to change")
    CHANGED = "changed", _("it was changed")


class ServiceKind(models.TextChoices):
    """What a public service is there for."""

    COORDINATION = "coordination", _("policy and coordination")
    POLICE = "police", _("police")
    PROSECUTION = "prosecution", _("prosecution")
    VICTIMS = "victims", _("assistance to victims and witnesses")
    LEGAL = "legal", _("free legal defence")
    CHILDREN = "children", _("protection of children and adolescents")
    VIOLENCE = "violence", _("care in cases of violence")
    HEALTH = "health", _("health")
    LABOUR = "labour", _("labour inspection")
    MIGRATION = "migration", _("migration and consulates")
    IDENTITY = "identity", _("identity documents")
    OVERSIGHT = "oversight", _("oversight of the State")
    JUSTICE = "justice", _("courts")
    LOCAL = "local", _("local government and schools")
    COOPERATION = "cooperation", _("civil society and cooperation")


class Region(models.TextChoices):
    """The regions of Peru; an empty one stands for the whole country."""

    AMAZONAS = "amazonas", "Amazonas"
    ANCASH = "ancash", "Áncash"
    APURIMAC = "apurimac", "Apurímac"
    AREQUIPA = "arequipa", "Arequipa"
    AYACUCHO = "ayacucho", "Ayacucho"
    CAJAMARCA = "cajamarca", "Cajamarca"
    CALLAO = "callao", "Callao"
    CUSCO = "cusco", "Cusco"
    HUANCAVELICA = "huancavelica", "Huancavelica"
    HUANUCO = "huanuco", "Huánuco"
    ICA = "ica", "Ica"
    JUNIN = "junin", "Junín"
    LA_LIBERTAD = "la-libertad", "La Libertad"
    LAMBAYEQUE = "lambayeque", "Lambayeque"
    LIMA = "lima", "Lima"
    LORETO = "loreto", "Loreto"
    MADRE_DE_DIOS = "madre-de-dios", "Madre de Dios"
    MOQUEGUA = "moquegua", "Moquegua"
    PASCO = "pasco", "Pasco"
    PIURA = "piura", "Piura"
    PUNO = "puno", "Puno"
    SAN_MARTIN = "san-martin", "San Martín"
    TACNA = "tacna", "Tacna"
    TUMBES = "tumbes", "Tumbes"
    UCAYALI = "ucayali", "Ucayali"
