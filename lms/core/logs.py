"""What must not be written to a log: a certificate's code is a key, and opens what it names."""

import logging
import re

CODE = re.compile(r"(/v/|/certificates/|/cert/|/invitacion/)[^\s/?\"']+")


class MaskSecrets(logging.Filter):
    """Replaces certificate codes in addresses before a record is written."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Mask the record's finished message; always keep the record."""
        message = record.getMessage()
        masked = CODE.sub(r"\1…", message)
        if masked != message:
            record.msg, record.args = masked, ()
        return True
