"""What a browser without script does, at the doors people use."""

from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from .samples import picture as drawn
from .samples import upload


def signed_in(person) -> Client:
    """A browser in which this person is signed in."""
    client = Client()
    client.force_login(person)
    return client


def picture(name: str = "截图 1.png") -> SimpleUploadedFile:
    """A screenshot, ready for a form."""
    return upload(name, drawn())
