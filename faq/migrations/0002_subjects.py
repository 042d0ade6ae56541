"""The nine subjects of the help centre."""

from django.db import migrations

SUBJECTS = [
    ("account", "账户", "Account", "注册、登录、资料与注销", "Signing up, signing in, your details, closing", "user"),
    ("identity", "身份认证", "Identity", "证件、人脸、地址证明与审核", "Documents, selfie, proof of address, review", "id-card"),
    (
        "deposits-withdrawals", "充值与提现", "Deposits and withdrawals",
        "到账时间、限额、网络与手续费", "Arrival times, limits, networks and fees", "wallet",
    ),
    (
        "trading", "交易", "Trading",
        "订单、二元期权结算、合约与强平", "Orders, option settlement, futures and liquidation", "trending-up",
    ),
    ("security", "安全", "Security", "两步验证、盗号处置、防钓鱼", "Two-step sign-in, theft, phishing", "shield-check"),
    ("api", "API", "API", "密钥、限频、签名与行情推送", "Keys, rate limits, signatures, market data", "plug"),
    ("promotions", "活动与奖励", "Promotions", "奖励规则、流水要求与到账", "Bonus rules, turnover, crediting", "gift"),
    (
        "product", "产品与费用", "Product and fees",
        "功能、费率、图表与应用问题", "Features, rates, charts, app problems", "layers",
    ),
    (
        "compliance", "合规与争议", "Compliance and disputes",
        "冻结、投诉、调解与外部救济", "Freezes, complaints, mediation, outside help", "scale",
    ),
]  # fmt: skip


def put(apps, schema_editor):
    subject = apps.get_model("faq", "Subject")
    for position, (slug, zh, en, about_zh, about_en, icon) in enumerate(SUBJECTS, start=1):
        subject.objects.update_or_create(
            slug=slug,
            defaults={
                "name_zh": zh,
                "name_en": en,
                "about_zh": about_zh,
                "about_en": about_en,
                "icon": icon,
                "position": position,
            },
        )


class Migration(migrations.Migration):
    dependencies = [("faq", "0001_initial")]
    operations = [migrations.RunPython(put, migrations.RunPython.noop)]
