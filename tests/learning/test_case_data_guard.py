"""What the guard sees in a text, and what it leaves alone."""

import pytest

from lms.learning.case_data_guard import DataKind, find_case_data, marked_pieces

LEARNER = "Ana Rosa Huamán Ccori"

FOUND = [
    ("Su DNI es 45678912.", [("identity", "45678912")]),
    ("Se identificó con 45.678.912 en la puerta.", [("identity", "45.678.912")]),
    ("DNI N° 45678912", [("identity", "45678912")]),
    ("Carné de extranjería 001234567, vigente.", [("identity", "001234567")]),
    ("El RUC del local es 20512345678.", [("identity", "20512345678")]),
    ("El RUC de ella es 10456789121", [("identity", "10456789121")]),
    ("Mostró el pasaporte N° AB123456.", [("identity", "pasaporte N° AB123456")]),
    ("Her passport 123456789 was taken.", [("identity", "123456789")]),
    ("Me llamó al 987654321 anoche.", [("phone", "987654321")]),
    ("Su número: 987 654 321.", [("phone", "987 654 321")]),
    ("Escribió desde +51 987 654 321", [("phone", "+51 987 654 321")]),
    ("Llamó del (01) 234-5678.", [("phone", "(01) 234-5678")]),
    ("Teléfono fijo: 234-5678", [("phone", "Teléfono fijo: 234-5678")]),
    ("She called 2345678 twice.", [("phone", "called 2345678")]),
    ("Iban en el auto ABC-123.", [("plate", "ABC-123")]),
    ("La moto 1234-5A los seguía.", [("plate", "1234-5A")]),
    ("Una camioneta de placa B4C 567 gris.", [("plate", "placa B4C 567")]),
    ("The car with plate F5U597 left.", [("plate", "plate F5U597")]),
    ("La carpeta fiscal N° 123-2024 sigue.", [("file", "carpeta fiscal N° 123-2024")]),
    ("Expediente 01234-2024-0-1801-JR-PE-01.", [("file", "01234-2024-0-1801-JR-PE-01")]),
    ("Está en el exp. 456-2025.", [("file", "exp. 456-2025")]),
    ("Carpeta 506014502-2023-1034-0.", [("file", "Carpeta 506014502-2023-1034-0")]),
    ("See case file 55-2024.", [("file", "case file 55-2024")]),
    ("El expediente N° 4567 se archivó.", [("file", "expediente N° 4567")]),
    ("Vive en la avenida Los Olivos 1234.", [("address", "avenida Los Olivos 1234")]),
    ("Está en el Jr. Puno N° 456, segundo piso.", [("address", "Jr. Puno N° 456")]),
    ("Duerme en la Mz. C, Lt. 14 del cerro.", [("address", "Mz. C, Lt. 14")]),
    ("Su correo es rosa.q@correo.example.", [("email", "rosa.q@correo.example")]),
    ("Hablé con Rosa Quispe Mamani en la puerta.", [("name", "Rosa Quispe Mamani")]),
    ("La señora Rosa Quispe pidió agua.", [("name", "Rosa Quispe")]),
    ("Rosa Quispe pidió agua.", [("name", "Rosa Quispe")]),
    ("Entonces llegó Juan de la Cruz.", [("name", "Juan de la Cruz")]),
    ("La víctima, JUANA MAMANI CONDORI, calló.", [("name", "JUANA MAMANI CONDORI")]),
    ("I spoke with Maria Lopez there.", [("name", "Maria Lopez")]),
    ("Cuando María Quispe llegó, llovía.", [("name", "María Quispe")]),
    ("El conductor es Quispe Mamani.", [("name", "Quispe Mamani")]),
    (
        "Rosa Quispe, DNI 45678912, teléfono 987654321, auto ABC-123.",
        [
            ("name", "Rosa Quispe"),
            ("identity", "45678912"),
            ("phone", "987654321"),
            ("plate", "ABC-123"),
        ],
    ),
]

