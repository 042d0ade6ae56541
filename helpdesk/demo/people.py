"""The people of the story: those who sign in, those who only act in it, teams, accounts."""

from dataclasses import dataclass
from datetime import date

from allauth.account.models import EmailAddress
from django.db import transaction

from accounts.models import LegalEntity, Person, TradingAccount
from accounts.operations import registration
from accounts.states import Role
from tickets.models import Category, Team

PASSWORD = "demo-pass-2026"  # noqa: S105 (printed at the first start: it opens only the demo)
DOMAIN = "demo.test"
ZH, EN = "zh-hans", "en"


@dataclass(frozen=True)
class Someone:
    """A person of the story; `entity` is a trader's company, `manager` who leads somebody of the house."""

    name: str
    language: str
    zone: str
    role: Role = Role.TRADER
    unit: str = ""
    entity: str = ""
    account: str = ""
    tier: str = "standard"
    manager: str = ""


SIGN_INS = {
    "mei": Someone("林美", ZH, "Asia/Shanghai", entity="hk", account="NL-30118", tier="gold"),
    "omar": Someone("Omar Haddad", EN, "Africa/Cairo", entity="markets", account="NL-40071"),
    "ada": Someone("Ada Brandt", EN, "Europe/Berlin", Role.AGENT, "support-emea"),
    "bo": Someone("薄宁", ZH, "Asia/Shanghai", Role.AGENT, "support-apac"),
    "sun": Someone("孙悦", ZH, "Asia/Shanghai", Role.SUPERVISOR, "support-lead"),
    "nia": Someone("Nia Okoye", EN, "Africa/Lagos", Role.MEDIATOR, "mediation"),
    "dan": Someone("Dan Weiss", EN, "Europe/Berlin", Role.DECIDER, "decisions"),
    "rex": Someone("Rex Mwangi", EN, "Africa/Nairobi", Role.APPEAL_REVIEWER, "appeals"),
    "eva": Someone("Eva Lind", EN, "Europe/Stockholm", Role.EXTERNAL_MEDIATOR),
    "cody": Someone("Cody Park", EN, "Asia/Seoul", Role.COMPLIANCE, "compliance"),
    "fin": Someone("Fin Costa", EN, "Europe/Lisbon", Role.FINANCE, "finance"),
    # Fin leads finance by this: sums above 1,000 USD need a lead who approves and somebody else who pays.
    "flo": Someone("Flo Castell", EN, "Europe/Lisbon", Role.FINANCE, "finance", manager="fin"),
    "faye": Someone("Faye Moreau", EN, "Europe/Paris", Role.EDITOR, "content"),
    "root": Someone("Root", EN, "UTC", Role.ADMIN, "operations"),
    # Roles are given by two.
    "ruth": Someone("Ruth Adeyemi", EN, "Africa/Lagos", Role.ADMIN, "operations"),
}
# Without a password: they fill the queue and take up complaints, but nobody signs in as them.
OTHERS = {
    "hal": Someone("Hal Novak", EN, "UTC", Role.HANDLER, "complaints"),
    "chen": Someone("陈宇", ZH, "Asia/Shanghai", entity="hk", account="NL-30207"),
    "li": Someone("李娜", ZH, "Asia/Shanghai", entity="hk", account="NL-30411"),
    "wang": Someone("王浩然", ZH, "Asia/Singapore", entity="hk", account="NL-40312", tier="gold"),
    "zhou": Someone("周子墨", ZH, "Asia/Shanghai", entity="hk", account="NL-30555"),
    "liu": Someone("刘思远", ZH, "Australia/Sydney", entity="hk", account="NL-30602"),
    "priya": Someone("Priya Nair", EN, "Europe/London", entity="markets", account="NL-40108", tier="gold"),
    "tomas": Someone("Tomás Silva", EN, "Europe/Lisbon", entity="markets", account="NL-40133"),
    "lena": Someone("Lena Fischer", EN, "Europe/Berlin", entity="markets", account="NL-40217"),
    "james": Someone("James Okafor", EN, "Europe/London", entity="markets", account="NL-40240"),
    "aisha": Someone("Aisha Rahman", EN, "Asia/Dubai", entity="markets", account="NL-40266"),
    "elena": Someone("Elena Georgiou", EN, "Asia/Nicosia", entity="europe", account="NL-50021"),
}
ENTITIES = {
    "markets": ("Northlight Markets Ltd", "HOUSE"),
    "hk": ("Northlight Digital (Hong Kong) Ltd", "HOUSE"),
    "europe": ("Northlight Europe (Cyprus) Ltd", "CY-CYSEC"),
}
# Each team with the subjects it looks after.
TEAMS = {
    "account": ("Account and identity", "账户与身份", ("ACC", "KYC", "PRV")),
    "payments": ("Deposits and withdrawals", "充提与支付", ("DEP", "WDR", "FEE", "P2P")),
    "trading": ("Trading", "交易", ("TRD", "BIN", "FUT", "BON")),
    "security": ("Security and restrictions", "安全与限制", ("SEC", "FRZ")),
    "product": ("Product, API and service", "产品、接口与服务", ("PLT", "SVC", "INF", "GEN")),
}


def address(key: str) -> str:
    """Where the person receives mail."""
    return f"{key}@{DOMAIN}"


@transaction.atomic
def register_all() -> dict[str, Person]:
    """Everybody with a confirmed address, teams on their subjects, entities and trading accounts."""
    entities = {
        code: LegalEntity.objects.create(code=code, name=name, jurisdiction=jurisdiction)
        for code, (name, jurisdiction) in ENTITIES.items()
    }
    everyone = {key: _register(key, who, PASSWORD, entities) for key, who in SIGN_INS.items()}
    everyone |= {key: _register(key, who, None, entities) for key, who in OTHERS.items()}
    for key, who in (SIGN_INS | OTHERS).items():
        if who.manager:
            Person.objects.filter(pk=everyone[key].pk).update(manager=everyone[who.manager])
    for code, (name_en, name_zh, subjects) in TEAMS.items():
        team = Team.objects.create(code=code, name_en=name_en, name_zh=name_zh)
        Category.objects.filter(parent__code__in=subjects).update(team=team)
    return everyone


def _register(key: str, who: Someone, password: str | None, entities: dict[str, LegalEntity]) -> Person:
    person = registration.register(
        address(key),
        name=who.name,
        password=password,
        roles=[who.role],
        language=who.language,
        time_zone=who.zone,
        unit=who.unit,
    )
    EmailAddress.objects.create(user=person, email=person.email, verified=True, primary=True)
    if who.entity:
        TradingAccount.objects.create(
            holder=person,
            entity=entities[who.entity],
            number=who.account,
            opened_on=date(2025, 3, 14),
            tier=who.tier,
        )
    return person


def gather() -> dict[str, Person]:
    """Everybody as they stand in the database, by key."""
    found = Person.objects.filter(email__endswith=f"@{DOMAIN}")
    return {person.email.partition("@")[0]: person for person in found}
