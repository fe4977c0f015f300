"""Emoji as Slack names them: it takes the picture of a message by such a name alone."""

from __future__ import annotations

_NAMES = {
    "🦉": "owl", "🦊": "fox_face", "🐢": "turtle", "🐘": "elephant", "🦁": "lion_face", "🐬": "dolphin",
    "🦜": "parrot", "🐝": "bee", "🌻": "sunflower", "🌵": "cactus", "🍀": "four_leaf_clover", "🌊": "ocean",
    "🔭": "telescope", "🎻": "violin", "🎨": "art", "🧵": "thread", "🪁": "kite", "🧩": "jigsaw",
    "🏔": "snow_capped_mountain", "🚲": "bike", "🛶": "canoe", "🏮": "izakaya_lantern", "🪴": "potted_plant",
    "🌙": "crescent_moon", "🤖": "robot_face", "📚": "books", "📖": "book", "🎓": "mortar_board", "🧠": "brain",
    "⭐": "star", "🌟": "star2", "✨": "sparkles", "🔥": "fire", "🍞": "bread", "🐙": "octopus", "🐱": "cat",
    "🐶": "dog", "🦄": "unicorn_face", "🐸": "frog", "🐧": "penguin", "🐻": "bear", "🐼": "panda_face", "🐨": "koala",
    "🐯": "tiger", "🐺": "wolf", "🦅": "eagle", "🐳": "whale", "🦋": "butterfly", "🌱": "seedling",
    "🌳": "deciduous_tree", "🌲": "evergreen_tree", "🌸": "cherry_blossom", "🌹": "rose", "☕": "coffee", "🍵": "tea",
    "🍷": "wine_glass", "🍕": "pizza", "🍎": "apple", "🎸": "guitar", "🎹": "musical_keyboard", "🎤": "microphone",
    "🎬": "clapper", "⚽": "soccer", "🏃": "runner", "🧘": "person_in_lotus_position", "💡": "bulb", "🔧": "wrench",
    "🔬": "microscope", "🧪": "test_tube", "🚀": "rocket", "🧭": "compass", "🎯": "dart", "💼": "briefcase",
    "⚖": "scales", "🩺": "stethoscope", "👑": "crown", "🌍": "earth_africa", "🌈": "rainbow", "☀": "sunny",
    "❤": "heart", "💻": "computer", "📈": "chart_with_upwards_trend", "🗺": "world_map", "🧙": "mage",
}  # fmt: skip


def shortcode(emoji: str) -> str:
    """Give the name of an emoji with its colons, "" for one whose name is not known here."""
    name = _NAMES.get(emoji.replace("\ufe0f", ""))
    return f":{name}:" if name else ""
