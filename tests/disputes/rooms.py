"""What people lay aside, submit and answer in the evidence room."""

import io

from disputes.operations import evidence, staging
from tests.support import samples
from tickets.operations import attaching


def stored(*files):
    """Files as they come in: names with bytes, pictures where only a name is given."""
    given = [one if isinstance(one, tuple) else (one, samples.picture(text=one)) for one in files]
    return attaching.store([attaching.Upload(io.BytesIO(data), name) for name, data in given])


def aside(case, by, *files):
    """Prepared, not submitted."""
    return staging.prepare(case, stored(*files), by=by)


def handed_in(case, by, *files, **more):
    """Submitted at once."""
    return evidence.submit(case, stored(*files), by=by, **more)


WAV = b"RIFF\x24\x08\x00\x00WAVEfmt " + bytes(64)
M4A = b"\x00\x00\x00\x20ftypM4A " + bytes(64)
OGG = b"OggS\x00\x02" + bytes(22) + b"OpusHead" + bytes(64)
WEBM = b"\x1a\x45\xdf\xa3\x9fB\x86\x81\x01B\xf7\x81\x01B\xf2\x81\x04B\xf3\x81\x08B\x82\x84webm" + bytes(64)
