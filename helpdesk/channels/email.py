"""E-mail through the SMTP server of `EMAIL_URL`, one connection per batch."""

import smtplib
import ssl

from django.core.exceptions import ValidationError
from django.core.mail import BadHeaderError, EmailMultiAlternatives
from django.core.mail.backends.smtp import EmailBackend
from django.core.validators import validate_email

from helpdesk.core.text import one_line

from .base import Letter, Receipt, Transport, TransportError

# Mail robots answer mail robots unless told not to (RFC 3834, and what Exchange understands).
AUTOMATIC = {"Auto-Submitted": "auto-generated", "X-Auto-Response-Suppress": "All"}


class SmtpTransport(Transport):
    """Speaks to the configured server; opens the connection with the first letter."""

    name = "email"

    def __init__(self) -> None:
        self._server = EmailBackend()

    def send(self, letter: Letter) -> Receipt:
        """Hand one letter to the server; 5xx answers are final, everything else may pass."""
        try:
            validate_email(letter.to)
        except ValidationError as error:
            raise TransportError("not an address", permanent=True) from error
        self._connect()
        try:
            self._server.send_messages([as_mime(letter)])
        except BadHeaderError as error:
            raise TransportError("a header holds a line break", permanent=True) from error
        except smtplib.SMTPRecipientsRefused as refused:
            code, reason = next(iter(refused.recipients.values()))
            raise TransportError(_said(code, reason), permanent=code >= 500) from refused
        except smtplib.SMTPServerDisconnected as error:
            self.close()
            raise TransportError("the server hung up", down=True) from error
        except smtplib.SMTPResponseException as error:
            self.close()  # the conversation is in an unknown state; the next letter starts a new one
            raise TransportError(
                _said(error.smtp_code, error.smtp_error), permanent=error.smtp_code >= 500
            ) from error
        except (smtplib.SMTPException, OSError) as error:
            self.close()
            raise TransportError(f"{type(error).__name__}: {error}", down=True) from error
        except (ValueError, UnicodeError) as error:
            raise TransportError(f"not an address or not text: {error}", permanent=True) from error
        return Receipt()

    def close(self) -> None:
        """Say goodbye; a server that is gone already does not matter."""
        try:
            self._server.close()
        except (smtplib.SMTPException, OSError):
            self._server.connection = None

    def _connect(self) -> None:
        try:
            self._server.open()
        except (smtplib.SMTPException, OSError, ssl.SSLError) as error:
            self.close()
            raise TransportError(f"{type(error).__name__}: {error}", down=True) from error


def as_mime(letter: Letter) -> EmailMultiAlternatives:
    """The letter as a message: text first, HTML beside it, no header that a writer could bend."""
    message = EmailMultiAlternatives(
        subject=one_line(letter.subject),
        body=letter.text,
        to=[letter.to],
        headers={"Message-ID": letter.message_id, "Content-Language": letter.language}
        | (AUTOMATIC if letter.automatic else {}),
    )
    if letter.html:
        message.attach_alternative(letter.html, "text/html")
    return message


def _said(code: int, reason: bytes | str) -> str:
    words = reason.decode("utf-8", "replace") if isinstance(reason, bytes) else reason
    return f"{code} {one_line(words)}"[:300]
