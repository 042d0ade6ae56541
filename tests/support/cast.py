"""The people of every test. Mei owns the case, Ada answers it, Omar must never see it."""

from types import SimpleNamespace

from accounts.models import Factor, Person
from accounts.operations import factors, registration
from accounts.states import Role

PASSWORD = "demo-pass-2026"
SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"
PEOPLE = {
    "mei": ("林美", "zh-hans", "Asia/Shanghai", [Role.TRADER]),
    "omar": ("Omar Haddad", "en", "Africa/Cairo", [Role.TRADER]),
    "ada": ("Ada Brandt", "en", "Europe/Berlin", [Role.AGENT]),
    "bo": ("薄宁", "zh-hans", "Asia/Shanghai", [Role.AGENT]),
    "sun": ("孙悦", "zh-hans", "Asia/Shanghai", [Role.SUPERVISOR]),
    "hal": ("Hal Novak", "en", "UTC", [Role.HANDLER]),
    "nia": ("Nia Okoye", "en", "Africa/Lagos", [Role.MEDIATOR]),
    "eva": ("Eva Lind", "en", "Europe/Stockholm", [Role.EXTERNAL_MEDIATOR]),
    "dan": ("Dan Weiss", "en", "Europe/Berlin", [Role.DECIDER]),
    "rex": ("Rex Mwangi", "en", "Africa/Nairobi", [Role.APPEAL_REVIEWER]),
    "cody": ("Cody Park", "en", "Asia/Seoul", [Role.COMPLIANCE]),
    "fin": ("Fin Costa", "en", "Europe/Lisbon", [Role.FINANCE]),
    "faye": ("Faye Moreau", "en", "Europe/Paris", [Role.EDITOR]),
    "root": ("Root", "en", "UTC", [Role.ADMIN]),
    "ivo": ("Ivo Keller", "en", "Europe/Zurich", [Role.AUDITOR]),
}


def address(name: str) -> str:
    return f"{name}@demo.test"


def make_all() -> None:
    """Register everybody, their addresses confirmed."""
    from allauth.account.models import EmailAddress

    for key, (name, language, zone, roles) in PEOPLE.items():
        person = registration.register(
            address(key), name=name, password=PASSWORD, roles=roles, language=language, time_zone=zone
        )
        EmailAddress.objects.create(user=person, email=person.email, verified=True, primary=True)
        if Role.EXTERNAL_MEDIATOR in roles:
            with_factor(person)


def with_factor(person: Person) -> Person:
    """Somebody who signs in with a second factor, whose app shows what `SECRET` gives."""
    Factor.objects.create(person=person, sealed=factors.seal(SECRET))
    return person


def gather() -> SimpleNamespace:
    """Everybody as they stand in the database now: `cast.mei`, `cast.ada` …"""
    names = {address(key): key for key in PEOPLE}
    found = {names[person.email]: person for person in Person.objects.filter(email__in=names)}
    return SimpleNamespace(**{key: found[key] for key in PEOPLE})
