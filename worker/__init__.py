"""The clock and the postman beside the program: wakes the timer pump, does recurring work."""

from worker.alarm import Alarm
from worker.recurring import forget_old

__all__ = ["Alarm", "forget_old"]
