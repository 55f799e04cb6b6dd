"""The name that already stands in the field, so that joining is one tap.

Two hand-made lists a language, a mood and a thing from keynote, technology and nature; 60 × 60 and more gives a hall
few namesakes, and namesakes get a tag anyway. The same seed suggests the same name: a reload renames nobody. Rejected:
numbers behind names (Fan_48213 is nobody), one list of finished names (a hall of 300 would be full of twins).
"""

from __future__ import annotations

from hashlib import blake2s
from typing import Final, Literal


def _listed(words: str) -> tuple[str, ...]:
    return tuple(words.split())


_ZH_MOODS: Final = _listed(
    "极光 晨曦 星河 追光 破晓 流星 银河 疾风 听雨 踏浪 逐日 揽月 凌云 飞驰 满格 闪耀 轻快 沉静 明亮 温柔 "
    "勇敢 好奇 认真 元气 乐天 自在 清醒 从容 灵动 热忱 极速 超清 高能 满电 澄澈 蔚蓝 橙色 银色 金色 青绿 "
    "深海 高原 北岸 南风 山野 林间 雪线 云端 月下 海边 春日 盛夏 初秋 初雪 黎明 午后 微光 远方 无界 未来 "
    "直觉 悠然 滚烫 发光"
)
_ZH_THINGS: Final = _listed(
    "旅人 少年 骑士 信使 船长 领航员 观星者 追风者 摄影师 工程师 探险家 收藏家 小队长 守望者 梦想家 发烧友 "
    "芯片 镜头 光圈 快门 焦段 像素 电波 信号 光纤 脉冲 火箭 卫星 飞船 罗盘 灯塔 风筝 "
    "海豚 鲸鱼 白鹭 云雀 小鹿 雪豹 猎豹 熊猫 松鼠 狐狸 海鸥 萤火虫 蜻蜓 企鹅 猫头鹰 北极熊 "
    "竹林 松果 蒲公英 向日葵 银杏 青柠 薄荷 橘子 山竹 浪花 彩虹 云朵 山峰 溪流 星球 极客"
)
_EN_MOODS: Final = _listed(
    "Amber Aurora Autumn Azure Bold Breezy Bright Brisk Calm Clear Clever Cobalt Copper Coral Cosmic Crisp "
    "Curious Dawn Daring Deep Eager Electric Ember Epic Fast Fearless Focal Fresh Gentle Gleaming Golden Happy "
    "Hidden Honest Indigo Ivory Jade Keen Kind Lively Lucid Lunar Merry Mighty Misty Neon Nimble Noble Northern "
    "Orange Patient Playful Polar Prime Quick Quiet Radiant Rapid Shiny Silver Smooth Solar Sonic Spark Steady "
    "Stellar Sunny Swift Tidal Vivid Warm Wild Zesty"
)
_EN_THINGS: Final = _listed(
    "Acorn Antenna Arrow Badger Beacon Bison Breeze Canyon Cedar Circuit Cloud Comet Compass Condor Cosmos Crane "
    "Delta Dolphin Drone Eagle Falcon Fern Finch Fjord Fox Galaxy Gecko Glacier Hare Harbor Heron Horizon "
    "Island Jaguar Kestrel Kite Koala Lantern Laser Lens Lotus Lynx Maple Meadow Meteor Moose Nebula Octave "
    "Orbit Orca Otter Owl Panda Pebble Penguin Photon Pilot Pixel Planet Prism Puffin Quartz Radar Raven "
    "Ridge River Robin Rocket Signal Sparrow Summit Tiger Voyager Walnut Wave Willow Zephyr"
)

WORDS: Final = {"zh": (_ZH_MOODS, _ZH_THINGS, ""), "en": (_EN_MOODS, _EN_THINGS, " ")}


def suggest(seed: int, language: Literal["zh", "en"]) -> str:
    """A friendly name of at most 8 Chinese or 16 Latin characters."""
    moods, things, between = WORDS[language]
    drawn = int.from_bytes(blake2s(str(seed).encode()).digest()[:8], "big")
    return moods[drawn % len(moods)] + between + things[drawn // len(moods) % len(things)]
