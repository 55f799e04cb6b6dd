"""What browsers say of themselves, and what is counted of it."""

from __future__ import annotations

import pytest

from campaigns.domain.device import APPS, BROWSERS, KINDS, OTHER, described, device_of

IPHONE = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_1 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko)"
ANDROID = "Mozilla/5.0 (Linux; Android 15; 2410DPN6CC) AppleWebKit/537.36 (KHTML, like Gecko) Version/4.0 Chrome/130.0"


@pytest.mark.parametrize(
    ("agent", "label"),
    [
        (f"{IPHONE} Version/18.1 Mobile/15E148 Safari/604.1", "phone/safari"),
        (f"{IPHONE} Mobile/15E148 MicroMessenger/8.0.53(0x18003531) NetType/WIFI Language/zh_CN", "phone/wechat"),
        (f"{IPHONE} CriOS/130.0 Mobile/15E148 Safari/604.1", "phone/chrome_ios"),
        (f"{ANDROID} Mobile Safari/537.36 XWEB/1300 MMWEBSDK/2024 MQQBrowser/6.2 MicroMessenger/8.0", "phone/wechat"),
        (f"{ANDROID} Mobile Safari/537.36 Weibo (Xiaomi-2410)", "phone/weibo"),
        (f"{ANDROID} Mobile Safari/537.36 HuaweiBrowser/15.0", "phone/huawei"),
        (f"{ANDROID} Safari/537.36", "tablet/chrome"),
        ("Mozilla/5.0 (Windows NT 10.0; Win64; x64) Chrome/130.0 Safari/537.36 Edg/130.0", "desktop/edge"),
        ("Mozilla/5.0 (X11; Linux x86_64; rv:132.0) Gecko/20100101 Firefox/132.0", "desktop/firefox"),
        ("Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) Version/18.1 Safari/605.1.15", "desktop/safari"),
        ("curl/8.0", "other/other"),
        ("", "other/other"),
    ],
)
def test_a_browser_is_counted_as(agent: str, label: str) -> None:
    assert device_of(agent) == label


def test_labels_are_bounded_whatever_is_sent_and_every_one_can_be_said() -> None:
    labels = {device_of(f"{sign} {word}" * 300) for sign, _ in (APPS | BROWSERS).values() for word in ("Mobile", "x")}
    assert all(len(label) < 30 and described(label)[0] in KINDS for label in labels)
    assert described("phone/wechat") == ("phone", {"zh": "微信", "en": "WeChat"}, True)
    assert described("abacus/unheard") == ("other", OTHER, False)
