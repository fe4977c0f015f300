"""A demonstration: a few people and coaches, always the same, made through the doors that people use themselves."""

from ui.seed.planting import Planted, plant
from ui.seed.script import PASSWORD, PEOPLE

__all__ = ["PASSWORD", "PEOPLE", "Planted", "plant"]
