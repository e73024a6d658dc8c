"""Reads a file of questions in any of the formats, and writes one."""

from collections.abc import Sequence

from courses.enums import ImportFormat
from courses.formats.aiken import read_aiken, write_aiken
from courses.formats.gift import read_gift
from courses.formats.gift_writing import write_gift
from courses.formats.moodle_xml import read_moodle_xml
from courses.formats.moodle_xml_writing import write_moodle_xml
from courses.formats.plaintext import decode
from courses.formats.structures import FileContents, WrittenFile
from courses.question_types.exchange import ExchangedQuestion

WRITERS = {
    ImportFormat.GIFT: write_gift,
    ImportFormat.AIKEN: write_aiken,
    ImportFormat.MOODLE_XML: write_moodle_xml,
}
ENDINGS = {ImportFormat.GIFT: "gift", ImportFormat.AIKEN: "txt", ImportFormat.MOODLE_XML: "xml"}


def read_questions(data: bytes, *, format_name: str, language: str) -> FileContents:
    """Return the questions of a file in GIFT, Aiken or Moodle XML.

    Raises:
        FileRefused: nothing of it can be read.
    """
    if format_name == ImportFormat.MOODLE_XML:
        return read_moodle_xml(data, language=language)
    text, notes = decode(data)
    read = read_gift if format_name == ImportFormat.GIFT else read_aiken
    contents = read(text, language=language)
    return FileContents(contents.questions, contents.refusals, notes)


def write_questions(
    questions: Sequence[ExchangedQuestion], *, format_name: str, language: str
) -> WrittenFile:
    """Return the questions as a file; `lost` and `left_out` say what the format cannot carry."""
    return WRITERS[ImportFormat(format_name)](questions, language=language)