LEFT_ALONE = [
    "",
    "Primero la seguridad: escucho, no prometo y llamo a la línea 1818, opción 1.",
    "Llamo al 105, al 100 o al 1818 de inmediato.",
    "La Ley 28950 y su reglamento, el D.S. 001-2016-IN, lo dicen.",
    "Según la Ley N° 30364 y la Ley Nº 28950.",
    "El artículo 129-A del Código Penal y el art. 153.",
    "D.S. 005-2016-IN, R.M. 0430-2016-IN, RM 203-2014-MINDES.",
    "Decreto Supremo N° 009-2016-MIMP y Decreto Legislativo 1323.",
    "Acuerdo Plenario 6-2019/CJ-116 y Casación 1459-2019.",
    "Convenio 29 de la OIT, de 1930; Protocolo de 2014.",
    "En 2024 hubo más casos que en 2023; entre 2019-2024 subió.",
    "Le ofrecieron S/ 15000000 y un adelanto de 12000000 soles.",
    "Le pagaban 1500 soles al mes, de 8:00 a 20:00.",
    "La línea gratuita 0800-23-232 atiende todo el día.",
    "Aviso a la Policía Nacional del Perú y al Ministerio Público.",
    "Coordino con la Fiscalía Provincial Especializada en Trata de Personas.",
    "El Ministerio de la Mujer y Poblaciones Vulnerables tiene un Centro Emergencia Mujer.",
    "La Unidad de Protección Especial de Madre de Dios.",
    "Viajó de San Juan de Lurigancho a Madre de Dios por Puerto Maldonado.",
    "Ella viene de Villa El Salvador, en Lima.",
    "Sigo el Protocolo Intersectorial. Después escribo el acta.",
    "The Public Prosecutor and the Ministry of Women must be told.",
    "Under Law 28950, article 3, consent does not matter.",
    "The United States and South Africa signed the Palermo Protocol.",
    "Caso 3: la persona no quiere hablar. Caso 12 también.",
    "Ana no quiere hablar. Rosa tampoco. Le creo.",
    "Primero pregunto. Luego escucho. Después llamo.",
    "Soy Ana Huamán y trabajo aquí.",
    "Firmado, Ana Rosa Huamán Ccori.",
    "Usa WhatsApp y Facebook; habla Quechua y Español.",
    "Covid-19, módulo 2-3, pregunta 10 de 12, el 24-11-2026.",
    "El 24/11/2026 a las 15:30, lunes.",
    "El Día Mundial contra la Trata es en julio.",
]


@pytest.mark.parametrize(("text", "expected"), FOUND)
def test_guard_finds_what_looks_like_a_real_case(
    text: str, expected: list[tuple[str, str]]
) -> None:
    found = find_case_data(text, own_names=[LEARNER])
    assert [(str(each.kind), text[each.start : each.end]) for each in found] == expected


@pytest.mark.parametrize("text", LEFT_ALONE)
def test_guard_leaves_norms_helplines_places_and_the_learner_alone(text: str) -> None:
    found = find_case_data(text, own_names=[LEARNER])
    assert [(str(each.kind), text[each.start : each.end]) for each in found] == []


def test_guard_lets_an_answer_repeat_what_the_question_said() -> None:
    stem = "Elena Soto Vargas llega con la placa ABC-123. ¿Qué hace usted?"
    answer = "Llevo a Elena Soto aparte y anoto ABC-123; no llamo a Pedro Rojas."
    found = find_case_data(answer, known_text=stem)
    assert [answer[each.start : each.end] for each in found] == ["Pedro Rojas"]


def test_marked_pieces_put_together_are_the_text() -> None:
    text = "Vi a Rosa Quispe con DNI 45678912 y ya."
    pieces = marked_pieces(text, find_case_data(text))
    assert pieces == [
        ("Vi a ", None),
        ("Rosa Quispe", DataKind.NAME),
        (" con DNI ", None),
        ("45678912", DataKind.IDENTITY),
        (" y ya.", None),
    ]
