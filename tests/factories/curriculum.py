"""A small curriculum in a folder: two lessons, a quiz and three questions, in both languages."""

from pathlib import Path

SOURCES = """sources:
  - label: Ficha de prueba
    date: 2026-11
    mark: R
"""

LESSON_ES = f"""---
title: Primera
objective: Podrá decir qué hace primero.
minutes: 5
{SOURCES}last_reviewed: 2026-11-23
review_due: 2027-05-23
needs_legal_review: false
---

Un **texto** con [un enlace](https://example.org/a?b=1&c=2).

## Un título

::: idea
Primero la seguridad.
:::

::: term enganche
:::

::: checklist Qué hacer
- Preguntar
- Escuchar
:::

::: never Qué no hacer
- Prometer | no se puede cumplir
:::

::: think
¿Qué hace?
+++
Escuchar.
:::

::: table Una tabla
| A | B |
| --- | --- |
| 1 | **2** |
:::
"""

LESSON_EN = """---
title: First
objective: You will be able to say what you do first.
---

A **text** with [a link](https://example.org/a?b=1&c=2).

## A heading

::: idea
Safety first.
:::

::: term enganche
:::

::: checklist What to do
- Ask
- Listen
:::

::: never What not to do
- Promise | it cannot be kept
:::

::: think
What do you do?
+++
Listen.
:::

::: table A table
| A | B |
| --- | --- |
| 1 | **2** |
:::
"""

HARD_ES = f"""---
title: Segunda
objective: Podrá cuidarse.
minutes: 6
content_notice: Esta lección habla de daño.
after_care: Converse con alguien de confianza.
{SOURCES}last_reviewed: 2026-11-23
review_due: 2027-05-23
needs_legal_review: true
---

::: situation Ana en la ventanilla
Una persona llega y pide agua.
:::

::: drawing tres-elementos
alt: Tres piezas.
:::

+++ brief

Lo mismo, más breve.
"""

HARD_EN = """---
title: Second
objective: You will be able to look after yourself.
content_notice: This lesson speaks of harm.
after_care: Talk with someone you trust.
---

::: situation Ana at the desk
A person arrives and asks for water.
:::

::: drawing tres-elementos
alt: Three pieces.
:::

+++ brief

The same, more briefly.
"""


def question(key: str, kind: str, es: str, en: str) -> str:
    """Return the text of a question's file; `es` and `en` are the options."""
    return f"""---
key: {key}
type: {kind}
level: apply
lesson: modulo-1/leccion-1
{SOURCES}needs_legal_review: false
---
# es
¿Qué hace primero?

{es}
## explanation
Primero la seguridad.

# en
What do you do first?

{en}
## explanation
Safety first.
"""


_SINGLE_ES = "- [x] a: Escuchar\n  > Bien.\n- [ ] b: Prometer\n  > No se puede cumplir.\n"
_SINGLE_EN = "- [x] a: Listen\n  > Good.\n- [ ] b: Promise\n  > It cannot be kept.\n"
_MULTIPLE_ES = "- [x] a: Agua\n- [x] b: Calma\n- [ ] c: Prisa\n"
_MULTIPLE_EN = "- [x] a: Water\n- [x] b: Calm\n- [ ] c: Haste\n"
_TRUE_ES = "- [ ] true: Verdadero\n- [x] false: Falso\n"
_TRUE_EN = "- [ ] true: True\n- [x] false: False\n"

FILES = {
    "site.es.md": "---\ntitle: Amparo\nlead: Aprender a cuidar.\n---\nTexto.\n",
    "site.en.md": "---\ntitle: Amparo\nlead: Learning to care.\n---\nText.\n",
    "helplines.yaml": """- key: "105"
  number: "105"
  name: {es: Policía, en: Police}
  purpose: {es: Peligro, en: Danger}
  hours: {es: Siempre, en: Always}
  languages: {es: Castellano, en: Spanish}
  is_emergency: true
  source: Un diario
  source_read_on: 2026-11-23
  verified_on: null
""",
    "glossary.yaml": """- key: enganche
  es: {term: Enganche, definition: Una oferta que atrapa.}
  en: {term: Hook, definition: An offer that traps.}
""",
    "questions/modulo-1/category.yaml": "name: Módulo 1\n",
    "questions/modulo-1/q-1.md": question("q-1", "single_choice", _SINGLE_ES, _SINGLE_EN),
    "questions/modulo-1/q-2.md": question("q-2", "multiple_choice", _MULTIPLE_ES, _MULTIPLE_EN),
    "questions/modulo-1/mitos/q-3.md": question("q-3", "true_false", _TRUE_ES, _TRUE_EN),
    "courses/curso/course.yaml": "enrolment: open\nvalidity_months: 24\n"
    "is_partner_reviewed: false\nscale: vigesimal\nmodules: [modulo-1]\n",
    "courses/curso/course.es.md": "---\ntitle: Curso\nsummary: Resumen.\naudience: Personal.\n"
    "objectives: [Escuchar]\ncertificate_text: Completó el curso.\n---\n## Cómo\n\nTexto.\n",
    "courses/curso/course.en.md": "---\ntitle: Course\nsummary: Summary.\naudience: Staff.\n"
    "objectives: [Listen]\ncertificate_text: Completed the course.\n---\n## How\n\nText.\n",
    "courses/curso/modulo-1/module.yaml": "items: [leccion-1, leccion-2, prueba]\nrequires: []\n",
    "courses/curso/modulo-1/module.es.md": "---\ntitle: Módulo\nsummary: Uno.\n"
    "objectives: [Escuchar]\nclosing: Descanse.\n---\nTexto.\n",
    "courses/curso/modulo-1/module.en.md": "---\ntitle: Module\nsummary: One.\n"
    "objectives: [Listen]\nclosing: Rest.\n---\nText.\n",
    "courses/curso/modulo-1/leccion-1.es.md": LESSON_ES,
    "courses/curso/modulo-1/leccion-1.en.md": LESSON_EN,
    "courses/curso/modulo-1/leccion-2.es.md": HARD_ES,
    "courses/curso/modulo-1/leccion-2.en.md": HARD_EN,
    "courses/curso/modulo-1/prueba.yaml": "pass_mark: 70\nattempts: null\n"
    "shuffle_questions: true\nshuffle_options: true\nlayout: one_per_page\nfeedback: at_end\n"
    "minutes: 10\nrequires: [leccion-1, leccion-2]\nsources:\n  - question: q-1\n"
    "  - draw: 2\n    from: modulo-1\n",
    "courses/curso/modulo-1/prueba.es.md": "---\ntitle: Prueba\n"
    "intro_fail: Lea otra vez.\n---\nAntes.\n",
    "courses/curso/modulo-1/prueba.en.md": "---\ntitle: Quiz\n"
    "intro_fail: Read again.\n---\nBefore.\n",
}


def write_curriculum(folder: Path) -> Path:
    """Write the small curriculum into a folder and return it."""
    for path, text in FILES.items():
        file = folder / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")
    return folder


def change(folder: Path, path: str, old: str, new: str) -> int:
    """Replace a text in a file, once; return the line of the change."""
    file = folder / path
    text = file.read_text(encoding="utf-8")
    before, found, after = text.partition(old)
    if not found:
        raise ValueError(f"{path} does not hold {old!r}")
    file.write_text(before + new + after, encoding="utf-8")
    return before.count("\n") + 1
