"""The texts that come with the product: drafts in plain words, to be read by a lawyer first.

They say what this software does with personal data. Who runs a site publishes texts of its own in
the admin, with the name of whoever is responsible. See docs/legal-review.md.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from lms.accounts.enums import ConsentPurpose

SHIPPED_ON = date(2026, 11, 1)


@dataclass(frozen=True)
class ShippedText:
    """Title and words, in Spanish and in English."""

    titles: tuple[str, str]
    words: tuple[str, str]


SHIPPED: Mapping[ConsentPurpose, ShippedText] = {
    ConsentPurpose.PARTICIPATION: ShippedText(
        titles=(
            "Sus datos para participar y recibir certificados",
            "Your data for taking part and for certificates",
        ),
        words=(
            """Para que pueda aprender aquí guardamos su nombre, su correo o su nombre de usuario, lo que avanza en cada curso, sus respuestas, sus resultados y sus certificados.

Lo usamos solo para enseñarle, para emitir sus certificados y para que quien tenga el código de uno pueda comprobar que es verdadero. No lo vendemos ni lo usamos para publicidad.

Lo ven usted y sus docentes, en los cursos que lleva con ellos. Su institución ve únicamente su avance y sus certificados en los cursos para los que le designó, nunca sus respuestas. Otras personas que aprenden aquí ven como máximo el nombre que usted elija mostrar.

Lo guardamos mientras tenga su cuenta. Si la cierra, se suprime o se separa de su nombre, salvo lo que haya que conservar; la página «Mis datos» lo dice dato por dato.

La Ley 29733 y su reglamento, el Decreto Supremo 016-2024-JUS, le dan derecho a ver sus datos, corregirlos, llevárselos, oponerse a un uso y pedir que se supriman. Todo se pide en la página «Mis datos», sin costo.

Sin esta autorización no podemos abrirle una cuenta ni emitirle certificados. Puede retirarla cuando quiera cerrando su cuenta.""",
            """So that you can learn here we keep your name, your e-mail or user name, how far you are in each course, your answers, your results and your certificates.

We use this only to teach you, to issue your certificates, and so that whoever has the code of one can check that it is real. We do not sell it or use it for advertising.

You see it, and so do your trainers, in the courses that you take with them. Your agency sees only your progress and your certificates in the courses for which it nominated you, never your answers. Other people who learn here see at most the name that you choose to show.

We keep it while you have an account. If you close it, it is erased or separated from your name, except for what has to be kept; the page “My data” says so for each kind.

Ley 29733 and its regulation, Decreto Supremo 016-2024-JUS, give you the right to see your data, to have them corrected, to take them with you, to object to a use and to ask for erasure. All of that is asked for on the page “My data”, at no cost.

Without this consent we can open no account and issue no certificates. You can take it back at any time by closing your account.""",
        ),
    ),
    ConsentPurpose.DOCUMENT: ShippedText(
        titles=("Su documento de identidad (opcional)", "Your identity document (optional)"),
        words=(
            """Dar su documento de identidad es opcional. Sirve para que su certificado muestre sus tres últimos caracteres, cuando el curso lo pide, y así nadie lo tome por el de otra persona.

Lo guardamos cifrado. Nadie vuelve a verlo completo: usted, sus docentes y quien verifica un certificado ven como máximo los tres últimos caracteres.

Puede borrarlo en su perfil cuando quiera. Los certificados ya emitidos conservan los tres caracteres que se imprimieron. Si no lo da, nada cambia en lo que puede aprender ni en el valor de sus certificados.""",
            """Giving your identity document is optional. It lets your certificate show its last three characters, where the course asks for it, so that nobody takes it for somebody else's.

We keep it encrypted. Nobody sees it whole again: you, your trainers and whoever checks a certificate see at most the last three characters.

You can delete it in your profile at any time. Certificates that exist keep the three characters that were printed. If you do not give it, nothing changes in what you may learn or in what your certificates are worth.""",
        ),
    ),
    ConsentPurpose.FOLLOW_UP: ShippedText(
        titles=("Preguntas después de un curso (opcional)", "Questions after a course (optional)"),
        words=(
            """Unos meses después de terminar un curso podemos escribirle para preguntarle qué le sirvió en su trabajo y ofrecerle un repaso breve. Nunca preguntamos por un caso ni por una persona.

El correo no menciona el tema ni el curso. Sus respuestas se usan para mejorar los cursos y se muestran sumadas con las de otras personas, sin su nombre.

Es opcional y puede retirarlo cuando quiera. Si dice que no, nada cambia en sus cursos ni en sus certificados.""",
            """Some months after a course ends we may write to you to ask what helped in your work, and to offer a short refresher. We never ask about a case or about a person.

The mail names neither the subject nor the course. Your answers are used to improve the courses and are shown added up with those of others, without your name.

This is optional and you can take it back at any time. If you say no, nothing changes in your courses or your certificates.""",
        ),
    ),
}
