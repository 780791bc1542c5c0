"""The clock and the postman beside the program: wakes the timer pump, sends what the outbox holds, does recurring work."""

from worker.alarm import Alarm
from worker.recurring import forget_old, sweep_messages
from worker.relay import Relay, RelayLoop

__all__ = ["Alarm", "Relay", "RelayLoop", "forget_old", "sweep_messages"]
