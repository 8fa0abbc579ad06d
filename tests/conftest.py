from tests.cast import alice, bob, cast, charlie, max_, nobody, rita
from tests.site import site

__all__ = ["alice", "bob", "cast", "charlie", "max_", "nobody", "rita", "site"]
