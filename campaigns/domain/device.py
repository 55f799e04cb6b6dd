"""What somebody joined with, as its browser says: a kind of device, and whose browser. Good for counting, and for nothing else.

Chat apps come first: on phones they bring the system's browser inside and name both. The list is the report's: what is not on
it is "other", so the number of labels is bounded whatever a stranger sends.
"""

from __future__ import annotations

from campaigns.domain.question import Words

KINDS: dict[str, Words] = {
    "phone": {"zh": "手机", "en": "Phone"},
    "tablet": {"zh": "平板", "en": "Tablet"},
    "desktop": {"zh": "电脑", "en": "Desktop"},
    "other": {"zh": "其他", "en": "Other"},
}
_WORKS_ON = (
    ("tablet", ("ipad", "tablet")),
    ("phone", ("iphone", "mobile", "phone")),
    ("tablet", ("android", "openharmony")),  # without "mobile"
    ("desktop", ("windows nt", "macintosh", "x11", "cros")),
)
APPS: dict[str, tuple[str, Words]] = {
    "wecom": ("wxwork", {"zh": "企业微信", "en": "WeCom"}),
    "wechat": ("micromessenger", {"zh": "微信", "en": "WeChat"}),
    "weibo": ("weibo", {"zh": "微博", "en": "Weibo"}),
    "alipay": ("alipayclient", {"zh": "支付宝", "en": "Alipay"}),
    "dingtalk": ("dingtalk", {"zh": "钉钉", "en": "DingTalk"}),
    "feishu": ("lark/", {"zh": "飞书", "en": "Feishu"}),
    "douyin": ("aweme", {"zh": "抖音", "en": "Douyin"}),
    "rednote": ("xhsdiscover", {"zh": "小红书", "en": "rednote"}),
    "qq": (" qq/", {"zh": "QQ", "en": "QQ"}),
    "line": (" line/", {"zh": "LINE", "en": "LINE"}),
    "facebook": ("fban", {"zh": "Facebook", "en": "Facebook"}),
    "instagram": ("instagram", {"zh": "Instagram", "en": "Instagram"}),
}
BROWSERS: dict[str, tuple[str, Words]] = {
    "huawei": ("huaweibrowser", {"zh": "华为浏览器", "en": "Huawei Browser"}),
    "xiaomi": ("miuibrowser", {"zh": "小米浏览器", "en": "Mi Browser"}),
    "samsung": ("samsungbrowser", {"zh": "三星浏览器", "en": "Samsung Internet"}),
    "uc": ("ucbrowser", {"zh": "UC 浏览器", "en": "UC Browser"}),
    "qqbrowser": ("qqbrowser", {"zh": "QQ 浏览器", "en": "QQ Browser"}),
    "opera": ("opr/", {"zh": "Opera", "en": "Opera"}),
    "edge": ("edg", {"zh": "Edge", "en": "Edge"}),
    "firefox": ("firefox", {"zh": "Firefox", "en": "Firefox"}),
    "firefox_ios": ("fxios", {"zh": "Firefox", "en": "Firefox"}),
    "chrome_ios": ("crios", {"zh": "Chrome", "en": "Chrome"}),
    "chrome": ("chrome/", {"zh": "Chrome", "en": "Chrome"}),
    "safari": ("safari/", {"zh": "Safari", "en": "Safari"}),
}
OTHER: Words = {"zh": "其他", "en": "Other"}
LONGEST = 400  # of what a browser says of itself, read no further


def device_of(agent: str) -> str:
    """A label such as "phone/wechat"."""
    said = agent[:LONGEST].lower()
    kind = next((kind for kind, signs in _WORKS_ON if any(sign in said for sign in signs)), "other")
    return f"{kind}/{next((name for name, (sign, _) in (APPS | BROWSERS).items() if sign in said), 'other')}"


def described(label: str) -> tuple[str, Words, bool]:
    """(kind, the browser's name, whether it is a chat app's) of a label."""
    kind, _, name = label.partition("/")
    known = (APPS | BROWSERS).get(name)
    return kind if kind in KINDS else "other", known[1] if known else OTHER, name in APPS
