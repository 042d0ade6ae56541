"""The bodies outside that the policies know of, as the first rows of a directory the operator edits.

The limits are those of the policies; what is not known (a cost, a limit) is left open.
"""

from django.db import migrations

BODIES = [
    {
        "code": "uk-fos",
        "name_en": "Financial Ombudsman Service (UK)",
        "name_zh": "英国金融申诉专员服务（FOS）",
        "jurisdictions": ["UK-FCA", "UK-PSD"],
        "covers_en": "Complaints about firms under the rules of the UK's FCA",
        "covers_zh": "受英国 FCA 规则约束的公司的投诉",
        "web": "https://www.financial-ombudsman.org.uk/",
        "languages": "en",
        "limit_n": 6,
        "limit_unit": "months",
        "counts_from": "final_response",
        "binding": "if_accepted",
    },
    {
        "code": "cy-fo",
        "name_en": "Financial Ombudsman of the Republic of Cyprus",
        "name_zh": "塞浦路斯共和国金融申诉专员",
        "jurisdictions": ["CY-CYSEC"],
        "covers_en": "Complaints about investment firms under CySEC",
        "covers_zh": "受 CySEC 监管的投资公司的投诉",
        "web": "http://www.financialombudsman.gov.cy/",
        "languages": "el, en",
        "limit_n": 4,
        "limit_unit": "months",
        "counts_from": "final_response",
        "binding": "",
    },
    {
        "code": "au-afca",
        "name_en": "Australian Financial Complaints Authority (AFCA)",
        "name_zh": "澳大利亚金融投诉局（AFCA）",
        "jurisdictions": ["AU-ASIC"],
        "covers_en": "Complaints about firms under ASIC's RG 271",
        "covers_zh": "适用 ASIC RG 271 的公司的投诉",
        "web": "https://www.afca.org.au/",
        "languages": "en",
        "limit_n": 2,
        "limit_unit": "years",
        "counts_from": "final_response",
        "binding": "",
    },
    {
        "code": "ae-vara",
        "name_en": "Virtual Assets Regulatory Authority (VARA), Dubai",
        "name_zh": "迪拜虚拟资产监管局（VARA）",
        "jurisdictions": ["AE-VARA"],
        "covers_en": "Complaints about virtual asset service providers in Dubai",
        "covers_zh": "迪拜虚拟资产服务商的投诉",
        "web": "https://www.vara.ae/",
        "languages": "en, ar",
        "limit_n": None,
        "limit_unit": "",
        "counts_from": "final_response",
        "binding": "",
    },
    {
        "code": "fincom",
        "name_en": "The Financial Commission",
        "name_zh": "金融委员会（Financial Commission）",
        "jurisdictions": ["FINCOM"],
        "covers_en": "Complaints about its members",
        "covers_zh": "其会员公司的投诉",
        "web": "https://financialcommission.org/",
        "languages": "en",
        "limit_n": 45,
        "limit_unit": "calendar_days",
        "counts_from": "incident",
        "binding": "if_accepted",
    },
]


def load(apps, schema_editor):
    ExternalBody = apps.get_model("disputes", "ExternalBody")
    for position, row in enumerate(BODIES, start=1):
        ExternalBody.objects.create(position=position, **row)


class Migration(migrations.Migration):
    dependencies = [("disputes", "0012_after_guards")]
    operations = [
        migrations.RunPython(load, migrations.RunPython.noop),
    ]
