from hypothesis import HealthCheck, settings

from tests.cast import alice, bob, cast, charlie, max_, nobody, rita
from tests.site import site

__all__ = ["alice", "bob", "cast", "charlie", "max_", "nobody", "rita", "site"]

# How long an example takes says more about what else the machine is doing than about the code.
settings.register_profile("stepmark", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("stepmark")
